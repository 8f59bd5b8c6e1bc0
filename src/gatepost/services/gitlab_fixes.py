"""Branches, commits and merge requests on GitLab, by python-gitlab's connection; never decides what they hold.

Sources: "Commits API", "Branches API", "Repositories API", "Merge requests API", "Users API" (docs.gitlab.com).

GitLab writes a commit and its branch in one request, and tells no tree's id. So what is to be written is kept until its
branch is made, and in place of a tree stands what a commit differs in from the one before it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

from gatepost.model.fix_requests import Standing, StandingState, Tip
from gatepost.model.json_values import mapping, text
from gatepost.services.gitlab_connection import PAGE, GitLabConnection
from gatepost.services.kept_commits import KeptCommits, difference
from gatepost.services.patience import Patience
from gatepost.services.web import Refused

LABEL = "gatepost"
_MOST = 5_000
_MOST_REVIEWERS = 15
_STATES: Mapping[str, StandingState] = {"closed": "closed", "merged": "merged"}


class GitLabFixes(KeptCommits):
    """The fix merge requests of one project. `prefix` begins our branches. Raises Refused without python-gitlab."""

    markup = "gitlab"

    def __init__(self, address: str, project: str, token: str, patience: Patience, prefix: str) -> None:
        super().__init__()
        self._connection = GitLabConnection(address, token, patience)
        self._top = f"/projects/{quote(project, safe='')}"
        self._prefix = prefix
        self._folders: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
        self._me = ""

    def _get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        with self._connection.asking():
            return self._connection.host.http_get(path, query_data=dict(query or {}))

    def _list(self, path: str, query: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        with self._connection.asking():
            listed = self._connection.host.http_list(path, query_data=dict(query), iterator=True, per_page=PAGE)
            for one in listed:
                if len(found) >= _MOST:
                    raise Refused(f"there are more than {_MOST:,} of them: {path.rpartition('/')[2]}")
                found.append(mapping(one))
        return found

    def _send(self, method: str, path: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        with self._connection.asking():
            host = self._connection.host
            return mapping((host.http_post if method == "POST" else host.http_put)(path, post_data=dict(data)))

    def start(self, branch: str) -> tuple[str, Tip]:
        """Return a branch and its last commit; "" asks for the default branch."""
        name = branch or text(mapping(self._get(self._top)), "default_branch")
        tip = self.branch_tip(name) if name else None
        if tip is None:
            raise Refused(f"there is no branch {name}" if name else "the repository has no default branch", 404)
        return name, tip

    def holds(self, tip: str, commit: str) -> bool:
        """Whether a commit is `tip` or one before it."""
        if tip == commit:
            return True
        try:
            found = mapping(self._get(f"{self._top}/repository/merge_base", {"refs[]": [tip, commit]}))
        except Refused as error:
            if error.status not in (400, 404):
                raise
            return False
        return text(found, "id") == commit

    def files(self, tip: Tip, paths: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Return (mode, git's id) of those paths that a commit has as files."""
        found: dict[str, tuple[str, str]] = {}
        for path in paths:
            folder, _, name = path.rpartition("/")
            entry = self._folder(tip.id, folder).get(name)
            if entry is not None and entry[0] != "040000":
                found[path] = entry
        return found

    def _folder(self, commit: str, folder: str) -> Mapping[str, tuple[str, str]]:
        """Return (mode, id) of what lies in a folder, by name; asked for once."""
        known = self._folders.get((commit, folder))
        if known is None:
            query = {"ref": commit, **({"path": folder} if folder else {})}
            try:
                listed = self._list(f"{self._top}/repository/tree", query)
            except Refused as error:
                if error.status != 404:
                    raise
                listed = []
            known = {text(one, "name"): (text(one, "mode"), text(one, "id")) for one in listed}
            self._folders[commit, folder] = known
        return known

    def open_ones(self) -> Sequence[Standing]:
        """Return the open merge requests from branches of ours, the oldest first."""
        query = {"state": "opened", "order_by": "created_at", "sort": "asc"}
        listed = self._list(f"{self._top}/merge_requests", query)
        mine = [one for one in listed if _is_from_here(one) and text(one, "source_branch").startswith(self._prefix)]
        return [self._standing(one) for one in mine]

    def last_of(self, branch: str) -> Standing | None:
        """Return the newest merge request from a branch, whatever its state."""
        query = {"state": "all", "source_branch": branch, "order_by": "created_at", "sort": "desc", "per_page": 10}
        listed = cast("list[Any]", self._get(f"{self._top}/merge_requests", query) or [])
        mine = [one for one in map(mapping, listed) if _is_from_here(one) and text(one, "source_branch") == branch]
        return self._standing(mine[0]) if mine else None

    def _whoami(self) -> str:
        if not self._me:
            self._me = text(mapping(self._get("/user")), "username")
            if not self._me:
                raise Refused("the host does not tell whose credential it is")
        return self._me

    def _standing(self, one: Mapping[str, Any]) -> Standing:
        mine = text(mapping(one.get("author")), "username") == self._whoami()
        body = str(one.get("description") or "")
        state = _STATES.get(text(one, "state"), "open")
        branch, head = text(one, "source_branch"), text(one, "sha")
        return Standing(int(one["iid"]), branch, head, state, text(one, "title"), body, mine)

    def branch_tip(self, branch: str) -> Tip | None:
        """Return the last commit of a branch, None where there is no such branch."""
        try:
            found = mapping(self._get(f"{self._top}/repository/branches/{quote(branch, safe='')}"))
        except Refused as error:
            if error.status != 404:
                raise
            return None
        commit = mapping(found.get("commit"))
        id = text(commit, "id")
        if text(found, "name") != branch or not id:
            return None
        listed = commit.get("parent_ids")
        parents = tuple(str(one) for one in cast("list[Any]", listed if isinstance(listed, list) else []))
        message = str(commit.get("message") or "")
        tip = Tip(id, id, parents, message)
        return tip._replace(tree=self._difference(tip)) if branch.startswith(self._prefix) else tip

    def _difference(self, tip: Tip) -> str:
        """Return what stands for the tree of a commit; its own id, which no tree of ours has, for others."""
        if len(tip.parents) != 1:
            return tip.id
        listed = self._list(f"{self._top}/repository/commits/{quote(tip.id)}/diff", {})
        if any(one.get("new_file") or one.get("deleted_file") or one.get("renamed_file") for one in listed):
            return tip.id
        paths = [str(one.get("new_path") or "") for one in listed]
        return difference((path, *entry) for path, entry in self.files(tip, paths).items())

    def _write(self, branch: str, commit: str, force: bool) -> None:
        message, files, parent = self.kept(commit)
        actions = [
            {
                "action": "update",
                "file_path": one.path,
                "content": base64.b64encode(one.after).decode("ascii"),
                "encoding": "base64",
            }
            for one in files
        ]
        data = {"branch": branch, "start_sha": parent, "commit_message": message, "actions": actions, "force": force}
        self._send("POST", f"{self._top}/repository/commits", data)

    def make_branch(self, branch: str, commit: str) -> None:
        """Make a branch; status 422 where there is one of the name."""
        try:
            self._write(branch, commit, force=False)
        except Refused as error:
            if error.status != 400 or self.branch_tip(branch) is None:
                raise
            raise Refused(str(error), 422) from None

    def move_branch(self, branch: str, commit: str) -> None:
        """Let a branch end in another commit, whatever it held."""
        self._write(branch, commit, force=True)

    def propose(self, branch: str, onto: str, title: str, body: str) -> int:
        """Make a merge request; returns its number."""
        data = {"source_branch": branch, "target_branch": onto, "title": title, "description": body}
        made = self._send("POST", f"{self._top}/merge_requests", data)
        return int(made["iid"])

    def _change(self, number: int, data: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._send("PUT", f"{self._top}/merge_requests/{number}", data)

    def rewrite(self, number: int, title: str, body: str, onto: str) -> None:
        """Write a merge request's title and description anew."""
        self._change(number, {"title": title, "description": body, "target_branch": onto})

    def reopen(self, number: int) -> None:
        """Open a merge request again; status 422 where GitLab leaves it closed."""
        try:
            state = text(self._change(number, {"state_event": "reopen"}), "state")
        except Refused as error:
            raise Refused(str(error), 422 if error.status in (400, 409) else error.status) from None
        if state != "opened":
            raise Refused("the host leaves it closed", 422)

    def close(self, number: int, body: str, note: str) -> None:
        """Close a merge request with a comment, and a new description.

        Both at once: closed without the description, it would be taken for closed by a person.
        """
        self._change(number, {"state_event": "close", "description": body})
        self._send("POST", f"{self._top}/merge_requests/{number}/notes", {"body": note})

    def label(self, number: int) -> None:
        """Give a merge request the label `gatepost`, which GitLab makes where there is none yet."""
        self._change(number, {"add_labels": LABEL})

    def ask_for_review(self, number: int, users: Sequence[str], teams: Sequence[str]) -> Sequence[str]:
        """Ask people for reviews; returns who could not be asked: groups cannot, and some editions take one person."""
        notes = [f"{one} is a group, and GitLab asks people alone" for one in teams]
        people = [one for one in users if one.lower() != self._whoami().lower()]
        if len(people) > _MOST_REVIEWERS:
            notes.append(f"{len(people) - _MOST_REVIEWERS} more owners are not asked")
        ids: dict[str, int] = {}
        for name in people[:_MOST_REVIEWERS]:
            listed = cast("list[Any]", self._get("/users", {"username": name}) or [])
            known = [one for one in map(mapping, listed) if text(one, "username").lower() == name.lower()]
            if known and isinstance(known[0].get("id"), int):
                ids[name] = known[0]["id"]
            else:
                notes.append(f"{name} is not asked for a review: nobody has this name")
        if ids:
            asked = self._change(number, {"reviewer_ids": list(ids.values())}).get("reviewers")
            taken = {mapping(one).get("id") for one in cast("list[Any]", asked if isinstance(asked, list) else [])}
            notes += [
                f"{name} is not asked for a review: the host did not take it" for name in ids if ids[name] not in taken
            ]
        return notes


def _is_from_here(one: Mapping[str, Any]) -> bool:
    """Whether its branch lies in this project; a fork may have branches of the same names."""
    return one.get("source_project_id") is not None and one.get("source_project_id") == one.get("target_project_id")
