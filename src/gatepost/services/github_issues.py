"""Issues of a GitHub repository, by PyGithub; never decides which there should be.

Loaded by `gatepost route` alone, and only where a route names GitHub. An issue is found by the label `gatepost`, which
only those may set who may triage, and by the mark at the beginning of its body.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, cast

from gatepost.model.routing import Issue, Mark, Wanted
from gatepost.services.issue_marks import LABEL, mark_of, remarked, with_mark
from gatepost.services.patience import LeadsElsewhere, OutOfTime, Patience
from gatepost.services.web import ANSWER_SECONDS, Refused, without_secrets

_PAGE = 100
_MOST = 20_000
# "Best practices for using the REST API": a second between requests that change something.
_BETWEEN_WRITES = 1.0
# What the library raises when an answer is not what it expects.
_UNREADABLE = (AssertionError, AttributeError, KeyError, RuntimeError, TypeError, ValueError)


class GitHubIssues:
    """The issues of one repository. Raises Refused where PyGithub is not installed."""

    def __init__(self, address: str, repository: str, token: str, patience: Patience) -> None:
        try:
            github: Any = import_module("github")
        except ImportError:
            raise Refused("PyGithub is not installed: pip install 'gatepost[github]'") from None
        from gatepost.services.retries import Retries

        self._token = token
        self._fault: Any = github.GithubException
        self._patience = patience
        self._host: Any = github.Github(
            auth=github.Auth.Token(token),
            base_url=address,
            timeout=int(ANSWER_SECONDS),
            per_page=_PAGE,
            retry=Retries(patience=patience),
            user_agent="gatepost",
            seconds_between_requests=None,
            seconds_between_writes=None,
            lazy=True,
        )
        self._issues: dict[str, Any] = {}
        self._repository: Any = self._host.get_repo(repository)

    @contextmanager
    def _asking(self, writing: bool = True) -> Generator[None]:
        """Turn whatever the library raises into Refused, without anything of the request in it."""
        from requests import RequestException

        from gatepost.services.retries import what_of

        try:
            self._patience.before_request()
            if writing:
                self._patience.before_write(_BETWEEN_WRITES)
            yield
        except (OutOfTime, LeadsElsewhere) as error:
            raise Refused(str(error)) from None
        except self._fault as error:
            raise self._refusal(error.status, error.data) from None
        except (RequestException, *_UNREADABLE) as error:
            raise Refused(what_of(error), unsure=True) from None

    def _refusal(self, status: int, data: Any) -> Refused:
        said = cast("dict[str, Any]", data).get("message", "") if isinstance(data, dict) else ""
        why = {401: "the credential is not accepted", 403: "the credential may not do this", 404: "it is not there"}
        text = f"the host answers {status}" + (f", {why[status]}" if status in why else "")
        shown = without_secrets(str(said), [self._token])
        return Refused(f"{text}: {shown}" if shown else text, status, unsure=status >= 500)

    def find(self, scope: str) -> Sequence[Issue]:
        """Return every issue of a scope, open or closed."""
        found: list[Issue] = []
        with self._asking(writing=False):
            listed = self._repository.get_issues(state="all", labels=[LABEL], sort="created", direction="asc")
            for number, one in enumerate(listed):
                if number >= _MOST:
                    raise Refused(f"there are more than {_MOST} issues with the label {LABEL}")
                mark = mark_of(one.body)
                if mark is None or mark.scope != scope or one.pull_request is not None:
                    continue
                self._issues[str(one.number)] = one
                found.append(Issue(str(one.number), f"#{one.number}", mark, one.state == "open", one.number))
        return found

    def create(self, wanted: Wanted) -> str:
        """Make an issue; returns its number."""
        with self._asking():
            made = self._repository.create_issue(
                wanted.title,
                with_mark(wanted.mark, wanted.body),
                labels=[LABEL, *cast("list[str]", wanted.fields.get("labels") or [])],
                assignees=list(cast("list[str]", wanted.fields.get("assignees") or [])),
            )
            return f"#{made.number}"

    def _edit(self, issue: Issue, change: Callable[[Any], None], note: str) -> None:
        with self._asking():
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
