"""Plain data to YAML or JSON text in the manner of a file; never finds the place where it goes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex

_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"))
# Text that YAML 1.1 and 1.2 both read as text when it stands without quotes.
_PLAIN = regex(r"[A-Za-z_/][A-Za-z0-9_/.+@=*$()?;~:-]*+(?: [A-Za-z0-9_/.+@=*$()?;~:-]++)*+\Z")
_ADDRESS = regex(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}/[0-9]{1,2}\Z")
_ASCII_CONTROL = regex(r"[\x00-\x1f\x7f]")
_CONTROL = regex(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_INLINE = 80


class Tagged(NamedTuple):
    """A YAML scalar with a local tag: `!Ref Name`."""

    tag: str
    text: str


class Manner(NamedTuple):
    """How a file is written: line break, columns per level, columns from a key to its list's dash, quote, colon."""

    newline: str
    step: int
    dash: int
    quote: str
    colon: str


_DASHES = regex(r"^( *)(?![-#\s])[^\n]*:[ \t]*\r?\n(?:[ \t]*\r?\n)*( *)- ", re.MULTILINE)
_STEP = regex(r"^(?:[^\s#][^\n]*[:{\[]|\{)[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( +)", re.MULTILINE)
_COLON = regex(r'"([ \t]*+):([ \t]*+)["\[{]')


def manner_of(text: str) -> Manner:
    """Look at a file's text for how it indents, quotes and ends lines."""
    step = _STEP.search(text)
    dashes = _DASHES.search(text)
    width = min(len(step[1]), 8) if step is not None else 2
    offset = len(dashes[2]) - len(dashes[1]) if dashes is not None else width
    colon = _COLON.search(text)
    return Manner(
        "\r\n" if "\r\n" in text else "\n",
        width,
        max(0, min(offset, 8)),
        "'" if text.count("'") > text.count('"') else '"',
        f"{colon[1]}:{colon[2]}" if colon is not None else ": ",
    )


def json_text(data: Any) -> str:
    """Quote one text for JSON; it is also valid in double quotes in YAML."""
    text = str(data).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _controls(text).sub(_escaped, text) + '"'


def _controls(text: str) -> re.Pattern[str]:
    """Return what finds the control characters of a text; that of Unicode takes ten times as long to compile."""
    return _ASCII_CONTROL if text.isascii() else _CONTROL


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04x}"


def scalar_word(data: Any) -> str | None:
    """Return the word for null, a truth value or a number in both notations; None for text."""
    if data is None:
        return "null"
    if data is True or data is False:
        return "true" if data else "false"
    if isinstance(data, int | float):
        return repr(data)
    return None


def json(data: Any, manner: Manner, indent: int | None) -> str:
    """Write data as JSON; on several lines with its closing bracket at column `indent`, on one when that is None."""
    if isinstance(data, Mapping):
        members = [
            f"{json_text(key)}{manner.colon}{json(value, manner, _in(indent, manner))}"
            for key, value in cast("Mapping[str, Any]", data).items()
        ]
        return _bracketed("{", members, "}", manner, indent)
    if _is_list(data):
        flat = all(not isinstance(e, Mapping) and not _is_list(e) for e in data)
        elements = [json(element, manner, None if flat else _in(indent, manner)) for element in data]
        line = f"[{', '.join(elements)}]"
        return line if flat and len(line) <= _INLINE else _bracketed("[", elements, "]", manner, indent)
    return scalar_word(data) or json_text(data)


def _in(indent: int | None, manner: Manner) -> int | None:
    return None if indent is None else indent + manner.step


def _bracketed(opening: str, parts: list[str], closing: str, manner: Manner, indent: int | None) -> str:
    if indent is None or not parts:
        return opening + ", ".join(parts) + closing
    inner = manner.newline + " " * (indent + manner.step)
    return opening + inner + ("," + inner).join(parts) + manner.newline + " " * indent + closing


def _is_list(data: Any) -> bool:
    return isinstance(data, Sequence) and not isinstance(data, str | bytes | Tagged)


def yaml_text(data: str, manner: Manner, style: str = "", flow: bool = False, indent: int | None = None) -> str:
    """Write text as a YAML scalar that reads back as this text.

    `style` is the wish ("" plain, a quote, "|" when `indent` is the column of its lines); `flow`: inside brackets.
    """
    if style in ("|", ">") and indent is not None:
        literal = _literal(data, manner, indent)
        if literal is not None:
            return literal
    plain = style in ("", "|", ">") and _plain(data, flow)
    if plain:
        return data
    quote = style if style in ("'", '"') else manner.quote
    if quote == "'" and not _controls(data).search(data) and not (flow and "\n" in data):
        return "'" + data.replace("'", "''") + "'"
    return json_text(data)


def _plain(data: str, flow: bool) -> bool:
    if data.lower() in _WORDS or data.endswith((":", " ")) or ": " in data or data.startswith(("---", "...")):
        return False
    if flow and (":" in data or "?" in data):
        return False
    return _PLAIN.match(data) is not None or _ADDRESS.match(data) is not None


def _literal(data: str, manner: Manner, indent: int) -> str | None:
    body = data.rstrip("\n")
    trailing = len(data) - len(body)
    if (
        "\n" not in body
        or trailing > 1
        or body[:1] in (" ", "\n", "\t")
        or _controls(body).search(body.replace("\n", ""))
    ):
        return None
    lines = [" " * indent + line if line else "" for line in body.split("\n")]
    if any(line != line.rstrip() for line in lines):
        return None
    return ("|" if trailing else "|-") + manner.newline + manner.newline.join(lines)


def yaml_flow(data: Any, manner: Manner) -> str:
    """Write data as YAML on one line."""
    if isinstance(data, Tagged):
        return tagged(data, manner, True)
    if isinstance(data, Mapping):
        pairs = cast("Mapping[str, Any]", data).items()
        return "{" + ", ".join(f"{yaml_key(key, True)}: {yaml_flow(value, manner)}" for key, value in pairs) + "}"
    if _is_list(data):
        return "[" + ", ".join(yaml_flow(element, manner) for element in data) + "]"
    return scalar_word(data) or yaml_text(data, manner, flow=True)


def yaml_key(key: str, flow: bool = False) -> str:
    """Write a key; quoted only where it must be."""
    return key if _plain(key, flow) or re.fullmatch(r"[0-9]+", key) else json_text(key)


def tagged(data: Tagged, manner: Manner, flow: bool = False) -> str:
    """Write a scalar with its tag."""
    return f"{data.tag} {yaml_text(data.text, manner, flow=flow)}"


def yaml_block(data: Any, manner: Manner, column: int) -> str:
    """Write what follows `key:` whose key stands at `column`: a blank and a scalar, or lines of their own."""
    if isinstance(data, Mapping) and data:
        lines = yaml_lines(cast("Mapping[str, Any]", data), manner, column + manner.step)
        return manner.newline + " " * (column + manner.step) + lines
    if _is_list(data) and data:
        return manner.newline + " " * (column + manner.dash) + yaml_lines(data, manner, column + manner.dash)
    return " " + yaml_lines(data, manner, column)


def yaml_lines(data: Any, manner: Manner, column: int) -> str:
    """Write data as a block whose first line is already indented to `column`, the others by us."""
    between = manner.newline + " " * column
    if isinstance(data, Tagged):
        return tagged(data, manner)
    if isinstance(data, Mapping) and data:
        pairs = cast("Mapping[str, Any]", data).items()
        return between.join(f"{yaml_key(key)}:{yaml_block(value, manner, column)}" for key, value in pairs)
    if _is_list(data) and data:
        elements = cast("Sequence[Any]", data)
        return between.join("- " + yaml_lines(element, manner, column + 2) for element in elements)
    if isinstance(data, Mapping) or _is_list(data):
        return yaml_flow(data, manner)
    return scalar_word(data) or yaml_text(data, manner, indent=column)
