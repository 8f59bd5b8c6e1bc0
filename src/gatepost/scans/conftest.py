"""Conftest's JSON (`conftest test -o json`); never its SARIF or JUnit output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import WORDS, severity_of
from gatepost.scans.shapes import listed, mapping, name, text, whole

NAME = "conftest"
WRITTEN_BY = "`conftest test -o json`"
UNIT = "one failure, warning or exception of a file"
EMPTY_LIST_IS_CLEAN = False
_LISTS = ("failures", "warnings", "exceptions")
_RULES = {"failures": "deny", "warnings": "warn", "exceptions": "exception"}
# As its own SARIF rates them: error, warning, note.
_SEVERITIES = {"failures": "high", "warnings": "medium", "exceptions": "low"}


def recognises(opened: Opened) -> bool:
    """Whether this is a list of files with what succeeded and what failed."""
    rows = listed(opened.data)
    first = mapping(next(iter(rows), None))
    return {"filename", "successes"} <= first.keys() and not first.keys() & {"file_results", "messages"}


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield failures, warnings and (marked) exceptions; a Problem when no policy was applied at all."""
    files = [mapping(file) for file in listed(opened.data)]
    if not any(whole(file.get("successes")) or any(listed(file.get(key)) for key in _LISTS) for file in files):
        yield reading.problem("conftest applied no policy", "see whether the namespace and the policies are right")
    for file in files:
        for key in _LISTS:
            rows = map(mapping, listed(file.get(key)))
            yield from reading.each(rows, partial(_finding, reading, file, key))


def _finding(reading: Reading, file: Mapping[str, Any], key: str, row: Mapping[str, Any]) -> Finding:
    if not file.get("filename"):
        raise Unreadable("has no filename")
    about = mapping(row.get("metadata"))
    rule = name(about.get("query")).removeprefix("data.") or f"{name(file.get('namespace')) or 'main'}.{_RULES[key]}"
    place = reading.placing.file([text(file.get("filename"))], whole(about.get("line")))
    message = text(row.get("msg"))
    return reading.finding(
        NAME,
        rule,
        place,
        title=message,
        message=message,
        severity=severity_of(about.get("severity"), WORDS) if about.get("severity") else severity_of(_SEVERITIES[key]),
        severity_said=about.get("severity") or key.removesuffix("s"),
        category="misconfiguration",
        subject="resource",
        suppressions=(Suppression("external", NAME, "exception"),) if key == "exceptions" else (),
        content=message,
    )
