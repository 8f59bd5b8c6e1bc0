"""cfn-lint's JSON (`cfn-lint -f json`); never its SARIF or JUnit output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import LINTER, severity_of
from gatepost.scans.shapes import addresses, listed, mapping, name, text, whole

NAME = "cfn-lint"
WRITTEN_BY = "`cfn-lint -f json`"
UNIT = "one match: a rule at a place of a template"
EMPTY_LIST_IS_CLEAN = True
# A template that could not be parsed, or transformed, or a rule that failed: nothing else was looked for.
_FAILED = ("E0000", "E0001", "E0002")


def recognises(opened: Opened) -> bool:
    """Whether this is a list of matches with cfn-lint's keys."""
    rows = listed(opened.data)
    return bool(rows) and {"Filename", "Level", "Location", "Rule"} <= mapping(rows[0]).keys()


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each match, and a Problem for each template that could not be looked at."""
    rows = [mapping(row) for row in listed(opened.data)]
    for row in rows:
        if name(mapping(row.get("Rule")).get("Id")) in _FAILED:
            yield reading.problem(f"cfn-lint could not read {name(row.get('Filename'))}: {name(row.get('Message'))}")
    yield from reading.each(rows, partial(_finding, reading))


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding | None:
    rule, where = mapping(row.get("Rule")), mapping(row.get("Location"))
    if name(rule.get("Id")) in _FAILED:
        return None
    if not row.get("Filename"):
        raise Unreadable("has no Filename")
    start, end = mapping(where.get("Start")), mapping(where.get("End"))
    first, last = whole(start.get("LineNumber")), whole(end.get("LineNumber"))
    place = reading.placing.file([text(row.get("Filename"))], first, last)
    place = place.between(first, whole(start.get("ColumnNumber")), last, whole(end.get("ColumnNumber")))
    path = [name(part) for part in listed(where.get("Path"))]
    return reading.finding(
        NAME,
        rule.get("Id"),
        place,
        title=text(rule.get("ShortDescription")) or text(row.get("Message")),
        message=text(row.get("Message")),
        severity=severity_of(row.get("Level"), LINTER),
        severity_said=row.get("Level"),
        category="misconfiguration",
        subject="resource",
        resource=path[1] if len(path) > 1 and path[0] == "Resources" else "",
        why=text(rule.get("Description")).strip(),
        references=addresses([rule.get("Source")]),
        content="/".join(path) or place.line,
    )
