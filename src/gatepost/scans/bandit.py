"""Bandit's JSON (`bandit -f json`); never its SARIF, CSV or XML output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import confidence_of, severity_of
from gatepost.scans.shapes import addresses, is_list, listed, mapping, name, text, weaknesses, whole

NAME = "bandit"
WRITTEN_BY = "`bandit -f json`"
UNIT = "one result: a test at a line"
EMPTY_LIST_IS_CLEAN = False
# Tests for passwords in code, which repeat what they found in their text.
_SECRETS = ("B105", "B106", "B107")


def recognises(opened: Opened) -> bool:
    """Whether there are results beside the totals that only Bandit writes."""
    data = mapping(opened.data)
    return is_list(data.get("results")) and "_totals" in mapping(data.get("metrics"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each result, and a Problem for each file that could not be looked at, or when none was."""
    data = mapping(opened.data)
    for error in map(mapping, listed(data.get("errors"))):
        why = name(error.get("reason")) or "for an unknown reason"
        yield reading.problem(f"bandit could not look at {name(error.get('filename'))}: {why}")
    rows = listed(data.get("results"))
    if not rows and mapping(data.get("metrics")).keys() <= {"_totals"}:
        yield reading.problem("bandit looked at no file", "see whether it ran in the right folder")
    yield from reading.each(map(mapping, rows), partial(_finding, reading))


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding:
    if not row.get("filename"):
        raise Unreadable("has no filename")
    lines = [line for line in map(whole, listed(row.get("line_range"))) if line]
    start = whole(row.get("line_number"))
    last = max(lines) if lines and start else None
    place = reading.placing.file([text(row.get("filename"))], start, last)
    left, right = whole(row.get("col_offset")), whole(row.get("end_col_offset"))
    if left is not None and right is not None and len(lines) == 1:
        place = place.between(start, left + 1, start, right + 1)
    message = text(row.get("issue_text"))
    secret = name(row.get("test_id")) in _SECRETS
    if secret:
        message = message.partition(":")[0]
    weakness = mapping(row.get("issue_cwe"))
    return reading.finding(
        NAME,
        row.get("test_id"),
        place,
        title=message,
        message=message,
        severity=severity_of(row.get("issue_severity")),
        severity_said=row.get("issue_severity"),
        confidence=confidence_of(row.get("issue_confidence")),
        category="secret" if secret else "code",
        subject="secret" if secret else "code",
        cwe=weaknesses(weakness.get("id")),
        references=addresses([row.get("more_info"), weakness.get("link")]),
        content="" if secret else place.line,
    )
