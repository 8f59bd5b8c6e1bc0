"""Issues of a GitLab project, by python-gitlab; never decides which there should be.

Loaded by `gatepost route` alone, and only where a route names GitLab. An issue is found by the label `gatepost` and by
the mark at the beginning of its description.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, cast

from gatepost.model.routing import Issue, Mark, Wanted
from gatepost.services.issue_marks import LABEL, mark_of, remarked, with_mark
from gatepost.services.patience import LeadsElsewhere, OutOfTime, Patience
from gatepost.services.web import ANSWER_SECONDS, Refused, without_secrets

_PAGE = 100
_MOST = 20_000
# What the library raises when an answer is not what it expects.
_UNREADABLE = (AssertionError, AttributeError, KeyError, RuntimeError, TypeError, ValueError)


class GitLabIssues:
    """The issues of one project. Raises Refused where python-gitlab is not installed."""

    def __init__(self, address: str, project: str, token: str, patience: Patience) -> None:
        try:
            gitlab: Any = import_module("gitlab")
        except ImportError:
            raise Refused("python-gitlab is not installed: pip install 'gatepost[gitlab]'") from None
        from requests import Session
        from requests.adapters import HTTPAdapter

        from gatepost.services.retries import Retries

        session = Session()
        session.max_redirects = 0  # its own header for the token would go along to wherever the host leads
        session.trust_env = True  # proxies; what .netrc has is for the same host
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(max_retries=Retries(patience=patience)))
        self._token = token
        self._fault: Any = gitlab.GitlabError
        self._patience = patience
        self._host: Any = gitlab.Gitlab(
            address,
            private_token=token,
            timeout=ANSWER_SECONDS,
            session=session,
            per_page=_PAGE,
            retry_transient_errors=False,
            keep_base_url=True,
            user_agent="gatepost",
        )
        self._found: dict[str, Any] = {}
        self._people: dict[str, int] = {}
        self._project: Any = self._host.projects.get(project, lazy=True)

    @contextmanager
    def _asking(self) -> Generator[None]:
        """Turn whatever the library raises into Refused, without anything of the request in it."""
        from requests import RequestException

        from gatepost.services.retries import what_of

        try:
            self._patience.before_request()
            yield
        except (OutOfTime, LeadsElsewhere) as error:
            raise Refused(str(error)) from None
        except self._fault as error:
            raise self._refusal(error.response_code or 0, error.error_message) from None
        except (RequestException, *_UNREADABLE) as error:
            raise Refused(what_of(error), unsure=True) from None

    def _refusal(self, status: int, said: object) -> Refused:
        why = {401: "the credential is not accepted", 403: "the credential may not do this", 404: "it is not there"}
        text = f"the host answers {status}" + (f", {why[status]}" if status in why else "")
        shown = without_secrets(said if isinstance(said, str) else "", [self._token])
        return Refused(f"{text}: {shown}" if shown else text, status, unsure=status >= 500)

    def find(self, scope: str) -> Sequence[Issue]:
        """Return every issue of a scope, open or closed."""
        found: list[Issue] = []
        with self._asking():
            listed = self._project.issues.list(
                labels=[LABEL], state="all", order_by="created_at", sort="asc", per_page=_PAGE, iterator=True
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
        with self._asking():
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
            with self._asking():
                listed = self._host.users.list(username=name, per_page=2, page=1)
                if not listed:
                    raise Refused(f"there is no user {name[:80]!r}")
                self._people[name] = int(listed[0].id)
        return self._people[name]

    def _edit(self, issue: Issue, note: str, **changes: Any) -> None:
        with self._asking():
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
