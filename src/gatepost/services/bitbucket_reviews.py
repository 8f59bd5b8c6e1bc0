"""The comments of one pull request on Bitbucket Cloud, by its REST API 2.0; never decides what is said.

Source: "Pullrequests" and "Commits: compare two commit diff stats" (developer.atlassian.com). A thread is resolved by
its first comment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote, urlsplit

from gatepost.model.json_values import mapping
from gatepost.model.reviews import ChangedFile, Mark, Note, Posted, PullRequest, Refusal
from gatepost.services.patience import Patience
from gatepost.services.web import Refused, Web

_PAGE = 100
_MOST_PAGES = 200


class BitbucketReviews:
    """One pull request. `read_mark` reads the mark of a comment; any line of a changed file takes a comment."""

    markup = "bitbucket"

    def __init__(
        self,
        address: str,
        repository: str,
        number: int,
        token: str,
        patience: Patience,
        read_mark: Callable[[str], Mark | None],
    ) -> None:
        self._web = Web(address, {"Authorization": f"Bearer {token}"}, patience, [token])
        workspace, _, name = repository.partition("/")
        self._top = f"/2.0/repositories/{quote(workspace, safe='')}/{quote(name, safe='')}"
        self._request = f"{self._top}/pullrequests/{number}"
        self._number = number
        self._read_mark = read_mark
        self._me = ""

    def _list(self, path: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for _ in range(_MOST_PAGES):
            page = mapping(self._web.ask("GET", path).data)
            found += [one for one in cast("list[Any]", page.get("values") or []) if isinstance(one, dict)]
            following = urlsplit(str(page.get("next") or ""))
            if not following.path:
                break
            path = f"{following.path}?{following.query}"  # of this host, whatever host it names
        return found

    def pull_request(self) -> PullRequest:
        """Return the pull request with its files."""
        request = mapping(self._web.ask("GET", self._request).data)
        head = str(mapping(mapping(request.get("source")).get("commit")).get("hash") or "")
        base = str(mapping(mapping(request.get("destination")).get("commit")).get("hash") or "")
        files: dict[str, ChangedFile] = {}
        spec = quote(f"{head}..{base}", safe=".")
        for one in self._list(f"{self._top}/diffstat/{spec}?topic=true&pagelen={_PAGE}"):
            path = str(mapping(one.get("new")).get("path") or "")
            if path:
                before = str(mapping(one.get("old")).get("path") or "")
                files[path] = ChangedFile(path, before, whole=True)
        return PullRequest(self._number, base, head, request.get("state") == "OPEN", files)

    def posted(self) -> Sequence[Posted]:
        """Return our comments, the oldest first."""
        if not self._me:
            self._me = str(mapping(self._web.ask("GET", "/2.0/user").data).get("uuid") or "")
            if not self._me:  # whose comments are ours nobody could tell, and every run would write them anew
                raise Refused("the host does not tell whose credential it is")
        every = [one for one in self._list(f"{self._request}/comments?pagelen={_PAGE}") if not one.get("deleted")]
        replies: dict[int, int] = {}
        for one in every:
            parent = mapping(one.get("parent")).get("id")
            if isinstance(parent, int) and self._author(one) != self._me:
                replies[parent] = replies.get(parent, 0) + 1
        found: list[Posted] = []
        for one in sorted(every, key=lambda one: int(one["id"])):
            body = str(mapping(one.get("content")).get("raw") or "")
            mark = self._read_mark(body) if self._author(one) == self._me else None
            if mark is not None and not one.get("parent"):
                id = int(one["id"])
                found.append(Posted(str(id), mark, body, str(id), replies.get(id, 0), bool(one.get("resolution"))))
        return found

    @staticmethod
    def _author(comment: Mapping[str, Any]) -> str:
        return str(mapping(comment.get("user")).get("uuid") or "")

    def post(self, notes: Sequence[tuple[Note, str]], commit: str) -> Sequence[Refusal]:  # noqa: ARG002
        """Write each comment."""
        refused: list[Refusal] = []
        for note, body in notes:
            inline: dict[str, Any] = {"path": note.path}
            if note.line:
                inline["to"] = note.line
            try:
                self._say({"content": {"raw": body}, "inline": inline})
            except Refused as error:
                if error.status not in (400, 404):
                    raise
                refused.append(Refusal(note, f"{note.path}: {error}"))
        return refused

    def _say(self, data: Mapping[str, Any]) -> None:
        self._web.ask("POST", f"{self._request}/comments", data)

    def write_summary(self, body: str, before: Posted | None) -> None:
        """Write the summary, in place of the one before."""
        if before is not None:
            self.edit(before, body)
        else:
            self._say({"content": {"raw": body}})

    def edit(self, comment: Posted, body: str) -> None:
        """Change what a comment says."""
        self._web.ask("PUT", f"{self._request}/comments/{comment.id}", {"content": {"raw": body}}, repeatable=True)

    def remove(self, comment: Posted) -> None:
        """Take a comment away."""
        self._web.ask("DELETE", f"{self._request}/comments/{comment.id}", repeatable=True)

    def resolve(self, comment: Posted, resolved: bool) -> bool:
        """Resolve a thread or open it again; False where we may not."""
        try:
            method = "POST" if resolved else "DELETE"
            self._web.ask(method, f"{self._request}/comments/{comment.id}/resolve", repeatable=True)
        except Refused as error:
            if error.status in (401, 403, 404, 409):
                return False
            raise
        return True
