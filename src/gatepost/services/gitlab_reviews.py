"""The discussions of one merge request on GitLab, by python-gitlab; never decides what is said.

Sources: "Discussions API", "Merge requests API" and "Notes API" (docs.gitlab.com); the line code is that of GitLab's
own `diff_line_code`: SHA-1 of the path, the number in the old file that comes next, the number in the new file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

from gatepost.model.json_values import mapping, number, text
from gatepost.model.reviews import ChangedFile, Hunk, Mark, Note, Posted, PullRequest, Refusal
from gatepost.services.gitlab_connection import PAGE, GitLabConnection
from gatepost.services.patience import Patience
from gatepost.services.web import Refused

_MOST = 20_000


class GitLabReviews:
    """One merge request. `read_hunks` and `read_mark` read a file's diff, and the mark of a comment.

    Raises Refused where python-gitlab is not installed.
    """

    markup = "gitlab"

    def __init__(
        self,
        address: str,
        project: str,
        number: int,
        token: str,
        patience: Patience,
        read_hunks: Callable[[str], tuple[Hunk, ...]],
        read_mark: Callable[[str], Mark | None],
    ) -> None:
        self._connection = GitLabConnection(address, token, patience)
        self._path = f"/projects/{quote(project, safe='')}/merge_requests/{number}"
        self._number = number
        self._read_hunks = read_hunks
        self._read_mark = read_mark
        self._me = ""
        self._refs: Mapping[str, Any] = {}
        self._files: Mapping[str, ChangedFile] = {}

    def _get(self, path: str) -> Mapping[str, Any]:
        with self._connection.asking():
            return cast("Mapping[str, Any]", self._connection.host.http_get(path))

    def _list(self, path: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        with self._connection.asking():
            for one in self._connection.host.http_list(path, iterator=True, per_page=PAGE):
                if len(found) >= _MOST:
                    raise Refused(f"there are more than {_MOST:,} of them: {path.rpartition('/')[2]}")
                found.append(one)
        return found

    def pull_request(self) -> PullRequest:
        """Return the merge request with the hunks of its files."""
        request = self._get(self._path)
        self._refs = cast("Mapping[str, Any]", request.get("diff_refs") or {})
        files: dict[str, ChangedFile] = {}
        complete = True
        for one in self._list(f"{self._path}/diffs"):
            if one.get("deleted_file"):
                continue
            hidden = bool(one.get("too_large") or one.get("collapsed")) and not one.get("diff")
            complete = complete and not hidden
            path = str(one["new_path"])
            before = "" if one.get("new_file") else str(one["old_path"])
            files[path] = ChangedFile(path, before, None if hidden else self._read_hunks(str(one.get("diff") or "")))
        self._files = files
        head = str(self._refs.get("head_sha") or request.get("sha") or "")
        is_open = request.get("state") == "opened"
        return PullRequest(self._number, str(self._refs.get("base_sha") or ""), head, is_open, files, complete)

    def posted(self) -> Sequence[Posted]:
        """Return our comments, the oldest first."""
        if not self._me:
            self._me = str(self._get("/user").get("username") or "")
        found: list[Posted] = []
        for discussion in self._list(f"{self._path}/discussions"):
            notes = [one for one in discussion.get("notes") or () if not one.get("system")]
            first = notes[0] if notes else None
            if first is None or self._author(first) != self._me:
                continue
            mark = self._read_mark(str(first.get("body") or ""))
            if mark is not None:
                replies = sum(1 for one in notes[1:] if self._author(one) != self._me)
                thread = "" if discussion.get("individual_note") else str(discussion["id"])
                made = Posted(str(first["id"]), mark, str(first["body"]), thread, replies, bool(first.get("resolved")))
                found.append(self._placed(made, mapping(first.get("position"))))
        return found

    def _placed(self, made: Posted, position: Mapping[str, Any]) -> Posted:
        """Tell where a note stands; GitLab moves its position along until the lines themselves change."""
        if position.get("head_sha") != self._refs.get("head_sha"):
            return made
        last = number(position, "new_line")
        ends = mapping(mapping(position.get("line_range")).get("start"))
        if not last and position.get("position_type") != "file":
            return made
        return made._replace(path=text(position, "new_path"), first=number(ends, "new_line") or last, line=last)

    @staticmethod
    def _author(note: Mapping[str, Any]) -> str:
        return str(cast("Mapping[str, Any]", note.get("author") or {}).get("username") or "")

    def post(self, notes: Sequence[tuple[Note, str]], commit: str) -> Sequence[Refusal]:  # noqa: ARG002
        """Begin a discussion for each; GitLab has no review of several that counts as one."""
        refused: list[Refusal] = []
        for note, body in notes:
            try:
                with self._connection.asking():
                    data = {"body": body, "position": self._position(note)}
                    self._connection.host.http_post(f"{self._path}/discussions", post_data=data)
            except Refused as error:
                if error.status not in (400, 404, 422):
                    raise
                refused.append(Refusal(note, f"{note.path}: {error}"))
        return refused

    def _position(self, note: Note) -> dict[str, Any]:
        file = self._files[note.path]
        position: dict[str, Any] = {
            "base_sha": self._refs.get("base_sha"),
            "start_sha": self._refs.get("start_sha"),
            "head_sha": self._refs.get("head_sha"),
            "new_path": note.path,
            "old_path": file.before or note.path,
        }
        if not note.line:
            return {**position, "position_type": "file"}
        position |= {"position_type": "text", "new_line": note.line}
        old = file.old_line(note.line)
        if old is not None:
            position["old_line"] = old
        if note.first < note.line:
            ends = {"start": note.first, "end": note.line}
            position["line_range"] = {name: self._end(file, line) for name, line in ends.items()}
        return position

    @staticmethod
    def _end(file: ChangedFile, line: int) -> dict[str, Any]:
        digest = hashlib.sha1(file.path.encode(), usedforsecurity=False).hexdigest()
        old = file.old_line(line)
        end: dict[str, Any] = {
            "line_code": f"{digest}_{file.old_position(line)}_{line}",
            "type": "new" if old is None else "old",
            "new_line": line,
        }
        return end if old is None else {**end, "old_line": old}

    def write_summary(self, body: str, before: Posted | None) -> None:
        """Write the summary, in place of the one before."""
        if before is not None:
            self.edit(before, body)
            return
        with self._connection.asking():
            self._connection.host.http_post(f"{self._path}/notes", post_data={"body": body})

    def _note(self, comment: Posted) -> str:
        if comment.thread:
            return f"{self._path}/discussions/{comment.thread}/notes/{comment.id}"
        return f"{self._path}/notes/{comment.id}"

    def edit(self, comment: Posted, body: str) -> None:
        """Change what a comment says."""
        with self._connection.asking():
            self._connection.host.http_put(self._note(comment), post_data={"body": body})

    def remove(self, comment: Posted) -> None:
        """Take a comment away."""
        with self._connection.asking():
            self._connection.host.http_delete(self._note(comment))

    def resolve(self, comment: Posted, resolved: bool) -> bool:
        """Mark a discussion as resolved or open it again; False where we may not."""
        if not comment.thread:
            return False
        try:
            with self._connection.asking():
                path = f"{self._path}/discussions/{comment.thread}"
                self._connection.host.http_put(path, post_data={"resolved": resolved})
        except Refused as error:
            if error.status in (401, 403, 404):
                return False
            raise
        return True
