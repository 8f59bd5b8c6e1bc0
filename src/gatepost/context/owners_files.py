"""OWNERS files as Kubernetes' projects write them: who approves what lies in a folder; never what lies elsewhere.

Source: "OWNERS files" of the Kubernetes community's guide: `approvers`, `reviewers`, `filters` (regular expressions of
Go), `options: {no_parent_owners: true}`, and OWNERS_ALIASES at the top of the repository.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import Any, cast

from gatepost.languages.positioned import Malformed, read_yaml
from gatepost.model.decisions import Claim
from gatepost.model.records import NamedTuple

NAME = "OWNERS"
ALIASES = "OWNERS_ALIASES"
MOST_BYTES = 1024 * 1024
_MOST_NAMES = 500
_LONGEST = 320
_DEEPEST = 60  # folders above a path that are looked into

# Returns the text of a file (from the top of the repository), None where there is none.
ReadText = Callable[[str], "str | None"]


class _File(NamedTuple):
    """An OWNERS file: (regular expression, "" for every path; approvers; reviewers) in order."""

    filters: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    alone: bool


class OwnersFiles:
    """The OWNERS files of a repository, read as they are asked for."""

    __slots__ = ("_aliases", "_known", "_read", "strange")

    def __init__(self, read: ReadText) -> None:
        self._read = read
        self._known: dict[str, _File | None] = {}
        self._aliases: Mapping[str, tuple[str, ...]] | None = None
        self.strange: dict[str, str] = {}  # files that are not in this form, and why

    def owners(self, path: str) -> list[Claim]:
        """Return who approves a path (from the top): those of its folder first, then of the folders above."""
        found: dict[str, Claim] = {}
        folder: str = posixpath.dirname(path)
        for _ in range(_DEEPEST):
            name = posixpath.join(folder, NAME)
            file = self._file(name)
            if file is not None:
                inside = path[len(folder) + 1 :] if folder else path
                for owner in self._named(file, inside):
                    found.setdefault(owner, Claim(owner, name, "medium" if found or not folder else "high"))
                if file.alone:
                    break
            if not folder:
                break
            folder = posixpath.dirname(folder)
        return list(found.values())

    def speak_of(self, path: str) -> bool:
        """Whether there is a file for a path, whoever it names."""
        folder: str = posixpath.dirname(path)
        for _ in range(_DEEPEST):
            if self._file(posixpath.join(folder, NAME)) is not None:
                return True
            if not folder:
                break
            folder = posixpath.dirname(folder)
        return False

    def _named(self, file: _File, inside: str) -> list[str]:
        """Return the approvers of a path relative to a file's folder; its reviewers where nobody approves."""
        approvers: list[str] = []
        reviewers: list[str] = []
        for expression, approving, reviewing in file.filters:
            if not expression or _matches(expression, inside):
                approvers += approving
                reviewers += reviewing
        return [one for name in approvers or reviewers for one in self._members(name)]

    def _members(self, name: str) -> tuple[str, ...]:
        if self._aliases is None:
            self._aliases = self._read_aliases()
        return self._aliases.get(name.casefold(), (name,))

    def _read_aliases(self) -> dict[str, tuple[str, ...]]:
        text = self._read(ALIASES)
        plain = self._plain(text, ALIASES) if text is not None else {}
        aliases = plain.get("aliases")
        given = cast("dict[str, Any]", aliases) if isinstance(aliases, dict) else {}
        return {str(name).casefold(): _names(value) for name, value in given.items()}

    def _file(self, name: str) -> _File | None:
        if name not in self._known:
            text = self._read(name)
            self._known[name] = None if text is None else _read(self._plain(text, name))
        return self._known[name]

    def _plain(self, text: str, name: str) -> dict[str, Any]:
        try:
            plain = read_yaml(text).plain()
        except Malformed as error:
            self.strange[name] = error.what
            return {}
        if isinstance(plain, dict):
            return cast("dict[str, Any]", plain)
        if plain is not None:
            self.strange[name] = "it is no mapping with approvers and reviewers"
        return {}


def _read(plain: Mapping[str, Any]) -> _File:
    options = plain.get("options")
    alone = isinstance(options, dict) and cast("dict[str, Any]", options).get("no_parent_owners") is True
    filters: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
    given = plain.get("filters")
    if isinstance(given, dict):
        for expression, value in list(cast("dict[str, Any]", given).items())[:_MOST_NAMES]:
            if isinstance(value, dict):
                inner = cast("dict[str, Any]", value)
                filters.append((str(expression), _names(inner.get("approvers")), _names(inner.get("reviewers"))))
    else:
        filters.append(("", _names(plain.get("approvers")), _names(plain.get("reviewers"))))
    return _File(tuple(filters), alone)


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    names = (one for one in cast("list[Any]", value)[:_MOST_NAMES] if isinstance(one, str))
    return tuple(dict.fromkeys(name.strip() for name in names if 0 < len(name.strip()) <= _LONGEST))


def _matches(expression: str, text: str) -> bool:
    from gatepost.languages.terraform.conversions import Fails, NotComputed
    from gatepost.languages.terraform.functions.patterns import compiled

    try:
        return compiled(expression).search(text)(text, 0) is not None
    except (Fails, NotComputed):
        return False
