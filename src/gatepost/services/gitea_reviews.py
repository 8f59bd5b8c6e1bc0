"""The comments of one pull request on Gitea or Forgejo, by their REST API; never decides what is said.

Source: the OpenAPI descriptions of Gitea 1.22 and Forgejo 9 (`/api/swagger`). Threads cannot be resolved by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

from gatepost.model.json_values import mapping
from gatepost.model.reviews import Hunk, Mark, Note, Posted, PullRequest, Refusal
from gatepost.services.patience import Patience
from gatepost.services.review_files import files_of
from gatepost.services.web import Refused, Web

_ACTIONS = ("gitea-actions", "forgejo-actions")
_PAGE = 50
_MOST_PAGES = 400


class GiteaReviews:
    """One pull request. `read_hunks` and `read_mark` read a file's diff, and the mark of a comment."""

    markup = "gitea"

    def __init__(
        self,
        address: str,
        repository: str,
        number: int,
        token: str,
        patience: Patience,
        read_hunks: Callable[[str], tuple[Hunk, ...]],
        read_mark: Callable[[str], Mark | None],
    ) -> None:
        self._web = Web(address, {"Authorization": f"token {token}"}, patience, [token])
        owner, _, name = repository.partition("/")
        self._top = f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}"
        self._number = number
        self._read_hunks = read_hunks
        self._read_mark = read_mark
        self._me: tuple[str, ...] = ()

    def _list(self, path: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for page in range(1, _MOST_PAGES):
            joined = "&" if "?" in path else "?"
            some = self._web.ask("GET", f"{path}{joined}limit={_PAGE}&page={page}").data
            found += cast("list[Mapping[str, Any]]", some or [])
            if not some or len(some) < _PAGE:
                break
        return found

    def pull_request(self) -> PullRequest:
        """Return the pull request with the hunks of its files."""
        path = f"{self._top}/pulls/{self._number}"
        request = mapping(self._web.ask("GET", path).data)
        diff = self._web.ask("GET", f"{path}.diff", headers={"Accept": "text/plain"}).text
        head, base = mapping(request.get("head")), mapping(request.get("base"))
        return PullRequest(
            self._number,
            str(base.get("sha") or ""),
            str(head.get("sha") or ""),
            request.get("state") == "open",
            files_of(diff, self._read_hunks),
        )

    def posted(self) -> Sequence[Posted]:
        """Return our comments, the oldest first: those on lines, then the summary."""
        if not self._me:
            self._me = self._names()
        found: list[Posted] = []
        others: dict[tuple[str, int], int] = {}
        for review in self._list(f"{self._top}/pulls/{self._number}/reviews"):
            comments = f"{self._top}/pulls/{self._number}/reviews/{review['id']}/comments"
            for one in self._list(comments) if review.get("comments_count", 1) else []:
                place = (str(one.get("path") or ""), int(one.get("position") or 0))
                if self._author(one) not in self._me:
                    others[place] = others.get(place, 0) + 1
                    continue
                mark = self._read_mark(str(one.get("body") or ""))
                if mark is not None:
                    where = f"{place[0]}\0{place[1]}"
                    found.append(Posted(str(one["id"]), mark, str(one["body"]), where=where))
        found = [one._replace(replies=_answers(one, others)) for one in sorted(found, key=lambda one: int(one.id))]
        for one in self._list(f"{self._top}/issues/{self._number}/comments"):
            mark = self._read_mark(str(one.get("body") or "")) if self._author(one) in self._me else None
            if mark is not None:
                found.append(Posted(str(one["id"]), mark, str(one["body"])))
        return found

    def _names(self) -> tuple[str, ...]:
        """Return the names that our comments may have; a workflow's own credential cannot ask for its name."""
        try:
            name = str(mapping(self._web.ask("GET", "/user").data).get("login") or "")
        except Refused as error:
            if error.status not in (401, 403, 404):
                raise
            name = ""
        return (name,) if name else _ACTIONS

    @staticmethod
    def _author(comment: Mapping[str, Any]) -> str:
        return str(mapping(comment.get("user")).get("login") or "")

    def post(self, notes: Sequence[tuple[Note, str]], commit: str) -> Sequence[Refusal]:
        """Write comments as one review; where the host refuses it for one of them, each by itself.

        A comment on a whole file does not exist here, so those are refused.
        """
        refused = [Refusal(note, f"{note.path}: no comment on a whole file here") for note, _ in notes if not note.line]
        on_lines = [(note, body) for note, body in notes if note.line]
        try:
            if on_lines:
                self._review(on_lines, commit)
        except Refused as error:
            if error.status not in (404, 422):
                raise
            for one in on_lines:
                try:
                    self._review([one], commit)
                except Refused as fault:
                    if fault.status not in (404, 422):
                        raise
                    refused.append(Refusal(one[0], f"{one[0].path}: {fault}"))
        return refused

    def _review(self, notes: Sequence[tuple[Note, str]], commit: str) -> None:
        comments = [
            {"path": note.path, "body": body, "new_position": note.line, "old_position": 0} for note, body in notes
        ]
        data = {"commit_id": commit, "event": "COMMENT", "body": "", "comments": comments}
        self._web.ask("POST", f"{self._top}/pulls/{self._number}/reviews", data)

    def write_summary(self, body: str, before: Posted | None) -> None:
        """Write the summary, in place of the one before."""
        if before is not None:
            self.edit(before, body)
        else:
            self._web.ask("POST", f"{self._top}/issues/{self._number}/comments", {"body": body})

    def edit(self, comment: Posted, body: str) -> None:
        """Change what a comment says."""
        self._web.ask("PATCH", f"{self._top}/issues/comments/{comment.id}", {"body": body}, repeatable=True)

    def remove(self, comment: Posted) -> None:
        """Take a comment away."""
        self._web.ask("DELETE", f"{self._top}/issues/comments/{comment.id}", repeatable=True)

    def resolve(self, comment: Posted, resolved: bool) -> bool:  # noqa: ARG002
        """Return False: the API has no word for it, so the comment itself says that it is fixed."""
        return False


def _answers(comment: Posted, others: Mapping[tuple[str, int], int]) -> int:
    path, _, line = comment.where.partition("\0")
    return others.get((path, int(line)), 0)
