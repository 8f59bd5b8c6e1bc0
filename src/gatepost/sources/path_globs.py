"""Globs over paths, as policies write them; never over anything but paths.

`**` stands for any number of folders, `*` and `?` stay inside one name, `[ab]` is one of the characters. A pattern
without a slash may match at any depth; one that ends in a slash, and one that names a folder, cover all below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

_PIECE = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[!?[^\]/]*\]|[^*?\[]+|\[")


def _translate(pattern: str) -> str:
    out: list[str] = []
    for match in _PIECE.finditer(pattern):
        piece = match[0]
        if piece == "**/":
            out.append("(?:[^/]+/)*")
        elif piece == "/**":
            out.append("/.*")
        elif piece == "**":
            out.append(".*")
        elif piece == "*":
            out.append("[^/]*")
        elif piece == "?":
            out.append("[^/]")
        elif piece[0] == "[" and len(piece) > 2:
            body = piece[2:-1] if piece[1] == "!" else piece[1:-1]
            body = body.replace("\\", r"\\").replace("^", r"\^").replace("[", r"\[")
            out.append(f"[{'^' if piece[1] == '!' else ''}{body}]")
        else:
            out.append(re.escape(piece))
    return "".join(out)


@lru_cache(maxsize=1024)
def compile_glob(pattern: str) -> Callable[[str], bool]:
    """Return a test for one pattern; it takes a path with forward slashes, relative to the root."""
    # A run of stars says no more than two, and would only cost time.
    wanted = re.sub(r"\*{3,}", "**", pattern.removeprefix("./").removeprefix("/"))
    if wanted.endswith("/"):
        wanted += "**"
    if "/" not in wanted:
        wanted = "**/" + wanted
    found = re.compile(_translate(wanted) + r"(?:/.*)?\Z", re.DOTALL).match
    return lambda path: found(path) is not None


def matches_any(path: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns covers the path."""
    return any(compile_glob(pattern)(path) for pattern in patterns)
