"""Globs over paths, as policies write them; never over anything but paths.

`**` stands for any number of folders, `*` and `?` stay inside one name, `[ab]` is one of the characters. A pattern
without a slash may match at any depth; one that ends in a slash, and one that names a folder, cover all below it.
Matching takes time in proportion to the path and the pattern, whatever they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from gatepost.model.regexes import regex

# One name of a pattern: a test for a name of the path; None stands for `**`.
_Part: TypeAlias = "Callable[[str], object] | None"
_PIECE = regex(r"\*+|\?|\[!?[^\]/]+\]|[^*?\[]+|\[")
# No file has a name of this length, however it is written in a pattern.
_LONGEST = 4_096
_PLAIN_PIECE = regex(r"\*+|\?|[^*?\[]+|\[")


def _name_test(pattern: str) -> Callable[[str], object]:
    if len(pattern) > _LONGEST or not re.search(r"[*?\[]", pattern):
        return pattern.__eq__
    fixed: list[str] = [""]
    # Behind the last closing bracket an opening one is only itself; looking for its end each time would take long.
    last = pattern.rfind("]") + 1
    for piece in (*_PIECE.findall(pattern[:last]), *_PLAIN_PIECE.findall(pattern[last:])):
        if piece[0] == "*":
            fixed.append("")
        elif piece == "?":
            fixed[-1] += "."
        elif piece[0] == "[" and len(piece) > 2:
            body = piece.strip("[]").removeprefix("!")
            body = re.sub(r"([\\^\[&~|])", r"\\\1", body)
            fixed[-1] += f"[{'^' if piece[1] == '!' else ''}{body}]"
        else:
            fixed[-1] += re.escape(piece)
    first, *middle = fixed
    # The leftmost place for each fixed part is as good as any other, so nothing is tried twice (an atomic group).
    inner = "".join(f"(?>.*?{part})" for part in middle[:-1])
    last = f".*{middle[-1]}" if middle else ""
    try:
        return re.compile(first + inner + last + r"\Z", re.DOTALL).match
    except re.error:
        return pattern.__eq__


def _covers(parts: Sequence[_Part], names: Sequence[str], below: bool = True) -> bool:
    """Match names against parts, stepping back only to the latest `**`; with `below` the path may go on."""
    part, name = 0, 0
    star, resume = -1, 0
    while True:
        ended = part == len(parts)
        if ended and (below or name == len(names)):
            return True
        test = None if ended else parts[part]
        if not ended and test is None:
            star, resume = part, name
            part += 1
            if part == len(parts):
                return name < len(names)
        elif test is not None and name < len(names) and test(names[name]):
            part += 1
            name += 1
        elif star >= 0 and resume < len(names):
            resume += 1
            part, name = star + 1, resume
        else:
            return False


@lru_cache(maxsize=1024)
def compile_glob(pattern: str) -> Callable[[str], bool]:
    """Return a test for one pattern; it takes a path with forward slashes, relative to the root."""
    wanted = pattern.removeprefix("./").removeprefix("/")
    if wanted.endswith("/"):
        wanted += "**"
    if "/" not in wanted:
        wanted = "**/" + wanted
    parts = _parts(wanted.split("/"))
    return lambda path: _covers(parts, path.split("/"))


def compile_names(names: Sequence[str], below: bool) -> Callable[[str], bool]:
    """Return a test for a pattern that is anchored at the root and split into names already.

    `below`: it covers what lies below a folder that it names; else it has to name the file itself.
    """
    parts = _parts(names)
    return lambda path: _covers(parts, path.split("/"), below)


def _parts(names: Iterable[str]) -> list[_Part]:
    parts: list[_Part] = []
    for name in names:
        if name != "**":
            parts.append(_name_test(name))
        elif not parts or parts[-1] is not None:
            parts.append(None)
    return parts


def matches_any(path: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns covers the path."""
    return any(compile_glob(pattern)(path) for pattern in patterns)
