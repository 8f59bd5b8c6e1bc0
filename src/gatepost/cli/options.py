"""The options that several commands share, and the request they make; never what a command does with it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from gatepost.context import target_branch
from gatepost.model.problems import UsageError
from gatepost.pipeline import Request

_C = TypeVar("_C", bound=Callable[..., Any])

_INPUTS = (
    click.argument("paths", nargs=-1, metavar="[PATH]..."),
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FILE[=FORMAT]",
        help="A scan report to take in; may be given again.",
    ),
    click.option("--policy", metavar="FILE", help="The policy that decides, in place of gatepost.yaml."),
    click.option(
        "--organisation-policy", metavar="FILE", help="A policy that decides too; the stricter decision counts."
    ),
    click.option(
        "--environment", metavar="NAME", help="The environment this reaches, whatever the policy's clauses say."
    ),
    click.option(
        "--var-file", "var_files", multiple=True, metavar="FILE", help="A Terraform variable file; may be given again."
    ),
    click.option(
        "--rules",
        "rules_of",
        multiple=True,
        metavar="FOLDER",
        help="A folder with rules of your own; may be given again.",
    ),
    click.option("--today", metavar="DATE", help="The day to judge by (2027-03-31); waivers expire by it."),
    click.option(
        "--jobs", type=click.IntRange(1, 64), metavar="N", help="Processes to work with; chosen by size when not given."
    ),
    click.option("--allow-empty", is_flag=True, help="Pass when there is nothing to read, instead of exit 3."),
)

_LOOKS = (
    click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal."
    ),
    click.option("-v", "--verbose", is_flag=True, help="Show what is allowed too."),
    click.option("-q", "--quiet", is_flag=True, help="Show only what blocks, and the summary."),
)


def inputs(command: _C) -> _C:
    """Add the options that say what is read and what decides."""
    for option in reversed(_INPUTS):
        command = option(command)
    return command


def looks(command: _C) -> _C:
    """Add the options that say how the terminal shows it."""
    for option in reversed(_LOOKS):
        command = option(command)
    return command


def today_of(text: str | None) -> str:
    """Return the day to judge by as an ISO date; raises `UsageError` for text that is none."""
    if text is None:
        return time.strftime("%Y-%m-%d")
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"--today takes a date such as 2027-03-31, not {text!r}") from None


def split_report(text: str) -> tuple[str, str | None]:
    """Split FILE[=FORMAT]; a file whose name holds an equals sign is taken whole when it is there."""
    if os.path.exists(text) or "=" not in text:
        return text, None
    path, _, name = text.rpartition("=")
    return path, name


def request_of(values: dict[str, Any]) -> Request:
    """Make the request out of the values of the shared options."""
    paths: Sequence[str] = values["paths"] or (".",)
    branch, branch_how = target_branch(os.environ)
    return Request(
        paths=tuple(paths),
        reports=tuple(split_report(text) for text in values["reports"]),
        policy=values["policy"],
        organisation_policy=values["organisation_policy"],
        environment=values["environment"],
        branch=branch,
        branch_how=branch_how,
        var_files=tuple(values["var_files"]),
        today=today_of(values["today"]),
        jobs=values["jobs"],
        allow_empty=values["allow_empty"],
        rules=tuple(values["rules_of"]),
    )
