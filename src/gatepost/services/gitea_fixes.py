"""Branches, commits and pull requests on Forgejo and Gitea, by their REST API; never decides what they hold.

Source: the descriptions that their servers publish (swagger.v1.json). A commit and its branch are written in one
request, onto the end of another branch. Writing over a branch that is there takes `force_overwrite_new_branch`, which
Forgejo has; a server without it refuses, and says so. As no tree's id is known before, what a commit differs in from
the one before it stands in place of a tree.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

from gatepost.model.fix_requests import Standing, StandingState, Tip
from gatepost.model.json_values import mapping, text
from gatepost.services.git_trees import files_below
from gatepost.services.kept_commits import KeptCommits, difference
from gatepost.services.patience import Patience
from gatepost.services.web import Refused, Web

LABEL, _COLOUR = "gatepost", "#5b6770"
_PAGE = 50
_MOST_PAGES = 100
_MOST_REVIEWERS = 15


class GiteaFixes(KeptCommits):
    """The fix pull requests of one repository. `prefix` begins our branches."""

    markup = "gitea"

    def __init__(self, address: str, repository: str, token: str, patience: Patience, prefix: str) -> None:
        super().__init__()
        self._web = Web(address, {"Authorization": f"token {token}"}, patience, [token])
        self._owner, _, name = repository.partition("/")
        self._repository = repository
        self._top = f"/repos/{quote(self._owner, safe='')}/{quote(name, safe='')}"
        self._prefix = prefix
        self._onto = ""
        self._trees: dict[str, dict[str, tuple[str, str]]] = {}
        self._every: list[Mapping[str, Any]] | None = None
        self._me = ""

    def _ask(self, method: str, path: str, data: Any = None, *, repeatable: bool = False) -> Any:
        return self._web.ask(method, self._top + path, data, repeatable=repeatable).data

    def _read(self, path: str) -> Mapping[str, Any]:
        return mapping(self._ask("GET", path))

    def _pages(self, path: str) -> Iterator[Mapping[str, Any]]:
        joined = "&" if "?" in path else "?"
        for page in range(1, _MOST_PAGES + 1):
            listed = cast("list[Any]", self._ask("GET", f"{path}{joined}limit={_PAGE}&page={page}") or [])
            yield from map(mapping, listed)
            if len(listed) < _PAGE:
                return
        raise Refused(f"there are more than {_MOST_PAGES * _PAGE} pull requests")

    def start(self, branch: str) -> tuple[str, Tip]:
        """Return a branch and its last commit; "" asks for the default branch."""
        name = branch or text(self._read(""), "default_branch")
        tip = self.branch_tip(name) if name else None
        if tip is None:
            raise Refused(f"there is no branch {name}" if name else "the repository has no default branch", 404)
        self._onto = name
        return name, tip

    def holds(self, tip: str, commit: str) -> bool:
        """Whether a commit is `tip` or one before it."""
        if tip == commit:
            return True
        query = f"sha={quote(commit)}&not={quote(tip)}&limit=1&stat=false&files=false&verification=false"
        try:
            return not self._ask("GET", f"/commits?{query}")
        except Refused as error:
            if error.status not in (404, 409, 422):
                raise
            return False

    def files(self, tip: Tip, paths: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Return (mode, git's id) of those paths that a commit has as files."""
        return files_below(tip.id, paths, self._tree)

    def _tree(self, id: str) -> dict[str, tuple[str, str]]:
        """Return (mode, id) of what lies in a folder, or at the top of a commit, by name; asked for once."""
        known = self._trees.get(id)
        if known is None:
            known = {}
            for page in range(1, _MOST_PAGES + 1):
                answer = self._read(f"/git/trees/{quote(id)}?per_page=1000&page={page}")
                for one in map(mapping, cast("list[Any]", answer.get("tree") or [])):
                    known[text(one, "path")] = (text(one, "mode"), text(one, "sha"))
                if not answer.get("truncated"):
                    break
            self._trees[id] = known
        return known

    def open_ones(self) -> Sequence[Standing]:
        """Return the open pull requests from branches of ours, the oldest first."""
        listed = [one for one in self._pages("/pulls?state=open&sort=oldest") if self._is_ours(one)]
        return [self._standing(one) for one in listed]

    def last_of(self, branch: str) -> Standing | None:
        """Return the newest pull request from a branch, whatever its state: all are listed, once in a run."""
        if self._every is None:
            self._every = [one for one in self._pages("/pulls?state=all&sort=oldest") if self._is_ours(one)]
        mine = [one for one in self._every if self._branch(one) == branch]
        return self._standing(max(mine, key=lambda one: int(one["number"]))) if mine else None

    def _is_ours(self, one: Mapping[str, Any]) -> bool:
        """Whether its branch lies in this repository, with our prefix; a fork may have branches of the same names."""
        head, base = mapping(one.get("head")), mapping(one.get("base"))
        from_here = head.get("repo_id") is not None and head.get("repo_id") == base.get("repo_id")
        return from_here and self._branch(one).startswith(self._prefix)

    @staticmethod
    def _branch(one: Mapping[str, Any]) -> str:
        """Return the branch; once it is gone `ref` names the pull request, and `label` still the branch."""
        head = mapping(one.get("head"))
        return text(head, "label") or text(head, "ref")

    def _whoami(self) -> str:
        if not self._me:
            self._me = text(mapping(self._web.ask("GET", "/user").data), "login")
            if not self._me:
                raise Refused("the host does not tell whose credential it is")
        return self._me

    def _standing(self, one: Mapping[str, Any]) -> Standing:
        state: StandingState = "merged" if one.get("merged") else "open" if one.get("state") == "open" else "closed"
        mine = text(mapping(one.get("user")), "login") == self._whoami()
        head, body = text(mapping(one.get("head")), "sha"), str(one.get("body") or "")
        return Standing(int(one["number"]), self._branch(one), head, state, text(one, "title"), body, mine)

    def branch_tip(self, branch: str) -> Tip | None:
        """Return the last commit of a branch, None where there is no such branch."""
        try:
            found = self._read(f"/branches/{quote(branch, safe='')}")
        except Refused as error:
            if error.status != 404:
                raise
            return None
        id = text(mapping(found.get("commit")), "id")
        if text(found, "name") != branch or not id:
            return None
        commit = self._read(f"/git/commits/{quote(id)}")
        parents = tuple(text(mapping(one), "sha") for one in cast("list[Any]", commit.get("parents") or []))
        tip = Tip(id, id, parents, str(mapping(commit.get("commit")).get("message") or ""))
        if not branch.startswith(self._prefix) or len(parents) != 1:
            return tip
        listed = [mapping(one) for one in cast("list[Any]", commit.get("files") or [])]
        if any(text(one, "status") != "modified" for one in listed):
            return tip
        there = self.files(tip, [str(one.get("filename") or "") for one in listed])
        return tip._replace(tree=difference((path, *entry) for path, entry in there.items()))

    def _write(self, branch: str, commit: str, force: bool) -> None:
        message, files, parent = self.kept(commit)
        changes = [
            {
                "operation": "update",
                "path": one.path,
                "content": base64.b64encode(one.after).decode("ascii"),
                "sha": one.before,
            }
            for one in files
        ]
        data: dict[str, Any] = {"branch": self._onto, "new_branch": branch, "message": message, "files": changes}
        made = mapping(self._ask("POST", "/contents", {**data, "force_overwrite_new_branch": True} if force else data))
        parents = cast("list[Any]", mapping(made.get("commit")).get("parents") or [])
        if [text(mapping(one), "sha") for one in parents] == [parent]:
            return
        if not force:  # it is not the one that its message tells of, so that no later run would know it for ours
            self._ask("DELETE", f"/branches/{quote(branch, safe='')}", repeatable=True)
        raise Refused(f"{self._onto} has moved on meanwhile; the next run sees to it", 409)

    def make_branch(self, branch: str, commit: str) -> None:
        """Make a branch; status 422 where there is one of the name."""
        try:
            self._write(branch, commit, force=False)
        except Refused as error:
            if error.status not in (409, 422) or self.branch_tip(branch) is None:
                raise
            raise Refused(str(error), 422) from None

    def move_branch(self, branch: str, commit: str) -> None:
        """Let a branch end in another commit, whatever it held."""
        self._write(branch, commit, force=True)

    def propose(self, branch: str, onto: str, title: str, body: str) -> int:
        """Make a pull request; returns its number."""
        made = self._ask("POST", "/pulls", {"head": branch, "base": onto, "title": title, "body": body})
        return int(mapping(made)["number"])

    def rewrite(self, number: int, title: str, body: str, onto: str) -> None:
        """Write a pull request's title and description anew."""
        self._ask("PATCH", f"/pulls/{number}", {"title": title, "body": body, "base": onto}, repeatable=True)

    def reopen(self, number: int) -> None:
        """Open a pull request again; status 422 where the host leaves it closed."""
        try:
            self._ask("PATCH", f"/pulls/{number}", {"state": "open"}, repeatable=True)
        except Refused as error:
            raise Refused(str(error), 422 if error.status in (409, 412, 422) else error.status) from None

    def close(self, number: int, body: str, note: str) -> None:
        """Close a pull request with a comment, and a new description, both at once."""
        self._ask("PATCH", f"/pulls/{number}", {"state": "closed", "body": body}, repeatable=True)
        self._ask("POST", f"/issues/{number}/comments", {"body": note})

    def label(self, number: int) -> None:
        """Give a pull request the label `gatepost`, which is made where there is none yet."""
        known = next((one for one in self._pages("/labels") if text(one, "name") == LABEL), None)
        if known is None:
            known = mapping(self._ask("POST", "/labels", {"name": LABEL, "color": _COLOUR}))
        self._ask("POST", f"/issues/{number}/labels", {"labels": [known["id"]]})

    def ask_for_review(self, number: int, users: Sequence[str], teams: Sequence[str]) -> Sequence[str]:
        """Ask for reviews, one by one; returns who could not be asked."""
        people = [("reviewers", one) for one in users if one.lower() != self._whoami().lower()]
        here = [one.partition("/")[2] for one in teams if one.partition("/")[0].lower() == self._owner.lower()]
        asked = [*people, *(("team_reviewers", one) for one in here)]
        notes = [f"{len(asked) - _MOST_REVIEWERS} more owners are not asked"] if len(asked) > _MOST_REVIEWERS else []
        for kind, name in asked[:_MOST_REVIEWERS]:
            try:
                self._ask("POST", f"/pulls/{number}/requested_reviewers", {kind: [name]})
            except Refused as refused:
                notes.append(f"{name} is not asked for a review: {refused}")
        return notes
