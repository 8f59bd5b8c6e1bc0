"""Whether a pipeline builds what comes from a fork, as the build services say it; never asks anybody else.

Sources: "Webhook events and payloads" (GitHub), "Predefined CI/CD variables" (GitLab), "Predefined variables" (Azure
Pipelines), "GitHub Branch Source" (Jenkins).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

_REQUESTS = ("pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment")


def fork_of(environment: Mapping[str, str], read_event: Callable[[str], Any]) -> str:
    """Return what tells that a fork is built, "" where nothing does.

    `read_event` returns the event of GitHub Actions, parsed (None: it cannot be read), given the path that
    GITHUB_EVENT_PATH names. A pull request whose origin is not told counts as one of a fork.
    """
    source = environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "")
    for name in ("CI_PROJECT_ID", "CI_MERGE_REQUEST_PROJECT_ID"):
        if source and environment.get(name) and environment[name] != source:
            return "CI_MERGE_REQUEST_SOURCE_PROJECT_ID"
    if environment.get("SYSTEM_PULLREQUEST_ISFORK", "").lower() == "true":
        return "SYSTEM_PULLREQUEST_ISFORK"
    if environment.get("CHANGE_FORK"):
        return "CHANGE_FORK"
    name = environment.get("GITHUB_EVENT_NAME", "")
    if name not in (*_REQUESTS, "workflow_run"):
        return ""
    event = _mapping(read_event(environment.get("GITHUB_EVENT_PATH", "")))
    if name == "workflow_run":
        return _of_run(_mapping(event.get("workflow_run")), event)
    request = _mapping(event.get("pull_request"))
    head, base = (
        _mapping(_mapping(request.get("head")).get("repo")),
        _mapping(_mapping(request.get("base")).get("repo")),
    )
    return "" if _same(head, base) else "the event of the pull request"


def _of_run(run: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """Tell of a workflow that runs after another one, whose own event may have been a pull request."""
    if run.get("event") not in (*_REQUESTS, None):
        return ""
    head, base = _mapping(run.get("head_repository")), _mapping(event.get("repository"))
    return "" if _same(head, base) else "the event of the workflow run"


def _same(head: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    """Whether the head is known to lie in the base's own repository (which may itself be a fork of another)."""
    for name in ("id", "full_name"):
        if head.get(name) and base.get(name):
            return head[name] == base[name]
    return False


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
