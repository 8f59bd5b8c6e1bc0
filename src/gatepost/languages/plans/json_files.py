"""Bytes of what Terraform writes as JSON to plain data, and plainly what is wrong with them; never what they mean."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn, cast

MOST_BYTES = 256 * 1024 * 1024
DEEPEST = 200
_LONGEST_WORD = 12  # what is cut off in the middle of a word or an escape fails at its beginning
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class NotData(Exception):
    """What is wrong with a file, as a sentence without a full stop; `kind` is a word for it.

    `kind` is one of "binary", "empty", "cut", "log", "text", "json", "deep", "large", "shape".
    """

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind = kind
        self.what = what


def read_data(content: bytes) -> dict[str, Any]:
    """Return the JSON object in a file; raises `NotData`. What a shell has made UTF-16 is read too."""
    if len(content) > MOST_BYTES:
        raise NotData("large", f"the file is larger than {MOST_BYTES >> 20} MB")
    if content.startswith(b"PK\x03\x04"):
        raise NotData("binary", "this is a plan in Terraform's own binary form")
    text = _decoded(content)
    stripped = text.strip()
    if not stripped:
        raise NotData("empty", "the file is empty")
    if stripped[0] != "{":
        raise NotData("text", "this is not JSON")
    try:
        data: Any = json.loads(stripped, parse_constant=_no_constant)
    except RecursionError:
        raise NotData("deep", "the file is nested too deeply") from None
    except ValueError as error:
        raise _not_json(stripped, error) from None
    if too_deep(data):
        raise NotData("deep", "the file is nested too deeply")
    if _SURROGATE.search(stripped):
        data = _whole(data)
    return cast("dict[str, Any]", data)


# Half a character, which no file and no terminal can take.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _whole(value: Any) -> Any:
    """Return data, not too deep, whose texts can be written anywhere."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_whole(one) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {_whole(key): _whole(one) for key, one in cast("dict[str, Any]", value).items()}
    return value


def _decoded(content: bytes) -> str:
    encoding = "utf-8"
    for mark, named in _MARKS:
        if content.startswith(mark):
            content, encoding = content[len(mark) :], named
            break
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise NotData("binary", "the file is not text") from None


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _not_json(text: str, error: ValueError) -> NotData:
    if not isinstance(error, json.JSONDecodeError):
        return NotData("json", "this is not JSON: it has a number that JSON does not have, or one without end")
    at = error.pos
    if error.msg == "Extra data":
        if '"@level"' in text[:2000]:
            return NotData("log", "this is the log of a run with -json, one line for each event")
        return NotData("json", f"there is more text after the end of the JSON ({_place(text, at)})")
    if at >= len(text) - _LONGEST_WORD or error.msg.startswith("Unterminated string"):
        return NotData("cut", "the file ends in the middle: it was cut off")
    return NotData("json", f"this is not JSON ({_place(text, at)})")


def _place(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    return f"line {line}, column {at - text.rfind(chr(10), 0, at)}"


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    """Return an object, an empty one for null; raises `NotData` for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotData("shape", f"{where} is not an object")
    return cast("dict[str, Any]", value)


def listing(value: Any, where: str) -> list[Any]:
    """Return a list, an empty one for null; raises `NotData` for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise NotData("shape", f"{where} is not a list")
    return cast("list[Any]", value)


def text_of(value: Any, where: str) -> str:
    """Return text, "" for null; raises `NotData` for anything else."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotData("shape", f"{where} is not text")
    return value


def too_deep(value: Any) -> bool:
    """Whether data is nested deeper than anybody writes; goes through it without recursion."""
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for one in level if isinstance(one, dict | list) for inner in _members(one)]
        if not level:
            return False
    return True


def _members(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
