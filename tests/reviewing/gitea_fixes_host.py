"""Forgejo, and Gitea, as their REST API answers about branches, commits and pull requests; never a real one.

Rules that are coded here: a commit is written onto the end of a branch, into a new branch or, where the server can and
is told to, over one that is there; a file is updated that is as the request says; labels are named by number.
"""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import unquote

from tests.reviewing.descriptions import description
from tests.reviewing.fixes_host import FakeFixes
from tests.routing.hosts.host import Answer, Asked

_TOP = "/repos/acme/shop"
_GONE = Answer(404, {"message": "The target couldn't be found."})
_LONGEST = 65_536
HERE, FORK = 11, 12


def _invalid(what: str, status: int = 422) -> Answer:
    return Answer(status, {"message": what})


class FakeGiteaFixes(FakeFixes):
    """The repository acme/shop, with a branch main that holds what `push` gave it. `can_force` as Forgejo can."""

    described = description("gitea")

    def __init__(self, me: str = "gate") -> None:
        super().__init__(me)
        self.token = "gto_secret0123456789"
        self.labels: list[str] = []
        self.can_force = True

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"token {self.token}":
            return Answer(401, {"message": "token is required"})
        for pattern, answer in (
            (r"GET /user", self._user),
            (rf"GET {_TOP}", self._told),
            (rf"GET {_TOP}/branches/([^/]+)", self._branch),
            (rf"DELETE {_TOP}/branches/([^/]+)", self._branch_gone),
            (rf"GET {_TOP}/commits", self._log),
            (rf"GET {_TOP}/git/commits/(\w+)", self._one_commit),
            (rf"GET {_TOP}/git/trees/(\w+)", self._listed),
            (rf"POST {_TOP}/contents", self._contents),
            (rf"GET {_TOP}/pulls", self._pulls),
            (rf"POST {_TOP}/pulls", self._pull),
            (rf"PATCH {_TOP}/pulls/(\d+)", self._changed),
            (rf"POST {_TOP}/pulls/(\d+)/requested_reviewers", self._asked),
            (rf"GET {_TOP}/labels", self._labels),
            (rf"POST {_TOP}/labels", self._new_label),
            (rf"POST {_TOP}/issues/(\d+)/labels", self._labelled),
            (rf"POST {_TOP}/issues/(\d+)/comments", self._said),
        ):
            found = re.fullmatch(pattern, f"{asked.method} {asked.path}")
            if found:
                return answer(asked, *found.groups())
        return _GONE

    def _user(self, _: Asked) -> Answer:
        return Answer(200, {"id": 1, "login": self.me})

    def _told(self, _: Asked) -> Answer:
        return Answer(200, {"id": HERE, "full_name": "acme/shop", "default_branch": "main"})

    def _branch(self, _: Asked, quoted: str) -> Answer:
        name = unquote(quoted)
        if name not in self.refs:
            return _GONE
        id = self.refs[name]
        return Answer(200, {"name": name, "commit": {"id": id, "message": self.commits[id]["message"]}})

    def _branch_gone(self, _: Asked, quoted: str) -> Answer:
        return Answer(204) if self.refs.pop(unquote(quoted), None) else _GONE

    def _log(self, asked: Asked) -> Answer:
        first, without = asked.query["sha"], asked.query["not"]
        if first not in self.commits or without not in self.commits:
            return _GONE
        left = self._before(first) - self._before(without)
        return Answer(200, [{"sha": one} for one in sorted(left)][: int(asked.query["limit"])])

    def _one_commit(self, _: Asked, id: str) -> Answer:
        return Answer(200, self._shown_commit(id)) if id in self.commits else _GONE

    def _shown_commit(self, id: str) -> dict[str, Any]:
        one = self.commits[id]
        there = self.trees[one["tree"]]
        before = self.trees[self.commits[one["parents"][0]]["tree"]] if one["parents"] else {}
        changed = sorted(path for path in {**before, **there} if before.get(path) != there.get(path))
        status = {
            path: "removed" if path not in there else "modified" if path in before else "added" for path in changed
        }
        return {
            "sha": id,
            "commit": {"message": one["message"], "tree": {"sha": one["tree"]}},
            "parents": [{"sha": parent} for parent in one["parents"]],
            "files": [{"filename": path, "status": status[path]} for path in changed],
        }

    def _listed(self, asked: Asked, id: str) -> Answer:
        tree = self.commits[id]["tree"] if id in self.commits else id
        if tree not in self.folders:
            return _GONE
        size, page = int(asked.query["per_page"]), int(asked.query["page"])
        every = self.folders[tree]
        shown = every[(page - 1) * size : page * size]
        return Answer(200, {"sha": tree, "tree": shown, "page": page, "truncated": page * size < len(every)})

    def _contents(self, asked: Asked) -> Answer:
        data = asked.data
        force = self.can_force and data.get("force_overwrite_new_branch", False)
        if data["new_branch"] in self.refs and not force:
            return _invalid(f"branch already exists [name: {data['new_branch']}]")
        if data["branch"] not in self.refs:
            return _GONE
        parent = self.refs[data["branch"]]
        files = dict(self.trees[self.commits[parent]["tree"]])
        for one in data["files"]:
            if one["operation"] != "update" or files.get(one["path"], ("", ""))[1] != one["sha"]:
                return _invalid(f"sha does not match [given: {one['sha']}]")
            files[one["path"]] = (files[one["path"]][0], self._blob(base64.b64decode(one["content"])))
        id = self._commit(data["message"], self._tree(files), [parent])
        self.refs[data["new_branch"]] = id
        return Answer(201, {"commit": {"sha": id, "parents": [{"sha": parent}]}, "files": []})

    def _paged(self, asked: Asked, every: list[dict[str, Any]]) -> Answer:
        size, page = int(asked.query["limit"]), int(asked.query["page"])
        return Answer(200, every[(page - 1) * size : page * size])

    def _pulls(self, asked: Asked) -> Answer:
        state = asked.query.get("state", "open")
        return self._paged(asked, [self._pr(one) for one in self.pulls if state in ("all", one["state"])])

    def _pr(self, one: dict[str, Any]) -> dict[str, Any]:
        here = one["repository"] == "acme/shop"
        if one["state"] == "open" and here:
            one["sha"] = self.refs[one["branch"]]
        ref = one["branch"] if one["branch"] in self.refs else f"refs/pull/{one['number']}/head"
        head = {"label": one["branch"], "ref": ref, "sha": one["sha"], "repo_id": HERE if here else FORK}
        kept = {name: one[name] for name in ("number", "state", "title", "body")}
        base = {"label": one["base"], "ref": one["base"], "sha": "", "repo_id": HERE}
        merged = {"merged": one["merged_at"] is not None}
        return {"id": one["number"], **kept, **merged, "user": {"login": one["author"]}, "head": head, "base": base}

    def _pull(self, asked: Asked) -> Answer:
        data = asked.data
        if len(data["body"]) > _LONGEST or len(data["title"]) > 255 or {data["head"], data["base"]} - set(self.refs):
            return _invalid("invalid")
        mine = [one for one in self.pulls if one["repository"] == "acme/shop" and one["state"] == "open"]
        if any(one["branch"] == data["head"] for one in mine):
            return _invalid("pull request already exists for these targets", 409)
        made = self.add(self.me, data["head"], data["title"], data["body"])
        made["base"] = data["base"]
        return Answer(201, self._pr(made))

    def _changed(self, asked: Asked, number: str) -> Answer:
        one, data = self.pulls[int(number) - 1], asked.data
        if data.get("state") == "open" and one["state"] == "closed":
            if one["branch"] not in self.refs:
                return _invalid("the head branch is gone", 412)
            one["state"] = "open"
        if data.get("state") == "closed":
            one.update(state="closed", sha=self.refs[one["branch"]])
        one.update({name: data[name] for name in ("title", "body", "base") if name in data})
        return Answer(201, self._pr(one))

    def _asked(self, asked: Asked, _: str) -> Answer:
        names = [*asked.data.get("reviewers", []), *(f"acme/{one}" for one in asked.data.get("team_reviewers", []))]
        if set(names) - self.collaborators:
            return _GONE
        self.asked_reviews += names
        return Answer(201, [])

    def _labels(self, asked: Asked) -> Answer:
        return self._paged(asked, [{"id": at, "name": name} for at, name in enumerate(self.labels, start=1)])

    def _new_label(self, asked: Asked) -> Answer:
        self.labels.append(asked.data["name"])
        return Answer(201, {"id": len(self.labels), "name": asked.data["name"]})

    def _labelled(self, asked: Asked, number: str) -> Answer:
        names = [self.labels[id - 1] for id in asked.data["labels"]]
        self.pulls[int(number) - 1]["labels"] += names
        return Answer(200, [{"id": id} for id in asked.data["labels"]])

    def _said(self, asked: Asked, number: str) -> Answer:
        self.comments.append((int(number), asked.data["body"]))
        return Answer(201, {"id": len(self.comments), "body": asked.data["body"]})
