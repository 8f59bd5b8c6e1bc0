"""ESLint's JSON (`eslint -f json`); never its SARIF or checkstyle output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import is_list, listed, mapping, masked, name, text, whole

NAME = "eslint"
WRITTEN_BY = "`eslint -f json`"
UNIT = "one message: a rule at a place"
EMPTY_LIST_IS_CLEAN = False
# 2 is an error, 1 a warning. An error of a linter is a bad habit, not an open door.
_SEVERITIES: Mapping[str, Severity] = {"2": "medium", "1": "low"}
_WORDS = {"2": "error", "1": "warning"}


def recognises(opened: Opened) -> bool:
    """Whether this is a list of files with messages and counts."""
    rows = listed(opened.data)
    first = mapping(next(iter(rows), None))
    return {"filePath", "messages", "errorCount"} <= first.keys() and is_list(first.get("messages"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield messages and (marked) suppressed ones, and a Problem for each file that could not be parsed."""
    for file in map(mapping, listed(opened.data)):
        path = text(file.get("filePath"))
        rows = [mapping(row) for row in listed(file.get("messages"))]
        for row in rows:
            if row.get("fatal") is True:
                yield reading.problem(f"eslint could not parse {name(path)}: {name(row.get('message'))}")
        more = map(mapping, listed(file.get("suppressedMessages")))
        yield from reading.each((*rows, *more), partial(_finding, reading, path))


def _finding(reading: Reading, path: str, row: Mapping[str, Any]) -> Finding | None:
    if row.get("fatal") is True or row.get("ruleId") is None:
        return None  # no rule: a file that is not looked at, or a comment of ESLint that nothing needs
    if not path:
        raise Unreadable("has no filePath")
    first, last = whole(row.get("line")), whole(row.get("endLine"))
    place = reading.placing.file([path], first, last)
    place = place.between(first, whole(row.get("column")), last, whole(row.get("endColumn")))
    level = name(row.get("severity"))
    given = (mapping(one) for one in listed(row.get("suppressions")))
    rule = name(row.get("ruleId"))
    secret = "secret" in rule.lower()
    message = rule if secret else text(row.get("message"))
    return reading.finding(
        NAME,
        rule,
        place,
        title=message,
        message=message,
        severity=severity_of(level, _SEVERITIES),
        severity_said=_WORDS.get(level, level),
        category="secret" if secret else "code",
        subject="secret" if secret else "code",
        suppressions=tuple(
            Suppression("inSource", NAME, name(one.get("kind")) or "directive", masked(name(one.get("justification"))))
            for one in given
        ),
        content="" if secret else place.line,
    )
