"""kube-bench's JSON; never what a person has to check by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import is_list, listed, mapping, name, text

NAME = "kube-bench"
WRITTEN_BY = "`kube-bench --json`"
UNIT = "one check of the benchmark that failed on one type of node"
EMPTY_LIST_IS_CLEAN = False


def _controls(data: object) -> list[Mapping[str, Any]]:
    return [mapping(one) for one in (listed(data) if is_list(data) else listed(mapping(data).get("Controls")))]


def recognises(opened: Opened) -> bool:
    """Whether the first part has tests for a type of node."""
    first = next(iter(_controls(opened.data)), mapping(None))
    return "tests" in first and "node_type" in first


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each check that failed, and for each that is not scored and was found wanting."""
    for part in _controls(opened.data):
        tests = [mapping(test) for test in listed(part.get("tests"))]
        rows = [mapping(row) for test in tests for row in listed(test.get("results"))]
        yield from reading.each(rows, partial(_finding, reading, part))


def _finding(reading: Reading, part: Mapping[str, Any], row: Mapping[str, Any]) -> Finding | None:
    status, kind = name(row.get("status")).upper(), name(row.get("type")).lower()
    if status != "FAIL" and not (status == "WARN" and kind not in ("manual", "skip")):
        return None
    node = name(part.get("node_type")) or "node"
    title = name(row.get("test_desc"))
    expected, actual = name(row.get("expected_result")), name(row.get("actual_value"))
    reason = name(row.get("reason"))
    said = f"expected: {expected}; found: {actual}" if expected and actual else reason or title
    return reading.finding(
        NAME,
        row.get("test_number"),
        reading.placing.artifact(f"kubernetes/{node}"),
        title=title,
        message=said,
        severity="unknown",
        severity_said=status,
        category="misconfiguration",
        subject="resource",
        resource=node,
        advice=text(row.get("remediation")).strip(),
        standards={name(part.get("detected_version")) or "cis-kubernetes": (name(row.get("test_number")),)},
        artifact=Artifact(node, "cluster"),
        content=title,
    )
