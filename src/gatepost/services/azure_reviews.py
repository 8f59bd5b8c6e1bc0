"""The threads of one pull request on Azure DevOps, by its REST API; never decides what is said.

Source: "Pull Request Threads", "Pull Request Iteration Changes" and "Items" (Azure DevOps REST API 7.1).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from gatepost.model.json_values import mapping, mappings
from gatepost.model.reviews import ChangedFile, Mark, Note, Posted, PullRequest, Refusal
from gatepost.services.patience import Patience
from gatepost.services.web import Refused, Web

_VERSION = "api-version=7.1"
_PAGE = 2_000
_MOST_PAGES = 50
_RESOLVED = ("fixed", "closed", "wontFix", "byDesign")


class AzureReviews:
    """One pull request. `read_mark` reads the mark of a comment; the host tells no hunks, and takes any line."""

    markup = "azure"

    def __init__(
        self,
        address: str,
        repository: str,
        number: int,
        token: str,
        patience: Patience,
        read_mark: Callable[[str], Mark | None],
    ) -> None:
        project, _, name = repository.rpartition("/")
        # A pipeline's own credential (System.AccessToken) and a personal one are both taken this way.
        secret = base64.b64encode(f":{token}".encode()).decode("ascii")
        self._web = Web(address, {"Authorization": f"Basic {secret}"}, patience, [token, secret])
        self._top = f"/{quote(project, safe='')}/_apis/git/repositories/{quote(name, safe='')}"
        self._request = f"{self._top}/pullRequests/{number}"
        self._number = number
        self._read_mark = read_mark
        self._me = ""

    def _ask(self, method: str, path: str, data: Any = None, repeatable: bool = False) -> Mapping[str, Any]:
        joined = "&" if "?" in path else "?"
        return mapping(self._web.ask(method, f"{path}{joined}{_VERSION}", data, repeatable=repeatable).data)

    def pull_request(self) -> PullRequest:
        """Return the pull request with its files, each of whose lines takes a comment."""
        request = self._ask("GET", self._request)
        iterations = mappings(self._ask("GET", f"{self._request}/iterations"), "value")
        last = max((int(one.get("id") or 0) for one in iterations), default=0)
        files: dict[str, ChangedFile] = {}
        skip = 0
        for _ in range(_MOST_PAGES if last else 0):
            path = f"{self._request}/iterations/{last}/changes?$top={_PAGE}&$skip={skip}"
            entries = list(mappings(self._ask("GET", path), "changeEntries"))
            for one in entries:
                name = str(mapping(one.get("item")).get("path") or "").lstrip("/")
                if name and "delete" not in str(one.get("changeType") or ""):
                    before = str(one.get("originalPath") or mapping(one.get("item")).get("path") or "").lstrip("/")
                    files[name] = ChangedFile(name, before, whole=True)
            skip += len(entries)
            if len(entries) < _PAGE:
                break
        head = str(mapping(request.get("lastMergeSourceCommit")).get("commitId") or "")
        base = str(mapping(request.get("lastMergeTargetCommit")).get("commitId") or "")
        return PullRequest(self._number, base, head, request.get("status") == "active", files)

    def posted(self) -> Sequence[Posted]:
        """Return our comments, the oldest first."""
        if not self._me:
            # Told by a preview of the API alone.
            answer = self._web.ask("GET", "/_apis/connectionData?connectOptions=none&api-version=7.1-preview.1")
            user = mapping(mapping(answer.data).get("authenticatedUser"))
            self._me = str(user.get("id") or "")
            if not self._me:  # whose comments are ours nobody could tell, and every run would write them anew
                raise Refused("the host does not tell whose credential it is")
        found: list[Posted] = []
        for thread in mappings(self._ask("GET", f"{self._request}/threads"), "value"):
            said = [one for one in mappings(thread, "comments") if not one.get("isDeleted")]
            said = [one for one in said if one.get("commentType") != "system"]
            first = said[0] if said else None
            if first is None or self._author(first) != self._me or thread.get("isDeleted"):
                continue
            mark = self._read_mark(str(first.get("content") or ""))
            if mark is not None:
                replies = sum(1 for one in said[1:] if self._author(one) != self._me)
                resolved = thread.get("status") in _RESOLVED
                body = str(first["content"])
                found.append(Posted(str(first["id"]), mark, body, str(thread["id"]), replies, resolved))
        return sorted(found, key=lambda one: int(one.thread))

    @staticmethod
    def _author(comment: Mapping[str, Any]) -> str:
        return str(mapping(comment.get("author")).get("id") or "")

    def post(self, notes: Sequence[tuple[Note, str]], commit: str) -> Sequence[Refusal]:  # noqa: ARG002
        """Begin a thread for each."""
        refused: list[Refusal] = []
        for note, body in notes:
            place: dict[str, Any] = {"filePath": f"/{note.path}"}
            if note.line:
                place["rightFileStart"] = {"line": note.first, "offset": 1}
                place["rightFileEnd"] = {"line": note.line, "offset": 1}
            try:
                self._thread(body, place)
            except Refused as error:
                if error.status not in (400, 404):
                    raise
                refused.append(Refusal(note, f"{note.path}: {error}"))
        return refused

    def _thread(self, body: str, place: Mapping[str, Any] | None) -> None:
        comment = {"parentCommentId": 0, "content": body, "commentType": "text"}
        data: dict[str, Any] = {"comments": [comment], "status": "active" if place else "closed"}
        if place:
            data["threadContext"] = place
        self._ask("POST", f"{self._request}/threads", data)

    def write_summary(self, body: str, before: Posted | None) -> None:
        """Write the summary, in place of the one before; its thread waits for nobody."""
        if before is not None:
            self.edit(before, body)
        else:
            self._thread(body, None)

    def edit(self, comment: Posted, body: str) -> None:
        """Change what a comment says."""
        path = f"{self._request}/threads/{comment.thread}/comments/{comment.id}"
        self._ask("PATCH", path, {"content": body}, repeatable=True)

    def remove(self, comment: Posted) -> None:
        """Take a comment away."""
        self._ask("DELETE", f"{self._request}/threads/{comment.thread}/comments/{comment.id}", repeatable=True)

    def resolve(self, comment: Posted, resolved: bool) -> bool:
        """Mark a thread as fixed or active; False where we may not."""
        status = "fixed" if resolved else "active"
        try:
            self._ask("PATCH", f"{self._request}/threads/{comment.thread}", {"status": status}, repeatable=True)
        except Refused as error:
            if error.status in (401, 403):
                return False
            raise
        return True
