"""Values as Terraform's yamlencode writes them and yamldecode reads them; never a meaning that YAML 1.2 gives alone.

Facts: what `terraform console` prints (github.com/zclconf/go-cty-yaml), which lays text out as libyaml does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatepost.languages.positioned import REPEATED, Malformed, Node, read_yaml_all
from gatepost.languages.terraform.conversions import Fails, NotComputed, text_of_scalar, text_size
from gatepost.languages.terraform.exact_numbers import is_infinite
from gatepost.languages.terraform.numbers_in_text import read_number
from gatepost.model.values import Value

WIDTH = 80
MOST_CHARACTERS = 500_000
_SHORT = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r",
    "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


def yaml_text(value: Value) -> str:
    """Return a wholly known value as yamlencode writes it."""
    if text_size(value) > MOST_CHARACTERS:
        raise NotComputed("so large a YAML text")
    if value.is_list and value.literal:
        return "".join(f"{line}\n" for line in _sequence(value.literal, 0))
    if value.is_map and value.literal:
        return "".join(f"{line}\n" for line in _mapping(value.literal, 0))
    lines = _scalar(value, 0, 0)
    text = "\n".join(lines) + "\n"
    return text + "...\n" if isinstance(value.literal, (bool, int, float, type(None))) else text


def _mapping(entries: Mapping[str, Value], indent: int) -> list[str]:
    lines: list[str] = []
    for key in sorted(entries):
        if len(key) > 100 or "\n" in key:
            raise NotComputed("YAML with such a key")
        head = f"{' ' * indent}{_quoted(key)}:"
        value = entries[key]
        if value.is_list and value.literal:
            lines += [head, *_sequence(value.literal, indent)]
        elif value.is_map and value.literal:
            lines += [head, *_mapping(value.literal, indent + 2)]
        else:
            first, *rest = _scalar(value, indent, len(head) + 1)
            lines += [f"{head} {first}", *rest]
    return lines


def _sequence(elements: tuple[Value, ...], indent: int) -> list[str]:
    lines: list[str] = []
    for element in elements:
        head = " " * indent + "- "
        if element.is_list and element.literal:
            inner = _sequence(element.literal, indent + 2)
        elif element.is_map and element.literal:
            inner = _mapping(element.literal, indent + 2)
        else:
            first, *rest = _scalar(element, indent, len(head))
            lines += [head + first, *rest]
            continue
        lines += [head + inner[0][indent + 2 :], *inner[1:]]
    return lines


def _scalar(value: Value, indent: int, column: int) -> list[str]:
    """Return the lines of a scalar or an empty collection, the first one without what stands before it."""
    literal = value.literal
    if literal is None:
        return ["null"]
    if isinstance(literal, str):
        return _text(literal, indent, column)
    if isinstance(literal, tuple):
        return ["[]"]
    if isinstance(literal, Mapping):
        return ["{}"]
    if not isinstance(literal, bool) and is_infinite(literal):
        raise NotComputed("infinity as YAML")
    return [text_of_scalar(literal)]


def _text(text: str, indent: int, column: int) -> list[str]:
    if "\n" not in text or text.endswith(" ") or " \n" in text or not all(c == "\n" or _is_plain(c) for c in text):
        return _quoted(text, indent + 2, column).split("\n")
    hint = "2" if text[0] in " \n" else ""
    body = text.removesuffix("\n")
    chomp = "-" if body == text else "+" if body.endswith("\n") or not body else ""
    return [f"|{hint}{chomp}", *[f"{' ' * (indent + 2)}{line}" if line else "" for line in body.split("\n")]]


def _is_plain(character: str) -> bool:
    return " " <= character <= "~" or ("\xa0" <= character <= "\uffff" and character not in "\u2028\u2029\ufeff")


def _quoted(text: str, indent: int = -1, column: int = 0) -> str:
    """Return text in quotation marks; folded at spaces beyond the width, unless there is no indentation given."""
    parts = ['"']
    column += 1
    after_space = False
    for at, character in enumerate(text):
        if character == " ":
            if indent >= 0 and not after_space and column > WIDTH and 0 < at < len(text) - 1:
                written = "\n" + " " * indent + ("\\" if text[at + 1] == " " else "")
                column = len(written) - 1
            else:
                written = " "
                column += 1
            parts.append(written)
            after_space = True
            continue
        after_space = False
        written = character if _is_plain(character) and character not in '"\\' else _escaped(character)
        parts.append(written)
        column += len(written)
    return "".join(parts) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    short = _SHORT.get(character)
    if short is not None:
        return short
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


_TRUE = frozenset(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"))
_FALSE = frozenset(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"))
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASES = re.compile(r"0(?:x([0-9a-fA-F]+)|o([0-7]+))")
_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")


def yaml_data(source: str) -> Any:
    """Return what yamldecode reads, as plain data; raises Fails, and NotComputed for what is seldom written."""
    try:
        documents = read_yaml_all(source)
    except Malformed as error:
        if error.what.endswith(REPEATED):
            raise NotComputed("YAML with a repeated key") from None
        raise Fails("the text is no YAML") from None
    if len(documents) != 1:
        raise Fails("the text is not one YAML document")
    return _data(documents[0], source)


def _data(node: Node, source: str) -> Any:
    if node.tag:
        raise NotComputed("YAML with tags")
    if node.kind == "list":
        return [_data(inner, source) for inner in node.value]
    if node.kind == "map":
        return {_key(key, source): _data(inner, source) for key, inner in node.value}
    raw = source[node.start : node.end]
    if node.style != "" or raw[:1] in ("'", '"', "|", ">"):
        if raw[:1] == "!":
            raise NotComputed("YAML with tags")
        return node.value
    if raw[:1] in ("!", "&", "*"):
        raise NotComputed("YAML with tags or anchors")
    return _plain(raw)


def _key(key: Node, source: str) -> str:
    made = _data(key, source)
    if made is None:
        raise Fails("a key is null")
    return text_of_scalar(made)


def _plain(raw: str) -> Any:
    """Return what a plain scalar means."""
    if raw in _NULL:
        return None
    if raw in _TRUE or raw in _FALSE:
        return raw in _TRUE
    if _NUMBER.fullmatch(raw):
        return read_number(raw)
    based = _BASES.fullmatch(raw)
    if based is not None:
        return int(based[1], 16) if based[1] else int(based[2], 8)
    if raw.lstrip("+-") in (".inf", ".Inf", ".INF"):
        return float("-inf" if raw[0] == "-" else "inf")
    if raw in (".nan", ".NaN", ".NAN"):
        raise Fails("the text has something in it that is no number")
    if "\n" in raw or (raw[:1] in "+-." and raw.lower().endswith((".inf", ".nan"))):
        raise NotComputed("YAML with this scalar")
    day = _DAY.match(raw)
    return raw if day is None else _time(raw, day)


def _time(raw: str, day: re.Match[str]) -> str:
    from datetime import date

    try:
        date(int(day[1]), int(day[2]), int(day[3]))
    except ValueError:
        return raw
    if day[0] != raw:
        raise NotComputed("YAML with a time")
    return f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}T00:00:00Z"
