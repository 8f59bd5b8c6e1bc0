"""Hunks of a change out of what code hosts show of it, the text of a unified diff; never a whole patch."""

from __future__ import annotations

import re

from gatepost.model.reviews import Hunk

_HEAD = re.compile(r"@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@")
MOST_CHARACTERS = 16 * 1024 * 1024


def read_hunks(patch: str) -> tuple[Hunk, ...]:
    """Return the hunks in the text of a file's diff; what is none of it is passed over."""
    hunks: list[Hunk] = []
    head: tuple[int, int] | None = None
    lines: list[str] = []

    def end() -> None:
        if head is not None and lines:
            hunks.append(Hunk(head[0], head[1], tuple(lines)))

    for line in patch[:MOST_CHARACTERS].split("\n"):
        found = _HEAD.match(line)
        if found:
            end()
            head, lines = (int(found[1]), int(found[2])), []
        elif head is not None and line[:1] in (" ", "+", "-"):
            lines.append(line.removesuffix("\r"))
        elif head is not None and line == "":
            lines.append(" ")  # a blank that somebody has stripped; at the end of the text it is nothing
    if lines and lines[-1] == " " and patch.endswith("\n"):
        lines.pop()
    end()
    return tuple(hunks)
