"""Amounts inside other text, for the readers of durations and sizes; never which amount is enough."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatepost.conditions.ordered import order_key_or_none
from gatepost.conditions.scalars import scalar_text
from gatepost.model.values import Unknown, Value

_AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,9})?\s{0,2}[A-Za-z]{1,7}", re.ASCII)
_BARE = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)


def amount(value: Value, options: Mapping[str, Any], kind: str) -> Value:
    """Return the amount as text with its unit; `options["unit"]` is the unit of a bare number."""
    if value.literal is None or value.unknown is not None:
        return value
    text = (scalar_text(value.literal) or "").strip()
    unit = str(options.get("unit") or "")
    if _BARE.fullmatch(text):
        found = f"{text}{unit}"
        if order_key_or_none(kind, found) is not None:
            return value._replace(literal=found if unit else value.literal)
    elif order_key_or_none(kind, text) is not None:
        return value._replace(literal=text)
    for match in _AMOUNT.finditer(text[:2000]):
        if order_key_or_none(kind, match[0]) is not None:
            return value._replace(literal=match[0])
    return value._replace(literal=Unknown(f"there is no {kind} in it", False))
