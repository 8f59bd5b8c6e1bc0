"""Whether a fork is built is read from what the build services say, and not being sure counts as yes."""

from __future__ import annotations

from typing import Any

import pytest

from gatepost.routing.forks import fork_of

OWN = {"id": 1, "full_name": "acme/shop", "fork": False}
OTHER = {"id": 2, "full_name": "eve/shop", "fork": True}
REQUEST = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "event.json"}
RUN = {"GITHUB_EVENT_NAME": "workflow_run", "GITHUB_EVENT_PATH": "event.json"}


def event(head: Any, base: Any = OWN) -> dict[str, Any]:
    return {"pull_request": {"head": {"repo": head}, "base": {"repo": base}}}


def run_of(head: Any, trigger: str = "pull_request") -> dict[str, Any]:
    return {"workflow_run": {"event": trigger, "head_repository": head}, "repository": OWN}


@pytest.mark.parametrize(
    ("environment", "payload", "fork"),
    [
        ({}, None, False),
        ({"GITHUB_EVENT_NAME": "push"}, None, False),
        (REQUEST, event(OWN), False),
        (REQUEST, event(OTHER), True),
        (REQUEST, event(None), True),  # the fork was deleted
        (REQUEST, None, True),
        (REQUEST, [], True),
        (REQUEST, event({"fork": False}), True),
        (REQUEST, event({**OTHER, "fork": False}), True),
        (REQUEST, event({**OWN, "fork": True}, {**OWN, "fork": True}), False),  # a fork's own requests
        ({**REQUEST, "GITHUB_EVENT_NAME": "pull_request_target"}, event(OTHER), True),
        (RUN, run_of(OWN), False),
        (RUN, run_of(OTHER), True),
        (RUN, run_of(None), True),
        (RUN, run_of(OWN, "push"), False),
        ({"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "5", "CI_PROJECT_ID": "5"}, None, False),
        ({"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "6", "CI_PROJECT_ID": "5"}, None, True),
        # The pipeline of a merge request from a fork runs in the fork.
        (
            {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "6", "CI_PROJECT_ID": "6", "CI_MERGE_REQUEST_PROJECT_ID": "5"},
            None,
            True,
        ),
        ({"SYSTEM_PULLREQUEST_ISFORK": "True"}, None, True),
        ({"SYSTEM_PULLREQUEST_ISFORK": "False"}, None, False),
        ({"CHANGE_FORK": "eve"}, None, True),
    ],
)
def test_a_fork_is_told(environment: dict[str, str], payload: Any, fork: bool) -> None:
    assert bool(fork_of(environment, lambda _: payload)) is fork
