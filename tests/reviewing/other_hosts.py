"""Gitea, Azure DevOps and Bitbucket Cloud as their REST APIs answer about one pull request; never real ones."""

from __future__ import annotations

import base64
import re
from typing import Any

from gatepost.reviewing.hunks import read_hunks
from tests.reviewing.descriptions import description
from tests.routing.hosts.host import Answer, Asked, Host

HEAD = "4be1c90aaa4be1c90aaa4be1c90aaa4be1c90aaa"
TOKEN = "secret0123456789"


class Said(dict[str, Any]):
    """A comment: id, author, body, path, line, resolved, parent."""


class Other(Host):
    """What the three have in common: comments in order, whose they are, a head, whether the request is open."""

    me = "gate"
    first_id = 3_000_000_000  # greater than four bytes hold

    def __init__(self, patches: dict[str, str]) -> None:
        super().__init__()
        self.patches = patches
        self.head = HEAD
        self.open = True
        self.may_resolve = True
        self.said: list[Said] = []

    def say(self, author: str, body: str, path: str = "", line: int = 0, parent: int = 0) -> Said:
        """Put a comment of anybody there."""
        id = self.first_id + len(self.said)
        self.said.append(Said(id=id, author=author, body=body, path=path, line=line, resolved=False, parent=parent))
        return self.said[-1]

    @property
    def inline(self) -> list[Said]:
        """The first comment of each thread on a file."""
        return [one for one in self.said if one["path"] and not one["parent"] and one["body"]]

    @property
    def summaries(self) -> list[Said]:
        """The comments on the request as a whole."""
        return [one for one in self.said if not one["path"] and one["body"]]

    def shows(self, path: str, line: int) -> bool:
        """Whether the change shows a line."""
        hunks = read_hunks(self.patches.get(path, ""))
        return any(hunk.new <= line < hunk.new + len(hunk.now()) for hunk in hunks)

    def find(self, id: Any) -> Said | None:
        """Return a comment that is not gone."""
        return next((one for one in self.said if one["id"] == int(id) and one["body"]), None)


class FakeGitea(Other):
    """Gitea and Forgejo: reviews with comments on lines of the diff, no word for resolving."""

    described = description("gitea")

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"token {TOKEN}":
            return Answer(401, {"message": "token is required"})
        top = "/repos/acme/shop"
        if asked.path == "/user":
            return Answer(200, {"login": self.me})
        if asked.path == f"{top}/pulls/7":
            state = "open" if self.open else "closed"
            return Answer(200, {"number": 7, "state": state, "head": {"sha": self.head}, "base": {"sha": "0" * 40}})
        if asked.path == f"{top}/pulls/7.diff":
            parts = [
                f"diff --git a/{path} b/{path}\nindex 1..2 100644\n--- a/{path}\n+++ b/{path}\n{patch}"
                for path, patch in self.patches.items()
            ]
            return Answer(200, raw="".join(parts))
        if asked.path == f"{top}/pulls/7/reviews":
            if asked.method == "GET":
                return self._paged(asked, [{"id": 1, "comments_count": len(self.inline)}])
            comments = asked.data["comments"]
            if not all(self.shows(one["path"], one["new_position"]) for one in comments):
                return Answer(422, {"message": "line is not in the diff"})
            for one in comments:
                self.say(self.me, one["body"], one["path"], one["new_position"])
            return Answer(200, {"id": 1})
        if asked.path == f"{top}/pulls/7/reviews/1/comments":
            placed = [one for one in self.said if one["path"] and one["body"]]
            return self._paged(
                asked, [{**self._shown(one), "path": one["path"], "position": one["line"]} for one in placed]
            )
        if asked.path == f"{top}/issues/7/comments":
            if asked.method == "GET":
                return self._paged(asked, [self._shown(one) for one in self.summaries])
            return Answer(201, self._shown(self.say(self.me, asked.data["body"])))
        found = re.fullmatch(rf"{top}/issues/comments/(\d+)", asked.path)
        one = self.find(found[1]) if found else None
        if one is None:
            return Answer(404, {"message": "Not Found"})
        one["body"] = "" if asked.method == "DELETE" else asked.data["body"]
        return Answer(204 if asked.method == "DELETE" else 200, None if asked.method == "DELETE" else self._shown(one))

    def _shown(self, one: Said) -> dict[str, Any]:
        return {"id": one["id"], "body": one["body"], "user": {"login": one["author"]}}

    def _paged(self, asked: Asked, every: list[dict[str, Any]]) -> Answer:
        size, page = int(asked.query["limit"]), int(asked.query["page"])
        return Answer(200, every[(page - 1) * size : page * size])


class FakeAzure(Other):
    """Azure DevOps: threads with a status, on any line of a file."""

    described = description("azure", unlisted="/_apis/connectionData")
    first_id = 1  # an int32, says the description
    malformed = 400

    def answer(self, asked: Asked) -> Answer:
        secret = base64.b64encode(f":{TOKEN}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {secret}":
            return Answer(401, {"message": "Access denied"})
        if not asked.query.get("api-version"):
            return Answer(400, {"message": "No api-version was supplied"})
        if asked.path == "/_apis/connectionData":
            assert "preview" in asked.query["api-version"]
            return Answer(200, {"authenticatedUser": {"id": self.me}})
        top = "/shop/_apis/git/repositories/web/pullRequests/7"
        if asked.path == top:
            commits = {
                "lastMergeSourceCommit": {"commitId": self.head},
                "lastMergeTargetCommit": {"commitId": "0" * 40},
            }
            return Answer(200, {"status": "active" if self.open else "completed", **commits})
        if asked.path == f"{top}/iterations":
            return Answer(200, {"value": [{"id": 1}, {"id": 2}]})
        if asked.path == f"{top}/iterations/2/changes":
            start = int(asked.query["$skip"])
            every = [{"changeType": "edit", "item": {"path": f"/{path}"}} for path in self.patches]
            return Answer(200, {"changeEntries": every[start : start + int(asked.query["$top"])]})
        if asked.path == f"{top}/threads":
            if asked.method == "GET":
                return Answer(200, {"value": [self._thread(one) for one in self.said if not one["parent"]]})
            context: dict[str, Any] = asked.data.get("threadContext") or {}
            start: int = context.get("rightFileStart", {}).get("line", 0)
            if start and start > context["rightFileEnd"]["line"]:
                return Answer(400, {"message": "bad range"})
            path = str(context.get("filePath", "")).lstrip("/")
            if path and path not in self.patches:
                return Answer(400, {"message": "no such file"})
            return Answer(200, self._thread(self.say(self.me, asked.data["comments"][0]["content"], path, start or 0)))
        found = re.fullmatch(rf"{top}/threads/(\d+)(?:/comments/(\d+))?", asked.path)
        one = self.find(found[1]) if found else None
        if found is None or one is None:
            return Answer(404, {"message": "not found"})
        if found[2] is None:
            if not self.may_resolve:
                return Answer(403, {"message": "no"})
            one["resolved"] = asked.data["status"] == "fixed"
            return Answer(200, self._thread(one))
        one["body"] = "" if asked.method == "DELETE" else asked.data["content"]
        return Answer(200, {})

    def _thread(self, one: Said) -> dict[str, Any]:
        answers = [other for other in self.said if other["parent"] == one["id"]]
        return {
            "id": one["id"],
            "status": "fixed" if one["resolved"] else "active",
            "isDeleted": not one["body"],
            "comments": [self._shown(each, number + 1) for number, each in enumerate([one, *answers])],
        }

    def _shown(self, one: Said, number: int) -> dict[str, Any]:
        return {"id": number, "content": one["body"], "author": {"id": one["author"]}, "commentType": "text"}


class FakeBitbucket(Other):
    """Bitbucket Cloud: comments with a parent, resolved by their first; pages name the next one.

    Reports of Code Insights by commit and id, each with its annotations by identity; what the proxy of a build hands on
    needs no credential. `refused_paths` are those of annotations it does not take.
    """

    described = description("bitbucket", "/2.0")
    malformed = 400

    def __init__(self, patches: dict[str, str]) -> None:
        super().__init__(patches)
        self.reports: dict[tuple[str, str], dict[str, Any]] = {}
        self.annotations: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self.refused_paths: set[str] = set()

    def answer(self, asked: Asked) -> Answer:
        by_proxy = asked.headers.get("host") == "api.bitbucket.org" and "authorization" not in asked.headers
        if asked.headers.get("authorization") != f"Bearer {TOKEN}" and not by_proxy:
            return Answer(401, {"error": {"message": "Unauthorized"}})
        report = re.fullmatch(r"/2.0/repositories/acme/shop/commit/(\w+)/reports/([\w-]+)(/annotations)?", asked.path)
        if report:
            return self._report(asked, (report[1], report[2]), bool(report[3]))
        if asked.path == "/2.0/user":
            return Answer(200, {"uuid": self.me})
        top = "/2.0/repositories/acme/shop"
        if asked.path == f"{top}/pullrequests/7":
            source = {"source": {"commit": {"hash": self.head}}, "destination": {"commit": {"hash": "0" * 40}}}
            return Answer(200, {"id": 7, "state": "OPEN" if self.open else "MERGED", **source})
        if asked.path == f"{top}/diffstat/{self.head}..{'0' * 40}":
            return self._paged(asked, [{"new": {"path": path}, "old": {"path": path}} for path in self.patches])
        if asked.path == f"{top}/pullrequests/7/comments":
            if asked.method == "GET":
                return self._paged(asked, [self._shown(one) for one in self.said])
            inline: dict[str, Any] = asked.data.get("inline") or {}
            if inline and inline["path"] not in self.patches:
                return Answer(400, {"error": {"message": "inline: no such path"}})
            made = self.say(self.me, asked.data["content"]["raw"], inline.get("path", ""), inline.get("to", 0))
            return Answer(201, self._shown(made))
        found = re.fullmatch(rf"{top}/pullrequests/7/comments/(\d+)(/resolve)?", asked.path)
        one = self.find(found[1]) if found else None
        if found is None or one is None:
            return Answer(404, {"error": {"message": "not found"}})
        if found[2]:
            if not self.may_resolve:
                return Answer(403, {"error": {"message": "no"}})
            one["resolved"] = asked.method == "POST"
            return Answer(200, {}) if one["resolved"] else Answer(204)
        one["body"] = "" if asked.method == "DELETE" else asked.data["content"]["raw"]
        return Answer(204) if asked.method == "DELETE" else Answer(200, self._shown(one))

    def _shown(self, one: Said) -> dict[str, Any]:
        return {
            "id": one["id"],
            "content": {"raw": one["body"]},
            "user": {"uuid": one["author"]},
            "deleted": not one["body"],
            **({"resolution": {"type": "x"}} if one["resolved"] else {}),
            **({"parent": {"id": one["parent"]}} if one["parent"] else {}),
        }

    def _report(self, asked: Asked, key: tuple[str, str], annotations: bool) -> Answer:
        there = self.reports.get(key)
        if asked.method == "PUT" and not annotations:
            data = asked.data
            sound = len(data["details"]) <= 2_000 and len(data["data"]) <= 10 and data["title"]
            if not sound or data["result"] not in ("PASSED", "FAILED", "PENDING") or data["report_type"] != "SECURITY":
                return Answer(400, {"type": "error", "error": {"message": "Bad request"}})
            self.reports[key] = data
            self.annotations.setdefault(key, {})
            return Answer(200, {"type": "report", "external_id": key[1], **data})
        if there is None:
            return Answer(404, {"type": "error", "error": {"message": "Report not found"}})
        if asked.method == "DELETE":
            del self.reports[key], self.annotations[key]
            return Answer(204)
        rows = asked.data
        if not 1 <= len(rows) <= 100 or not all(self._takes(one) for one in rows):
            return Answer(400, {"type": "error", "error": {"message": "Invalid annotation"}})
        self.annotations[key] |= {one["external_id"]: one for one in rows}
        if len(self.annotations[key]) > 1_000:
            return Answer(400, {"type": "error", "error": {"message": "too many annotations"}})
        return Answer(200, [{"type": "report_annotation", **one} for one in rows])

    def _takes(self, one: dict[str, Any]) -> bool:
        return (
            one["annotation_type"] in ("VULNERABILITY", "CODE_SMELL", "BUG")
            and 0 < len(one["summary"]) <= 450
            and len(one["details"]) <= 2_000
            and one["severity"] in ("LOW", "MEDIUM", "HIGH", "CRITICAL")
            and one.get("result", "FAILED") in ("PASSED", "FAILED", "IGNORED", "SKIPPED")
            and one.get("line", 1) >= 1
            and one.get("path") not in self.refused_paths
        )

    def _paged(self, asked: Asked, every: list[dict[str, Any]]) -> Answer:
        size, page = int(asked.query.get("pagelen", 10)), int(asked.query.get("page", 1))
        shown: dict[str, Any] = {"values": every[(page - 1) * size : page * size]}
        if page * size < len(every):
            shown["next"] = f"https://api.bitbucket.org{asked.path}?pagelen={size}&page={page + 1}&topic=true"
        return Answer(200, shown)
