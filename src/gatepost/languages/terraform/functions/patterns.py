"""Terraform's functions on regular expressions, never for one that means something else in Go."""

from __future__ import annotations

import re
from typing import Any

from gatepost.languages.terraform.conversions import Fails, NotComputed

_PLAIN = re.compile(r"(?:[^\\()\[\]{}?*+$|^.]|\\[dwsDWS.^$*+?()\[\]{}|/\\-])")
_CLASS = re.compile(r"\[\^?(?:\\[dwsDWS.^$*+?()\[\]{}|/\\-]|[^\\\[\]])+\]")
_REPEAT = re.compile(r"[*+?]\??|\{\d{1,3}(?:,\d{0,3})?\}\??")
_GROUP = re.compile(r"\((?:\?:|\?P<[A-Za-z_]\w*>)?")
MOST_WORK = 5_000_000


def compiled(pattern: str, length: int) -> re.Pattern[str]:
    """Return a pattern for a text of some length; raises NotComputed when it is beyond the simple ones."""
    position, unbounded, depth = 0, 0, 0
    written: list[str] = []
    if not pattern.isascii() or len(pattern) > 2_000:
        raise NotComputed("a regular expression of this kind")
    while position < len(pattern):
        group = _GROUP.match(pattern, position)
        atom = _PLAIN.match(pattern, position) or _CLASS.match(pattern, position)
        character = pattern[position]
        closes = character == ")" and depth > 0
        if group is not None:
            depth += 1
            match = group[0]
        elif closes:
            depth -= 1
            match = ")"
        elif atom is not None:
            match = atom[0]
        elif character in ".^|$":
            match = character
        else:
            raise NotComputed("a regular expression of this kind")
        written.append(r"\Z" if match == "$" else match)
        position += len(match)
        repeat = _REPEAT.match(pattern, position)
        if repeat is not None:
            if group is not None or match in "^|$" or (closes and repeat[0] not in ("?",)):
                raise NotComputed("a regular expression of this kind")
            unbounded += repeat[0] != "?"
            written.append(repeat[0])
            position = repeat.end()
    if depth or (length + 1) ** (unbounded + 1) > MOST_WORK:
        raise NotComputed("a regular expression of this kind")
    try:
        return re.compile("".join(written), re.ASCII)
    except re.error:
        raise Fails("a pattern is no regular expression") from None


def _found(match: re.Match[str]) -> Any:
    if match.re.groupindex:
        if len(match.re.groupindex) != match.re.groups:
            raise Fails("a pattern has named and unnamed groups")
        return match.groupdict()
    return list(match.groups()) if match.re.groups else match[0]


def regex(pattern: str, subject: str) -> Any:
    """Return the first match as Terraform does: its text, a list of groups, or a map of named ones."""
    source = subject
    match = compiled(pattern, len(source)).search(source)
    if match is None:
        raise Fails("a pattern does not match")
    return _found(match)


def regexall(pattern: str, subject: str) -> list[Any]:
    """Return all matches."""
    source = subject
    found: list[Any] = []
    end = -1
    for match in compiled(pattern, len(source)).finditer(source):
        if match.end() > match.start() or match.start() != end:
            found.append(_found(match))
        end = match.end()
    return found


def replace_pattern(source: str, pattern: str, put: str) -> str:
    """Return the text with each match replaced; `put` may name groups as `$1`."""
    found = compiled(pattern, len(source))
    if "$" in put:
        if re.search(r"\$(?!\d(?!\w)|\{\d+\})", put):
            raise NotComputed("a replacement of this kind")
        template = put

        def replaced(match: re.Match[str]) -> str:
            return re.sub(r"\$\{?(\d+)\}?", lambda name: _group(match, int(name[1])), template)

        return found.sub(replaced, source)
    return found.sub(lambda _: put, source)


def _group(match: re.Match[str], number: int) -> str:
    return (match[number] or "") if number <= match.re.groups else ""
