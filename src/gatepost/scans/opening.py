"""Bytes to text and JSON, whatever a shell or an editor has done to them; never knows a format."""

from __future__ import annotations

import json
from typing import Any

from gatepost.model.records import NamedTuple

# Larger reports are refused: read whole they would take several times as much memory.
MOST_BYTES = 128 * 1024 * 1024
_MOST_PREAMBLE = 50

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


class Opened(NamedTuple):
    """A report's text, and its data when it is JSON (`is_json`; the data may be null)."""

    text: str
    data: Any = None
    is_json: bool = False


class Unopened(Exception):
    """A report that cannot be opened; `what` is wrong, a `hint` what to do."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def open_report(content: bytes) -> Opened:
    """Return a report's text and data; raises Unopened where there is nothing to be read."""
    if len(content) > MOST_BYTES:
        raise Unopened(f"the report is larger than {MOST_BYTES // 2**20} MB", "write it in parts, one for each project")
    text = _decode(content)
    if not text.strip():
        raise Unopened("the report is empty", "see whether the scanner failed; an empty file is no clean scan")
    if "\x00" in text:
        raise Unopened("the report is binary", "give a report that the scanner wrote as text")
    return _parsed(text)


def _decode(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    head = content[:64]
    if head and head[1::2].count(0) > len(head) // 3:
        return content.decode("utf-16-le", "replace")
    if head and head[::2].count(0) > len(head) // 3:
        return content.decode("utf-16-be", "replace")
    return content.decode("utf-8", "replace")


def _parsed(text: str) -> Opened:
    """Return the JSON in a text, also when lines of a log stand before or after it."""
    start = _first_brace(text)
    if start is None:
        return Opened(text)
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    try:
        data, end = decoder.raw_decode(text, start)
    except RecursionError:
        raise Unopened("the report is nested too deeply", "no scanner writes such a report") from None
    except ValueError as error:
        if text.lstrip()[:1] not in ("{", "["):
            return Opened(text)
        at = getattr(error, "pos", 0)
        if at >= len(text.rstrip()) - 1 or "Unterminated" in str(error):
            raise Unopened("the report ends in the middle", "see whether the scanner was stopped") from None
        line = text.count("\n", 0, at) + 1
        raise Unopened(f"the report is not JSON from line {line} on", "give the file as the scanner wrote it") from None
    rest = text[end:].lstrip()
    if rest[:1] == "{" or (rest[:1] == "[" and not _is_log(rest)):
        raise Unopened("there is more than one document in the report", "write each report to a file of its own")
    return Opened(text, data, is_json=True)


def _no_constant(_: str) -> None:
    """NaN and Infinity are not JSON, and no number that can be compared."""
    return


def _first_brace(text: str) -> int | None:
    """Return where the JSON begins: at the first line that starts with a brace or bracket and is no line of a log."""
    at = len(text) - len(text.lstrip())
    for _ in range(_MOST_PREAMBLE):
        if text[at : at + 1] in ("{", "[") and not _is_log(text[at : at + 40]):
            return at
        at = text.find("\n", at) + 1
        if at == 0:
            return None
    return None


def _is_log(text: str) -> bool:
    """Whether a text that begins with a bracket is a line such as "[INFO] done" or "[2026-11-21 …" ."""
    inner = text[1:].lstrip(" ")
    word = inner[:5]
    return text[0] == "[" and (
        (word[:1].isalpha() and not word.startswith(("true", "false", "null"))) or (word[:4].isdigit() and "-" in word)
    )
