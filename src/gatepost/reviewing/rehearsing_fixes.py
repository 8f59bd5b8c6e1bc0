"""A host of fix pull requests that is read and never written to: what would be sent is kept, for a dry run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatepost.model.fix_requests import Content, FixHost, Standing, Tip
from gatepost.reviewing.rehearsing import Said

_NO_ID = "0" * 40


class FixRehearsal:
    """What a host would be asked to do, in order."""

    def __init__(self, host: FixHost) -> None:
        self._host = host
        self.said: list[Said] = []

    @property
    def markup(self) -> str:
        """The name of the host's Markdown."""
        return self._host.markup

    def start(self, branch: str) -> tuple[str, Tip]:
        """Ask the host."""
        return self._host.start(branch)

    def holds(self, tip: str, commit: str) -> bool:
        """Ask the host."""
        return self._host.holds(tip, commit)

    def files(self, tip: Tip, paths: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Ask the host."""
        return self._host.files(tip, paths)

    def open_ones(self) -> Sequence[Standing]:
        """Ask the host."""
        return self._host.open_ones()

    def last_of(self, branch: str) -> Standing | None:
        """Ask the host."""
        return self._host.last_of(branch)

    def branch_tip(self, branch: str) -> Tip | None:
        """Ask the host."""
        return self._host.branch_tip(branch)

    def write_tree(self, on: Tip, files: Sequence[tuple[Content, str]]) -> str:
        """Keep the files."""
        del on
        self.said += [Said("file", one.path) for one, _ in files]
        return _NO_ID

    def write_commit(self, message: str, tree: str, parent: str) -> str:
        """Keep the message."""
        del tree
        self.said.append(Said("commit on", parent[:10], message))
        return _NO_ID

    def make_branch(self, branch: str, commit: str) -> None:
        """Keep the name."""
        del commit
        self.said.append(Said("new branch", branch))

    def move_branch(self, branch: str, commit: str) -> None:
        """Keep the name."""
        del commit
        self.said.append(Said("move branch", branch))

    def propose(self, branch: str, onto: str, title: str, body: str) -> int:
        """Keep the text."""
        self.said.append(Said("new pull request", f"{branch} onto {onto}", f"{title}\n\n{body}"))
        return 0

    def rewrite(self, number: int, title: str, body: str, onto: str) -> None:
        """Keep the text."""
        self.said.append(Said("edit", f"#{number} onto {onto}", f"{title}\n\n{body}"))

    def reopen(self, number: int) -> None:
        """Keep the number."""
        self.said.append(Said("open again", f"#{number}"))

    def close(self, number: int, body: str, note: str) -> None:
        """Keep the comment."""
        del body
        self.said.append(Said("close", f"#{number}", note))

    def label(self, number: int) -> None:
        """Keep nothing: it comes with every new pull request."""

    def ask_for_review(self, number: int, users: Sequence[str], teams: Sequence[str]) -> Sequence[str]:
        """Keep the names."""
        del number
        self.said += [Said("ask for a review", one) for one in (*users, *teams)]
        return ()
