"""CODEOWNERS files, as GitHub and as GitLab read them: who owns a path, by which line; never asks a host.

Sources: "About code owners" (GitHub), "Syntax of CODEOWNERS file" and "Advanced CODEOWNERS configuration" (GitLab), and
for GitLab's patterns `File.fnmatch` of Ruby with FNM_DOTMATCH and FNM_PATHNAME.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from gatepost.model.decisions import Claim
from gatepost.model.records import NamedTuple
from gatepost.sources.path_globs import compile_names

Dialect: TypeAlias = Literal["github", "gitlab"]

# Where each host looks, the first that is there counts.
PLACES: dict[Dialect, tuple[str, ...]] = {
    "github": (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    "gitlab": ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
}
MOST_LINES = 100_000
_LONGEST = 320  # characters of an owner: an address has no more
_SECTION = re.compile(r"(\^?)\[([^\[\]]+)\](?:\[([^\[\]]*)\])?(?:\s+(.*))?\Z")
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
    key: str = ""  # a name, or the ending of one ("*.tf"), without which no path matches


class Fault(NamedTuple):
    """A line that the host passes over, and why."""

    line: int
    why: str


class _Section(NamedTuple):
    """The entries of one section, by the key that a path has to have; "" are those that look at every path."""

    entries: Mapping[str, list[tuple[int, Entry]]]
    excluding: Mapping[str, list[tuple[int, Entry]]]


class CodeOwners:
    """A CODEOWNERS file. `path` is relative to the top of the repository, `faults` are what the host passes over."""

    __slots__ = ("_sections", "dialect", "entries", "faults", "path")

    def __init__(self, path: str, dialect: Dialect, entries: Iterable[Entry], faults: Iterable[Fault]) -> None:
        self.path = path
        self.dialect: Dialect = dialect
        self.entries = _required(tuple(entries))
        self.faults = tuple(faults)
        self._sections: dict[str, _Section] = {}
        for number, entry in enumerate(self.entries):
            section = self._sections.setdefault(entry.section.lower(), _Section({}, {}))
            kept = section.excluding if entry.excludes else section.entries
            kept.setdefault(entry.key, []).append((number, entry))  # type: ignore[attr-defined]

    def deciding(self, path: str) -> list[Entry]:
        """Return the entries that decide about a path (relative to the top): the last that matches, in each section.

        What a section excludes nobody owns in it: no later line of the section brings it back.
        """
        keys = keys_of(path)
        found: list[Entry] = []
        for section in self._sections.values():
            if section.excluding and _last(section.excluding, keys, path) is not None:
                continue
            entry = _last(section.entries, keys, path)
            if entry is not None:
                found.append(entry)
        return found

    def owners(self, path: str) -> list[Claim]:
        """Return who owns a path with the line that says so, required owners before those of optional sections.

        A line that speaks of every path is less sure of one than a line that names it.
        """
        found: dict[str, Claim] = {}
        for entry in sorted(self.deciding(path), key=lambda entry: entry.optional):
            section = f", section {entry.section}" if entry.section else ""
            more = ", optional" if entry.optional else f", {entry.approvals} approvals" if entry.approvals > 1 else ""
            sure = "medium" if entry.optional or entry.pattern in ("*", "/*", "**", "/", "/**", "**/*") else "high"
            for owner in entry.owners:
                found.setdefault(owner, Claim(owner, f"{self.path}:{entry.line}{section}{more}", sure))
        return list(found.values())


def _required(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """A section that is there twice is optional only when both are."""
    needed = {entry.section.lower() for entry in entries if not entry.optional}
    return tuple(
        entry._replace(optional=False) if entry.optional and entry.section.lower() in needed else entry
        for entry in entries
    )


def _last(by_key: Mapping[str, list[tuple[int, Entry]]], keys: list[str], path: str) -> Entry | None:
    best: tuple[int, Entry] | None = None
    for key in keys:
        for pair in reversed(by_key.get(key, ())):
            if best is not None and pair[0] < best[0]:
                break
            if pair[1].matches(path):
                best = pair
                break
    return None if best is None else best[1]


def keys_of(path: str) -> list[str]:
    """Return the keys of the entries that may match a path."""
    found = dict.fromkeys(["", *path.split("/")])
    for name in list(found):
        dot = name.find(".")
        while dot >= 0:
            found[f"*{name[dot:]}"] = None
            dot = name.find(".", dot + 1)
    return list(found)


def _key(names: Iterable[str]) -> str:
    """Return a name that a path has to have among its own for a pattern of these names to match, "" for none."""
    ending = ""
    for name in names:
        if name and not re.search(r"[*?\[\\]", name):
            return name
        if re.match(r"\*\.[^*?\[\\]+\Z", name):
            ending = ending or name
    return ending


def read_codeowners(text: str, path: str, dialect: Dialect) -> CodeOwners:
    """Return what a CODEOWNERS file says; lines that the host passes over are in `faults`. Never raises."""
    lines = re.split(r"\r\n|\n|\r", text.lstrip("\ufeff"))
    read = _gitlab if dialect == "gitlab" else _github
    entries: list[Entry] = []
    faults: list[Fault] = []
    for found in read(lines[:MOST_LINES]):
        if isinstance(found, Fault):
            faults.append(found)
        else:
            entries.append(found)
    if len(lines) > MOST_LINES:
        faults.append(Fault(MOST_LINES + 1, f"only the first {MOST_LINES} lines are read"))
    return CodeOwners(path, dialect, entries, faults)


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
    return len(word) <= _LONGEST and bool(_NAME.match(word) or _ADDRESS.match(word))


def _unescaped(pattern: str) -> str:
    """Return a pattern whose escaped letters stand for themselves."""
    return re.sub(r"\\(.)", lambda found: f"[{found[1]}]" if found[1] in "*?[" else found[1], pattern)


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
            names = pattern.strip("/").split("/")
            yield Entry(number, pattern, tuple(owners), _github_test(_unescaped(pattern)), key=_key(names))


def _github_test(pattern: str) -> Callable[[str], bool]:
    names = pattern.strip("/").split("/")
    anchored = pattern.startswith("/") or len(names) > 1
    # What is directly in a folder, and not what is further below.
    only_here = len(names) > 1 and names[-1] == "*" and not pattern.endswith("/")
    parts = [name for name in names if name]
    if pattern.endswith("/"):
        parts.append("**")
    if not anchored:
        parts.insert(0, "**")
    return compile_names(parts, below=not only_here)


# -- GitLab -----------------------------------------------------------------------------------------------------------


class _Heading(NamedTuple):
    name: str = ""
    optional: bool = False
    approvals: int = 1
    owners: tuple[str, ...] = ()


def _gitlab(lines: Iterable[str]) -> Iterator[Entry | Fault]:
    known: dict[str, str] = {}
    section = _Heading()
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        header = _SECTION.match(stripped)
        if header is not None:
            name = known.setdefault(header[2].strip().lower(), header[2].strip())
            asked = header[3] or ""
            approvals = max(int(asked[:6]), 1) if asked.isascii() and asked.isdigit() else 1
            if header[3] is not None and (approvals == 1 and asked != "1"):
                yield Fault(number, f"[{asked}] is no number of approvals, and is taken for 1")
            section = _Heading(name, bool(header[1]), approvals, _owners(_words(header[4] or "")))
            continue
        yield from _gitlab_entry(number, _words(stripped), section)


def _gitlab_entry(number: int, words: list[str], section: _Heading) -> Iterator[Entry | Fault]:
    pattern, *others = words
    excludes = pattern.startswith("!") and len(pattern) > 1
    written = pattern[1:] if excludes else pattern
    test, key = _gitlab_test(_unescaped(written)), _key(written.split("/"))
    if excludes:
        yield Entry(number, pattern, (), test, section.name, True, section.optional, section.approvals, key)
        return
    # There are no comments behind an entry: owners in one are owners, and other words are passed over.
    owners = _owners(others) if others else section.owners
    words_of_line = others[: next((at for at, word in enumerate(others) if word.startswith("#")), len(others))]
    if wrong := next((word for word in words_of_line if not _is_owner(word)), ""):
        yield Fault(number, f"{wrong!r} is no user, group, role or e-mail address")
    elif not owners:
        yield Fault(number, "the entry has no owners, so nobody has to approve")
    elif len(words_of_line) < len(others) and _owners(others[len(words_of_line) :]):
        yield Fault(number, "GitLab knows no comments behind an entry: who is named in it is an owner")
    yield Entry(number, pattern, owners, test, section.name, False, section.optional, section.approvals, key)


def _owners(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if _is_owner(word)))


def _gitlab_test(pattern: str) -> Callable[[str], bool]:
    names = [name.replace("[^", "[!") for name in pattern.split("/") if name]
    if names and names[-1] == "**":
        names[-1] = "*"  # it goes into folders only where a slash follows
    if pattern.endswith("/"):
        names += ["**", "*"]
    if not pattern.startswith("/"):
        names.insert(0, "**")
    return compile_names(names, below=False)
