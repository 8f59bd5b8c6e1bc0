"""Terrascan's JSON (`terrascan scan -o json`); never its SARIF, YAML or XML output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import listed, mapping, masked, name, text, whole

NAME = "terrascan"
WRITTEN_BY = "`terrascan scan -o json`"
UNIT = "one violation: a rule at a resource"
EMPTY_LIST_IS_CLEAN = False
# It looks for every kind of code when none is named, and calls it an error where there is none of a kind.
_NOTHING_THERE = ("not found in the directory", "no helm charts found", "has no tf config files", "no valid")


def recognises(opened: Opened) -> bool:
    """Whether the results hold a summary of policies, or violations, as Terrascan writes them."""
    results = mapping(mapping(opened.data).get("results"))
    return "violations" in results and bool(results.keys() & {"scan_summary", "skipped_violations", "scan_errors"})


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield violations and (marked) skipped ones; a Problem for each scan that failed, or when no policy was tried."""
    results = mapping(mapping(opened.data).get("results"))
    for error in map(mapping, listed(results.get("scan_errors"))):
        said = name(error.get("errMsg")) or "an error"
        if not any(known in said for known in _NOTHING_THERE):
            yield reading.problem(f"terrascan failed for {name(error.get('iac_type')) or 'some code'}: {said}")
    summary = mapping(results.get("scan_summary"))
    if summary and not whole(summary.get("policies_validated")):
        yield reading.problem("terrascan tried no policy", "see whether it ran in the right folder")
    for key in ("violations", "skipped_violations"):
        rows = map(mapping, listed(results.get(key)))
        yield from reading.each(rows, partial(_finding, reading, key == "skipped_violations"))


def _finding(reading: Reading, skipped: bool, row: Mapping[str, Any]) -> Finding:
    path, root = text(row.get("file")), text(row.get("plan_root"))
    if not path:
        raise Unreadable("has no file")
    joined = f"{root.rstrip('/')}/{path}" if root and not path.startswith("/") else path
    place = reading.placing.file([joined, path], whole(row.get("line")))
    kind, called = name(row.get("resource_type")), name(row.get("resource_name"))
    description = text(row.get("description"))
    why = masked(name(row.get("skip_comment")))
    return reading.finding(
        NAME,
        row.get("rule_id"),
        place,
        title=description or name(row.get("rule_name")),
        message=description or name(row.get("rule_name")),
        severity=severity_of(row.get("severity")),
        severity_said=row.get("severity"),
        category="misconfiguration",
        subject="resource",
        resource=f"{kind}.{called}" if kind and called else "",
        suppressions=(Suppression("inSource", NAME, "skipped", why),) if skipped else (),
        content="" if called else place.line,
    )
