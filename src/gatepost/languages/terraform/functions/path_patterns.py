"""The patterns of fileset: *, **, ?, [a-z] and {one,other}; never a look at files."""

from __future__ import annotations

import re
from collections.abc import Callable

from gatepost.languages.terraform.conversions import Fails, NotComputed

MOST_STARS = 6


def path_pattern(pattern: str) -> Callable[[str], object]:
    """Return what tells whether a relative path matches; raises Fails, and NotComputed for what would take long."""
    if pattern.count("*") > MOST_STARS or pattern.count("{") > 3 or len(pattern) > 500:
        raise NotComputed("a pattern with so many stars")
    written: list[str] = []
    at = depth = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*":
            if pattern.startswith("*/", at) and _begins(pattern, at - 1):
                written.append("(?:.*/)?")
                at += 2
            elif pattern.startswith("*", at) and _begins(pattern, at - 1) and at + 1 == len(pattern):
                written.append(".*")
                at += 1
            else:
                written.append("[^/]*")
                at += pattern.startswith("*", at)
        elif character == "?":
            written.append("[^/]")
        elif character == "[":
            end = pattern.find("]", at + 1)
            if end < 0:
                raise Fails("the pattern has a [ that is not closed")
            inside = pattern[at:end]
            if "\\" in inside or "[" in inside or "&&" in inside:
                raise NotComputed("a pattern of this kind")
            denied = inside[:1] in ("^", "!")
            written.append(f"(?!/)[{'^' if denied else ''}{inside[1:] if denied else inside}]")
            at = end + 1
        elif character == "{":
            depth += 1
            written.append("(?:")
        elif character == "}" and depth:
            depth -= 1
            written.append(")")
        elif character == "," and depth:
            written.append("|")
        elif character == "\\":
            if at >= len(pattern):
                raise Fails("the pattern ends with a backslash")
            written.append(re.escape(pattern[at]))
            at += 1
        else:
            written.append(re.escape(character))
    if depth:
        raise Fails("the pattern has a { that is not closed")
    try:
        return re.compile("".join(written), re.DOTALL).fullmatch
    except re.error:
        raise Fails("the pattern is not one") from None


def _begins(pattern: str, at: int) -> bool:
    """Whether a part of a path begins there."""
    return at == 0 or pattern[at - 1] in "/{,"
