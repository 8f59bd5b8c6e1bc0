"""What a plain scalar of YAML stands for by the core schema of YAML 1.2; never where scalars begin and end."""

from __future__ import annotations

from gatepost.languages.positioned.nodes import Node
from gatepost.model.regexes import regex

# A plain scalar that begins with anything else is text.
SPECIAL = frozenset("0123456789+-.~nNtTfF")
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER = regex(
    r"(?:([-+]?[0-9]+)|(0o[0-7]+)|(0x[0-9a-fA-F]+)|([-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|([-+]?\.(?:inf|Inf|INF))|(\.(?:nan|NaN|NAN)))\Z"
)
_LONGEST_NUMBER = 300


def plain_node(start: int, end: int, value: str) -> Node:
    """Return the node of a plain scalar at 0-based offsets: text, number, truth value or null."""
    if value in _NULLS:
        return Node("null", start, end, None)
    truth = _TRUTHS.get(value)
    if truth is not None:
        return Node("truth", start, end, truth)
    if value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER:
        return Node("number", start, end, int(value))  # most numbers
    found = _NUMBER.match(value)
    if found is None or len(value) > _LONGEST_NUMBER:
        return Node("text", start, end, value)
    return Node("number", start, end, _number(value, found.lastindex))


def _number(value: str, form: int | None) -> int | float:
    if form == 1:
        return int(value)
    if form == 2:
        return int(value[2:], 8)
    if form == 3:
        return int(value[2:], 16)
    if form == 4:
        return float(value)
    return float(value.replace(".", ""))
