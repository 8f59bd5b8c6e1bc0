"""Puts a verdict's findings on the routes of every policy, with what the verdict is about; never sends anything.

Loaded only where a policy has routes, or a change is judged.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from gatepost.gate import Policy
from gatepost.gate.routes import routed
from gatepost.model.decisions import Verdict
from gatepost.model.routing import Judged
from gatepost.pipeline.deciding import assessed_there
from gatepost.pipeline.preparing import Run
from gatepost.pipeline.request import Request
from gatepost.pipeline.seeing import Seen
from gatepost.services.git import head_commit, repository_top

# How build services call the repository. Sources: "Variables reference" (GitHub Actions), "Predefined CI/CD variables"
# (GitLab), "Variables and secrets" (Bitbucket), "Predefined variables" (Azure Pipelines).
_REPOSITORIES = ("GITHUB_REPOSITORY", "CI_PROJECT_PATH", "BITBUCKET_REPO_FULL_NAME", "BUILD_REPOSITORY_NAME")
# Set where a pull or merge request is built; a merge queue builds what is going to be.
_REQUESTS = (
    "GITHUB_BASE_REF", "CI_MERGE_REQUEST_IID", "SYSTEM_PULLREQUEST_PULLREQUESTID", "BITBUCKET_PR_ID", "CHANGE_ID",
)  # fmt: skip
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,255}\Z")


def with_routes(verdict: Verdict, run: Run, seen: Seen) -> Verdict:
    """Return the verdict with the routes that its findings take."""
    request = run.request
    assessments = tuple(decision.assessment for decision in verdict.decisions)
    sides = [(run.policy, assessments)]
    if run.organisation is not None:
        sides.append((run.organisation, tuple(assessed_there(request, seen, run.change, run.organisation))))
    decisions, routes = routed(sides, verdict.decisions, request.today)
    return with_judged(verdict._replace(decisions=decisions, routes=routes), run)


def with_judged(verdict: Verdict, run: Run) -> Verdict:
    """Return the verdict with what it is about: who tells a pull request has to know the folder and the commit."""
    request = run.request
    judged = judged_of(request.paths, run.found.root, os.environ, inputs_of(request, run.policies))
    return verdict._replace(judged=judged)


def inputs_of(request: Request, policies: Sequence[Policy]) -> str:
    """Return a digest (12 hexadecimal digits) of what, beside the paths, decides what a run can find.

    A run without a report, or with other variables, does not find what another one found; that does not mean that it
    is gone. Values are not in it, since some change with every build.
    """

    def name(path: str) -> str:
        return os.path.basename(os.path.normpath(path))

    told: list[object] = [
        sorted((name(path), form or "") for path, form in request.reports),
        sorted(name(path) for path in (*request.var_files, *request.parameter_files, *request.rules)),
        sorted((folder or "", name(path)) for folder, path in (*request.plans, *request.states)),
        sorted(one.name for one in request.inputs.assigned),
        request.inputs.workspace or "",
        request.environment or "",
        sorted({*request.detectors, *(one.name for policy in policies for one in policy.detectors)}),
        sorted({glob for policy in policies for glob in policy.exclude}),
    ]
    return sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def judged_of(paths: tuple[str, ...], root: str, environment: Mapping[str, str], inputs: str = "") -> Judged:
    """Return what a verdict on `paths` (as typed) below the scanned `root` is about."""
    top = repository_top(root) or root
    relative = (os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/") for path in paths)
    below = os.path.relpath(root, top).replace(os.sep, "/")
    change = any(environment.get(name) for name in _REQUESTS) or (environment.get("GITHUB_EVENT_NAME") == "merge_group")
    return Judged(
        repository_of(environment),
        "" if below == "." else below,
        tuple(sorted(set(relative))),
        head_commit(root),
        change,
        inputs,
    )


def repository_of(environment: Mapping[str, str]) -> str:
    """Return how the build service calls the repository, "" where it does not tell."""
    named = next((environment[name] for name in _REPOSITORIES if environment.get(name)), "")
    return named if _PRINTABLE.match(named) else ""
