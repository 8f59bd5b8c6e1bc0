"""What a parameter allows: its type, values, lengths and pattern; never which value it has.

Source: AWS CloudFormation user guide, "Parameters", properties of a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatepost.languages.cloudformation.intrinsics import scalar_of
from gatepost.languages.positioned import Node

# Patterns are written by whoever proposes the change; one without these cannot take long.
_HARMLESS = r"\^?(?:[\w \-:./@=,]|\\[wdsWDS.\-/]|\[(?:[^\[\]\\&]|\\[wds.\-/\\])+\](?:[*+?]|\{[0-9,]{1,7}\})?)+\$?"
_MOST_TESTED, _MOST_REPEATS = 256, 3


def type_of(node: Node) -> str:
    """Return the type of a parameter, "" where none is written."""
    written = node.get("Type")
    return (scalar_of(written) or "") if written is not None else ""


def is_list_type(kind: str) -> bool:
    """Tell whether a parameter of a type is a list."""
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def is_hidden(node: Node) -> bool:
    """Tell whether a parameter is never to be printed (NoEcho)."""
    written = node.get("NoEcho")
    return written is not None and str(scalar_of(written)).lower() in ("true", "yes", "on")


def allowed_of(node: Node) -> list[str] | None:
    """Return the texts that a parameter allows; None when it allows any."""
    allowed = node.get("AllowedValues")
    if allowed is None or allowed.kind != "list" or not allowed.value:
        return None
    texts = [scalar_of(one) for one in allowed.value]
    return None if None in texts else [text for text in texts if text is not None]


def refused(node: Node, kind: str, text: str) -> str:
    """Return how a text breaks what a parameter allows, "" when it does not; never the text itself."""
    members = [part.strip() for part in text.split(",")] if is_list_type(kind) else [text]
    return next((wrong for member in members for wrong in _faults(node, kind, member)), "")


def _faults(node: Node, kind: str, text: str) -> Iterator[str]:
    allowed = allowed_of(node)
    if allowed is not None and text not in allowed:
        yield "is not one of its AllowedValues"
    if kind in ("Number", "List<Number>"):
        number = _number(text)
        if number is None:
            yield "is no number"
            return
        least, most = _limit(node, "MinValue"), _limit(node, "MaxValue")
        if (least is not None and number < least) or (most is not None and number > most):
            yield "lies outside its MinValue and MaxValue"
    elif kind == "String":
        least, most = _limit(node, "MinLength"), _limit(node, "MaxLength")
        if (least is not None and len(text) < least) or (most is not None and len(text) > most):
            yield "has a length outside its MinLength and MaxLength"
    pattern = node.get("AllowedPattern")
    if pattern is not None and pattern.kind == "text" and not _fits(pattern.value, text):
        yield "does not match its AllowedPattern"


def _limit(node: Node, name: str) -> float | None:
    written = node.get(name)
    return _number(scalar_of(written) or "") if written is not None else None


def _number(text: str) -> float | None:
    try:
        return float(text) if re.fullmatch(r"[+-]?[0-9.]{1,40}(?:[eE][+-]?[0-9]{1,3})?", text.strip()) else None
    except ValueError:
        return None


def _fits(pattern: str, text: str) -> bool:
    """Tell whether a text matches a pattern; one that is not plainly harmless is taken to match."""
    if len(pattern) > 200 or len(text) > _MOST_TESTED or not re.fullmatch(_HARMLESS, pattern):
        return True
    if len(re.findall(r"[*+{]", pattern)) > _MOST_REPEATS:
        return True
    try:
        return re.fullmatch(pattern, text) is not None
    except (re.error, OverflowError):
        return True
