"""What a pull request is told and what it was told before; never at which host, nor how it is sent."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, TypeAlias

from gatepost.model.records import NamedTuple

State: TypeAlias = Literal["open", "fixed"]


class Hunk:
    """A stretch of a change as a code host shows it: each line with " ", "+" or "-" in front. Never changed.

    `old` and `new` are the 1-based numbers of the first line in the file before and after.
    """

    __slots__ = ("_now", "lines", "new", "old")

    def __init__(self, old: int, new: int, lines: tuple[str, ...]) -> None:
        self.old = old
        self.new = new
        self.lines = lines
        self._now: list[str] | None = None

    def now(self) -> list[str]:
        """Return the lines that the file has now, without a sign; the first of them is number `new`."""
        if self._now is None:
            self._now = [line[1:] for line in self.lines if line[:1] != "-"]
        return self._now


class ChangedFile(NamedTuple):
    """A file of a change: its path now, its path before ("" for a new file), the hunks that a host shows.

    `hunks` is None where the host shows none (a binary or very large file): then no line of it takes a comment, unless
    it is `whole`: the host takes one on any line of the file. `blob` is git's identity of the file as it is now, ""
    where the host does not tell it.
    """

    path: str
    before: str
    hunks: tuple[Hunk, ...] | None = None
    whole: bool = False
    blob: str = ""

    def shows(self, first: int, last: int) -> bool:
        """Whether one hunk shows all lines from `first` to `last` (1-based, both included) of the file as it is now."""
        return self.whole or self._hunk(first, last) is not None

    def lines(self, first: int, last: int) -> list[str] | None:
        """Return the lines from `first` to `last` as they are now, None where no hunk shows all of them."""
        hunk = self._hunk(first, last)
        return None if hunk is None else hunk.now()[first - hunk.new : last + 1 - hunk.new]

    def _hunk(self, first: int, last: int) -> Hunk | None:
        hunks = self.hunks or ()
        at = bisect_right(hunks, first, key=lambda hunk: hunk.new) - 1  # hosts list them from the top of the file
        if at < 0 or last < first or last >= hunks[at].new + len(hunks[at].now()):
            return None
        return hunks[at]

    def old_line(self, line: int) -> int | None:
        """Return the number that a shown line had before; None for one that the change wrote."""
        sign, old = self._before(line)
        return None if sign == "+" else old

    def old_position(self, line: int) -> int:
        """Return the number of the line of the file before that comes with a shown line, or next after it."""
        return self._before(line)[1] or 0

    def _before(self, line: int) -> tuple[str, int | None]:
        hunk = self._hunk(line, line)
        if hunk is None:
            return "", None
        old, new = hunk.old, hunk.new
        for sign in (shown[:1] for shown in hunk.lines):
            if sign != "-" and new == line:
                return sign, old
            old += sign != "+"
            new += sign != "-"
        return "", None


class PullRequest(NamedTuple):
    """What is commented on: its number, the commits it is shown between, whether it is still open, its files by path.

    `complete` is false where the host lists only a part of the files.
    """

    number: int
    base: str
    head: str
    open: bool
    files: Mapping[str, ChangedFile]
    complete: bool = True


class Mark(NamedTuple):
    """What a comment of ours remembers, hidden in it: what it is about and a digest of what it says.

    `scope` tells the comments of one gate from those of another one on the same pull request; `key` is "summary" or
    the identity of a root cause (hexadecimal digits).
    """

    scope: str
    key: str
    digest: str
    state: State = "open"


class Note(NamedTuple):
    """A comment as it should be: `line` is the last line it is about (1-based; 0 for the file), `first` the first.

    `body` is complete but for the mark. `title` is one line for lists. `elsewhere` is what a comment says that is there
    already and stands on other lines than these: a suggestion would replace those. "" where it says the same.
    """

    key: str
    path: str
    first: int
    line: int
    title: str
    body: str
    blocks: bool = False
    elsewhere: str = ""


class Posted(NamedTuple):
    """A comment of ours as a host has it. `thread` is what replies hang on, `replies` how many others wrote there.

    `where` is what the host wants to know again to change it. It stands on the lines `first` to `line` of `path` as the
    file is now; `line` is -1 where nobody knows, as for lines that have changed since.
    """

    id: str
    mark: Mark
    body: str
    thread: str = ""
    replies: int = 0
    resolved: bool = False
    where: str = ""
    path: str = ""
    first: int = 0
    line: int = -1

    def stands_on(self, note: Note) -> bool:
        """Whether the host shows it on exactly the lines of a note."""
        return (self.path, self.first, self.line) == (note.path, note.first, note.line)


class Host(Protocol):
    """A code host. Every method raises `services.web.Refused` where the host does not do it.

    Comments of anybody else are never ours, whatever they hold.
    """

    @property
    def markup(self) -> str:
        """The name of the host's Markdown."""
        ...

    def pull_request(self) -> PullRequest:
        """Return the pull request with its files."""
        ...

    def posted(self) -> Sequence[Posted]:
        """Return every comment of ours on it, the summary too."""
        ...

    def post(self, notes: Sequence[tuple[Note, str]], commit: str) -> Sequence[Refusal]:
        """Write new comments (each with its body) as one review, as far as the host can; returns those it refused."""
        ...

    def write_summary(self, body: str, before: Posted | None) -> None:
        """Write the summary, in place of the one before where there is one."""
        ...

    def edit(self, comment: Posted, body: str) -> None:
        """Change what a comment says."""
        ...

    def remove(self, comment: Posted) -> None:
        """Take a comment away that nobody has answered."""
        ...

    def resolve(self, comment: Posted, resolved: bool) -> bool:
        """Mark a thread as resolved or open it again; False where we may not."""
        ...


class Refusal(NamedTuple):
    """A comment that the host did not take, and why."""

    note: Note
    why: str
