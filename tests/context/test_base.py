from __future__ import annotations

from typing import Any

import pytest

from gatepost.context import base_revision

EVENT = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "/event.json"}


def told(environment: dict[str, str], event: Any = None) -> tuple[str | None, str]:
    return base_revision(environment, lambda path: event)


def test_a_pull_request_on_github_is_compared_with_the_commit_of_its_event() -> None:
    event = {"pull_request": {"base": {"sha": "a" * 40}}}
    assert told({**EVENT, "GITHUB_BASE_REF": "main"}, event) == ("a" * 40, "the event of the pull request")
    assert told(EVENT, {"merge_group": {"base_sha": "b" * 40}})[0] == "b" * 40


@pytest.mark.parametrize("event", [None, [], {}, {"pull_request": None}, {"pull_request": {"base": 1}}, {"push": {}}])
def test_an_event_of_another_kind_tells_nothing(event: Any) -> None:
    assert told(EVENT, event) == (None, "")


@pytest.mark.parametrize(
    ("name", "value", "revision"),
    [
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "c" * 40, "c" * 40),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main", "origin/main"),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/release/1", "origin/release/1"),
        ("BITBUCKET_PR_DESTINATION_BRANCH", "main", "origin/main"),
        ("CHANGE_TARGET", "main", "origin/main"),
        ("GITHUB_BASE_REF", "main", "origin/main"),
    ],
)
def test_other_build_services_name_a_commit_or_a_branch(name: str, value: str, revision: str) -> None:
    assert told({name: value}) == (revision, name)


def test_what_is_no_request_has_no_base() -> None:
    assert told({"GITHUB_REF_NAME": "main", "CI_COMMIT_BRANCH": "main"}) == (None, "")
