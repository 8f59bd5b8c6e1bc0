"""Every file below the root by path, for those who look for files of a name; never opens one."""

from __future__ import annotations

import os
from collections.abc import Callable

from gatepost.sources.discovery import NEVER_OURS
from gatepost.sources.reading import Files

MOST_ENTRIES = 500_000


def paths_where(files: Files, wanted: Callable[[str], object]) -> list[str]:
    """Return the relative paths of the files that are `wanted`, sorted; links and what is passed over are left out."""
    found: list[str] = []
    waiting, seen = [""], 0
    while waiting and seen < MOST_ENTRIES:
        here = waiting.pop()
        try:
            with os.scandir(os.path.join(files.root, here)) as entries:
                inside = list(entries)
        except OSError:
            continue
        seen += len(inside)
        for entry in inside:
            path = f"{here}/{entry.name}" if here else entry.name
            if path in files.hidden or entry.is_symlink():
                continue
            if entry.is_dir():
                if entry.name != ".git" and entry.name not in NEVER_OURS:
                    waiting.append(path)
            elif wanted(path):
                found.append(path)
    return sorted(found)
