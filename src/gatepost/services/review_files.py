"""The files of a change out of the text of its whole diff, as hosts give it that tell no hunks; never a file's text."""

from __future__ import annotations

import re
from collections.abc import Callable

from gatepost.model.reviews import ChangedFile, Hunk

MOST_CHARACTERS = 64 * 1024 * 1024
_PART = re.compile(r"^diff --git ", re.MULTILINE)
_NAME = re.compile(r"^(---|\+\+\+) (.*)$", re.MULTILINE)
_RENAMED = re.compile(r"^rename (from|to) (.*)$", re.MULTILINE)
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


def files_of(diff: str, read_hunks: Callable[[str], tuple[Hunk, ...]]) -> dict[str, ChangedFile]:
    """Return the files that are there after a change, by path."""
    found: dict[str, ChangedFile] = {}
    for part in _PART.split(diff[:MOST_CHARACTERS])[1:]:
        head, _, _ = part.partition("\n@@ ")
        names = {match[1]: _path(match[2], below=True) for match in _NAME.finditer(head)}
        renamed = {match[1]: _path(match[2]) for match in _RENAMED.finditer(head)}
        after = names.get("+++") or renamed.get("to")
        before = names.get("---") or renamed.get("from") or ""
        if not after or after == "/dev/null":
            continue
        found[after] = ChangedFile(after, "" if before == "/dev/null" else before, read_hunks(part[len(head) + 1 :]))
    return found


def _path(text: str, *, below: bool = False) -> str:
    """Return a path as it is; git quotes the way C does what is no printable ASCII, and ends others with a tab.

    `below`: it stands below the folders "a" and "b" of a diff, which are no part of it.
    """
    text = text.rstrip("\r")
    if text.startswith('"'):
        raw = text.rstrip("\t").strip('"').encode("utf-8", "surrogatepass")
        text = _ESCAPED.sub(_sign, raw).decode("utf-8", "replace")
    else:
        text = text.partition("\t")[0]
    return text[2:] if below and text[:2] in ("a/", "b/") else text


def _sign(match: re.Match[bytes]) -> bytes:
    found = match[1]
    return bytes([int(found, 8) & 255]) if len(found) == 3 else _LETTERS.get(found, found)
