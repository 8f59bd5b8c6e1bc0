"""The patterns of fileset: *, **, ?, [a-z] and {one,other}; never a look at files."""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import normpath

from gatepost.languages.terraform.conversions import Fails, NotComputed

MOST_STARS = 6


def path_pattern(pattern: str) -> Callable[[str], object]:
    """Return what tells whether a relative path matches; raises Fails, and NotComputed for what would take long."""
    if "\\" in pattern or ".." in pattern:
        raise NotComputed("a pattern of this kind")
    pattern = normpath(pattern).lstrip("/")
    if pattern.count("*") > MOST_STARS or pattern.count("{") > 3 or len(pattern) > 500:
        raise NotComputed("a pattern with so many stars")
    written: list[str] = []
    at = depth = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*":
            part, at = _stars(pattern, at)
        elif character == "[":
            part, at = _bracket(pattern, at)
        elif character in "{}," and (depth or character == "{"):
            depth += {"{": 1, "}": -1, ",": 0}[character]
            part = {"{": "(?:", "}": ")", ",": "|"}[character]
        else:
            part = "[^/]" if character == "?" else re.escape(character)
        written.append(part)
    if depth:
        raise Fails("the pattern has a { that is not closed")
    try:
        return re.compile("".join(written), re.DOTALL).fullmatch
    except re.error:
        raise Fails("the pattern is not one") from None


def _stars(pattern: str, at: int) -> tuple[str, int]:
    """Return the expression for a star before `at`, or several, and where the pattern goes on."""
    begins = at == 1 or pattern[at - 2] in "/{,"
    if begins and pattern.startswith("*/", at):
        return "(?:.*/)?", at + 2
    if begins and pattern.startswith("*", at) and at + 1 == len(pattern):
        return ".*", at + 1
    return "[^/]*", at + pattern.startswith("*", at)


def _bracket(pattern: str, at: int) -> tuple[str, int]:
    end = pattern.find("]", at + 1)
    if end < 0:
        raise Fails("the pattern has a [ that is not closed")
    inside = pattern[at:end]
    if "[" in inside or any(twice in inside for twice in ("&&", "--", "~~", "||")):
        raise NotComputed("a pattern of this kind")
    denied = inside[:1] == "^"
    return f"(?!/)[{'^' if denied else ''}{inside[1:] if denied else inside}]", end + 1
