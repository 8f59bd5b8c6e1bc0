"""The request that the values of the shared options make; never how they are given on the command line."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from gatepost.cli.variables import inputs_of
from gatepost.context import base_revision, target_branch
from gatepost.gate.dates import days_of, is_date
from gatepost.model.problems import UsageError
from gatepost.pipeline import Request


def today_of(text: str | None) -> str:
    """Return the day to judge by as an ISO date; raises `UsageError` for text that is none."""
    if text is None:
        return time.strftime("%Y-%m-%d")
    if is_date(text):
        return text
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"--today takes a date such as 2027-03-31, not {text!r}") from None


def _days(text: str | None) -> int | None:
    if text is None:
        return None
    days = days_of(text)
    if days is None:
        raise UsageError(f"--max-report-age takes a number of days such as 7d or 2w, not {text!r}")
    return days


def split_report(text: str) -> tuple[str, str | None]:
    """Split FILE[=FORMAT]; a file whose name holds an equals sign is taken whole when it is there."""
    if os.path.exists(text) or "=" not in text:
        return text, None
    path, _, name = text.rpartition("=")
    return path, name


def split_plan(text: str) -> tuple[str | None, str]:
    """Split [FOLDER=]FILE; a file whose name holds an equals sign is taken whole when it is there."""
    if os.path.exists(text) or "=" not in text:
        return None, text
    folder, _, path = text.partition("=")
    return folder or ".", path


def split_image_tags(text: str) -> tuple[str, str]:
    """Split [IMAGE=]FILE; a file whose name holds an equals sign is taken whole when it is there."""
    if os.path.exists(text) or "=" not in text:
        return "", text
    image, _, path = text.partition("=")
    return image, path


def read_event(path: str) -> Any:
    """Return the event that GitHub Actions tells of, parsed; None where it cannot be read."""
    import json

    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def request_of(values: Mapping[str, Any]) -> Request:
    """Make the request out of the values of the shared options."""
    paths: Sequence[str] = values["paths"] or (".",)
    branch, branch_how = target_branch(os.environ)
    base, base_how = (values["base"], "--base") if values["base"] else base_revision(os.environ, read_event)
    return Request(
        paths=tuple(paths),
        reports=tuple(split_report(text) for text in values["reports"]),
        policy=values["policy"],
        organisation_policy=values["organisation_policy"],
        environment=values["environment"],
        branch=branch,
        branch_how=branch_how,
        base=base,
        base_how=base_how,
        var_files=tuple(values["var_files"]),
        inputs=inputs_of(values),
        parameter_files=tuple(values["parameter_files"]),
        today=today_of(values["today"]),
        jobs=values["jobs"],
        allow_empty=values["allow_empty"],
        rules=tuple(values["rules_of"]),
        plans=tuple(split_plan(text) for text in values["plans"]),
        states=tuple(split_plan(text) for text in values["states"]),
        feeds=values["feeds"],
        cmdb=values["cmdb"],
        audit_logs=tuple(values["audit_logs"]),
        evidence=tuple(values["evidence"]),
        baseline=values["baseline"],
        base_reports=tuple(split_report(text) for text in values["base_reports"]),
        histories=tuple(values["histories"]),
        oldest_report=_days(values["max_report_age"]),
        detectors=tuple(values["detectors"]),
        image_tags=tuple(split_image_tags(text) for text in values["image_tags"]),
    )
