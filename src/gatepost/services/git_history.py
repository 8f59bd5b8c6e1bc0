"""Asks git who wrote the lines of a file; never touches the work tree, never runs what a repository asks for."""

from __future__ import annotations

import os
import subprocess
import time

from gatepost.model.records import NamedTuple

# For all files of a run together: history is a last resort, and old files take git long.
PATIENCE_SECONDS = 20.0
_MOST_COMMITS = 20_000
_MOST_OUTPUT = 64 * 1024 * 1024
_NOBODY = "0" * 40


class Author(NamedTuple):
    """Who made a commit, as the mailmap has it, and when (seconds since 1970)."""

    name: str
    email: str
    when: int


class History:
    """The authors of lines, by `git blame`. `why` says why nothing (more) is told, "" while it is.

    With a `base` the commits of the change, which are not in it, and its .mailmap tell nothing.
    """

    def __init__(self, top: str, base: str = "") -> None:
        self._top = top
        self._base = base
        self._left = PATIENCE_SECONDS
        self._lines: dict[str, list[str]] = {}
        self._authors: dict[str, Author] = {}
        self._new: frozenset[str] | None = None
        self.why = ""
        said = self._git("rev-parse", "--is-shallow-repository")
        if said is None:
            self.why = self.why or "git does not answer"
        elif said.strip() == b"true":
            self.why = "this clone is shallow, so the history does not say who wrote what (git fetch --unshallow)"

    def authors(self, path: str, lines: tuple[int, int]) -> list[Author]:
        """Return who wrote the lines of a path from the top, the most recent first; (0, 0) is the whole file."""
        if self.why:
            return []
        commits = self._blame(path)
        first, last = lines
        part = commits[first - 1 : last] if first else commits
        old = [commit for commit in dict.fromkeys(part) if commit != _NOBODY and not self._is_new(commit)]
        latest: dict[str, Author] = {}
        for author in self._known(old):
            before = latest.get(author.email)
            if before is None or author.when > before.when:
                latest[author.email] = author
        return sorted(latest.values(), key=lambda author: (-author.when, author.email))

    def _blame(self, path: str) -> list[str]:
        """Return the commit that each line of a file of the work tree comes from."""
        found = self._lines.get(path)
        if found is None:
            said = self._git("blame", "--porcelain", "--no-textconv", "--", path)
            found = self._lines[path] = _commits(said) if said is not None else []
        return found

    def _is_new(self, commit: str) -> bool:
        if not self._base:
            return False
        if self._new is None:
            said = self._git("rev-list", f"--max-count={_MOST_COMMITS}", "HEAD", f"^{self._base}")
            self._new = frozenset((said or b"").decode("ascii", "replace").split())
        return commit in self._new

    def _known(self, commits: list[str]) -> list[Author]:
        missing = [commit for commit in commits if commit not in self._authors]
        if missing:
            folder = self._git("rev-parse", "--absolute-git-dir")
            if folder is not None:
                inside = os.fsdecode(folder).rstrip("\n")
                mailmap = f"mailmap.blob={self._base or 'HEAD'}:.mailmap"
                listed = ("log", "--no-walk=unsorted", "--stdin", "--format=%H%x00%aN%x00%aE%x00%at")
                # In a bare repository, and away from the work tree, the .mailmap of a commit is read and no other.
                options = (f"--git-dir={inside}", "--bare", "-c", mailmap)
                self._read(self._git(*options, *listed, given="\n".join(missing).encode("ascii"), folder=inside))
        return [self._authors[commit] for commit in commits if commit in self._authors]

    def _read(self, said: bytes | None) -> None:
        for line in (said or b"").split(b"\n"):
            fields = line.decode("utf-8", "replace").split("\0")
            if len(fields) == 4 and fields[3].isdigit():
                self._authors[fields[0]] = Author(fields[1], fields[2], int(fields[3]))

    def _git(self, *arguments: str, given: bytes | None = None, folder: str = "") -> bytes | None:
        """Return what git prints; None when it fails, is not there, or has taken its time."""
        if self._left <= 0:
            self.why = f"git took longer than {PATIENCE_SECONDS:.0f} s to say who wrote what, and is not asked further"
            return None
        began = time.monotonic()
        try:
            answer = subprocess.run(
                [
                    "git",
                    "-c",
                    "core.fsmonitor=false",
                    "-c",
                    "core.quotePath=false",
                    "-c",
                    "log.showSignature=false",
                    *arguments,
                ],
                cwd=folder or self._top,
                input=given,
                stdin=subprocess.DEVNULL if given is None else None,
                capture_output=True,
                timeout=self._left,
                check=False,
                env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            )
        except subprocess.TimeoutExpired:
            self._left = 0
            return None
        except (OSError, subprocess.SubprocessError):
            self.why = "git does not answer"
            return None
        finally:
            self._left -= time.monotonic() - began
        return answer.stdout if answer.returncode == 0 and len(answer.stdout) <= _MOST_OUTPUT else None


def _commits(said: bytes) -> list[str]:
    """Return the commit of each line of `git blame --porcelain`; the text of a line begins with a tab."""
    found: list[str] = []
    commit = ""
    for line in said.split(b"\n"):
        if line.startswith(b"\t"):
            found.append(commit)
        else:
            head, _, rest = line.partition(b" ")
            if len(head) in (40, 64) and rest[:1].isdigit():
                commit = head.decode("ascii", "replace")
    return found
