"""Issues of a GitHub repository, by PyGithub; never decides which there should be.

Loaded by `gatepost route` alone, and only where a route names GitHub. An issue is found by the label `gatepost`, which
only those may set who may triage, and by the mark at the beginning of its body.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from gatepost.model.routing import Issue, Mark, Wanted
from gatepost.services.github_connection import GitHubConnection
from gatepost.services.issue_marks import LABEL, mark_of, remarked, with_mark
from gatepost.services.patience import Patience
from gatepost.services.web import Refused

_MOST = 20_000
# "Best practices for using the REST API": a second between requests that change something.
_BETWEEN_WRITES = 1.0


class GitHubIssues:
    """The issues of one repository. Raises Refused where PyGithub is not installed."""

    def __init__(self, address: str, repository: str, token: str, patience: Patience) -> None:
        self._connection = GitHubConnection(address, token, patience)
        self._patience = patience
        self._issues: dict[str, Any] = {}
        self._repository: Any = self._connection.host.get_repo(repository)

    @contextmanager
    def _writing(self) -> Generator[None]:
        """What the connection does, and a pause before it."""
        with self._connection.asking():
            self._patience.before_write(_BETWEEN_WRITES)
            yield

    def find(self, scope: str) -> Sequence[Issue]:
        """Return every issue of a scope, open or closed."""
        found: list[Issue] = []
        with self._connection.asking():
            listed = self._repository.get_issues(state="all", labels=[LABEL], sort="created", direction="asc")
            for number, one in enumerate(listed):
                if number >= _MOST:
                    raise Refused(f"there are more than {_MOST} issues with the label {LABEL}")
                mark = mark_of(one.body)
                if mark is None or mark.scope != scope or _is_a_pull_request(one.html_url):
                    continue
                self._issues[str(one.number)] = one
                found.append(Issue(str(one.number), f"#{one.number}", mark, one.state == "open", one.number))
        return found

    def create(self, wanted: Wanted) -> str:
        """Make an issue; returns its number."""
        with self._writing():
            made = self._repository.create_issue(
                wanted.title,
                with_mark(wanted.mark, wanted.body),
                labels=[LABEL, *cast("list[str]", wanted.fields.get("labels") or [])],
                assignees=list(cast("list[str]", wanted.fields.get("assignees") or [])),
            )
            return f"#{made.number}"

    def _edit(self, issue: Issue, change: Callable[[Any], None], note: str) -> None:
        with self._writing():
            one = self._issues[issue.id]
            change(one)
            if note:
                self._patience.before_write(_BETWEEN_WRITES)
                one.create_comment(note)

    def update(self, issue: Issue, wanted: Wanted, note: str) -> None:
        """Write an issue anew; its labels and whom it is assigned to stay."""
        self._edit(issue, lambda one: one.edit(title=wanted.title, body=with_mark(wanted.mark, wanted.body)), note)

    def close(self, issue: Issue, mark: Mark, note: str) -> None:
        """Close an issue."""
        self._edit(
            issue,
            lambda one: one.edit(state="closed", state_reason="completed", body=remarked(one.body, mark)),
            note,
        )

    def remember(self, issue: Issue, mark: Mark) -> None:
        """Change nothing but what the issue remembers."""
        self._edit(issue, lambda one: one.edit(body=remarked(one.body, mark)), "")

    def reopen(self, issue: Issue, wanted: Wanted, note: str) -> None:
        """Open an issue again and write it anew."""
        self._edit(
            issue,
            lambda one: one.edit(
                state="open", state_reason="reopened", title=wanted.title, body=with_mark(wanted.mark, wanted.body)
            ),
            note,
        )


def _is_a_pull_request(address: str) -> bool:
    """Whether the page of an issue is that of a pull request.

    What GitHub lists tells of an issue nothing else about it, and the library would ask once more for each.
    """
    return address.rpartition("/")[0].endswith("/pull")
