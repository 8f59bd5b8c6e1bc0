"""Terraform's functions that encode, decode and hash; the tree of what was encoded is never lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from gatepost.languages.terraform.conversions import (
    LARGEST_TEXT,
    Fails,
    NotComputed,
    derived_origins,
    first_unknown,
    text_of_scalar,
    text_size,
    why_not,
    wrap,
)
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import on_plain, on_values
from gatepost.model.values import Unknown, Value

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


_INFINITE = (float("inf"), float("-inf"))


def json_text(value: Value, html: bool = True) -> str:
    """Return a wholly known value as jsonencode writes it; without `html`, what HTML minds is not escaped."""
    parts: list[str] = []
    _write(value, parts, _quoted if html else _plainly_quoted)
    return "".join(parts)


def _plainly_quoted(text: str) -> str:
    from json import dumps

    return dumps(text, ensure_ascii=not text.isprintable())


def _write(value: Value, parts: list[str], quoted: Callable[[str], str]) -> None:
    literal = value.literal
    if literal is None:
        parts.append("null")
    elif isinstance(literal, str):
        parts.append(quoted(literal))
    elif isinstance(literal, tuple):
        parts.append("[")
        for position, element in enumerate(cast("tuple[Value, ...]", literal)):
            if position:
                parts.append(",")
            _write(element, parts, quoted)
        parts.append("]")
    elif isinstance(literal, Mapping):
        entries = cast("Mapping[str, Value]", literal)
        parts.append("{")
        for position, key in enumerate(sorted(entries)):
            parts.append(("," if position else "") + quoted(key) + ":")
            _write(entries[key], parts, quoted)
        parts.append("}")
    else:
        if literal in _INFINITE:
            raise Fails("infinity cannot be written as JSON")
        parts.append(text_of_scalar(literal))


def _quoted(plain: str) -> str:
    if plain.isascii() and plain.isalnum():
        return f'"{plain}"'
    written = "".join(
        _ESCAPES.get(character) or (character if character >= " " else f"\\u{ord(character):04x}")
        for character in plain
    )
    return f'"{written}"'


def _jsonencode(value: Value) -> Value:
    hidden = first_unknown(value)
    if hidden is not None:
        around = ("{", None, "}") if value.is_map else ("[", None, "]") if value.is_list else ()
        return Value(Unknown(why_not(hidden), False, around), None, derived_origins([hidden]), tree=value)
    if text_size(value) > LARGEST_TEXT:
        raise NotComputed("a text of this length")
    written = json_text(value)
    if len(written) > LARGEST_TEXT:
        raise NotComputed("a text of this length")
    return Value(written, tree=value)


def _yamlencode(value: Value) -> Value:
    from gatepost.languages.terraform.functions.yaml_text import yaml_text

    hidden = first_unknown(value)
    if hidden is not None:
        return Value(Unknown(why_not(hidden), False), None, derived_origins([hidden]), tree=value)
    return Value(yaml_text(value), tree=value)


def _jsondecode(data: str) -> Any:
    from json import JSONDecoder

    from gatepost.languages.terraform.numbers_in_text import read_number

    def refuse(word: str) -> Any:
        raise Fails(f"{word} is no JSON")

    try:
        reader = JSONDecoder(parse_float=read_number, parse_int=read_number, parse_constant=refuse)
        found, end = reader.raw_decode(data, _blank(data, 0))
        end = _blank(data, end)
        if end < len(data) and data[end] not in "]}":  # Go's decoder looks no further than a closing bracket
            raise Fails("the text is no JSON")
        return _whole_characters(found)
    except (ValueError, RecursionError):
        raise Fails("the text is no JSON") from None


def _blank(data: str, start: int) -> int:
    while data[start : start + 1] in _BLANKS:
        start += 1
    return start


_BLANKS = (" ", "\t", "\n", "\r")
_HALVES = "[\ud800-\udfff]"


def _whole_characters(data: Any) -> Any:
    """Half a character, which JSON can write, is read as a replacement character."""
    if isinstance(data, str):
        return re.sub(_HALVES, "\ufffd", data) if not data.isascii() else data
    if isinstance(data, list):
        return [_whole_characters(inner) for inner in cast("list[Any]", data)]
    if isinstance(data, dict):
        entries = cast("dict[str, Any]", data)
        return {_whole_characters(key): _whole_characters(inner) for key, inner in entries.items()}
    return data


def _yamldecode(data: str) -> Any:
    from gatepost.languages.terraform.functions.yaml_text import yaml_data

    return yaml_data(data)


def _csvdecode(data: str) -> Any:
    from gatepost.languages.terraform.functions.csv_text import table

    return table(data)


def _textencodebase64(data: str, encoding: str) -> str:
    from base64 import b64encode

    from gatepost.languages.terraform.functions.text_encodings import encode

    return b64encode(encode(data, encoding)).decode()


def _textdecodebase64(data: str, encoding: str) -> str:
    from gatepost.languages.terraform.functions.text_encodings import decode

    return decode(_unbase64(data), encoding)


def _unbase64(data: str) -> bytes:
    from base64 import b64decode

    try:
        return b64decode(data.replace("\n", "").replace("\r", ""), validate=True)
    except ValueError:
        raise Fails("the text is no base64") from None


def _base64encode(value: Value) -> Value:
    from base64 import b64encode

    if value.unknown is not None:
        return Value(Unknown(value.unknown.why, False), tree=value)
    return Value(b64encode(text_of_scalar(value.literal).encode()).decode(), tree=value)


def _base64decode(data: str) -> str:
    try:
        return _unbase64(data).decode()
    except UnicodeDecodeError:
        raise Fails("what the base64 means is no text") from None


def _base64gzip(value: Value) -> Value:
    return Value(Unknown("base64gzip() is not worked out", False), tree=value)


def _urlencode(data: Any) -> str:
    from urllib.parse import quote_plus

    return quote_plus(data, safe="")


def _decoded(decode: Callable[[Any], Any]) -> Callable[..., Value]:
    def called(value: Value) -> Value:
        hidden = first_unknown(value)
        if hidden is not None:
            # what was encoded is known again when it is decoded
            return value.tree if isinstance(value.tree, Value) else Value(Unknown(why_not(hidden), True))
        return wrap(decode(value.literal))

    return called


FUNCTIONS: dict[str, Function] = {
    "base64decode": on_plain("string", _base64decode),
    "base64encode": on_values("string", _base64encode),
    "base64gzip": on_values("string", _base64gzip),
    "csvdecode": on_plain("string", _csvdecode, "list(any)"),
    "jsondecode": on_values("string", _decoded(_jsondecode)),
    "jsonencode": on_values("any?", _jsonencode),
    "textdecodebase64": on_plain("string, string", _textdecodebase64),
    "textencodebase64": on_plain("string, string", _textencodebase64),
    "urlencode": on_plain("string", _urlencode),
    "yamldecode": on_values("string", _decoded(_yamldecode)),
    "yamlencode": on_values("any?", _yamlencode),
}
