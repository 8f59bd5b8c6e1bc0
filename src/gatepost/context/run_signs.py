"""What the build service and the command line tell of the environment; never what a file says.

What the author of a change can choose is weak: the name of a branch (one commit can be asked for with several targets,
and its checks count for all), and variables of a pipeline that the change itself may define. GitLab says whether the
branch that is built is protected; there its environment is certain. Sources: "Predefined CI/CD variables" (GitLab),
"Variables and secrets" (Bitbucket), "Predefined variables" (Azure Pipelines).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gatepost.context.signs import signs_of_names
from gatepost.model.findings import Sign

_VARIABLES = ("CI_ENVIRONMENT_TIER", "CI_ENVIRONMENT_NAME", "BITBUCKET_DEPLOYMENT_ENVIRONMENT", "ENVIRONMENT_NAME")
_AZURE = "ENVIRONMENT_NAME"  # a name that anybody may use, outside of Azure Pipelines


def signs_of_run(branch: str | None, branch_how: str, environment: Mapping[str, str]) -> tuple[Sign, ...]:
    """Return the signs of a run: the branch that it is for, and what the build service deploys to."""
    found = list(signs_of_names(branch, f"branch {branch[:80]} ({branch_how})", None, True)) if branch else []
    return tuple(dict.fromkeys((*found, *_of_variables(environment))))


def _of_variables(environment: Mapping[str, str]) -> Iterator[Sign]:
    protected = environment.get("CI_COMMIT_REF_PROTECTED") == "true" and not environment.get("CI_MERGE_REQUEST_IID")
    for name in _VARIABLES:
        text = environment.get(name, "")
        if text and (name != _AZURE or environment.get("TF_BUILD")):
            weak = not (protected and name.startswith("CI_"))
            yield from signs_of_names(text, f"{name} {text[:80]}", None, weak)
