"""Asks git what a base commit holds and what has changed since; never touches the work tree or the index."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from types import TracebackType

from gatepost.model.records import NamedTuple
from gatepost.services.git import PATIENCE_SECONDS

MOST_BYTES = 32 * 1024 * 1024  # as for a file of the work tree
# No protocol is allowed: in a partial clone git would fetch what is missing, and a check needs no network.
_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "none", "LC_ALL": "C"}
_LINK = "120000"
_SUBMODULE = b"160000"
_MOST_NAMED = 1_000  # paths on one command line


class GitRefused(Exception):
    """git cannot tell; `what` is a sentence, `hint` what to type."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class Changes(NamedTuple):
    """What differs between a commit and the work tree, by paths relative to the folder that was asked about.

    `now` are the paths of the work tree that are new or differ, `before` those of the commit that are gone or differ,
    `renamed` maps new paths to old ones. `untracked` are those of `now` that git does not track.
    """

    now: frozenset[str]
    before: frozenset[str]
    renamed: dict[str, str]
    untracked: frozenset[str] = frozenset()

    def below(self, prefix: str) -> Changes:
        """Return the changes below a folder ("live/"; "" is all), with paths relative to it."""
        if not prefix:
            return self
        cut = len(prefix)
        now, before, untracked = (
            frozenset(path[cut:] for path in paths if path.startswith(prefix))
            for paths in (self.now, self.before, self.untracked)
        )
        both = [pair for pair in self.renamed.items() if all(path.startswith(prefix) for path in pair)]
        renamed = {new[cut:]: old[cut:] for new, old in both}
        return Changes(now, before, renamed, untracked)


def run(folder: str, *arguments: str, given: bytes = b"") -> bytes:
    """Return what a git command prints, with `given` to read; raises `GitRefused`."""
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]
    try:
        answer = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            check=False,
            timeout=PATIENCE_SECONDS,
            input=given,
            env={**os.environ, **_ENVIRONMENT},
        )
    except FileNotFoundError:
        raise GitRefused("git is not installed, so the base cannot be read", "install git") from None
    except (OSError, subprocess.SubprocessError):
        raise GitRefused("git does not answer, so the base cannot be read", "see what git status says") from None
    if answer.returncode:
        raise _refused(folder, answer.stderr.decode("utf-8", "replace").strip())
    return answer.stdout


def _refused(folder: str, said: str) -> GitRefused:
    if "dubious ownership" in said:
        hint = f"git config --global --add safe.directory {os.path.realpath(folder)}"
        return GitRefused("git does not trust this folder, which belongs to somebody else", hint)
    if "promisor" in said:
        hint = f"git -C {folder} fetch --refetch --no-filter origin"
        return GitRefused("this clone is partial, and files of the base are not in it", hint)
    first = said.partition("\n")[0].removeprefix("fatal: ")
    return GitRefused(f"git refuses: {first[:200]}", "see what git status says")


def base_commit(folder: str, revision: str) -> str:
    """Return the commit that a change began at, as hexadecimal digits: see `beginning`."""
    return beginning(folder, revision)[0]


def beginning(folder: str, revision: str) -> tuple[str, str]:
    """Return the commit (hexadecimal digits) where a change and `revision` part, and a note on it, "" for none.

    In a shallow clone that is not known; then it is `revision` itself. Raises `GitRefused` when it is not there.
    """
    if revision.startswith("-"):
        raise GitRefused(f"{revision!r} is no revision", "give a branch, a tag or a commit")
    try:
        commit = run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except GitRefused as error:
        if error.what != "git refuses: ":
            raise
        raise GitRefused(f"the commit {revision!r} is not in this clone", _fetch(folder, revision)) from None
    tip = commit.decode("ascii").strip()
    try:
        return run(folder, "merge-base", tip, "HEAD").decode("ascii").strip(), ""
    except GitRefused:
        return tip, _unparted(folder, revision)


def _unparted(folder: str, revision: str) -> str:
    itself = f"it is compared with {revision} itself, and what came there since counts as changed"
    if run(folder, "rev-parse", "--is-shallow-repository").strip() == b"true":
        shallow = f"this clone is shallow, so where the change left {revision} is not known"
        return f"{shallow}: {itself}; git fetch --unshallow"
    return f"the change and {revision} have no commit in common: {itself}"


def _fetch(folder: str, revision: str) -> str:
    name = revision.removeprefix("origin/")
    full = len(name) in (40, 64) and all(letter in "0123456789abcdef" for letter in name)
    wanted = name if full else f"{name}:refs/remotes/origin/{name}"
    return f"git -C {folder} fetch --depth=1 origin {wanted}"


def changes(folder: str, commit: str) -> Changes:
    """Return what differs below `folder` between a commit and the work tree, files that git does not track included.

    Raises `GitRefused`.
    """
    # .gitmodules is of the change, too, and might say that its submodules are none of the changes
    options = ("--raw", "--no-abbrev", "-z", "-M", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
    listed = run(folder, "diff", *options, "--relative", commit, "--", ".")
    untracked = run(folder, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")
    extra = frozenset(os.fsdecode(path) for path in untracked.split(b"\0") if path)
    now = set(extra)
    before: set[str] = set()
    renamed: dict[str, str] = {}
    for status, paths, is_submodule in _statuses(listed):
        if is_submodule:
            now.update(_below(folder, paths[-1]))
        if status in "RC":
            renamed[paths[1]] = paths[0]
        if status not in "AC":
            before.add(paths[0])
        if status != "D":
            now.add(paths[-1])
    return Changes(frozenset(now), frozenset(before), renamed, extra)


def _statuses(listed: bytes) -> Iterator[tuple[str, list[str], bool]]:
    """Yield (letter, paths, whether it is a submodule) of `git diff --raw -z`; a rename or copy has two paths."""
    fields = iter(listed.split(b"\0"))
    for facts in fields:
        if facts:
            modes, letter = facts.split(b" ")[:2], facts.rpartition(b" ")[2][:1].decode("ascii", "replace")
            paths = [os.fsdecode(next(fields, b"")) for _ in range(2 if letter in "RC" else 1)]
            yield letter, paths, _SUBMODULE in (modes[0].lstrip(b":"), modes[-1])


def _below(folder: str, path: str) -> Iterator[str]:
    """Yield the files of a submodule, by path from the folder: which of them differ, only its own history knows."""
    for here, folders, names in os.walk(os.path.join(folder, path)):
        folders[:] = [name for name in folders if name != ".git"]
        below = os.path.relpath(here, folder).replace(os.sep, "/")
        for name in names:
            yield f"{below}/{name}"


def changed_lines(folder: str, commit: str) -> dict[str, list[tuple[int, int]]]:
    """Return, by path below `folder`, the lines of the work tree that are new or differ, as (first, last), 1-based.

    Files that git does not track are not in it. Raises `GitRefused`.
    """
    # --text: the attributes are those of the change, which might call its files binary.
    options = (
        "--text",
        "--unified=0",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-prefix",
        "--relative",
        "-M",
    )
    found: dict[str, list[tuple[int, int]]] = {}
    lines: list[tuple[int, int]] = []
    left = 0  # lines of the hunk, which may look like anything
    for line in run(folder, "diff", *options, "-M", commit, "--", ".").split(b"\n"):
        if left and not line.startswith(b"\\"):
            left -= 1
        elif line.startswith(b"+++ "):
            lines = found.setdefault(os.fsdecode(_unquoted(line[4:].rstrip(b"\t"))), [])
        elif line.startswith(b"@@ -"):
            old, new = (_span(part) for part in line.split(b" ")[1:3])
            left = old[1] + new[1]
            if new[1]:
                lines.append((new[0], new[0] + new[1] - 1))
    return found


def committed_paths(top: str) -> frozenset[str]:
    """Return the files, by path from the top, that the work tree has as the commit that is checked out has them.

    Links are left out, and so is what lies in submodules: that is no part of the commit. Raises `GitRefused`.
    """
    listed = run(top, "ls-tree", "-r", "-z", "--full-tree", "HEAD")
    entries = (entry.partition(b"\t") for entry in listed.split(b"\0") if entry)
    paths = frozenset(os.fsdecode(name) for facts, _, name in entries if facts.startswith(b"100"))
    return paths - edited_paths(top)


def edited_paths(folder: str) -> frozenset[str]:
    """Return what git tracks below a folder and the work tree has otherwise, by path from the folder."""
    options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
    listed = run(folder, "diff", *options, "--relative", "HEAD", "--", ".")
    return frozenset(os.fsdecode(path) for path in listed.split(b"\0") if path)


def _span(part: bytes) -> tuple[int, int]:
    """Return (first line, count) of one side of a hunk: "-3" or "+7,2"."""
    first, _, count = part[1:].partition(b",")
    return int(first), int(count or b"1")


def _unquoted(name: bytes) -> bytes:
    """Return a path as it is; git quotes those with control characters, quotes and backslashes."""
    if not name.startswith(b'"'):
        return name
    return name[1:-1].decode("unicode_escape").encode("latin-1")


class Tree:
    """The files of one commit below a folder, read one after the other through one git process.

    Used by one process only; a copy of it in a forked one starts a git of its own.
    """

    def __init__(self, folder: str, commit: str) -> None:
        self.folder = folder
        self.commit = commit
        self._git: subprocess.Popen[bytes] | None = None
        self._owner = 0
        told = run(folder, "rev-parse", "--show-prefix", "--git-common-dir").rstrip(b"\n")
        self._prefix, _, self._common = told.rpartition(b"\n")

    def __enter__(self) -> Tree:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the git process."""
        if self._git is not None and self._owner == os.getpid():
            for pipe in (self._git.stdin, self._git.stdout):
                if pipe is not None:
                    pipe.close()
            self._git.wait()
        self._git = None

    def require(self, paths: Collection[str]) -> None:
        """Raise `GitRefused` where the clone is partial and lacks one of some files."""
        packs = os.path.join(os.fsencode(self.folder), self._common, b"objects", b"pack")
        if not os.path.isdir(packs) or not any(name.endswith(b".promisor") for name in os.listdir(packs)):
            return
        names = [self._prefix + os.fsencode(path) for path in sorted(paths) if "\n" not in path]
        asked = b"".join(self.commit.encode("ascii") + b":" + name + b"\n" for name in names)
        run(self.folder, "cat-file", "--batch-check", given=asked)

    def paths(self, below: Sequence[str] = (".",)) -> list[str]:
        """Return the files of the commit, relative to the folder, links left out. Raises `GitRefused`."""
        listed = run(self.folder, "ls-tree", "-r", "-z", self.commit, "--", *below)
        found: list[str] = []
        for entry in listed.split(b"\0"):
            facts, _, name = entry.partition(b"\t")
            if name and facts.startswith(b"100"):
                found.append(os.fsdecode(name))
        return found

    def has(self, paths: Sequence[str]) -> frozenset[str]:
        """Return those of some paths at which the commit has something; none of too many. Raises `GitRefused`."""
        if not paths or len(paths) > _MOST_NAMED:
            return frozenset()
        listed = run(self.folder, "ls-tree", "-z", "--name-only", self.commit, "--", *paths)
        return frozenset(os.fsdecode(path) for path in listed.split(b"\0") if path)

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None when the commit has no file there, or too large a one."""
        name = self._prefix + os.fsencode(path)
        if b"\n" in name:
            return None
        git = self._process()
        assert git.stdin is not None
        assert git.stdout is not None
        with suppress(BrokenPipeError):
            git.stdin.write(self.commit.encode("ascii") + b":" + name + b"\n")
            git.stdin.flush()
        line = git.stdout.readline()
        if not line:
            raise GitRefused("git does not answer, so the base cannot be read", "see what git status says")
        head = line.split()
        if len(head) != 3 or not head[2].isdigit():
            return None
        size = int(head[2])
        if head[1] != b"blob" or size > MOST_BYTES:
            self.close()  # rather than reading all of it away
            return None
        content = git.stdout.read(size)
        git.stdout.read(1)
        return content

    def _process(self) -> subprocess.Popen[bytes]:
        if self._git is None or self._owner != os.getpid():
            try:
                self._git = subprocess.Popen(
                    ["git", "cat-file", "--batch"],
                    cwd=self.folder,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, **_ENVIRONMENT},
                )
            except OSError:
                raise GitRefused("git does not answer, so the base cannot be read", "install git") from None
            self._owner = os.getpid()
        return self._git
