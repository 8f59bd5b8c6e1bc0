"""Scalars as text, and what counts as missing or empty; never an operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gatepost.model.values import Unknown, Value


def scalar_text(scalar: Any) -> str | None:
    """Return the text that scalars are compared by ("true", "-1", "1" for 1.0); None for what is no scalar."""
    if type(scalar) is str:
        return scalar
    if scalar is True:
        return "true"
    if scalar is False:
        return "false"
    if type(scalar) is int:
        return str(scalar) if -(1 << 200) < scalar < 1 << 200 else hex(scalar)
    if type(scalar) is float:
        return str(int(scalar)) if scalar.is_integer() and abs(scalar) < 1e15 else repr(scalar)
    return None


def is_missing(value: Value | None) -> bool:
    """Whether there is nothing: no value, or an explicit null."""
    return value is None or value.literal is None


def exists(value: Value | None) -> bool | None:
    """Whether something is there: not null, not "", [], {} nor an empty set; an empty block is something."""
    if value is None or value.literal is None:
        return False
    literal: Any = value.literal
    kind = cast("type[object]", type(literal))
    if kind is Unknown:
        return None if cast("Unknown", literal).may_be_missing else True
    if kind is str or kind is tuple:
        return True if literal else None if value.open else False
    if isinstance(literal, Mapping):
        if bool(cast("Mapping[str, Any]", literal)) or _is_block(value):
            return True
        return None if value.open else False
    empty = getattr(literal, "empty", False)
    if empty is None:
        return None
    return True if not empty else None if value.open else False


def _is_block(value: Value) -> bool:
    # The span of a block's body lies between its braces; that of an object expression has them.
    return value.notation == "hcl" and value.span is not None and not value.span.text.lstrip().startswith("{")
