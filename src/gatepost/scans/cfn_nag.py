"""The JSON of cfn_nag (`cfn_nag_scan -o json`); never its SARIF output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Severity
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import listed, mapping, name, text, whole

NAME = "cfn-nag"
WRITTEN_BY = "`cfn_nag_scan -o json`"
UNIT = "one violation at one resource"
EMPTY_LIST_IS_CLEAN = False
# As its own SARIF rates: a failure is an error, a warning is a warning.
_TYPES: Mapping[str, Severity] = {"fail": "high", "warn": "medium"}
_NOT_PARSED = "FATAL"


def recognises(opened: Opened) -> bool:
    """Whether this is a list of files with results of cfn_nag."""
    rows = listed(opened.data)
    return bool(rows) and "violations" in mapping(mapping(rows[0]).get("file_results"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each resource of each violation; a Problem for each template that was not understood."""
    for file in map(mapping, listed(opened.data)):
        path = text(file.get("filename"))
        for row in map(mapping, listed(mapping(file.get("file_results")).get("violations"))):
            if name(row.get("id")) == _NOT_PARSED:
                yield reading.problem(f"cfn_nag could not read {name(path)}: {name(row.get('message'))}")
                continue
            yield from reading.each(_places(row), partial(_finding, reading, path, row))


def _places(row: Mapping[str, Any]) -> list[tuple[str, int | None]]:
    """Return the resources of a violation with their lines, from lists that go side by side."""
    resources = [name(one) for one in listed(row.get("logical_resource_ids"))]
    lines = [whole(one) for one in listed(row.get("line_numbers"))]
    count = max(len(resources), len(lines), 1)
    resources += [""] * (count - len(resources))
    lines += [None] * (count - len(lines))
    return list(zip(resources, lines, strict=True))


def _finding(reading: Reading, path: str, row: Mapping[str, Any], at: tuple[str, int | None]) -> Finding:
    if not path:
        raise Unreadable("has no filename")
    resource, line = at
    place = reading.placing.file([path], line if line and line > 0 else None)
    message = text(row.get("message"))
    return reading.finding(
        NAME,
        row.get("id"),
        place,
        title=message,
        message=message,
        severity=severity_of(row.get("type"), _TYPES),
        severity_said=row.get("type"),
        category="misconfiguration",
        subject="resource",
        resource=resource,
        content="" if resource else place.line,
    )
