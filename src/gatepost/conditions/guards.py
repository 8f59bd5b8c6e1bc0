"""What a condition cannot hold without, so that most subjects are told apart by one look; never the whole condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from gatepost.conditions.scalars import scalar_text
from gatepost.conditions.sorts import ORDERED, SCALARS, Schema, sort_of
from gatepost.model.values import Value

# Attributes with the texts of which each has to be one; as plain data that can be kept, and for looking.
PlainGuards: TypeAlias = "tuple[tuple[str, tuple[str, ...]], ...]"
Guards: TypeAlias = "tuple[tuple[str, frozenset[str]], ...]"


def guards_of(plain: Any, schema: Schema | None) -> PlainGuards:
    """Return the guards of a condition as written (it has to be valid): its plain comparisons with constants."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, test in cast("Mapping[str, Any]", plain).items():
        if name in ("any", "all", "not") or name.endswith(".size"):
            continue
        texts = _texts(test)
        if not texts:
            continue
        sort = None if schema is None else sort_of(schema, name)
        # Numbers, dates and versions are compared by what they stand for, not as text.
        if sort is None or sort.kind == "any" or (sort.kind in SCALARS and sort.kind not in ORDERED):
            found.append((name, texts))
    return tuple(found)


def ready(guards: PlainGuards) -> Guards:
    """Return guards as `fails` takes them."""
    return tuple((name, frozenset(texts)) for name, texts in guards)


def _texts(test: Any) -> tuple[str, ...] | None:
    if isinstance(test, Mapping):
        written = cast("Mapping[str, Any]", test)
        if tuple(written) != ("in",):
            return None
        test = written["in"]
    members: list[Any] = cast("list[Any]", test) if isinstance(test, list) else [test]
    found = [scalar_text(member) for member in members]
    if any(text is None or "${" in text for text in found):
        return None
    return tuple(dict.fromkeys(cast("list[str]", found)))


def fails(guards: Guards, get: Callable[[str], Value | None]) -> bool:
    """Return whether a guard is surely not met: then the condition is false, whatever the rest of it says."""
    for name, texts in guards:
        value = get(name)
        if value is None or value.literal is None:
            return True
        literal: Any = value.literal
        text: str | None = literal if type(literal) is str else scalar_text(literal)
        if text is not None and text not in texts:
            return True
    return False
