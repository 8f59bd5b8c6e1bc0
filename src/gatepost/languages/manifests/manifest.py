"""What a file of dependencies says: what is asked for, what is locked, each with its place; never how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from gatepost.model.places import Source, Span
from gatepost.model.records import NamedTuple

# "direct" and "dev" are asked for; "optional" and "peer" too, under a condition; "override" forces the version of a
# package wherever it is needed; "managed" gives the version to those who name none; "indirect" is listed, and needed
# by others only (go.mod).
Kind: TypeAlias = Literal["direct", "dev", "optional", "peer", "override", "managed", "indirect"]

# A file with more than this is cut, so that no file can take all memory.
MOST_ENTRIES = 200_000
MOST_REQUIRES = 1_000


class Declared(NamedTuple):
    """A dependency as a person wrote it.

    `requirement` is the text about the version, "" for none. `span` is that text, or the empty place where one would
    go; `entry` is all of the declaration. `why_fixed` says why the text at `span` cannot be replaced by another one.
    `dialect` is as in `ranges`.
    """

    name: str
    requirement: str
    span: Span
    entry: Span
    kind: Kind = "direct"
    why_fixed: str = ""
    dialect: str = ""


class Need(NamedTuple):
    """What a locked package needs: the key of a locked one and the requirement, "" where it is not told."""

    key: str
    requirement: str = ""


class Locked(NamedTuple):
    """A package in a lock file: `key` is its own in that file; `span` is the text of its version."""

    key: str
    name: str
    version: str
    span: Span
    needs: tuple[Need, ...] = ()


class Project(NamedTuple):
    """Something a lock file is for: its folder relative to the lock file ("" for the same) and what it asks for."""

    folder: str
    needs: tuple[Need, ...]


class Manifest(NamedTuple):
    """One file. `format` is the file's well-known name ("package-lock.json"), `ecosystem` as package URLs have it.

    `projects` are there where a lock file tells them. `includes` are paths relative to the file, as written.
    `sealed` says why nothing in it may be changed by hand ("" for files that people write). `unread` says what could
    not be read.
    """

    source: Source
    format: str
    ecosystem: str
    declared: tuple[Declared, ...] = ()
    locked: tuple[Locked, ...] = ()
    projects: tuple[Project, ...] = ()
    includes: tuple[str, ...] = ()
    sealed: str = ""
    unread: str = ""


Reader: TypeAlias = Callable[[Source], Manifest]


class Unfit(Exception):
    """A file that is not what its name says; its text is what is wrong."""


_PYPI = re.compile(r"[-_.]+")


def same_name(ecosystem: str, name: str) -> str:
    """Return a name in the one spelling that its ecosystem compares by."""
    if ecosystem == "pypi":
        return _PYPI.sub("-", name).lower()
    if ecosystem in ("composer", "nuget", "hex"):
        return name.lower()
    if ecosystem == "cargo":
        return name.replace("_", "-")
    return name
