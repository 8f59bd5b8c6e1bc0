"""GitLab as its REST API 4 answers about branches, commits and merge requests; never a real one.

Rules that are coded here: a commit is written onto a branch that there is none of yet, or overwrites one when it is
forced; it updates files that are there; a merge request is the only open one of its branch; what is written in words of
its own (quick actions) is not carried out; one edition takes one reviewer, and groups are asked by none.
"""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import unquote

from tests.reviewing.descriptions import description
from tests.reviewing.fixes_host import FakeFixes
from tests.routing.hosts.host import Answer, Asked

_TOP = "/api/v4/projects/acme%2Fshop"
_GONE = Answer(404, {"message": "404 Not found"})
_LONGEST = 1_048_576
HERE, FORK = 11, 12


def _invalid(what: str, status: int = 400) -> Answer:
    return Answer(status, {"message": what})


class FakeGitLabFixes(FakeFixes):
    """The project acme/shop, with a branch main that holds what `push` gave it."""

    described = description("gitlab", "/api/v4")
    malformed = 400

    def __init__(self, me: str = "project_1_bot") -> None:
        super().__init__(me)
        self.token = "glpat-secret0123456789"
        self.people = {"ada": 5, me: 9}
        self.most_reviewers = 1

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("private-token") != self.token:
            return Answer(401, {"message": "401 Unauthorized"})
        for pattern, answer in (
            (r"GET /api/v4/user", self._user),
            (r"GET /api/v4/users", self._users),
            (rf"GET {_TOP}", self._project),
            (rf"GET {_TOP}/repository/branches/([^/]+)", self._branch),
            (rf"GET {_TOP}/repository/merge_base", self._merge_base),
            (rf"GET {_TOP}/repository/tree", self._folder),
            (rf"GET {_TOP}/repository/commits/(\w+)/diff", self._diff),
            (rf"POST {_TOP}/repository/commits", self._commits),
            (rf"GET {_TOP}/merge_requests", self._requests),
            (rf"POST {_TOP}/merge_requests", self._request),
            (rf"PUT {_TOP}/merge_requests/(\d+)", self._changed),
            (rf"POST {_TOP}/merge_requests/(\d+)/notes", self._noted),
        ):
            found = re.fullmatch(pattern, f"{asked.method} {asked.path}")
            if found:
                return answer(asked, *found.groups())
        return _GONE

    def _user(self, _: Asked) -> Answer:
        return Answer(200, {"id": self.people[self.me], "username": self.me})

    def _users(self, asked: Asked) -> Answer:
        name = asked.query["username"].lower()
        return Answer(200, [{"id": id, "username": one} for one, id in self.people.items() if one == name])

    def _project(self, _: Asked) -> Answer:
        return Answer(200, {"id": HERE, "path_with_namespace": "acme/shop", "default_branch": "main"})

    def _branch(self, _: Asked, quoted: str) -> Answer:
        name = unquote(quoted)
        if name not in self.refs:
            return _GONE
        id = self.refs[name]
        commit = {"id": id, "parent_ids": self.commits[id]["parents"], "message": self.commits[id]["message"]}
        return Answer(200, {"name": name, "commit": commit})

    def _merge_base(self, asked: Asked) -> Answer:
        first, last = asked.query["refs[]"].split(",")
        if first not in self.commits or last not in self.commits:
            return _invalid("400 Bad request - Could not find ref")
        shared = self._before(first) & self._before(last)
        newest = [one for one in shared if not any(one in self._before(other) - {other} for other in shared)]
        return Answer(200, {"id": newest[0]}) if newest else _GONE

    def _folder(self, asked: Asked) -> Answer:
        tree = self.commits[asked.query["ref"]]["tree"]
        for part in asked.query.get("path", "").split("/") if asked.query.get("path") else ():
            entry = next((one for one in self.folders[tree] if one["path"] == part and one["type"] == "tree"), None)
            if entry is None:
                return Answer(404, {"message": "404 Tree Not Found"})
            tree = entry["sha"]
        kept = {"sha": "id", "path": "name", "mode": "mode", "type": "type"}
        return self._paged(asked, [{kept[key]: value for key, value in one.items()} for one in self.folders[tree]])

    def _diff(self, asked: Asked, id: str) -> Answer:
        commit = self.commits[id]
        there = self.trees[commit["tree"]]
        before = self.trees[self.commits[commit["parents"][0]]["tree"]] if commit["parents"] else {}
        changed = [path for path in {**before, **there} if before.get(path) != there.get(path)]
        listed = [
            {"new_path": path, "old_path": path, "new_file": path not in before, "deleted_file": path not in there}
            for path in sorted(changed)
        ]
        return self._paged(asked, [{**one, "renamed_file": False, "diff": ""} for one in listed])

    def _commits(self, asked: Asked) -> Answer:
        data = asked.data
        if data["branch"] in self.refs and not data.get("force"):
            return _invalid(f"A branch called '{data['branch']}' already exists.")
        if data["start_sha"] not in self.commits or not data["actions"]:
            return _invalid("400 Bad request")
        files = dict(self.trees[self.commits[data["start_sha"]]["tree"]])
        for one in data["actions"]:
            if one["action"] != "update" or one["encoding"] != "base64" or one["file_path"] not in files:
                return _invalid("A file with this name doesn't exist")
            files[one["file_path"]] = (files[one["file_path"]][0], self._blob(base64.b64decode(one["content"])))
        id = self._commit(data["commit_message"], self._tree(files), [data["start_sha"]])
        self.refs[data["branch"]] = id
        return Answer(201, {"id": id, "parent_ids": [data["start_sha"]], "message": data["commit_message"]})

    def _paged(self, asked: Asked, every: list[dict[str, Any]]) -> Answer:
        size, page = int(asked.query.get("per_page", 20)), int(asked.query.get("page", 1))
        headers = {"X-Page": str(page), "X-Per-Page": str(size)}
        if page * size < len(every):
            query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": str(page + 1)}.items())
            headers["Link"] = f'<{self.address}{asked.path}?{query}>; rel="next"'
        return Answer(200, every[(page - 1) * size : page * size], headers)

    def _requests(self, asked: Asked) -> Answer:
        state, branch = asked.query.get("state", "all"), asked.query.get("source_branch")
        found = [self._told(one) for one in self.pulls]
        found = [one for one in found if state in ("all", one["state"]) and branch in (None, one["source_branch"])]
        return self._paged(asked, found[::-1] if asked.query.get("sort") == "desc" else found)

    def _told(self, one: dict[str, Any]) -> dict[str, Any]:
        here = one["repository"] == "acme/shop"
        if one["state"] == "open" and here:
            one["sha"] = self.refs[one["branch"]]
        state = "merged" if one["merged_at"] else {"open": "opened"}.get(one["state"], one["state"])
        return {
            "iid": one["number"], "state": state, "title": one["title"], "description": one["body"],
            "source_branch": one["branch"], "target_branch": one["base"], "sha": one["sha"],
            "author": {"username": one["author"]}, "labels": one["labels"],
            "source_project_id": HERE if here else FORK, "target_project_id": HERE,
            "reviewers": [{"id": id} for id in one.get("reviewers", [])],
        }  # fmt: skip

    def _request(self, asked: Asked) -> Answer:
        data = asked.data
        if len(data["description"]) > _LONGEST or not 0 < len(data["title"]) <= 255:
            return _invalid("400 Bad request")
        if {data["source_branch"], data["target_branch"]} - set(self.refs):
            return _invalid("400 Bad request")
        mine = [one for one in self.pulls if one["repository"] == "acme/shop" and one["state"] == "open"]
        if any(one["branch"] == data["source_branch"] for one in mine):
            return _invalid("Another open merge request already exists for this source branch", 409)
        made = self.add(self.me, data["source_branch"], data["title"], data["description"])
        made["base"] = data["target_branch"]
        return Answer(201, self._told(made))

    def _changed(self, asked: Asked, number: str) -> Answer:
        one, data = self.pulls[int(number) - 1], asked.data
        if data.get("state_event") == "reopen" and one["branch"] in self.refs:
            one["state"] = "open"
        if data.get("state_event") == "close":
            one.update(state="closed", sha=self.refs.get(one["branch"], ""))
        if "add_labels" in data:
            one["labels"] += data["add_labels"].split(",")
        if "reviewer_ids" in data:
            one["reviewers"] = data["reviewer_ids"][: self.most_reviewers]
            self.asked_reviews = [name for name, id in self.people.items() if id in one["reviewers"]]
        names = {"title": "title", "description": "body", "target_branch": "base"}
        one.update({kept: data[name] for name, kept in names.items() if name in data})
        return Answer(200, self._told(one))

    def _noted(self, asked: Asked, number: str) -> Answer:
        self.comments.append((int(number), asked.data["body"]))
        return Answer(201, {"id": len(self.comments), "body": asked.data["body"]})
