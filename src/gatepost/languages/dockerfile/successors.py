"""What an official base image without security fixes is best moved to; never whether it is out of support.

Only images whose variants are known to go on under the same names: `3.8-slim-buster` is `3.13-slim-bookworm` today.
Data that has to be carried over by hand (PostgreSQL), and images that ended without an heir of their kind, have none.
Sources: the lists of tags of the official images and of Microsoft's artifact registry, as of November 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_DEBIAN, _UBUNTU = "bookworm", "noble"
_PLACES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("wheezy", "jessie", "stretch", "buster", "bullseye"), _DEBIAN),
        **dict.fromkeys(("trusty", "xenial", "bionic", "focal"), _UBUNTU),
    }
)
# Image → the first version that has ended no more, by which "is older" is judged, and the version to move to.
_VERSIONS: Mapping[str, tuple[tuple[int, ...], str]] = MappingProxyType(
    {
        "python": ((3, 10), "3.13"),
        "node": ((20,), "24"),
        "php": ((8, 2), "8.4"),
        "ruby": ((3, 2), "3.4"),
        "golang": ((1, 24), "1.26"),
        "alpine": ((3, 20), "3.22"),
        "ubuntu": ((22, 4), "24.04"),
        "debian": ((11,), "12"),
    }
)
# Versions between two that are looked after for long.
_ODD = frozenset(
    {("node", 21), ("node", 23), ("ubuntu", 22, 10), ("ubuntu", 23, 4), ("ubuntu", 23, 10), ("ubuntu", 24, 10)}
)
_OTHERS = frozenset({"eclipse-temurin", "gradle", "maven"})
_DOTNET = "mcr.microsoft.com/dotnet/"
_DOTNET_VERSION: tuple[tuple[int, ...], str] = ((8,), "10.0")


def successor(name: str, tag: str) -> str | None:
    """Return the tag to move to, None where none is known. `name` is in full: docker.io/library/python."""
    if name.startswith(_DOTNET):
        return _moved("dotnet", tag, _DOTNET_VERSION, debian="")
    image = name.removeprefix("docker.io/library/")
    if image in _VERSIONS:
        return _moved(image, tag, _VERSIONS[image], debian=_DEBIAN)
    return _moved(image, tag, None, debian=_DEBIAN) if image in _OTHERS else None


def _moved(image: str, tag: str, versions: tuple[tuple[int, ...], str] | None, *, debian: str) -> str | None:
    first, *rest = tag.split("-")
    version = _version(first)
    if image == "python" and version and version[0] < 3:
        return None  # another language
    older = (
        versions is not None
        and bool(version)
        and (version < versions[0] or (image, *version[:2]) in _ODD or (image, version[0]) in _ODD)
    )
    if versions is not None and older:
        first = versions[1]
    places = [_place(part, older) for part in [first, *rest]]
    if debian != _DEBIAN and _DEBIAN in places:  # .NET is no longer made upon Debian
        places = [part for part in places if part not in (_DEBIAN, "slim")]
    moved = "-".join(places)
    return moved if moved != tag else None


def _place(part: str, older: bool) -> str:
    if part == "bullseye" and not older:
        return part
    return "alpine" if part.startswith("alpine3.") else _PLACES.get(part, part)


def _version(text: str) -> tuple[int, ...]:
    """Return the numbers of a version, () for what is none."""
    parts = text.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() and len(part) < 6 for part in parts) else ()
