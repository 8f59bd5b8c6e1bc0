"""Which pull request is built, as the build service tells it; never asks anybody else.

Sources: "Variables" and "Events that trigger workflows" (GitHub Actions), "Predefined CI/CD variables" (GitLab),
"Variables and secrets" (Bitbucket Pipelines), "Predefined variables" (Azure Pipelines), "Forgejo Actions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from gatepost.model.records import NamedTuple

HOSTS = ("github", "gitlab", "gitea", "bitbucket", "azure")
_REQUESTS = ("pull_request", "pull_request_target", "pull_request_review", "merge_group")


class Where(NamedTuple):
    """A pull request: the host, its API's address, the repository as the host calls it, the number (0 not known).

    `commit` is the head that was judged, "" where nobody tells. `source` is "owner:sha" of a pull request whose number
    has to be asked for, which is how a workflow that runs after another one finds it.
    """

    host: str
    address: str
    repository: str
    number: int
    commit: str = ""
    source: str = ""


def where(environment: Mapping[str, str], read_event: Callable[[str], Any], host: str = "") -> Where | None:
    """Return the pull request that is built, None where there is none that is known.

    `read_event` returns the event of GitHub Actions, parsed, given its path. `host` is one of `HOSTS`, "" for what the
    build service is.
    """
    if environment.get("GITHUB_ACTIONS"):
        named = "gitea" if environment.get("GITEA_ACTIONS") or environment.get("FORGEJO_ACTIONS") else "github"
        found = _of_actions(environment, read_event(environment.get("GITHUB_EVENT_PATH", "")), named)
    elif environment.get("GITLAB_CI"):
        found = _of_gitlab(environment)
    elif environment.get("BITBUCKET_PIPELINE_UUID") or environment.get("BITBUCKET_PR_ID"):
        found = _of_bitbucket(environment)
    elif environment.get("TF_BUILD"):
        found = _of_azure(environment)
    else:
        found = None
    return found if found is None or not host or found.host == host else None


def repository(environment: Mapping[str, str]) -> Where | None:
    """Return the repository that is built, whatever for; None where no build service tells it."""
    if environment.get("GITHUB_ACTIONS") and environment.get("GITHUB_REPOSITORY"):
        named = "gitea" if environment.get("GITEA_ACTIONS") or environment.get("FORGEJO_ACTIONS") else "github"
        address = environment.get("GITHUB_API_URL") or ("https://api.github.com" if named == "github" else "")
        return Where(named, address, environment["GITHUB_REPOSITORY"], 0)
    if environment.get("GITLAB_CI") and environment.get("CI_PROJECT_PATH"):
        return Where(
            "gitlab", environment.get("CI_SERVER_URL") or "https://gitlab.com", environment["CI_PROJECT_PATH"], 0
        )
    return None


def _of_actions(environment: Mapping[str, str], event: Any, host: str) -> Where | None:
    told = _mapping(event)
    default = "https://api.github.com" if host == "github" else ""
    address = environment.get("GITHUB_API_URL") or default
    repository = environment.get("GITHUB_REPOSITORY", "")
    if environment.get("GITHUB_EVENT_NAME") == "workflow_run":
        run = _mapping(told.get("workflow_run"))
        if run.get("event") not in _REQUESTS:
            return None
        owner = _text(_mapping(_mapping(run.get("head_repository")).get("owner")), "login")
        head = _text(run, "head_sha")
        return Where(host, address, repository, 0, head, f"{owner}:{head}") if owner and head else None
    request = _mapping(told.get("pull_request"))
    number = request.get("number")
    if not isinstance(number, int):
        return None
    return Where(host, address, repository, number, _text(_mapping(request.get("head")), "sha"))


def _of_gitlab(environment: Mapping[str, str]) -> Where | None:
    number = _number(environment.get("CI_MERGE_REQUEST_IID"))
    if not number:
        return None
    address = environment.get("CI_SERVER_URL") or "https://gitlab.com"
    project = environment.get("CI_MERGE_REQUEST_PROJECT_PATH") or environment.get("CI_PROJECT_PATH", "")
    # In a pipeline of merged results the commit is one that the request does not have.
    commit = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA", "")
    return Where("gitlab", address, project, number, commit)


def _of_bitbucket(environment: Mapping[str, str]) -> Where | None:
    number = _number(environment.get("BITBUCKET_PR_ID"))
    repository = environment.get("BITBUCKET_REPO_FULL_NAME", "")
    if not number or not repository:
        return None
    return Where("bitbucket", "https://api.bitbucket.org", repository, number, environment.get("BITBUCKET_COMMIT", ""))


def _of_azure(environment: Mapping[str, str]) -> Where | None:
    number = _number(environment.get("SYSTEM_PULLREQUEST_PULLREQUESTID"))
    address = (environment.get("SYSTEM_COLLECTIONURI") or "").rstrip("/")
    project, repository = environment.get("SYSTEM_TEAMPROJECT", ""), environment.get("BUILD_REPOSITORY_ID", "")
    if not number or not address or environment.get("BUILD_REPOSITORY_PROVIDER", "TfsGit") != "TfsGit":
        return None
    commit = environment.get("SYSTEM_PULLREQUEST_SOURCECOMMITID", "")
    return Where("azure", address, f"{project}/{repository}", number, commit)


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _text(owner: Mapping[str, Any], key: str) -> str:
    value = owner.get(key)
    return value if isinstance(value, str) else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else 0
