"""A host that is read and never written to: what would be sent is kept, for a dry run."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.model.records import NamedTuple
from gatepost.model.reviews import Host, Note, Posted, PullRequest, Refusal


class Said(NamedTuple):
    """What would be done: in words, where, and the text of it ("" for none)."""

    what: str
    where: str
    body: str = ""


class Rehearsal:
    """What a host would be asked to do, in order."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.said: list[Said] = []

    @property
    def markup(self) -> str:
        """The name of the host's Markdown."""
        return self._host.markup

    def pull_request(self) -> PullRequest:
        """Return the pull request with its files."""
        return self._host.pull_request()

    def posted(self) -> Sequence[Posted]:
        """Return every comment of ours on it."""
        return self._host.posted()

    def post(self, notes: Sequence[tuple[Note, str]], commit: str) -> Sequence[Refusal]:  # noqa: ARG002
        """Keep new comments."""
        for note, body in notes:
            place = note.path if not note.line else f"{note.path}:{note.line}"
            if 0 < note.first < note.line:
                place = f"{note.path}:{note.first}-{note.line}"
            self.said.append(Said("comment", place, body))
        return ()

    def write_summary(self, body: str, before: Posted | None) -> None:
        """Keep the summary."""
        self.said.append(Said("edit the summary" if before else "summary", before.id if before else "", body))

    def edit(self, comment: Posted, body: str) -> None:
        """Keep what a comment would say."""
        self.said.append(Said("edit", comment.id, body))

    def remove(self, comment: Posted) -> None:
        """Keep that a comment would go."""
        self.said.append(Said("remove", comment.id))

    def resolve(self, comment: Posted, resolved: bool) -> bool:
        """Keep that a thread would be resolved or opened."""
        self.said.append(Said("resolve" if resolved else "reopen", comment.id))
        return True
