"""Branches, commits and pull requests on GitHub, by PyGithub's connection; never decides what they hold.

Sources: "REST API endpoints for Git database", "for pull requests", "for review requests" (docs.github.com).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

from gatepost.model.fix_requests import Content, Standing, StandingState, Tip
from gatepost.services.git_trees import files_below
from gatepost.services.github_connection import PAGE, GitHubConnection
from gatepost.services.patience import Patience
from gatepost.services.web import Refused

LABEL = "gatepost"
_MOST_PAGES = 50
_MOST_REVIEWERS = 15  # GitHub takes no more
# "Best practices for using the REST API": a second between requests that change something.
_BETWEEN_WRITES = 1.0


class GitHubFixes:
    """The fix pull requests of one repository. `prefix` is how our branches begin. Raises Refused without PyGithub."""

    markup = "github"

    def __init__(self, address: str, repository: str, token: str, patience: Patience, prefix: str) -> None:
        self._connection = GitHubConnection(address, token, patience)
        self._patience = patience
        self._owner = repository.partition("/")[0]
        self._repository = repository
        self._top = f"/repos/{quote(repository)}"
        self._prefix = prefix
        self._trees: dict[str, dict[str, tuple[str, str]]] = {}

    def _ask(self, method: str, path: str, data: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        with self._connection.asking():
            if method != "GET":
                self._patience.before_write(_BETWEEN_WRITES)
            requester = self._connection.host.requester
            _, answer = requester.requestJsonAndCheck(
                method, self._top + path, parameters=dict(query) if query else None, input=data
            )
            return answer

    def _read(self, path: str, query: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        return _mapping(self._ask("GET", path, None, query))

    def _pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for page in range(1, _MOST_PAGES + 1):
            listed = cast("list[Any]", self._ask("GET", path, None, {**query, "per_page": PAGE, "page": page}) or [])
            yield from (_mapping(one) for one in listed)
            if len(listed) < PAGE:
                return
        raise Refused(f"there are more than {_MOST_PAGES * PAGE} open pull requests")

    def start(self, branch: str) -> tuple[str, Tip]:
        """Return a branch and its last commit; "" asks for the default branch."""
        name = branch or _text(self._read(""), "default_branch")
        tip = self.branch_tip(name) if name else None
        if tip is None:
            raise Refused(f"there is no branch {name}" if name else "the repository has no default branch", 404)
        return name, tip

    def holds(self, tip: str, commit: str) -> bool:
        """Whether a commit is `tip` or one before it."""
        if tip == commit:
            return True
        try:
            found = self._read(f"/compare/{quote(commit)}...{quote(tip)}", {"per_page": 1})
        except Refused as error:
            if error.status not in (404, 422):
                raise
            return False
        return found.get("status") in ("ahead", "identical")

    def files(self, tip: Tip, paths: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Return (mode, git's id) of those paths that a commit has as files."""
        return files_below(tip.tree, paths, self._tree)

    def _tree(self, id: str) -> dict[str, tuple[str, str]]:
        """Return (mode, id) of what lies in a folder, by name; asked for once."""
        known = self._trees.get(id)
        if known is None:
            listed = self._read(f"/git/trees/{quote(id)}").get("tree")
            entries = [_mapping(one) for one in cast("list[Any]", listed if isinstance(listed, list) else [])]
            known = {_text(one, "path"): (_text(one, "mode"), _text(one, "sha")) for one in entries}
            self._trees[id] = known
        return known

    def open_ones(self) -> Sequence[Standing]:
        """Return the open pull requests from branches of ours, the oldest first."""
        query = {"state": "open", "sort": "created", "direction": "asc"}
        listed = [one for one in self._pages("/pulls", query) if self._is_from_here(one)]
        return [self._standing(one) for one in listed if self._branch(one).startswith(self._prefix)]

    def last_of(self, branch: str) -> Standing | None:
        """Return the newest pull request from a branch, whatever its state."""
        query = {"state": "all", "head": f"{self._owner}:{branch}", "sort": "created", "direction": "desc"}
        listed = cast("list[Any]", self._ask("GET", "/pulls", None, {**query, "per_page": 10}) or [])
        found = [_mapping(one) for one in listed]
        mine = [one for one in found if self._is_from_here(one) and self._branch(one) == branch]
        return self._standing(mine[0]) if mine else None

    def _is_from_here(self, one: Mapping[str, Any]) -> bool:
        """Whether its branch lies in this repository; a fork may have branches of the same names."""
        name = _text(_mapping(_mapping(one.get("head")).get("repo")), "full_name")
        return name.lower() == self._repository.lower()

    def _branch(self, one: Mapping[str, Any]) -> str:
        return _text(_mapping(one.get("head")), "ref")

    def _standing(self, one: Mapping[str, Any]) -> Standing:
        merged = bool(one.get("merged_at"))
        state: StandingState = "merged" if merged else "open" if one.get("state") == "open" else "closed"
        mine = _text(_mapping(one.get("user")), "login") == self._connection.whoami()
        head = _text(_mapping(one.get("head")), "sha")
        return Standing(
            int(one["number"]), self._branch(one), head, state, _text(one, "title"), _text(one, "body"), mine
        )

    def branch_tip(self, branch: str) -> Tip | None:
        """Return the last commit of a branch, None where there is no such branch."""
        try:
            ref = self._read(f"/git/ref/heads/{quote(branch)}")
        except Refused as error:
            if error.status != 404:
                raise
            return None
        if _text(ref, "ref") != f"refs/heads/{branch}":
            return None
        id = _text(_mapping(ref.get("object")), "sha")
        commit = self._read(f"/git/commits/{quote(id)}")
        parents = cast("list[Any]", commit.get("parents") or [])
        tree = _text(_mapping(commit.get("tree")), "sha")
        return Tip(id, tree, tuple(_text(_mapping(one), "sha") for one in parents), _text(commit, "message"))

    def write_tree(self, on: Tip, files: Sequence[tuple[Content, str]]) -> str:
        """Write files (each with its mode) over those of a commit; returns the id of the tree."""
        entries: list[dict[str, str]] = []
        for one, mode in files:
            content = base64.b64encode(one.after).decode("ascii")
            blob = _mapping(self._ask("POST", "/git/blobs", {"content": content, "encoding": "base64"}))
            entries.append({"path": one.path, "mode": mode, "type": "blob", "sha": _text(blob, "sha")})
        return _id(self._ask("POST", "/git/trees", {"base_tree": on.tree, "tree": entries}))

    def write_commit(self, message: str, tree: str, parent: str) -> str:
        """Write a commit that no branch has yet; returns its id. Without an author GitHub signs it as a bot's."""
        return _id(self._ask("POST", "/git/commits", {"message": message, "tree": tree, "parents": [parent]}))

    def make_branch(self, branch: str, commit: str) -> None:
        """Make a branch."""
        self._ask("POST", "/git/refs", {"ref": f"refs/heads/{branch}", "sha": commit})

    def move_branch(self, branch: str, commit: str) -> None:
        """Let a branch end in another commit, whatever it held."""
        self._ask("PATCH", f"/git/refs/heads/{quote(branch)}", {"sha": commit, "force": True})

    def propose(self, branch: str, onto: str, title: str, body: str) -> int:
        """Make a pull request; returns its number."""
        made = self._ask("POST", "/pulls", {"head": branch, "base": onto, "title": title, "body": body})
        return int(_mapping(made)["number"])

    def rewrite(self, number: int, title: str, body: str, onto: str) -> None:
        """Write a pull request's title and description anew."""
        self._ask("PATCH", f"/pulls/{number}", {"title": title, "body": body, "base": onto})

    def reopen(self, number: int) -> None:
        """Open a pull request again."""
        self._ask("PATCH", f"/pulls/{number}", {"state": "open"})

    def close(self, number: int, body: str, note: str) -> None:
        """Close a pull request with a comment, and a new description.

        The description first: closed without it, it would be taken for closed by a person.
        """
        self._ask("PATCH", f"/pulls/{number}", {"state": "closed", "body": body})
        self._ask("POST", f"/issues/{number}/comments", {"body": note})

    def label(self, number: int) -> None:
        """Give a pull request the label `gatepost`, which GitHub makes where there is none yet."""
        self._ask("POST", f"/issues/{number}/labels", {"labels": [LABEL]})

    def ask_for_review(self, number: int, users: Sequence[str], teams: Sequence[str]) -> Sequence[str]:
        """Ask for reviews, all at once, else one by one; returns who could not be asked."""
        people = [one for one in users if one.lower() != self._connection.whoami().lower()]
        here = [one.partition("/")[2] for one in teams if one.partition("/")[0].lower() == self._owner.lower()]
        asked = [*(("reviewers", one) for one in people), *(("team_reviewers", one) for one in here)]
        notes = [f"{len(asked) - _MOST_REVIEWERS} more owners are not asked"] if len(asked) > _MOST_REVIEWERS else []
        asked = asked[:_MOST_REVIEWERS]
        if not asked:
            return notes
        try:
            self._request_reviews(number, asked)
        except Refused as error:
            if error.status != 422 or len(asked) == 1:
                return [*notes, f"nobody is asked for a review: {error}"]
            for one in asked:
                try:
                    self._request_reviews(number, [one])
                except Refused as refused:
                    notes.append(f"{one[1]} is not asked for a review: {refused}")
        return notes

    def _request_reviews(self, number: int, asked: Sequence[tuple[str, str]]) -> None:
        kinds = dict.fromkeys(kind for kind, _ in asked)
        data = {kind: [name for found, name in asked if found == kind] for kind in kinds}
        self._ask("POST", f"/pulls/{number}/requested_reviewers", data)


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _text(owner: Mapping[str, Any], key: str) -> str:
    value = owner.get(key)
    return value if isinstance(value, str) else ""


def _id(answer: Any) -> str:
    id = _text(_mapping(answer), "sha")
    if not id:
        raise Refused("the host's answer has no id", unsure=True)
    return id
