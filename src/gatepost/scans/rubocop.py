"""RuboCop's JSON (`rubocop --format json`); never what it has corrected itself."""

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

NAME = "rubocop"
WRITTEN_BY = "`rubocop --format json`"
UNIT = "one offense at one place"
EMPTY_LIST_IS_CLEAN = False
# A linter's error is a bad habit, not an open door.
_SEVERITIES: Mapping[str, Severity] = {
    "fatal": "medium",
    "error": "medium",
    "warning": "low",
    "convention": "info",
    "refactor": "info",
    "info": "info",
}
# The cop of a file that could not be parsed, so that nothing else was looked for in it.
_NOT_PARSED = "Lint/Syntax"


def recognises(opened: Opened) -> bool:
    """Whether there is RuboCop's version with files."""
    data = mapping(opened.data)
    return "files" in data and "rubocop_version" in mapping(data.get("metadata"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each offense; a Problem for each file that could not be parsed, or where there was none."""
    data = mapping(opened.data)
    files = [mapping(one) for one in listed(data.get("files"))]
    if mapping(data.get("summary")).get("inspected_file_count") == 0:
        yield reading.problem("rubocop has inspected no files", "see whether it ran in the right folder")
    version = name(mapping(data.get("metadata")).get("rubocop_version"))
    rows = [(text(file.get("path")), mapping(one)) for file in files for one in listed(file.get("offenses"))]
    for path, row in rows:
        if row.get("cop_name") == _NOT_PARSED:
            yield reading.problem(f"rubocop could not parse {name(path)}: {name(row.get('message'))}")
    yield from reading.each(rows, partial(_finding, reading, version))


def _finding(reading: Reading, version: str, row: tuple[str, Mapping[str, Any]]) -> Finding | None:
    path, offense = row
    if offense.get("cop_name") == _NOT_PARSED or offense.get("corrected") is True:
        return None
    if not path:
        raise Unreadable("has no file")
    span = mapping(offense.get("location"))
    start = whole(span.get("start_line")) or whole(span.get("line"))
    end = whole(span.get("last_line"))
    place = reading.placing.file([path], start, end)
    # The last column is the last character's own.
    right = whole(span.get("last_column"))
    place = place.between(start, whole(span.get("start_column")), end, right + 1 if right else None)
    message = text(offense.get("message"))
    return reading.finding(
        NAME,
        offense.get("cop_name"),
        place,
        title=message,
        message=message,
        severity=severity_of(offense.get("severity"), _SEVERITIES),
        severity_said=offense.get("severity"),
        category="code",
        version=version,
        content=place.line,
    )
