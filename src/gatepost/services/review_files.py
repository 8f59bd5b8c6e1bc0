"""The files of a change out of the text of its whole diff, as hosts give it that tell no hunks; never a file's text."""

from __future__ import annotations

import re
from collections.abc import Callable

from gatepost.model.reviews import ChangedFile, Hunk

MOST_CHARACTERS = 64 * 1024 * 1024
_PART = re.compile(r"^diff --git ", re.MULTILINE)
_NAME = re.compile(r'^(---|\+\+\+) (?:"?[ab]/)?(.*?)"?(?:\t.*)?$', re.MULTILINE)
_RENAMED = re.compile(r"^rename (from|to) (.*)$", re.MULTILINE)


def files_of(diff: str, read_hunks: Callable[[str], tuple[Hunk, ...]]) -> dict[str, ChangedFile]:
    """Return the files that are there after a change, by path. Paths that git has put in quotes are left out."""
    found: dict[str, ChangedFile] = {}
    for part in _PART.split(diff[:MOST_CHARACTERS])[1:]:
        head, _, _ = part.partition("\n@@ ")
        names = {match[1]: match[2].rstrip("\r") for match in _NAME.finditer(head)}
        renamed = {match[1]: match[2].rstrip("\r") for match in _RENAMED.finditer(head)}
        after = names.get("+++") or renamed.get("to")
        before = names.get("---") or renamed.get("from") or ""
        if not after or after == "/dev/null" or "\\" in after:
            continue
        found[after] = ChangedFile(after, "" if before == "/dev/null" else before, read_hunks(part[len(head) + 1 :]))
    return found
