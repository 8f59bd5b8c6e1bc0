from __future__ import annotations

import pytest

from gatepost.context import target_branch


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, (None, "")),
        (
            {"GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": "release/1", "GITHUB_REF_NAME": "7/merge"},
            ("main", "GITHUB_BASE_REF"),
        ),
        ({"GITHUB_REF_NAME": "main", "GITHUB_REF_TYPE": "branch"}, ("main", "GITHUB_REF_NAME")),
        ({"GITHUB_REF_NAME": "v1", "GITHUB_REF_TYPE": "tag"}, (None, "")),
        (
            {
                "GITHUB_REF_NAME": "gh-readonly-queue/release/1/pr-7-0a1b",
                "GITHUB_REF_TYPE": "branch",
                "GITHUB_EVENT_NAME": "merge_group",
            },
            ("release/1", "GITHUB_REF_NAME"),
        ),
        (
            {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_COMMIT_REF_NAME": "mine"},
            ("main", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
        ),
        ({"CI_COMMIT_BRANCH": "main"}, ("main", "CI_COMMIT_BRANCH")),
        ({"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"}, ("main", "SYSTEM_PULLREQUEST_TARGETBRANCH")),
        ({"BUILD_SOURCEBRANCH": "refs/heads/a/b"}, ("a/b", "BUILD_SOURCEBRANCH")),
        ({"BUILD_SOURCEBRANCH": "refs/pull/7/merge"}, (None, "")),
        (
            {"BITBUCKET_PR_DESTINATION_BRANCH": "main", "BITBUCKET_BRANCH": "mine"},
            ("main", "BITBUCKET_PR_DESTINATION_BRANCH"),
        ),
        ({"CHANGE_TARGET": "main", "BRANCH_NAME": "PR-7"}, ("main", "CHANGE_TARGET")),
        ({"CHANGE_ID": "7", "BRANCH_NAME": "production"}, (None, "")),
    ],
)
def test_the_branch_is_the_target_and_never_the_head_of_a_request(environment, expected) -> None:
    assert target_branch(environment) == expected
