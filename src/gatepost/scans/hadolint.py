"""Hadolint's JSON (`hadolint --format json`); never its SARIF, Code Climate or Checkstyle output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import LINTER, severity_of
from gatepost.scans.shapes import listed, mapping, name, text, whole

NAME = "hadolint"
WRITTEN_BY = "`hadolint -f json`"
UNIT = "one row: a rule at a line"
EMPTY_LIST_IS_CLEAN = True
_KEYS = frozenset(("line", "code", "message", "file", "level"))
# The code for a file that could not be parsed, so that nothing else was looked for in it.
_NOT_PARSED = "DL1000"


def recognises(opened: Opened) -> bool:
    """Whether this is a list of rows with Hadolint's keys."""
    rows = listed(opened.data)
    return bool(rows) and mapping(rows[0]).keys() >= _KEYS


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each row, and a Problem for each file that Hadolint could not parse."""
    rows = [mapping(row) for row in listed(opened.data)]
    for row in rows:
        if row.get("code") == _NOT_PARSED:
            yield reading.problem(f"hadolint could not parse {name(row.get('file'))}: {name(row.get('message'))}")
    yield from reading.each(rows, lambda row: _finding(row, reading))


def _finding(row: Mapping[str, Any], reading: Reading) -> Finding | None:
    if row.get("code") == _NOT_PARSED:
        return None
    if not row.get("file"):
        raise Unreadable("has no file")
    place = reading.placing.file([text(row.get("file"))], whole(row.get("line")))
    message = text(row.get("message"))
    return reading.finding(
        NAME,
        row.get("code"),
        place,
        title=message,
        message=message,
        severity=severity_of(row.get("level"), LINTER),
        severity_said=row.get("level"),
        category="dockerfile",
        content=place.line,
    )
