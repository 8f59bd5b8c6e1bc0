"""The register of attempts: what somebody tries, and what comes of it; docs/hardening.md is made from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

_T = TypeVar("_T", bound=Callable[..., None])


class Attempt(NamedTuple):
    """One way in which a change may try to get itself through; `outside` is what has to be so outside the tool."""

    number: int
    group: str
    tries: str
    happens: str
    outside: str
    test: str


ATTEMPTS: dict[int, Attempt] = {}


def attempt(number: int, group: str, tries: str, happens: str, outside: str = "") -> Callable[[_T], _T]:
    """Register the test below as that of an attempt."""

    def registered(test: _T) -> _T:
        taken = ATTEMPTS.get(number)
        assert taken is None or taken.test == test.__name__, f"two attempts have the number {number}"
        ATTEMPTS[number] = Attempt(number, group, tries, happens, outside, test.__name__)
        return test

    return registered


# What no tool that runs in the pipeline can close: the change would decide whether and how it runs.
ONLY_OUTSIDE: tuple[tuple[str, str], ...] = (
    (
        "edits the workflow: other inputs (`policy`, `base: none`, `environment`, `path`), `continue-on-error`, or no"
        " step at all",
        "the check is required and comes from a ruleset or a workflow of the protected branch; CODEOWNERS of `.github/`"
        " and of the CI files review them",
    ),
    (
        "adds a job of its own that reports under the name of the required check",
        "the required check is bound to the app that reports it",
    ),
    (
        "pushes after the check, or is merged behind the base that was checked",
        "checks are required on the last commit, approvals are dismissed by new pushes, a merge queue or an up-to-date"
        " branch is required",
    ),
    (
        "edits `.pre-commit-config.yaml`, or commits with `--no-verify`",
        "hooks on a developer's machine are a help; the pipeline decides",
    ),
    (
        "has the job run code of its own before the check (build scripts, local actions, `pull_request_target`)",
        "the check runs in a job of its own that runs nothing of the change, with a token that can only read",
    ),
    (
        "deploys something else than what was judged",
        "deployments take the commit and the digests that the signed receipt names (docs/receipts.md)",
    ),
)
