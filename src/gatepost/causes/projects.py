"""The files of dependencies of a repository, read when asked and kept; never what a report says about them."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.languages.manifests import Manifest, ecosystem_of_file, family_of, read_manifest, same_name
from gatepost.languages.manifests.manifest import Declared, Locked
from gatepost.languages.manifests.nodes_of import json_tree
from gatepost.languages.positioned.edits import Editor
from gatepost.languages.positioned.nodes import Node
from gatepost.model.problems import Problem
from gatepost.sources.reading import Files
from gatepost.sources.walking import paths_where

_MOST_INCLUDES = 50
_MOST_FILES = 2_000
MOST_READ_AGAIN = 10_000_000  # characters
# Files of folders above that give versions to those below.
_INHERITING = {"maven": "pom.xml", "cargo": "Cargo.toml"}


class Known:
    """One file with its packages by the name that the ecosystem compares by."""

    __slots__ = ("_declared", "_editor", "_locked", "manifest", "path")

    def __init__(self, path: str, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._declared: dict[str, list[Declared]] | None = None
        self._locked: dict[str, list[Locked]] | None = None
        self._editor: tuple[Editor, Node] | None = None

    def declared(self, name: str) -> list[Declared]:
        """Return what is declared of a package; `name` is as `same_name` spells it."""
        if self._declared is None:
            self._declared = {}
            for one in self.manifest.declared:
                self._declared.setdefault(same_name(self.manifest.ecosystem, one.name), []).append(one)
        return self._declared.get(name, [])

    def locked(self, name: str) -> list[Locked]:
        """Return what is locked of a package; `name` is as `same_name` spells it."""
        if self._locked is None:
            self._locked = {}
            for one in self.manifest.locked:
                self._locked.setdefault(same_name(self.manifest.ecosystem, one.name), []).append(one)
        return self._locked.get(name, [])

    def json(self) -> tuple[Editor, Node]:
        """Return what edits a file in JSON, and its tree; raises `Unfit`."""
        if self._editor is None:
            self._editor = (Editor(self.manifest.source.text, "json"), json_tree(self.manifest.source))
        return self._editor


class Projects:
    """All files of dependencies below the root."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._known: dict[str, Known | None] = {}
        self._folders: dict[str, list[str]] = {}
        self._members: dict[str, list[Known]] = {}
        self._everywhere: list[str] | None = None
        self._left = MOST_READ_AGAIN

    def may_read_again(self, known: Known) -> bool:
        """Whether a file may be read once more to prove an edit: all that is read again in one run is bounded."""
        self._left -= len(known.manifest.source.text)
        return self._left >= 0

    def file(self, path: str) -> Known | None:
        """Return a file by its path; None where it is none, or is not there."""
        if path not in self._known:
            known = None
            if family_of(path) and len(self._known) < _MOST_FILES:
                before: Problem | None = self.files.problems.get(path)
                source = self.files.read(path)
                if before is None:
                    self.files.problems.pop(path, None)
                manifest = read_manifest(source) if source is not None else None
                known = Known(path, manifest) if manifest is not None else None
            self._known[path] = known
        return self._known[path]

    def beside(self, path: str) -> list[Known]:
        """Return the file at `path` and those that belong to it: manifest and lock file, what one includes."""
        family, folder = family_of(path), path.rpartition("/")[0]
        if family == "requirements":
            return list(self._included(path))
        if folder not in self._folders:
            self._folders[folder] = [one for one in self.files.list(folder or ".") if family_of(one)]
        paths = [path, *(one for one in self._folders[folder] if one != path and family_of(one) == family)]
        paths += self._above(folder, family)
        return [known for one in dict.fromkeys(paths) if (known := self.file(one)) is not None]

    def _above(self, folder: str, family: str) -> Iterator[str]:
        """Yield the files of folders above, and of well-known ones, that tell versions too."""
        if family == "nuget":
            names = ("Directory.Packages.props", "Directory.Build.props")
            yield from (f"{one}/{name}".lstrip("/") for one in _upwards(folder) for name in names)
        if family in _INHERITING:
            yield from (f"{one}/{_INHERITING[family]}".lstrip("/") for one in _upwards(folder))
        if family == "gradle":
            yield from (f"{one}/gradle/libs.versions.toml".lstrip("/") for one in _upwards(folder))

    def _included(self, path: str) -> Iterator[Known]:
        """Yield a file of requirements, those it includes, and the one that it was made from."""
        waiting, seen = [path], set[str]()
        while waiting and len(seen) < _MOST_INCLUDES:
            here = waiting.pop(0)
            known = self.file(here) if here not in seen else None
            seen.add(here)
            if known is None:
                continue
            yield known
            folder = here.rpartition("/")[0]
            waiting += [one for name in known.manifest.includes if (one := _joined(folder, name))]
            if known.manifest.sealed and here.endswith(".txt"):
                waiting.append(here[: -len(".txt")] + ".in")

    def members(self, lock: Known) -> list[Known]:
        """Return the files below a lock file's folder that may belong to it: the members of a workspace."""
        if lock.path not in self._members:
            folder, family = lock.path.rpartition("/")[0], family_of(lock.path)
            prefix = f"{folder}/" if folder else ""
            rows = self.everywhere(lock.manifest.ecosystem)
            found = [one for one in rows if one.path.startswith(prefix) and family_of(one.path) == family]
            self._members[lock.path] = [one for one in found if one.manifest.declared]
        return self._members[lock.path]

    def everywhere(self, ecosystem: str) -> list[Known]:
        """Return every file of an ecosystem in the repository."""
        if self._everywhere is None:
            self._everywhere = paths_where(self.files, family_of)
        paths = (path for path in self._everywhere if ecosystem_of_file(path) == ecosystem)
        return [known for path in paths if (known := self.file(path)) is not None]


def _upwards(folder: str) -> list[str]:
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]


def _joined(folder: str, path: str) -> str:
    """Return a path relative to a folder without "..", "" where it leads out of the root."""
    parts = folder.split("/") if folder else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "" if path.startswith("/") or "://" in path else "/".join(parts)
