"""GitLab as its REST API 4 answers about one merge request, with the rules for positions; never a real one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from gatepost.reviewing.hunks import read_hunks
from tests.reviewing.descriptions import description
from tests.routing.hosts.host import Answer, Asked, Host

_TOP = "/api/v4/projects/acme%2Fshop/merge_requests/7"
HEAD = "4be1c90aaa4be1c90aaa4be1c90aaa4be1c90aaa"
_REFS = {"base_sha": "0" * 40, "start_sha": "0" * 40, "head_sha": HEAD}


class FakeGitLab(Host):
    """One project with one merge request, number 7. `patches` are the diffs of its files by path."""

    described = description("gitlab", "/api/v4")
    malformed = 400

    def __init__(self, patches: dict[str, str]) -> None:
        super().__init__()
        self.patches = patches
        self.me = "project_1_bot"
        self.token = "glpat-secret0123456789"
        self.state = "opened"
        self.head = HEAD
        self.may_resolve = True
        self.hidden: set[str] = set()
        self.discussions: list[dict[str, Any]] = []
        self._last = 3_000_000_000  # as great as they are by now

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("private-token") != self.token:
            return Answer(401, {"message": "401 Unauthorized"})
        for pattern, answer in (
            (r"/api/v4/user", self._user),
            (_TOP, self._request),
            (rf"{_TOP}/diffs", self._diffs),
            (rf"{_TOP}/discussions", self._discussions),
            (rf"{_TOP}/discussions/(\w+)", self._discussion),
            (rf"{_TOP}/discussions/(\w+)/notes/(\d+)", self._note),
            (rf"{_TOP}/notes", self._notes),
            (rf"{_TOP}/notes/(\d+)", self._plain_note),
        ):
            found = re.fullmatch(pattern, asked.path)
            if found:
                return answer(asked, *found.groups())
        return Answer(404, {"message": "404 Not found"})

    def _user(self, _: Asked) -> Answer:
        return Answer(200, {"id": 1, "username": self.me})

    def _request(self, _: Asked) -> Answer:
        refs = {**_REFS, "head_sha": self.head}
        return Answer(200, {"iid": 7, "state": self.state, "sha": self.head, "diff_refs": refs})

    def _diffs(self, asked: Asked) -> Answer:
        every = [
            {
                "old_path": path,
                "new_path": path,
                "diff": "" if path in self.hidden else patch,
                "new_file": False,
                "deleted_file": False,
                "too_large": path in self.hidden,
            }
            for path, patch in self.patches.items()
        ]
        return self._paged(asked, every)

    def _paged(self, asked: Asked, every: list[dict[str, Any]]) -> Answer:
        size, page = int(asked.query.get("per_page", 20)), int(asked.query.get("page", 1))
        headers = {"X-Page": str(page), "X-Per-Page": str(size)}
        if page * size < len(every):
            query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": str(page + 1)}.items())
            headers["Link"] = f'<{self.address}{asked.path}?{query}>; rel="next"'
        return Answer(200, every[(page - 1) * size : page * size], headers)

    def _discussions(self, asked: Asked) -> Answer:
        if asked.method == "GET":
            return self._paged(asked, self.discussions)
        fault = self._fault(asked.data.get("position"))
        if fault:
            return Answer(400, {"message": f"400 Bad request - Note {{:line_code=>[{fault!r}]}}"})
        return Answer(201, self.add(self.me, asked.data["body"], asked.data["position"]))

    def _fault(self, position: dict[str, Any] | None) -> str:
        """Say what GitLab would of a position: its lines have to be those of the diff, and their numbers right."""
        if position is None or position.get("head_sha") != self.head or position.get("new_path") not in self.patches:
            return "can't be blank"
        if position["position_type"] == "file":
            return ""
        known = {line["new"]: line for line in _lines(self.patches[position["new_path"]])}
        line = known.get(position.get("new_line", 0))
        if line is None or line["old"] != position.get("old_line"):
            return "can't be blank, must be a valid line code"
        for end in position.get("line_range", {}).values():
            there = known.get(end.get("new_line", 0))
            digest = hashlib.sha1(position["new_path"].encode()).hexdigest()
            if there is None or end["line_code"] != f"{digest}_{there['next']}_{end['new_line']}":
                return "must be a valid line code"
        return ""

    def add(self, author: str, body: str, position: dict[str, Any] | None = None) -> dict[str, Any]:
        """Begin a discussion of anybody; without a position a plain note."""
        self._last += 1
        note = {"id": self._last, "body": body, "author": {"username": author}, "system": False, "position": position}
        if position is not None:
            note |= {"resolvable": True, "resolved": False}
        made = {"id": f"d{self._last}", "individual_note": position is None, "notes": [note]}
        self.discussions.append(made)
        return made

    def reply(self, discussion: dict[str, Any], author: str, body: str) -> None:
        """Answer in a discussion."""
        self._last += 1
        discussion["notes"].append({"id": self._last, "body": body, "author": {"username": author}, "system": False})

    def _discussion(self, asked: Asked, id: str) -> Answer:
        one = next((one for one in self.discussions if one["id"] == id), None)
        if one is None:
            return Answer(404, {"message": "404 Not found"})
        if not self.may_resolve:
            return Answer(403, {"message": "403 Forbidden"})
        one["notes"][0]["resolved"] = asked.data["resolved"]
        return Answer(200, one)

    def _note(self, asked: Asked, discussion: str, id: str) -> Answer:
        return self._change(asked, int(id), lambda one: one["id"] == discussion)

    def _plain_note(self, asked: Asked, id: str) -> Answer:
        return self._change(asked, int(id), lambda one: one["individual_note"])

    def _change(self, asked: Asked, id: int, among: Callable[[dict[str, Any]], bool]) -> Answer:
        for one in self.discussions:
            for note in one["notes"]:
                if note["id"] == id and among(one):
                    if note["author"]["username"] != self.me:
                        return Answer(403, {"message": "403 Forbidden"})
                    if asked.method == "DELETE":
                        one["notes"].remove(note)
                        self.discussions = [left for left in self.discussions if left["notes"]]
                        return Answer(204)
                    note["body"] = asked.data["body"]
                    return Answer(200, note)
        return Answer(404, {"message": "404 Not found"})

    def _notes(self, asked: Asked) -> Answer:
        return Answer(201, self.add(self.me, asked.data["body"])["notes"][0])

    @property
    def inline(self) -> list[dict[str, Any]]:
        """The first note of each discussion on a place."""
        return [one["notes"][0] for one in self.discussions if not one["individual_note"]]

    @property
    def summaries(self) -> list[str]:
        """The bodies of the plain notes."""
        return [one["notes"][0]["body"] for one in self.discussions if one["individual_note"]]


def _lines(patch: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for hunk in read_hunks(patch):
        old, new = hunk.old, hunk.new
        for line in hunk.lines:
            if line[0] != "-":
                found.append({"new": new, "old": old if line[0] == " " else None, "next": old})
                new += 1
            old += line[0] != "+"
    return found
