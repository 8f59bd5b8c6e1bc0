"""Which commit a change is to be compared with, as the build services say it; never asks git."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

# Variables with a commit. Source: "Predefined CI/CD variables" (GitLab).
_COMMITS = ("CI_MERGE_REQUEST_DIFF_BASE_SHA",)
# Variables with the branch that a request would land on: "Predefined variables" (Azure Pipelines), "Variables and
# secrets" (Bitbucket), "Multibranch Pipelines" (Jenkins), "Predefined CI/CD variables" (GitLab).
_BRANCHES = (
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "CHANGE_TARGET",
)
_NO_COMMIT = "0" * 40


def base_revision(environment: Mapping[str, str], read_event: Callable[[str], Any]) -> tuple[str | None, str]:
    """Return the revision and what told it; (None, "") where no pull or merge request is built.

    `read_event` returns the event of GitHub Actions, parsed, given the path that GITHUB_EVENT_PATH names. Source:
    "Webhook events and payloads" (GitHub): `pull_request.base.sha`, `merge_group.base_sha`.
    """
    path = environment.get("GITHUB_EVENT_PATH")
    if path and environment.get("GITHUB_ACTIONS") == "true":
        commit = _of_event(read_event(path))
        if commit:
            return commit, "the event of the pull request"
    for name in _COMMITS:
        commit = environment.get(name, "")
        if commit and commit != _NO_COMMIT:
            return commit, name
    for name in _BRANCHES:
        branch = environment.get(name, "").removeprefix("refs/heads/")
        if branch:
            return f"origin/{branch}", name
    return None, ""


def _of_event(event: Any) -> str:
    for holder, path in (("pull_request", ("base", "sha")), ("merge_group", ("base_sha",))):
        value: Any = event.get(holder) if isinstance(event, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if isinstance(value, str) and value:
            return value
    return ""
