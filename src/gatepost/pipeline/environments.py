"""Finds the environments of a Terraform root by its var files, from their names alone; never reads one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex

MOST_ENVIRONMENTS = 40

# Folders that hold one var file, or one folder of them, for each environment …
_ENVIRONMENT_FOLDERS = frozenset(("envs", "env", "environments", "environment", "stages"))
# … and those that hold var files of any kind.
_FILE_FOLDERS = frozenset(("tfvars", "vars", "var-files", "varfiles", "variables", "config", "configs", "workspaces"))
_SHARED = frozenset(("common", "shared", "global", "base", "all", "default", "defaults"))
_NOT_REAL = frozenset(("example", "examples", "sample", "template", "secret", "secrets"))
_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("production", "prod", "prd", "live"), "production"),
    **dict.fromkeys(("staging", "stage", "stg"), "staging"),
    **dict.fromkeys(("development", "dev", "develop"), "development"),
    **dict.fromkeys(("test", "testing", "tst"), "test"),
    **dict.fromkeys(("nonprod", "nonproduction"), "nonproduction"),
    **dict.fromkeys(("preprod", "preproduction"), "preproduction"),
    **dict.fromkeys(("acceptance", "acc"), "acceptance"),
    **dict.fromkeys(("integration", "int"), "integration"),
    **{word: word for word in ("qa", "uat", "sandbox", "demo")},
}
_JOINED = regex(r"\b(non|pre)[-_.](?=prod)")


class Environment(NamedTuple):
    """One way in which a root is used: its name, what tells it, and the var files, the last one counts most."""

    name: str
    how: str
    files: tuple[str, ...] = ()


def environment_named(text: str) -> str:
    """Return the environment that a name speaks of ("prod-eu" is production), "" for none or for more than one."""
    words = re.split(r"[-_.\s]+", _JOINED.sub(r"\1", text.lower()))
    found = {_WORDS[word] for word in words if word in _WORDS}
    return found.pop() if len(found) == 1 else ""


class VarFiles:
    """The var files below the scanned root, by folder; `modules` are the folders that hold Terraform files."""

    def __init__(self, paths: Iterable[str], modules: Collection[str]) -> None:
        self._modules = frozenset(modules)
        self._in_folder: dict[str, list[str]] = {}
        self._folders: dict[str, set[str]] = {}
        for path in sorted(paths):
            folder: str = posixpath.dirname(path) or "."
            self._in_folder.setdefault(folder, []).append(path)
            while folder != ".":
                above: str = posixpath.dirname(folder) or "."
                self._folders.setdefault(above, set()).add(folder)
                folder = above

    def environments_of(self, root: str) -> tuple[Environment, ...]:
        """Return the environments of a root module, in the order of their evidence; empty when nothing tells."""
        found = list(self._of_files(root, known_only=True))
        for folder in self._below(root):
            name = posixpath.basename(folder).lower()
            if name in _ENVIRONMENT_FOLDERS:
                found += self._of_files(folder, known_only=False)
                found += self._of_folders(folder, known_only=False)
            elif name in _FILE_FOLDERS:
                found += self._of_files(folder, known_only=True)
                found += self._of_folders(folder, known_only=True)
        found += self._of_folders(root, known_only=True)
        return tuple(found[:MOST_ENVIRONMENTS]) if found else self._own(root)

    def _below(self, folder: str) -> list[str]:
        return sorted(inner for inner in self._folders.get(folder, ()) if inner not in self._modules)

    def _of_files(self, folder: str, known_only: bool) -> Iterable[Environment]:
        shared: list[str] = []
        found: list[Environment] = []
        for path in self._in_folder.get(folder, ()):
            stem = _stem(path)
            if stem == "terraform" or stem.endswith(".auto") or _NOT_REAL & set(re.split(r"[-_.]", stem)):
                continue
            if stem in _SHARED:
                shared.append(path)
                continue
            name = environment_named(stem) or ("" if known_only else stem)
            if name:
                found.append(Environment(name, path, (path,)))
        return [one._replace(files=(*shared, *one.files)) for one in found]

    def _of_folders(self, folder: str, known_only: bool) -> Iterable[Environment]:
        for inner in self._below(folder):
            base = posixpath.basename(inner).lower()
            files = tuple(self._in_folder.get(inner, ()))
            name = environment_named(base) or ("" if known_only or base in _SHARED | _NOT_REAL else base)
            if files and name:
                yield Environment(name, files[-1], files)

    def _own(self, root: str) -> tuple[Environment, ...]:
        """Return the environment of a root that has a folder of its own among those of the others."""
        above = posixpath.basename(posixpath.dirname(root)).lower()
        name = environment_named(posixpath.basename(root))
        automatic = [path for path in self._in_folder.get(root, ()) if _stem(path) == "terraform" or ".auto." in path]
        if not name or not automatic or above not in _ENVIRONMENT_FOLDERS | {"live"}:
            return ()
        return (Environment(name, automatic[-1]),)


def _stem(path: str) -> str:
    return posixpath.basename(path).lower().removesuffix(".json").removesuffix(".tfvars")


def chosen(environments: Sequence[Environment], name: str | None) -> tuple[Environment, ...]:
    """Return the environments of one name; none where no var file is of that one, which then has what all have."""
    if name is None:
        return tuple(environments)
    wanted = environment_named(name) or name
    return tuple(one for one in environments if one.name in (name, wanted))
