"""A code host in memory that keeps comments as real ones do, and verdicts to tell it; never a socket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatepost.model.records import NamedTuple
from gatepost.model.reviews import ChangedFile, Hunk, Note, Posted, PullRequest, Refusal
from gatepost.reviewing.marks import read_mark
from gatepost.services.web import Refused

HEAD = "4be1c90aaa4be1c90aaa4be1c90aaa4be1c90aaa"


class Comment(NamedTuple):
    """A comment on the host."""

    id: str
    author: str
    body: str
    path: str = ""
    first: int = 0
    line: int = 0
    replies: int = 0
    resolved: bool = False


class MemoryHost:
    """One pull request with its comments; `me` is how it calls us. Lines outside of the hunks are refused."""

    markup = "github"

    def __init__(self, files: dict[str, list[str]], open: bool = True) -> None:
        self.me = "gate[bot]"
        self.files = {path: ChangedFile(path, path, (Hunk(1, 1, tuple(lines)),)) for path, lines in files.items()}
        self.open = open
        self.head = HEAD
        self.comments: list[Comment] = []
        self.log: list[str] = []
        self.may_resolve = True
        self.refuse: set[str] = set()

    def pull_request(self) -> PullRequest:
        """Return the pull request."""
        return PullRequest(7, "0" * 40, self.head, self.open, self.files)

    def posted(self) -> Sequence[Posted]:
        """Return our comments, oldest first."""
        found: list[Posted] = []
        for one in self.comments:
            mark = read_mark(one.body)
            if one.author == self.me and mark is not None:
                found.append(
                    Posted(
                        one.id, mark, one.body, one.id, one.replies, one.resolved,
                        path=one.path, first=one.first, line=one.line,
                    )
                )  # fmt: skip
        return found

    def write(self, author: str, body: str, path: str = "", first: int = 0, line: int = 0) -> Comment:
        """Put a comment of anybody there."""
        made = Comment(str(len(self.comments) + 1), author, body, path, first, line)
        self.comments.append(made)
        return made

    def post(self, notes: Sequence[tuple[Note, str]], commit: str) -> Sequence[Refusal]:
        """Take comments whose lines the change shows."""
        assert commit == self.head
        refused: list[Refusal] = []
        for note, body in notes:
            file = self.files.get(note.path)
            if note.path in self.refuse or file is None or (note.line and not file.shows(note.first, note.line)):
                refused.append(Refusal(note, f"422: {note.path}:{note.line} is no part of the diff"))
            else:
                self.write(self.me, body, note.path, note.first, note.line)
                self.log.append(f"post {note.path}:{note.line}")
        return refused

    def write_summary(self, body: str, before: Posted | None) -> None:
        """Write the summary."""
        if before is None:
            self.write(self.me, body)
            self.log.append("post summary")
        else:
            self._change(before, body=body)
            self.log.append("edit summary")

    def edit(self, comment: Posted, body: str) -> None:
        """Change a comment."""
        if comment.id in self.refuse:
            raise Refused("403: not allowed", 403)
        self._change(comment, body=body)
        self.log.append(f"edit {comment.id}")

    def remove(self, comment: Posted) -> None:
        """Take a comment away."""
        self.comments = [one for one in self.comments if one.id != comment.id]
        self.log.append(f"remove {comment.id}")

    def resolve(self, comment: Posted, resolved: bool) -> bool:
        """Resolve a thread where we may."""
        if self.may_resolve:
            self._change(comment, resolved=resolved)
            self.log.append(f"{'resolve' if resolved else 'reopen'} {comment.id}")
        return self.may_resolve

    def _change(self, comment: Posted, **changes: Any) -> None:
        at = next(index for index, one in enumerate(self.comments) if one.id == comment.id)
        self.comments[at] = self.comments[at]._replace(**changes)


def finding(
    rule: str = "aws/ec2/ssh-open-to-internet", path: str = "main.tf", line: int = 2, **more: Any
) -> dict[str, Any]:
    """Return a finding of the json report."""
    action = more.pop("action", "block")
    context = {
        "is_new": True,
        "affected": True,
        "environments": [{"name": "production", "how": "path"}],
        "owners": None,
    }
    context.update(more.pop("context", {}))
    made: dict[str, Any] = {
        "rule": rule, "title": "SSH is open to the whole internet", "message": "Anyone reaches port 22",
        "severity": "critical", "path": path, "why": "It is scanned within minutes.", "resource": "aws_x.web",
        "region": {"start_line": line, "start_column": 1, "end_line": line, "end_column": 9}, "ids": [],
        "context": context, "group": None, "mend": None, "related": [], "origins": [], "fixes": [], "diff": None,
        "decision": {"action": action, "because": "nothing critical", "waiver": None}, "fingerprint": f"{rule}:{path}",
    }  # fmt: skip
    made.update(more)
    return made


def suggested(path: str = "main.tf", line: int = 2, old: str = "open", new: str = "closed") -> dict[str, Any]:
    """Return a proved fix of one line."""
    return {
        "title": "close it", "safety": "unsafe", "proof": "proved", "edits": [],
        "why_unsafe": "It may lock somebody out.",
        "suggestion": {"path": path, "start_line": line, "end_line": line, "lines": [new], "old": [old]},
    }  # fmt: skip


def verdict(*findings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a json report of these findings."""
    blocks = any(one["decision"]["action"] == "block" for one in findings)
    return {
        "version": 1,
        "verdict": {"action": "blocked" if blocks else "passed", "mode": "enforce", "policy": "gatepost.yaml",
                    "counts": {}, "notes": []},
        "judged": {"repository": "acme/shop", "root": "", "paths": ["."], "commit": HEAD, "change": True},
        "findings": list(findings), "undecided": [], "problems": [], **more,
    }  # fmt: skip
