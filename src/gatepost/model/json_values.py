"""Values of JSON that may be anything, read with care and within bounds; never what they mean.

A saved report may have been written by a job that strangers control, and hosts answer what they like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

MOST_TEXT = 2_000
MOST_LISTED = 200
_MOST_NUMBER = 10**9


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping, empty for anything else."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def mappings(owner: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    """Yield the mappings in a list of `owner`."""
    value = owner.get(key)
    if isinstance(value, list):
        for one in cast("list[Any]", value):
            if isinstance(one, dict):
                yield cast("Mapping[str, Any]", one)


def text(owner: Mapping[str, Any], key: str, most: int = MOST_TEXT) -> str:
    """Return a text of `owner`, cut where it is longer than `most` characters; "" for anything else."""
    value = owner.get(key)
    return value[:most] if isinstance(value, str) else ""


def texts(value: Any, most: int = MOST_LISTED) -> tuple[str, ...]:
    """Return the first texts of a list."""
    if not isinstance(value, list):
        return ()
    return tuple(one[:MOST_TEXT] for one in cast("list[Any]", value)[:most] if isinstance(one, str))


def number(owner: Mapping[str, Any], key: str) -> int:
    """Return a whole number above zero, as lines and columns are; 0 for anything else."""
    value = owner.get(key)
    return value if type(value) is int and 0 < value < _MOST_NUMBER else 0


def path(owner: Mapping[str, Any], key: str) -> str:
    """Return a relative path that stays below its folder; "" for anything else."""
    value = text(owner, key)
    parts = value.split("/")
    return "" if not value or value.startswith("/") or ".." in parts or "\0" in value else value
