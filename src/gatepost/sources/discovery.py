"""Finds the files to read below the given paths, and counts what it passes over; never opens one."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.sources.reading import kind_of, printable_path

# Folders that hold other people's or generated files.
NEVER_OURS = (".terraform", "node_modules")


class Found(NamedTuple):
    """Relative paths by kind, sorted. `given` are the files named one by one; `hidden` those passed over.

    `passed_over` maps a reason to a number of entries (a folder counts once). `folders` are those that were walked, ""
    for the root itself.
    """

    root: str
    files: dict[str, tuple[str, ...]]
    given: frozenset[str]
    hidden: frozenset[str]
    passed_over: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]
    folders: tuple[str, ...] = ()


def would_find(path: str, found: Found, excluded: Callable[[str], bool]) -> bool:
    """Whether discovery would have taken a file, by its relative path, if it were there."""
    if not kind_of(path) or not {*NEVER_OURS, ".git"}.isdisjoint(path.split("/")):
        return False
    return any(not folder or path.startswith(folder + "/") for folder in found.folders) and not excluded(path)


def scan_root(paths: Sequence[str]) -> str:
    """Return the folder that paths are shown relative to: the working directory, else what the paths have in common."""
    here = os.path.realpath(os.getcwd())
    real = [os.path.realpath(path) for path in paths]
    if all(path == here or path.startswith(here.rstrip(os.sep) + os.sep) for path in real):
        return here
    common = os.path.commonpath(real)
    return common if os.path.isdir(common) else os.path.dirname(common)


class _Walk:
    """One walk: what it has found and passed over so far."""

    def __init__(self, root: str, excluded: Callable[[str], bool], ignored: Callable[[], frozenset[str]]) -> None:
        self.root = root
        self.excluded = excluded
        self._ask_ignored = ignored
        self._ignored: frozenset[str] | None = None
        self.files: dict[str, set[str]] = {}
        self.hidden: set[str] = set()
        self.links: dict[str, str] = {}
        self.counts: dict[str, int] = {}
        self.problems: list[Problem] = []

    def ignored(self, path: str) -> bool:
        if self._ignored is None:
            self._ignored = self._ask_ignored()
        return path in self._ignored

    def pass_over(self, path: str, reason: str) -> None:
        self.hidden.add(path)
        self.counts[reason] = self.counts.get(reason, 0) + 1

    def take(self, path: str) -> None:
        kind = kind_of(path)
        if kind:
            self.files.setdefault(kind, set()).add(path)

    def folder(self, path: str) -> None:
        """Walk a folder with a list of its own, so that depth costs no stack."""
        waiting = [path]
        while waiting:
            here = waiting.pop()
            for entry in self._entries(here):
                relative = f"{here}/{entry.name}" if here else entry.name
                reason = self._reason(entry, relative)
                if reason is not None:
                    if reason:
                        self.pass_over(relative, reason)
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(relative)
                elif entry.is_file():
                    self.take(relative)

    def _entries(self, relative: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self.root, relative)) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            what = f"the folder cannot be read: {(error.strerror or 'unknown reason').lower()}"
            place = Location(printable_path(relative or "."), NOWHERE)
            self.problems.append(Problem(place, what, "look at its permissions"))
            return []

    def _reason(self, entry: os.DirEntry[str], relative: str) -> str | None:
        """Why an entry is passed over; "" without counting it, None when it is walked or taken."""
        name = entry.name
        if entry.is_symlink():
            reason = self._link_reason(relative)
            if reason is not None:
                return reason
        elif entry.is_dir(follow_symlinks=False):
            if name == ".git":
                return ""
            if name in NEVER_OURS:
                return name
        elif not kind_of(name):
            return ""
        if self.excluded(relative):
            return "excluded by the policy"
        return "ignored by git" if self.ignored(relative) else None

    def _link_reason(self, relative: str) -> str | None:
        if not kind_of(relative):
            return ""
        real = os.path.realpath(os.path.join(self.root, relative))
        if not os.path.isfile(real):
            return "links that lead nowhere" if not os.path.exists(real) else ""
        if not real.startswith(self.root.rstrip(os.sep) + os.sep):
            return "links out of the folder"
        target = os.path.relpath(real, self.root).replace(os.sep, "/")
        if ".git" in target.split("/"):
            return "links into .git"  # where a checkout keeps its credentials
        self.links[relative] = target
        return None

    def drop_doubles(self) -> None:
        """Leave out links to files that are read where they lie; in Terraform a link is part of its folder."""
        for kind in ("dockerfile", "data"):
            taken = self.files.get(kind, set())
            for link in sorted(taken.intersection(self.links)):
                if self.links[link] in taken:
                    taken.discard(link)
                    self.pass_over(link, "links to files that are read anyway")


def discover(paths: Sequence[str], excluded: Callable[[str], bool], ignored: Callable[[str], frozenset[str]]) -> Found:
    """Find the files below `paths` (files or folders, as the user typed them).

    `excluded` says which relative paths the policy leaves out. `ignored` gives, for the root, the relative paths that
    git ignores and does not track; it is asked only when a file is met. A path that was given explicitly overrides all
    but `.git`. Raises `UsageError` for a path that is not there.
    """
    root = scan_root(paths)
    walk = _Walk(root, excluded, lambda: ignored(root))
    given: set[str] = set()
    folders: list[str] = []
    for path in paths:
        real = os.path.realpath(path)
        relative = os.path.relpath(real, root).replace(os.sep, "/")
        relative = "" if relative == "." else relative
        if ".git" in relative.split("/"):
            walk.pass_over(relative, ".git")
        elif os.path.isdir(real):
            walk.folder(relative)
            folders.append(relative)
        elif os.path.isfile(real):
            walk.take(relative)
            given.add(relative)
        else:
            raise UsageError(
                f"there is no file or folder {printable_path(path)!r}", hint="look at the spelling of the path"
            )
    walk.drop_doubles()
    return Found(
        root,
        {kind: tuple(sorted(found)) for kind, found in sorted(walk.files.items())},
        frozenset(given),
        frozenset(walk.hidden),
        tuple(sorted(walk.counts.items())),
        tuple(walk.problems),
        tuple(folders),
    )
