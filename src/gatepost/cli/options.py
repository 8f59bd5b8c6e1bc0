"""The options that several commands share; never what a command does with their values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from gatepost.cli.variables import variables

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
    click.option(
        "--max-report-age", metavar="DAYS", help="How old a scan report may be (7d, 2w); an older one is a problem."
    ),
    click.option(
        "--run",
        "detectors",
        multiple=True,
        metavar="NAME[=RULES]",
        help="An installed scanner to run (hadolint, trivy, checkov …); may be given again.",
    ),
    click.option(
        "--evidence", multiple=True, metavar="FILE", help="What people found when they tried; may be given again."
    ),
    click.option(
        "--image-tags",
        multiple=True,
        metavar="[IMAGE=]FILE",
        help="Tags of base images, to raise them to; may be given again.",
    ),
    click.option(
        "--history",
        "histories",
        multiple=True,
        metavar="FILE",
        help="When findings were first seen: a history, or an earlier report (JSON, SARIF); may be given again.",
    ),
    click.option("--cmdb", metavar="FILE", help="An export of a CMDB that tells owners (JSON or CSV)."),
    click.option(
        "--audit-log",
        "audit_logs",
        multiple=True,
        metavar="FILE",
        help="A cloud's audit log: who created what is a guess at its owner; may be given again.",
    ),
    click.option("--feeds", metavar="FOLDER", help="KEV and EPSS files, as gatepost feeds update fetches them."),
    click.option("--policy", metavar="FILE", help="The policy that decides, in place of gatepost.yaml."),
    click.option(
        "--organisation-policy", metavar="FILE", help="A policy that decides too; the stricter decision counts."
    ),
    click.option(
        "--environment", metavar="NAME", help="The environment this reaches, whatever the policy's clauses say."
    ),
    click.option(
        "--base",
        metavar="REVISION",
        help="What the change is compared with; told by the build service in a pull request, none for nothing.",
    ),
    click.option(
        "--base-report",
        "base_reports",
        multiple=True,
        metavar="FILE[=FORMAT]",
        help="The report of a scan of the base, to tell which of its findings are new; may be given again.",
    ),
    click.option("--baseline", metavar="FILE", help="What counts as old, as gatepost baseline update writes it."),
    variables,
    click.option(
        "--parameters",
        "parameter_files",
        multiple=True,
        metavar="FILE",
        help="A CloudFormation parameter file; may be given again.",
    ),
    click.option(
        "--plan",
        "plans",
        multiple=True,
        metavar="[FOLDER=]FILE",
        help="A plan, as terraform show -json writes it; may be given again.",
    ),
    click.option(
        "--state",
        "states",
        multiple=True,
        metavar="[FOLDER=]FILE",
        help="A state, by which reports on live resources are placed; may be given again.",
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
