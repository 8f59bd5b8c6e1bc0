"""njsscan's and libsast's JSON; never their SARIF or SonarQube output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading
from gatepost.scans.severities import SEMGREP, severity_of
from gatepost.scans.shapes import listed, mapping, name, text, weaknesses, whole

NAME = "njsscan"
WRITTEN_BY = "`njsscan --json`"
UNIT = "one match of one rule; a rule about something that is missing has no place"
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether there is njsscan's version."""
    return "njsscan_version" in mapping(opened.data)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each match; a Problem for each error."""
    data = mapping(opened.data)
    for error in listed(data.get("errors")):
        yield reading.problem(f"njsscan reports: {name(error) or name(mapping(error).get('message')) or 'an error'}")
    version = name(data.get("njsscan_version"))
    for key in ("nodejs", "templates"):
        rules = mapping(data.get(key))
        rows = [
            (rule, mapping(rules[rule]), mapping(file))
            for rule in rules
            for file in listed(mapping(rules[rule]).get("files")) or [None]
        ]
        yield from reading.each(rows, partial(_finding, reading, version))


def _finding(reading: Reading, version: str, row: tuple[str, Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    rule, found, file = row
    about = mapping(found.get("metadata"))
    path = text(file.get("file_path"))
    lines = [whole(one) for one in listed(file.get("match_lines"))]
    start, end = (lines[0], lines[1]) if len(lines) == 2 else (None, None)
    place = reading.placing.file([path], start, end) if path else reading.placing.manifest("package.json")
    message = text(about.get("description"))
    return reading.finding(
        NAME,
        rule,
        place,
        title=message,
        message=message,
        severity=severity_of(about.get("severity"), SEMGREP),
        severity_said=about.get("severity"),
        category="code",
        version=version,
        cwe=weaknesses(about.get("cwe")),
        content=place.line,
    )
