"""GitHub as its REST and GraphQL APIs answer about one pull request, held against its OpenAPI description; never real.

The rule that OpenAPI does not know is coded here: a comment stands on lines that the diff shows on the right side,
all of them in one hunk, or the whole review is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLResolveInfo, GraphQLSchema, build_schema, execute, parse, validate

from gatepost.reviewing.hunks import read_hunks
from tests.reviewing.descriptions import description
from tests.routing.hosts.host import Answer, Asked, Host

_TOP = "/repos/acme/shop"
_LONGEST = 65_536
HEAD = "4be1c90aaa4be1c90aaa4be1c90aaa4be1c90aaa"


class FakeGitHub(Host):
    """One repository with one pull request, number 7. `patches` are the diffs of its files by path."""

    described = description("github", unlisted="/graphql")

    def __init__(self, patches: dict[str, str | None], me: str = "github-actions[bot]") -> None:
        super().__init__()
        self.patches = patches
        self.me = me
        self.token = "ghs_secret0123456789"
        self.may_resolve = True
        self.state = "open"
        self.head = HEAD
        self.changed_files: int | None = None
        self.line_comments: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.resolved: set[int] = set()
        self.checks: list[dict[str, Any]] = []
        self.may_check = True
        self.refused_paths: set[str] = set()
        self.blobs: dict[str, str] = {}
        self._last = 3_000_000_000  # as great as they are by now

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") not in (f"token {self.token}", f"Bearer {self.token}"):
            return Answer(401, {"message": "Bad credentials"})
        if asked.path == "/graphql":
            return self._graphql(asked.data)
        if asked.path == "/user":
            if self.me.endswith("[bot]"):
                return Answer(403, {"message": "Resource not accessible by integration"})
            return Answer(200, {"login": self.me, "id": 1})
        for pattern, answer in (
            (rf"{_TOP}/commits/{HEAD}", self._commit),
            (rf"{_TOP}/commits/{HEAD}/pulls", self._pulls),
            (rf"{_TOP}/commits/{HEAD}/check-runs", self._check_runs),
            (rf"{_TOP}/check-runs", self._create_check),
            (rf"{_TOP}/check-runs/(\d+)", self._update_check),
            (rf"{_TOP}/pulls/7", self._pull),
            (rf"{_TOP}/pulls/7/files", self._files),
            (rf"{_TOP}/pulls/7/comments", self._line_comments),
            (rf"{_TOP}/pulls/7/reviews", self._review),
            (rf"{_TOP}/pulls/comments/(\d+)", self._line_comment),
            (rf"{_TOP}/issues/7/comments", self._comments),
            (rf"{_TOP}/issues/comments/(\d+)", self._comment),
        ):
            found = re.fullmatch(pattern, asked.path)
            if found:
                return answer(asked, *(int(one) for one in found.groups()))
        return Answer(404, {"message": "Not Found"})

    def _commit(self, _: Asked) -> Answer:
        return Answer(200, {"sha": HEAD, "url": f"{self.address}{_TOP}/commits/{HEAD}"})

    def _pulls(self, asked: Asked) -> Answer:
        head = {"sha": self.head, "user": {"login": "ada"}}
        return self._paged(asked, [{"number": 7, "state": self.state, "head": head}])

    def _check_runs(self, asked: Asked) -> Answer:
        latest: dict[str, dict[str, Any]] = {}
        for one in self.checks:
            latest[one["name"]] = one
        named = [one for one in latest.values() if one["name"] == asked.query.get("check_name", one["name"])]
        shown = [{key: value for key, value in one.items() if key != "annotations"} for one in named]
        return Answer(200, {"total_count": len(shown), "check_runs": shown})

    def _create_check(self, asked: Asked) -> Answer:
        if not self.may_check:
            return Answer(403, {"message": "Resource not accessible by integration"})
        if not self._takes_check(asked.data) or asked.data["head_sha"] != HEAD:
            return Answer(422, {"message": "Validation Failed"})
        self._last += 1
        address = f"{self.address}{_TOP}/check-runs/{self._last}"
        kept = {"name", "head_sha", "external_id", "status", "conclusion"}
        suite = {"id": 5}
        made: dict[str, Any] = {"id": self._last, "url": address, "annotations": [], "output": {}, "check_suite": suite}
        made |= {key: value for key, value in asked.data.items() if key in kept}
        self.checks.append(made)
        return Answer(201, self._told_check(made, asked.data))

    def _update_check(self, asked: Asked, id: int) -> Answer:
        one = next((one for one in self.checks if one["id"] == id), None)
        if one is None:
            return Answer(404, {"message": "Not Found"})
        if not self._takes_check(asked.data):
            return Answer(422, {"message": "Validation Failed"})
        one |= {key: asked.data[key] for key in ("status", "conclusion") if key in asked.data}
        return Answer(200, self._told_check(one, asked.data))

    def _takes_check(self, data: Any) -> bool:
        """Whether a check run is taken: its limits are in the description, those of texts in words alone."""
        annotations = data.get("output", {}).get("annotations", [])
        return all(
            one["path"] not in self.refused_paths
            and len(one["message"].encode()) <= 65_536
            and len(one.get("raw_details", "").encode()) <= 65_536
            and len(one.get("title", "")) <= 255
            and 1 <= one["start_line"] <= one["end_line"]
            for one in annotations
        )

    def _told_check(self, one: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
        """Keep what is said: annotations of an update are added, everything else is replaced."""
        output = dict(data.get("output", {}))
        one["annotations"] += output.pop("annotations", [])
        one["output"] = {**output, "annotations_count": len(one["annotations"])}
        return {key: value for key, value in one.items() if key != "annotations"}

    def _pull(self, asked: Asked) -> Answer:
        assert asked.method == "GET"
        address = f"{self.address}{_TOP}/pulls/7"
        return Answer(
            200,
            {
                "number": 7,
                "state": self.state,
                "head": {"sha": self.head},
                "base": {"sha": "0" * 40},
                "changed_files": len(self.patches) if self.changed_files is None else self.changed_files,
                "url": address,
                "issue_url": f"{self.address}{_TOP}/issues/7",
            },
        )

    def _files(self, asked: Asked) -> Answer:
        every = [
            {
                "filename": path,
                "status": "modified",
                **({"patch": patch} if patch is not None else {}),
                **({"sha": self.blobs[path]} if path in self.blobs else {}),
            }
            for path, patch in self.patches.items()
        ]
        return self._paged(asked, every)

    def _paged(self, asked: Asked, every: list[dict[str, Any]]) -> Answer:
        size, page = int(asked.query.get("per_page", 30)), int(asked.query.get("page", 1))
        headers = {}
        if page * size < len(every):
            query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": str(page + 1)}.items())
            headers["Link"] = f'<{self.address}{asked.path}?{query}>; rel="next"'
        return Answer(200, every[(page - 1) * size : page * size], headers)

    def _line_comments(self, asked: Asked) -> Answer:
        if asked.method == "GET":
            return self._paged(asked, self.line_comments)
        if "in_reply_to" not in asked.data and not self._stands(asked.data):
            return Answer(
                422, {"message": "Validation Failed", "errors": [{"field": "pull_request_review_thread.line"}]}
            )
        return Answer(201, self.add(self.me, asked.data))

    def _review(self, asked: Asked) -> Answer:
        comments = asked.data.get("comments", [])
        if not comments or not all(self._stands(one) for one in comments):
            return Answer(422, {"message": "Unprocessable Entity", "errors": ["Line could not be resolved"]})
        for one in comments:
            self.add(self.me, one)
        return Answer(200, {"id": 1, "state": "COMMENTED", "body": asked.data.get("body", "")})

    def _stands(self, comment: dict[str, Any]) -> bool:
        patch = self.patches.get(comment["path"])
        if comment["path"] not in self.patches or len(comment["body"]) > _LONGEST:
            return False
        if comment.get("subject_type") == "file":
            return True
        line, first = int(comment.get("line") or 0), int(comment.get("start_line") or comment.get("line") or 0)
        if patch is None or not line or comment.get("side", "RIGHT") != "RIGHT" or first > line:
            return False
        return any(hunk.new <= first and line < hunk.new + len(hunk.now()) for hunk in read_hunks(patch))

    def add(self, author: str, data: dict[str, Any]) -> dict[str, Any]:
        """Put a comment on lines there."""
        self._last += 1
        made = {
            "id": self._last,
            "user": {"login": author},
            "url": f"{self.address}{_TOP}/pulls/comments/{self._last}",
            **({"in_reply_to_id": data["in_reply_to"]} if "in_reply_to" in data else {}),
            "subject_type": data.get("subject_type", "line"),
            **{name: data[name] for name in ("path", "line", "body") if data.get(name) is not None},
            "start_line": data.get("start_line"),
        }
        self.line_comments.append(made)
        return made

    def _line_comment(self, asked: Asked, id: int) -> Answer:
        return self._change(asked, self.line_comments, id)

    def _comments(self, asked: Asked) -> Answer:
        if asked.method == "GET":
            return self._paged(asked, self.comments)
        if len(asked.data["body"]) > _LONGEST:
            return Answer(422, {"message": "Validation Failed"})
        return Answer(201, self.say(self.me, asked.data["body"]))

    def say(self, author: str, body: str) -> dict[str, Any]:
        """Put a comment on the pull request there."""
        self._last += 1
        address = f"{self.address}{_TOP}/issues/comments/{self._last}"
        self.comments.append({"id": self._last, "user": {"login": author}, "body": body, "url": address})
        return self.comments[-1]

    def _comment(self, asked: Asked, id: int) -> Answer:
        return self._change(asked, self.comments, id)

    def _change(self, asked: Asked, among: list[dict[str, Any]], id: int) -> Answer:
        one = next((one for one in among if one["id"] == id), None)
        if one is None:
            return Answer(404, {"message": "Not Found"})
        if asked.method == "DELETE":
            among.remove(one)
            return Answer(204)
        if asked.method == "PATCH":
            if one["user"]["login"] != self.me:
                return Answer(422, {"message": "Validation Failed"})
            one["body"] = asked.data["body"]
        return Answer(200, one)

    def _graphql(self, data: dict[str, Any]) -> Answer:
        return graphql_answer(data, self._queried)

    def _queried(self, query: str, variables: dict[str, Any]) -> Answer:
        if "viewer" in query:
            return Answer(200, {"data": {"viewer": {"login": self.me}}})
        if "reviewThreads" in query:
            first = [one for one in self.line_comments if not one.get("in_reply_to_id")]
            nodes = [
                {
                    "id": f"T{one['id']}",
                    "isResolved": one["id"] in self.resolved,
                    "comments": {"nodes": [{"fullDatabaseId": str(one["id"])}]},
                }
                for one in first
            ]
            start = int(variables.get("after") or 0)
            more = start + 100 < len(nodes)
            page = {"hasNextPage": more, "endCursor": str(start + 100) if more else None}
            threads = {"pageInfo": page, "nodes": nodes[start : start + 100]}
            return Answer(200, {"data": {"repository": {"pullRequest": {"reviewThreads": threads}}}})
        if not self.may_resolve:
            return Answer(200, {"data": None, "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible"}]})
        id = int(variables["id"][1:])
        (self.resolved.discard if "unresolve" in query else self.resolved.add)(id)
        verb = "unresolveReviewThread" if "unresolve" in query else "resolveReviewThread"
        return Answer(200, {"data": {verb: {"thread": {"isResolved": id in self.resolved}}}})


@cache
def _schema() -> GraphQLSchema:
    return build_schema((Path(__file__).parent / "schemas" / "github.graphql").read_text("utf-8"))


def graphql_answer(data: dict[str, Any], queried: Callable[[str, dict[str, Any]], Answer]) -> Answer:
    """Return what is answered to a query, both held against the schema. Raises AssertionError for a wrong answer."""
    document, variables = parse(data["query"]), data.get("variables") or {}
    wrong = validate(_schema(), document)
    if wrong:
        return Answer(200, {"errors": [{"message": one.message} for one in wrong]})
    answer = queried(data["query"], variables)
    told = answer.data["data"] if answer.status == 200 else None
    if told is not None:
        held = execute(_schema(), document, told, variable_values=variables, field_resolver=_resolved)
        assert not held.errors and held.data == told, f"{data['query']}: {held.errors or held.data}"
    return answer


def _resolved(source: dict[str, Any], info: GraphQLResolveInfo, **_: Any) -> Any:
    return source[info.path.key]
