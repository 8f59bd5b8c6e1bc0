"""The fields of a row of a json report, each of the type that it has to be; never what a field means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from gatepost.reports.rows import BadReport

_T = TypeVar("_T")


def mapping(value: object) -> Mapping[str, Any]:
    """Return a mapping; null counts as an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadReport("it has something else where a mapping has to be")
    return cast("Mapping[str, Any]", value)


def listed(row: Mapping[str, Any], key: str) -> Sequence[Any]:
    """Return a list; null counts as an empty one."""
    value = row.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadReport(f"its {key} are not a list")
    return cast("Sequence[Any]", value)


def mappings(row: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return a list of mappings."""
    return [mapping(one) for one in listed(row, key)]


def text_of(row: Mapping[str, Any], key: str) -> str:
    """Return a text; null counts as an empty one."""
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadReport(f"its {key} is not text")
    return value


def needed(row: Mapping[str, Any], key: str) -> str:
    """Return a text that has to be there."""
    if not text_of(row, key):
        raise BadReport(f"a row has no {key}")
    return text_of(row, key)


def texts_of(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return a list of texts."""
    found = listed(row, key)
    if not all(isinstance(one, str) for one in found):
        raise BadReport(f"its {key} are not texts")
    return tuple(found)


def truth_of(row: Mapping[str, Any], key: str) -> bool | None:
    """Return true, false, or None for null."""
    value = row.get(key)
    if value is not None and not isinstance(value, bool):
        raise BadReport(f"its {key} is neither true nor false")
    return value


def number(value: object) -> float:
    """Return a number that is not absurd."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 < value < 1e15:
        raise BadReport("it has something else where a number has to be")
    return value


def maybe_number(row: Mapping[str, Any], key: str) -> float | None:
    """Return a number, or None for null."""
    return None if row.get(key) is None else number(row[key])


def word_of(row: Mapping[str, Any], key: str, words: tuple[_T, ...], default: _T) -> _T:
    """Return a word that is one of `words`, `default` for null."""
    value = row.get(key)
    if value is None:
        return default
    if value not in words:
        raise BadReport(f"its {key} is {str(value)[:40]!r}")
    return value
