"""Pull requests that mend: what one should hold, and what a host has of it; never at which host, nor how it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol, TypeAlias

from gatepost.model.records import NamedTuple

StandingState: TypeAlias = Literal["open", "closed", "merged"]


class Content(NamedTuple):
    """A file that is changed: its path from the top of the repository, git's id of what it was, what it will be."""

    path: str
    before: str
    after: bytes


class Mended(NamedTuple):
    """A finding that is mended. `line` is 1-based. `unsafe` says why its fix wants a look, "" for a safe one."""

    severity: str
    title: str
    rule: str
    resource: str
    path: str
    line: int
    unsafe: str = ""


class Proposal(NamedTuple):
    """What a pull request should hold, all of it proved.

    `findings` are the identities of what it mends (12 hexadecimal digits each). `users` and `teams` are whom to ask for
    a review, without "@", teams as "organisation/team".
    """

    files: tuple[Content, ...]
    mended: tuple[Mended, ...]
    findings: tuple[str, ...]
    users: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


class Group(NamedTuple):
    """Fixes that go together: `key` names their branch, `whose` says what they have in common ("" for nothing).

    `make` proves them and returns what they come to, or in a sentence why there is nothing to propose.
    """

    key: str
    whose: str
    make: Callable[[], Proposal | str]


class Work(NamedTuple):
    """Everything that is to be proposed, what comes first first.

    `here` are the identities of all that is still found; `clear` is false where something could not be read, so that
    nothing may be called gone. `commit` is the one that was judged.
    """

    scope: str
    commit: str
    groups: tuple[Group, ...]
    here: frozenset[str]
    clear: bool = True


class FixMark(NamedTuple):
    """What a pull request of ours remembers, hidden in it; `state` is "fixed" where we closed it ourselves."""

    scope: str
    key: str
    digest: str
    state: Literal["open", "fixed"]
    findings: tuple[str, ...]


class Standing(NamedTuple):
    """A pull request from a branch of ours as a host has it. `mine`: whoever we are there wrote it."""

    number: int
    branch: str
    head: str
    state: StandingState
    title: str
    body: str
    mine: bool


class Tip(NamedTuple):
    """A commit of the host: its id, its tree's, its parents', its message."""

    id: str
    tree: str
    parents: tuple[str, ...]
    message: str


class FixHost(Protocol):
    """A code host. Every method raises `services.web.Refused` where the host does not do it."""

    @property
    def markup(self) -> str:
        """The name of the host's Markdown."""
        ...

    def start(self, branch: str) -> tuple[str, Tip]:
        """Return a branch and its last commit; "" asks for the default branch."""
        ...

    def holds(self, tip: str, commit: str) -> bool:
        """Whether a commit is `tip` or one before it."""
        ...

    def files(self, tip: Tip, paths: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Return (mode, git's id) of those paths that a commit has as files."""
        ...

    def open_ones(self) -> Sequence[Standing]:
        """Return the open pull requests from branches of ours, the oldest first."""
        ...

    def last_of(self, branch: str) -> Standing | None:
        """Return the newest pull request from a branch, whatever its state."""
        ...

    def branch_tip(self, branch: str) -> Tip | None:
        """Return the last commit of a branch, None where there is no such branch."""
        ...

    def write_tree(self, on: Tip, files: Sequence[tuple[Content, str]]) -> str:
        """Write files (each with its mode) over those of a commit; returns the id of the tree."""
        ...

    def write_commit(self, message: str, tree: str, parent: str) -> str:
        """Write a commit that no branch has yet; returns its id."""
        ...

    def make_branch(self, branch: str, commit: str) -> None:
        """Make a branch."""
        ...

    def move_branch(self, branch: str, commit: str) -> None:
        """Let a branch end in another commit, whatever it held."""
        ...

    def propose(self, branch: str, onto: str, title: str, body: str) -> int:
        """Make a pull request; returns its number."""
        ...

    def rewrite(self, number: int, title: str, body: str, onto: str) -> None:
        """Write a pull request's title and description anew."""
        ...

    def reopen(self, number: int) -> None:
        """Open a pull request again."""
        ...

    def close(self, number: int, body: str, note: str) -> None:
        """Close a pull request with a comment, and a new description."""
        ...

    def label(self, number: int) -> None:
        """Give a pull request the label `gatepost`."""
        ...

    def ask_for_review(self, number: int, users: Sequence[str], teams: Sequence[str]) -> Sequence[str]:
        """Ask for reviews; returns the sentences that say who could not be asked."""
        ...
