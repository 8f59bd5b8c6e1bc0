"""Which branch a change is meant for, as the build services say it; never the name its author chose."""

from __future__ import annotations

from collections.abc import Mapping

# Names of variables, the target of a pull or merge request first. Sources: "Variables reference" (GitHub Actions),
# "Predefined CI/CD variables" (GitLab), "Predefined variables" (Azure Pipelines), "Variables and secrets" (Bitbucket),
# "Multibranch Pipelines" (Jenkins).
_TARGETS = (
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "CHANGE_TARGET",
)
# Set for a request even where the target is not told: then the branch that is built is the author's, and says nothing.
_REQUESTS = ("CI_MERGE_REQUEST_IID", "SYSTEM_PULLREQUEST_PULLREQUESTID", "BITBUCKET_PR_ID", "CHANGE_ID")
_BUILT = ("CI_COMMIT_BRANCH", "BITBUCKET_BRANCH", "BRANCH_NAME")
_HEADS = "refs/heads/"
_QUEUE = "gh-readonly-queue/"


def target_branch(environment: Mapping[str, str]) -> tuple[str | None, str]:
    """Return the branch and the name of the variable that told it; (None, "") where nothing tells.

    It is the target of the pull request that is built, else the branch that is built.
    """
    for name in _TARGETS:
        if environment.get(name):
            return environment[name].removeprefix(_HEADS), name
    if any(environment.get(name) for name in _REQUESTS):
        return None, ""
    if environment.get("GITHUB_REF_NAME") and environment.get("GITHUB_REF_TYPE") == "branch":
        return _of_queue(environment), "GITHUB_REF_NAME"
    for name in _BUILT:
        if environment.get(name):
            return environment[name], name
    built = environment.get("BUILD_SOURCEBRANCH", "")
    return (built.removeprefix(_HEADS), "BUILD_SOURCEBRANCH") if built.startswith(_HEADS) else (None, "")


def _of_queue(environment: Mapping[str, str]) -> str:
    """Return the branch that a merge queue builds for: it works on gh-readonly-queue/BRANCH/pr-N-SHA."""
    name = environment["GITHUB_REF_NAME"]
    if environment.get("GITHUB_EVENT_NAME") == "merge_group" and name.startswith(_QUEUE):
        return name.removeprefix(_QUEUE).rpartition("/")[0] or name
    return name
