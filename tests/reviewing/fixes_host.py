"""GitHub as its REST API answers about branches, commits and pull requests, held against its OpenAPI description.

Rules that OpenAPI does not know are coded here: a reference needs a commit that is there and is made once; a pull
request needs two branches that differ and is the only open one for them; a closed one opens again only while its
branch is as it was; who is no collaborator is asked for no review.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from tests.reviewing.descriptions import description
from tests.reviewing.github_host import graphql_answer
from tests.routing.hosts.host import Answer, Asked, Host

_TOP = "/repos/acme/shop"
_LONGEST = 65_536
_GONE = Answer(404, {"message": "Not Found"})


def _invalid(what: str) -> Answer:
    return Answer(422, {"message": what})


def _id(*parts: object) -> str:
    return hashlib.sha1(repr(parts).encode()).hexdigest()


def blob_id(content: bytes) -> str:
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


Files = dict[str, tuple[str, str]]


class FakeFixes(Host):
    """The repository acme/shop, with a branch main that holds what `push` gave it."""

    described = description("github", unlisted="/graphql")

    def __init__(self, me: str = "github-actions[bot]") -> None:
        super().__init__()
        self.me = me
        self.token = "ghs_secret0123456789"
        self.blobs: dict[str, bytes] = {}
        self.folders: dict[str, list[dict[str, Any]]] = {}
        self.trees: dict[str, Files] = {}
        self.commits: dict[str, dict[str, Any]] = {}
        self.refs: dict[str, str] = {}
        self.modes: dict[str, str] = {}  # of files that a person pushes, where they are not plain
        self.pulls: list[dict[str, Any]] = []
        self.comments: list[tuple[int, str]] = []
        self.asked_reviews: list[str] = []
        self.collaborators = {"ada", "acme/payments", "acme/platform"}

    # -- what a person does there ----------------------------------------------------------------------------------

    def push(self, branch: str, files: dict[str, bytes], message: str = "a change", id: str = "") -> str:
        """Put a commit of a person with these files, and none else, on a branch."""
        tree = {path: (self.modes.get(path, "100644"), self._blob(content)) for path, content in files.items()}
        parents = [self.refs[branch]] if branch in self.refs else []
        self.refs[branch] = self._commit(message, self._tree(tree), parents, id)
        return self.refs[branch]

    def content(self, branch: str, path: str) -> str:
        files = self.trees[self.commits[self.refs[branch]]["tree"]]
        return self.blobs[files[path][1]].decode()

    def changed(self, branch: str) -> set[str]:
        """Return the paths in which a branch differs from main."""
        there, here = (self.trees[self.commits[self.refs[one]]["tree"]] for one in ("main", branch))
        return {path for path in {*there, *here} if there.get(path) != here.get(path)}

    def merge(self, number: int) -> None:
        one = self.pulls[number - 1]
        self.refs["main"] = self.refs[one["branch"]]
        one.update(state="closed", merged_at="2026-11-21T00:00:00Z")

    # -- what it stores --------------------------------------------------------------------------------------------

    def _blob(self, content: bytes) -> str:
        self.blobs[blob_id(content)] = content
        return blob_id(content)

    def _tree(self, files: Files) -> str:
        entries: dict[str, dict[str, Any]] = {}
        below: dict[str, Files] = {}
        for path, (mode, id) in files.items():
            folder, _, rest = path.partition("/")
            if rest:
                below.setdefault(folder, {})[rest] = (mode, id)
            else:
                entries[path] = {"path": path, "mode": mode, "type": "blob", "sha": id}
        for folder, inner in below.items():
            entries[folder] = {"path": folder, "mode": "040000", "type": "tree", "sha": self._tree(inner)}
        id = _id("tree", sorted(files.items()))
        self.trees[id] = dict(files)
        self.folders[id] = [entries[name] for name in sorted(entries)]
        return id

    def _commit(self, message: str, tree: str, parents: list[str], id: str = "") -> str:
        id = id or _id("commit", message, tree, parents)
        self.commits[id] = {"message": message, "tree": tree, "parents": parents}
        return id

    def _before(self, id: str) -> set[str]:
        found, left = set[str](), [id]
        while left:
            one = left.pop()
            found.add(one)
            left += self.commits[one]["parents"]
        return found

    # -- what it answers -------------------------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") not in (f"token {self.token}", f"Bearer {self.token}"):
            return Answer(401, {"message": "Bad credentials"})
        if asked.path == "/graphql":
            return graphql_answer(asked.data, lambda *_: Answer(200, {"data": {"viewer": {"login": self.me}}}))
        if asked.path == "/user":
            if self.me.endswith("[bot]"):
                return Answer(403, {"message": "Resource not accessible by integration"})
            return Answer(200, {"login": self.me, "id": 1})
        if asked.path == _TOP:
            return Answer(200, {"full_name": "acme/shop", "default_branch": "main"})
        for pattern, answer in (
            (rf"GET {_TOP}/git/ref/heads/(.+)", self._get_ref),
            (rf"POST {_TOP}/git/refs", self._make_ref),
            (rf"PATCH {_TOP}/git/refs/heads/(.+)", self._move_ref),
            (rf"GET {_TOP}/git/commits/(\w+)", self._get_commit),
            (rf"POST {_TOP}/git/commits", self._make_commit),
            (rf"GET {_TOP}/git/trees/(\w+)", self._get_tree),
            (rf"POST {_TOP}/git/trees", self._make_tree),
            (rf"POST {_TOP}/git/blobs", self._make_blob),
            (rf"GET {_TOP}/compare/(\w+)\.\.\.(\w+)", self._compare),
            (rf"GET {_TOP}/pulls", self._list),
            (rf"POST {_TOP}/pulls", self._propose),
            (rf"PATCH {_TOP}/pulls/(\d+)", self._edit),
            (rf"POST {_TOP}/pulls/(\d+)/requested_reviewers", self._reviewers),
            (rf"POST {_TOP}/issues/(\d+)/labels", self._label),
            (rf"POST {_TOP}/issues/(\d+)/comments", self._comment),
        ):
            found = re.fullmatch(pattern, f"{asked.method} {asked.path}")
            if found:
                return answer(asked, *found.groups())
        return _GONE

    def _get_ref(self, _: Asked, branch: str) -> Answer:
        if branch not in self.refs:
            return _GONE
        return Answer(200, {"ref": f"refs/heads/{branch}", "object": {"sha": self.refs[branch], "type": "commit"}})

    def _make_ref(self, asked: Asked) -> Answer:
        data = asked.data
        if data["sha"] not in self.commits:
            return _invalid("Object does not exist")
        branch = data["ref"].removeprefix("refs/heads/")
        if branch in self.refs:
            return _invalid("Reference already exists")
        self.refs[branch] = data["sha"]
        return Answer(201, {"ref": data["ref"], "object": {"sha": data["sha"]}})

    def _move_ref(self, asked: Asked, branch: str) -> Answer:
        if branch not in self.refs or asked.data["sha"] not in self.commits:
            return _invalid("Reference does not exist")
        if not asked.data.get("force") and self.refs[branch] not in self._before(asked.data["sha"]):
            return _invalid("Update is not a fast forward")
        self.refs[branch] = asked.data["sha"]
        return Answer(200, {"ref": f"refs/heads/{branch}", "object": {"sha": asked.data["sha"]}})

    def _get_commit(self, _: Asked, id: str) -> Answer:
        one = self.commits.get(id)
        if one is None:
            return _GONE
        parents = [{"sha": parent} for parent in one["parents"]]
        return Answer(200, {"sha": id, "message": one["message"], "tree": {"sha": one["tree"]}, "parents": parents})

    def _make_commit(self, asked: Asked) -> Answer:
        data = asked.data
        if data["tree"] not in self.trees or set(data["parents"]) - set(self.commits):
            return _invalid("Tree SHA does not exist")
        # GitHub keeps no empty line at the end of a message.
        id = self._commit(data["message"].rstrip("\n"), data["tree"], data["parents"])
        return Answer(201, {"sha": id})

    def _get_tree(self, _: Asked, id: str) -> Answer:
        return Answer(200, {"sha": id, "tree": self.folders[id], "truncated": False}) if id in self.folders else _GONE

    def _make_tree(self, asked: Asked) -> Answer:
        data = asked.data
        if data["base_tree"] not in self.trees:
            return _invalid("Invalid tree info")
        files = dict(self.trees[data["base_tree"]])
        for one in data["tree"]:
            if one["sha"] not in self.blobs or ".." in one["path"].split("/") or one["path"].startswith("/"):
                return _invalid("tree.path contains a malformed path component")
            files[one["path"]] = (one["mode"], one["sha"])
        return Answer(201, {"sha": self._tree(files)})

    def _make_blob(self, asked: Asked) -> Answer:
        return Answer(201, {"sha": self._blob(base64.b64decode(asked.data["content"]))})

    def _compare(self, _: Asked, first: str, last: str) -> Answer:
        if first not in self.commits or last not in self.commits:
            return _GONE
        ahead, behind = first in self._before(last), last in self._before(first)
        status = "identical" if first == last else "ahead" if ahead else "behind" if behind else "diverged"
        return Answer(200, {"status": status})

    def _list(self, asked: Asked) -> Answer:
        state, head = asked.query.get("state", "open"), asked.query.get("head", "")
        found = [self._shown(one) for one in self.pulls if state in ("all", one["state"])]
        found = [one for one in found if not head or head == f"{one['head']['user']['login']}:{one['head']['ref']}"]
        if asked.query.get("direction") == "desc":
            found.reverse()
        size, page = int(asked.query.get("per_page", 30)), int(asked.query.get("page", 1))
        return Answer(200, found[(page - 1) * size : page * size])

    def _shown(self, one: dict[str, Any]) -> dict[str, Any]:
        if one["state"] == "open" and one["repository"] == "acme/shop":
            one["sha"] = self.refs[one["branch"]]
        repository = {"full_name": one["repository"]}
        head = {"ref": one["branch"], "sha": one["sha"], "repo": repository, "user": {"login": "acme"}}
        kept = {name: one[name] for name in ("number", "state", "title", "body", "merged_at")}
        return {**kept, "user": {"login": one["author"]}, "head": head, "base": {"ref": one["base"]}}

    def add(self, author: str, branch: str, title: str, body: str, repository: str = "acme/shop") -> dict[str, Any]:
        """Put a pull request there."""
        number = len(self.pulls) + 1
        self.pulls.append(
            {
                "number": number, "author": author, "branch": branch, "base": "main", "title": title, "body": body,
                "state": "open", "merged_at": None, "labels": [], "repository": repository,
                "sha": self.refs.get(branch, ""),
            }
        )  # fmt: skip
        return self.pulls[-1]

    def _propose(self, asked: Asked) -> Answer:
        data = asked.data
        if len(data["body"]) > _LONGEST or len(data["title"]) > 256:
            return _invalid("Validation Failed")
        if {data["head"], data["base"]} - set(self.refs) or not self.changed(data["head"]):
            return _invalid("No commits between main and the branch")
        mine = [one for one in self.pulls if one["repository"] == "acme/shop" and one["state"] == "open"]
        if any(one["branch"] == data["head"] for one in mine):
            return _invalid("A pull request already exists")
        return Answer(201, self._shown(self.add(self.me, data["head"], data["title"], data["body"])))

    def _edit(self, asked: Asked, number: str) -> Answer:
        one = self.pulls[int(number) - 1]
        if len(asked.data.get("body", "")) > _LONGEST:
            return _invalid("Validation Failed")
        if asked.data.get("state") == "open" and one["state"] == "closed":
            if self.refs.get(one["branch"]) != one["sha"]:
                return _invalid("state cannot be changed. The branch was force-pushed or recreated.")
            one["state"] = "open"
        if asked.data.get("state") == "closed":
            one.update(state="closed", sha=self.refs[one["branch"]])
        one.update({name: asked.data[name] for name in ("title", "body", "base") if name in asked.data})
        return Answer(200, self._shown(one))

    def _reviewers(self, asked: Asked, number: str) -> Answer:
        names = [*asked.data.get("reviewers", []), *(f"acme/{one}" for one in asked.data.get("team_reviewers", []))]
        if set(names) - self.collaborators:
            return _invalid("Reviews may only be requested from collaborators")
        self.asked_reviews += names
        return Answer(201, self._shown(self.pulls[int(number) - 1]))

    def _label(self, asked: Asked, number: str) -> Answer:
        self.pulls[int(number) - 1]["labels"] += asked.data["labels"]
        return Answer(200, [{"name": one} for one in asked.data["labels"]])

    def _comment(self, asked: Asked, number: str) -> Answer:
        self.comments.append((int(number), asked.data["body"]))
        return Answer(201, {"id": len(self.comments)})
