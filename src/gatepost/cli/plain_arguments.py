"""Reads the plain arguments of `gatepost check` without click, which takes longer to load than a file to judge.

Whatever is not plain (help, a misspelt option, a missing value) is left to click, which says it better; so this never
says that something is wrong. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatepost.cli.variables import ranks

ONE = {
    "--feeds": "feeds",
    "--cmdb": "cmdb",
    "--max-report-age": "max_report_age",
    "--policy": "policy",
    "--organisation-policy": "organisation_policy",
    "--environment": "environment",
    "--base": "base",
    "--baseline": "baseline",
    "--today": "today",
    "--receipt": "receipt",
    "--jobs": "jobs",
    "--color": "color",
    "--workspace": "workspace",
    "--routes-out": "routes_out",
    "--check-run": "check_run",
}
MANY = {
    "--report": "reports",
    "--base-report": "base_reports",
    "--run": "detectors",
    "--evidence": "evidence",
    "--audit-log": "audit_logs",
    "--history": "histories",
    "--image-tags": "image_tags",
    "--var-file": "var_files",
    "--var": "variables",
    "--parameters": "parameter_files",
    "--plan": "plans",
    "--state": "states",
    "--rules": "rules_of",
    "--format": "formats",
}
FLAGS = {
    "--allow-empty": "allow_empty",
    "--review": "review",
    "-v": "verbose",
    "--verbose": "verbose",
    "-q": "quiet",
    "--quiet": "quiet",
}


def read_plain(arguments: Sequence[str]) -> dict[str, Any] | None:
    """Return the values that click would give to `gatepost check`, or None when click has to look at them."""
    values: dict[str, Any] = dict.fromkeys(ONE.values())
    values.update(dict.fromkeys(FLAGS.values(), False))
    values["color"] = "auto"
    many: dict[str, list[str]] = {name: [] for name in (*MANY.values(), "paths")}
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if not argument.startswith("-"):
            many["paths"].append(argument)
        elif argument in FLAGS:
            values[FLAGS[argument]] = True
        elif name in ONE or name in MANY:
            if not equals:
                value = next(waiting, "-")
                if value.startswith("-"):
                    return None
            if name in MANY:
                many[MANY[name]].append(value)
            else:
                values[ONE[name]] = value
        else:
            return None
    values.update({name: tuple(listed) for name, listed in many.items()})
    values["variables_after"] = ranks(arguments)
    return _typed(values)


def _typed(values: dict[str, Any]) -> dict[str, Any] | None:
    jobs = values["jobs"]
    if jobs is not None:
        if not (jobs.isascii() and jobs.isdigit() and len(jobs) < 3 and 1 <= int(jobs) <= 64):
            return None
        values["jobs"] = int(jobs)
    return values if values["color"] in ("auto", "always", "never") else None
