"""Which packages a waiver speaks of: names, globs, package URLs, ranges of versions; never a registry's word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from gatepost.conditions.globs import compile_glob
from gatepost.model.findings import Package

_RUNS = re.compile(r"[-_.]+").sub
# Ecosystems whose order of versions is known; "5.10.0-8" is no prerelease to Debian.
_ORDERED = frozenset(("npm", "pypi", "maven", "gem", "cargo", "golang", "nuget", "composer", "hex", "pub"))
_COMPARISON = re.compile(r"[<>=~^!]")


def split_package(text: str) -> tuple[str, str]:
    """Return the name (or package URL) and the range of versions, "" for any: "lodash >=4.0 <4.17.21"."""
    name, _, versions = text.strip().partition(" ")
    return name, versions.strip()


def package_fault(text: str) -> str:
    """Return what is wrong with the `package` of a waiver, "" for nothing."""
    name, versions = split_package(text)
    if name.startswith("pkg:") and "/" not in name[4:]:
        return f'"{name}" is no package URL'
    if versions:
        from gatepost.languages.manifests.ranges import terms_of

        if not _COMPARISON.search(versions) or ("||" not in versions and terms_of(versions) is None):
            return f'"{versions}" is no range of versions'
        if name.startswith("pkg:") and "@" in name.rpartition("/")[2]:
            return "a package URL with a version takes no range behind it"
    return ""


@lru_cache(maxsize=4096)
def package_test(text: str) -> Callable[[Package], bool]:
    """Return whether a package is one that `text` speaks of; a version that cannot be compared is none of a range."""
    wanted, versions = split_package(text)
    plain = _plain(wanted)
    matches, matches_python = compile_glob(plain), compile_glob(_RUNS("-", plain))

    def test(package: Package) -> bool:
        kind = _kind(package)
        if kind == "pypi":
            named = any(matches_python(_RUNS("-", name)) for name in _spellings(package))
        else:
            named = any(matches(name) for name in _spellings(package))
        if not named or not versions:
            return named
        from gatepost.languages.manifests.ranges import allows

        return kind in _ORDERED and allows(kind, versions, package.version) is True

    return test


def key_of(text: str) -> str:
    """Return what the keys of a package have to hold for `text` to speak of it, "" when that may be several."""
    wanted = split_package(text)[0]
    return "" if "*" in wanted or "?" in wanted else _RUNS("-", _plain(wanted))


def keys_of(package: Package) -> Iterator[str]:
    """Yield what a package may be looked up by."""
    return (_RUNS("-", name) for name in _spellings(package))


def _spellings(package: Package) -> Iterator[str]:
    """Yield what a waiver may call a package by, in small letters: name, package URL with and without its version."""
    yield package.name.lower()
    if package.purl.startswith("pkg:"):
        whole = _plain(package.purl.partition("#")[0].partition("?")[0])
        yield whole
        bare, at, _ = whole.rpartition("@")
        if at and not bare.endswith("/"):
            yield bare
    elif package.ecosystem:
        bare = _plain(f"pkg:{package.ecosystem}/{package.name}")
        yield bare
        yield f"{bare}@{package.version.lower()}"


def _plain(name: str) -> str:
    return name.lower().replace("%40", "@")


def _kind(package: Package) -> str:
    if package.ecosystem:
        return package.ecosystem
    return package.purl[4:].partition("/")[0] if package.purl.startswith("pkg:") else ""
