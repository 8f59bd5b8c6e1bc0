"""Issues of a GitLab project, by python-gitlab; never decides which there should be.

Loaded by `gatepost route` alone, and only where a route names GitLab. An issue is found by the label `gatepost` and by
the mark at the beginning of its description.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from gatepost.model.routing import Issue, Mark, Wanted
from gatepost.services.gitlab_connection import PAGE, GitLabConnection
from gatepost.services.issue_marks import LABEL, mark_of, remarked, with_mark
from gatepost.services.patience import Patience
from gatepost.services.web import Refused

_MOST = 20_000


class GitLabIssues:
    """The issues of one project. Raises Refused where python-gitlab is not installed."""

    def __init__(self, address: str, project: str, token: str, patience: Patience) -> None:
        self._connection = GitLabConnection(address, token, patience)
        self._found: dict[str, Any] = {}
        self._people: dict[str, int] = {}
        self._project: Any = self._connection.host.projects.get(project, lazy=True)

    def find(self, scope: str) -> Sequence[Issue]:
        """Return every issue of a scope, open or closed."""
        found: list[Issue] = []
        with self._connection.asking():
            listed = self._project.issues.list(
                labels=[LABEL], state="all", order_by="created_at", sort="asc", per_page=PAGE, iterator=True
            )
            for number, one in enumerate(listed):
                if number >= _MOST:
                    raise Refused(f"there are more than {_MOST} issues with the label {LABEL}")
                mark = mark_of(one.description)
                if mark is None or mark.scope != scope:
                    continue
                self._found[str(one.iid)] = one
                found.append(Issue(str(one.iid), f"#{one.iid}", mark, one.state == "opened", int(one.iid)))
        return found

    def create(self, wanted: Wanted) -> str:
        """Make an issue; returns its number."""
        fields = dict(wanted.fields)
        people = [self._person(name) for name in cast("list[str]", fields.pop("assignees", []))]
        with self._connection.asking():
            data = {
                **fields,
                "title": wanted.title,
                "description": with_mark(wanted.mark, wanted.body),
                "labels": [LABEL, *cast("list[str]", fields.get("labels") or [])],
            }
            if people:
                data["assignee_ids"] = people
            return f"#{self._project.issues.create(data).iid}"

    def _person(self, name: str) -> int:
        if name not in self._people:
            with self._connection.asking():
                listed = self._connection.host.users.list(username=name, per_page=2, page=1)
                if not listed:
                    raise Refused(f"there is no user {name[:80]!r}")
                self._people[name] = int(listed[0].id)
        return self._people[name]

    def _edit(self, issue: Issue, note: str, **changes: Any) -> None:
        with self._connection.asking():
            one = self._project.issues.get(issue.id, lazy=True)
            for name, value in changes.items():
                setattr(one, name, value)
            one.save()
            if note:
                one.notes.create({"body": note})

    def update(self, issue: Issue, wanted: Wanted, note: str) -> None:
        """Write an issue anew; its labels and whom it is assigned to stay."""
        self._edit(issue, note, **self._written(wanted))

    def _written(self, wanted: Wanted) -> dict[str, Any]:
        written = {"title": wanted.title, "description": with_mark(wanted.mark, wanted.body)}
        if "due_date" in wanted.fields:
            written["due_date"] = wanted.fields["due_date"]
        return written

    def close(self, issue: Issue, mark: Mark, note: str) -> None:
        """Close an issue."""
        self._edit(issue, note, state_event="close", description=self._remarked(issue, mark))

    def _remarked(self, issue: Issue, mark: Mark) -> str:
        return remarked(cast("str | None", self._found[issue.id].description), mark)

    def remember(self, issue: Issue, mark: Mark) -> None:
        """Change nothing but what the issue remembers."""
        self._edit(issue, "", description=self._remarked(issue, mark))

    def reopen(self, issue: Issue, wanted: Wanted, note: str) -> None:
        """Open an issue again and write it anew."""
        self._edit(issue, note, state_event="reopen", **self._written(wanted))
