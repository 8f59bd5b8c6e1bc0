"""CODEOWNERS files, as GitHub and as GitLab read them: who owns a path, by which line; never asks a host.

Sources: "About code owners" (GitHub), "Code Owners syntax" and "Code Owners sections" (GitLab).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeAlias

from gatepost.model.decisions import Fact
from gatepost.model.records import NamedTuple
from gatepost.sources.path_globs import compile_names

Dialect: TypeAlias = Literal["github", "gitlab"]

# Where each host looks, the first that is there counts.
PLACES: dict[Dialect, tuple[str, ...]] = {
    "github": (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    "gitlab": ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
}
MOST_LINES = 100_000
_SECTION = re.compile(r"(\^?)\[([^\[\]]+)\](?:\[(\d+)\])?(?:\s+(.*))?\Z")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")
_NAME = re.compile(r"@@?[A-Za-z0-9](?:[\w.-]|/(?=[\w.-]))*\Z")


class Entry(NamedTuple):
    """One line: a pattern, who owns what it matches (nobody: an empty tuple), and the section it stands in.

    `line` is 1-based; `excludes`: what matches has no owner in its section. The section may be `optional`, and says how
    many `approvals` it takes.
    """

    line: int
    pattern: str
    owners: tuple[str, ...]
    matches: Callable[[str], bool]
    section: str = ""
    excludes: bool = False
    optional: bool = False
    approvals: int = 1


class Fault(NamedTuple):
    """A line that the host passes over, and why."""

    line: int
    why: str


class CodeOwners(NamedTuple):
    """A CODEOWNERS file. `path` is relative to the top of the repository."""

    path: str
    dialect: Dialect
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]

    def deciding(self, path: str) -> list[Entry]:
        """Return the entries that decide about a path (relative to the top): the last that matches, in each section."""
        last: dict[str, Entry] = {}
        excluded: set[str] = set()
        for entry in self.entries:
            section = entry.section.lower()
            if section not in excluded and entry.matches(path):
                if entry.excludes:
                    excluded.add(section)  # no later line of the section brings it back
                    last.pop(section, None)
                else:
                    last[section] = entry
        return list(last.values())

    def owners(self, path: str) -> tuple[Fact, ...]:
        """Return who owns a path with the line that says so, required owners before those of optional sections."""
        found: dict[str, Fact] = {}
        for entry in sorted(self.deciding(path), key=lambda entry: entry.optional):
            section = f", section {entry.section}" if entry.section else ""
            for owner in entry.owners:
                found.setdefault(owner, Fact(owner, f"{self.path}:{entry.line}{section}"))
        return tuple(found.values())


def read_codeowners(text: str, path: str, dialect: Dialect) -> CodeOwners:
    """Return what a CODEOWNERS file says; lines that the host passes over are in `faults`. Never raises."""
    lines = text.lstrip("\ufeff").splitlines()[:MOST_LINES]
    read = _gitlab if dialect == "gitlab" else _github
    entries: list[Entry] = []
    faults: list[Fault] = []
    for found in read(lines):
        if isinstance(found, Fault):
            faults.append(found)
        else:
            entries.append(found)
    return CodeOwners(path, dialect, tuple(entries), tuple(faults))


def _words(line: str) -> list[str]:
    """Split at blanks that no backslash precedes; backslashes stay."""
    words: list[str] = []
    word = ""
    escaped = False
    for letter in line:
        if letter in " \t" and not escaped:
            if word:
                words.append(word)
            word = ""
            continue
        escaped = letter == "\\" and not escaped
        word += letter
    return [*words, word] if word else words


def _without_comment(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if word.startswith("#"):
            return
        yield word


def _is_owner(word: str) -> bool:
    return bool(_NAME.match(word) or _ADDRESS.match(word))


def _plain(pattern: str) -> str:
    return re.sub(r"\\(.)", r"\1", pattern)


def _literal(name: str) -> str:
    """Return a name in which brackets are only brackets."""
    return name.replace("[", "[[]")


# -- GitHub -----------------------------------------------------------------------------------------------------------


def _github(lines: Iterable[str]) -> Iterator[Entry | Fault]:
    for number, line in enumerate(lines, 1):
        words = list(_without_comment(_words(line)))
        if not words:
            continue
        pattern, *owners = words
        if pattern.startswith("!"):
            yield Fault(number, "GitHub knows no patterns that begin with !")
        elif "[" in pattern:
            yield Fault(number, "GitHub knows no ranges of characters")
        elif pattern.startswith("\\#"):
            yield Fault(number, "GitHub knows no escaped #")
        elif wrong := next((word for word in owners if not _is_owner(word)), ""):
            yield Fault(number, f"{wrong!r} is no user, team or e-mail address")
        else:
            yield Entry(number, pattern, tuple(owners), _github_test(_plain(pattern)))


def _github_test(pattern: str) -> Callable[[str], bool]:
    names = pattern.strip("/").split("/")
    anchored = pattern.startswith("/") or len(names) > 1
    # What is directly in a folder, and not what is further below.
    only_here = len(names) > 1 and names[-1] == "*" and not pattern.endswith("/")
    parts = [_literal(name) for name in names if name]
    if pattern.endswith("/"):
        parts.append("**")
    if not anchored:
        parts.insert(0, "**")
    return compile_names(parts, below=not only_here)


# -- GitLab -----------------------------------------------------------------------------------------------------------


class _Section(NamedTuple):
    name: str = ""
    optional: bool = False
    approvals: int = 1
    owners: tuple[str, ...] = ()


def _gitlab(lines: Iterable[str]) -> Iterator[Entry | Fault]:
    known: dict[str, str] = {}
    section = _Section()
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        header = _SECTION.match(stripped)
        if header is not None:
            name = known.setdefault(header[2].strip().lower(), header[2].strip())
            given = _given(header[4] or "")
            section = _Section(name, bool(header[1]), max(int((header[3] or "1")[:6]), 1), given)
            continue
        words = list(_without_comment(_words(stripped)))
        pattern = words[0]
        if pattern.startswith("!") and len(pattern) > 1:
            test = _gitlab_test(_plain(pattern[1:]))
            yield Entry(number, pattern, (), test, section.name, True, section.optional, section.approvals)
            continue
        owners = tuple(word for word in words[1:] if _is_owner(word)) if len(words) > 1 else section.owners
        if wrong := next((word for word in words[1:] if not _is_owner(word)), ""):
            yield Fault(number, f"{wrong!r} is no user, group, role or e-mail address")
        test = _gitlab_test(_plain(pattern))
        yield Entry(number, pattern, owners, test, section.name, False, section.optional, section.approvals)


def _given(text: str) -> tuple[str, ...]:
    return tuple(word for word in _without_comment(_words(text)) if _is_owner(word))


def _gitlab_test(pattern: str) -> Callable[[str], bool]:
    names = [name for name in pattern.split("/") if name]
    if pattern.endswith("/"):
        names += ["**", "*"]
    if not pattern.startswith("/"):
        names.insert(0, "**")
    return compile_names(names, below=False)
