"""Globs over text: `*` any run of characters (slashes too), `?` any one; never sets of texts.

`**/` also stands for nothing, so that "**/prod/**" matches "prod/main.tf". Brackets are plain characters, because
addresses have them. Matching takes time linear in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from gatepost.conditions.patterns import glob_matches, glob_within, globs_meet

# Stand for a `*` and a `?` that are meant as such.
LITERAL_STAR, LITERAL_MARK = "\ue001", "\ue002"
_MOST_DOUBLE_STARS = 4


def literal(text: str) -> str:
    """Return the glob that matches exactly this text."""
    return text.replace("*", LITERAL_STAR).replace("?", LITERAL_MARK)


def spellings(pattern: str) -> tuple[str, ...]:
    """Return globs without `**/` that together match what `pattern` does."""
    found = [""]
    parts = pattern.split("**/", _MOST_DOUBLE_STARS)
    for number, part in enumerate(parts):
        whole = number == 0 or parts[number - 1] == "" or parts[number - 1].endswith("/")
        if number == 0:
            found = [part]
        elif whole:
            found = [one + join + part for one in found for join in ("", "*/")]
        else:
            found = [one + "*/" + part for one in found]
    return tuple(one.replace("**", "*") for one in found)


@lru_cache(maxsize=4096)
def compile_glob(pattern: str) -> Callable[[str], bool]:
    """Return a function that says whether the whole of a text matches."""
    matchers = [_matcher(one) for one in spellings(pattern)]
    if len(matchers) == 1:
        return matchers[0]
    return lambda text: any(matches(text) for matches in matchers)


def _matcher(pattern: str) -> Callable[[str], bool]:
    if LITERAL_STAR in pattern or LITERAL_MARK in pattern:
        return lambda text: glob_matches(pattern, literal(text))
    if "?" in pattern:
        return lambda text: glob_matches(pattern, text)
    first, *middle = pattern.split("*")
    if not middle:
        return lambda text: text == pattern
    last = middle.pop()
    least = len(first) + len(last)

    def matches(text: str) -> bool:
        if len(text) < least or not text.startswith(first) or not text.endswith(last):
            return False
        at, end = len(first), len(text) - len(last)
        for part in middle:
            at = text.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True

    return matches


def decide_pieces(pattern: str, pieces: Sequence[str | None]) -> bool | None:
    """Whether text with holes (None) matches: None when that depends on what is in the holes."""
    text = "".join("*" if piece is None else literal(piece) for piece in pieces)
    globs = spellings(pattern)
    if glob_within(text, globs):
        return True
    return None if any(globs_meet(text, one) for one in globs) else False
