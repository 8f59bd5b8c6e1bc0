"""The order of versions, as each ecosystem has it; never which of them is any good.

Sources: PEP 440; Semantic Versioning 2.0.0 (npm, Cargo, Go, NuGet, Composer near enough); "Version Order
Specification" of Maven's POM reference; Gem::Version of RubyGems.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeAlias

VersionKey: TypeAlias = "tuple[Any, ...]"

_LONGEST = 100
_SEMVER = re.compile(
    r"[vV=]?(\d{1,18}(?:\.\d{1,18}){0,4})(?:-?([A-Za-z][0-9A-Za-z.-]*+)|-([0-9A-Za-z.-]++))?(?:\+[0-9A-Za-z.-]*+)?\Z"
).match
_PEP440 = re.compile(
    r"v?(?:(\d{1,9})!)?(\d{1,18}(?:\.\d{1,18}){0,9})[-_.]?(?:(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d{0,9}))?"
    r"(?:[-_.]?(?:post|rev|r)[-_.]?(\d{0,9})|-(\d{1,9}))?(?:[-_.]?dev[-_.]?(\d{0,9}))?(?:\+[a-z0-9._-]*)?\Z",
    re.IGNORECASE,
).match
_PIECES = re.compile(r"\d+|[A-Za-z]+").findall
_PLAIN = re.compile(r"[0-9A-Za-z.+!_~-]{1,100}\Z").match
_BEFORE = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_MAVEN = {"alpha": 0, "a": 0, "beta": 1, "b": 1, "milestone": 2, "m": 2, "rc": 3, "cr": 3, "snapshot": 4}
_RELEASED = frozenset(("final", "ga", "release"))


@lru_cache(maxsize=65536)
def version_key(ecosystem: str, version: str) -> VersionKey | None:
    """Return what orders the versions of one ecosystem (a package URL's type); None for what is no version."""
    if not _PLAIN(version):
        return None
    if ecosystem == "pypi":
        return _pep440(version)
    if ecosystem == "maven":
        return _maven(version)
    return _gem(version) if ecosystem == "gem" else _semver(version)


def branch_of(version: str) -> tuple[str, ...]:
    """Return the first two numbers of a version: those of one release branch have them in common."""
    return tuple(piece.lstrip("0") or "0" for piece in _PIECES(version) if piece.isdigit())[:2]


def is_prerelease(ecosystem: str, version: str) -> bool:
    """Whether a version comes before a release."""
    found = version_key(ecosystem, version)
    released = version_key(ecosystem, ".".join(piece for piece in _PIECES(version)[:3] if piece.isdigit()))
    return found is not None and released is not None and found < released


def _semver(version: str) -> VersionKey | None:
    found = _SEMVER(version)
    if found is None:
        return None
    numbers = [int(one) for one in found[1].split(".")]
    before = found[2] or found[3]
    padded = (*numbers, *[0] * (5 - len(numbers)))
    if not before:
        return (*padded, (1,))
    parts = [part for part in re.split(r"[.-]", before) if part]
    return (*padded, (0, *((0, int(one), "") if one.isdigit() else (1, 0, one.lower()) for one in parts)))


def _pep440(version: str) -> VersionKey | None:
    found = _PEP440(version)
    if found is None:
        return None
    epoch, release, word, number, post, implicit, dev = found.groups()
    numbers = [int(one) for one in release.split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    has_post = post is not None or implicit is not None
    before: tuple[int, ...] = (9,)
    if word:
        before = (_BEFORE[word.lower()], int(number or 0))
    elif dev is not None and not has_post:
        before = (-1,)
    after = int(post or implicit or 0) if has_post else -1
    return int(epoch or 0), tuple(numbers), before, after, int(dev or 0) if dev is not None else 10**10


def _maven(version: str) -> VersionKey | None:
    key: list[tuple[int, int, str]] = []
    for piece in _PIECES(version):
        if piece.isdigit():
            key.append((3, int(piece), ""))
            continue
        word = piece.lower()
        if word in _RELEASED:
            continue
        while key and key[-1] == (3, 0, ""):
            key.pop()
        known = _MAVEN.get(word)
        key.append((0, known, "") if known is not None else (2, 0 if word == "sp" else 1, word))
    while key and key[-1] == (3, 0, ""):
        key.pop()
    return (*key, (1, 0, "")) if version[:1].isdigit() or version[:1] == "v" else None


def _gem(version: str) -> VersionKey | None:
    if not version[:1].isdigit():
        return None
    key: list[tuple[int, int, str]] = []
    for piece in _PIECES(version):
        if not piece.isdigit():
            _without_zeros(key)
        key.append((1, int(piece), "") if piece.isdigit() else (0, 0, piece))
    _without_zeros(key)
    return (*key, (1, 0, ""))


def _without_zeros(key: list[tuple[int, int, str]]) -> None:
    while len(key) > 1 and key[-1] == (1, 0, ""):
        key.pop()
