"""Splices of a text: what takes the place of which characters; never what is worth putting there."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.model.records import NamedTuple


class Splice(NamedTuple):
    """Put `text` in place of the characters from `start` to `end` (0-based, end exclusive)."""

    start: int
    end: int
    text: str


def apply(text: str, splices: Sequence[Splice]) -> str:
    """Return the text after splices that do not overlap."""
    parts: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda one: (one.start, one.end)):
        parts += text[at : splice.start], splice.text
        at = splice.end
    return "".join([*parts, text[at:]])
