"""Bearer's JSON security report; never its privacy or data flow reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, listed, mapping, name, text, weaknesses, whole

NAME = "bearer"
WRITTEN_BY = "`bearer scan --format json`"
UNIT = "one finding of one rule at one line"
EMPTY_LIST_IS_CLEAN = False
_LEVELS = ("critical", "high", "medium", "low", "warning")


def recognises(opened: Opened) -> bool:
    """Whether every key is one of the severities, and the rows have Bearer's pages."""
    data = mapping(opened.data)
    if not data or not data.keys() <= {*_LEVELS, "ignored"}:
        return False
    first = next((mapping(row) for key in data for row in listed(data[key])), mapping(None))
    return not first or ("documentation_url" in first and "cwe_ids" in first)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each row, worst first."""
    data = mapping(opened.data)
    for level in _LEVELS:
        yield from reading.each(map(mapping, listed(data.get(level))), partial(_finding, reading, level))


def _finding(reading: Reading, level: str, row: Mapping[str, Any]) -> Finding:
    path = text(row.get("filename")) or text(row.get("full_filename"))
    if not path:
        raise Unreadable("has no file")
    sink = mapping(row.get("sink"))
    columns = mapping(sink.get("column"))
    start = whole(row.get("line_number"))
    end = whole(sink.get("end"))
    place = reading.placing.file(
        [path, text(row.get("full_filename"))], start, end if whole(sink.get("start")) == start else None
    )
    if whole(sink.get("start")) == start:
        place = place.between(start, whole(columns.get("start")), end, whole(columns.get("end")))
    title = name(row.get("title"))
    is_secret = name(row.get("id")).startswith("gitleaks") or "secret" in name(row.get("id")).lower()
    return reading.finding(
        NAME,
        row.get("id"),
        place,
        title=title,
        message=title,
        severity="low" if level == "warning" else severity_of(level),
        severity_said=level,
        category="secret" if is_secret else "code",
        subject="secret" if is_secret else "code",
        cwe=weaknesses(row.get("cwe_ids")),
        references=addresses([row.get("documentation_url")]),
        content="" if is_secret else place.line or name(row.get("fingerprint")),
    )
