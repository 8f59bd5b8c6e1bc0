"""gosec's JSON (`gosec -fmt json`); never its SARIF, SonarQube or GoLint output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import confidence_of, severity_of
from gatepost.scans.shapes import addresses, listed, mapping, masked, name, text, weaknesses, whole

NAME = "gosec"
WRITTEN_BY = "`gosec -fmt json`"
UNIT = "one issue: a rule at a line"
EMPTY_LIST_IS_CLEAN = False
_SECRET = "G101"


def recognises(opened: Opened) -> bool:
    """Whether there are issues (null when there are none) and statistics."""
    data = mapping(opened.data)
    return "Issues" in data and {"files", "lines", "nosec"} <= mapping(data.get("Stats")).keys()


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each issue, suppressed ones marked; a Problem for each Go error, or when no file was read."""
    data = mapping(opened.data)
    for path, errors in mapping(data.get("Golang errors")).items():
        said = name(mapping(next(iter(listed(errors)), None)).get("error"))
        yield reading.problem(f"gosec could not read {name(path)}{f': {said}' if said else ''}")
    if whole(mapping(data.get("Stats")).get("files")) == 0:
        yield reading.problem("gosec looked at no file", "see whether it ran in the right folder")
    version = name(data.get("GosecVersion"))
    yield from reading.each(map(mapping, listed(data.get("Issues"))), partial(_finding, reading, version))


def _finding(reading: Reading, version: str, row: Mapping[str, Any]) -> Finding:
    if not row.get("file"):
        raise Unreadable("has no file")
    first, _, last = name(row.get("line")).partition("-")
    place = reading.placing.file([text(row.get("file"))], whole(first), whole(last))
    weakness = mapping(row.get("cwe"))
    secret = name(row.get("rule_id")) == _SECRET
    return reading.finding(
        NAME,
        row.get("rule_id"),
        place,
        title=text(row.get("details")),
        message=text(row.get("details")),
        severity=severity_of(row.get("severity")),
        severity_said=row.get("severity"),
        confidence=confidence_of(row.get("confidence")),
        category="secret" if secret else "code",
        subject="secret" if secret else "code",
        version=version,
        cwe=weaknesses(weakness.get("id") or weakness.get("ID")),
        references=addresses([weakness.get("url") or weakness.get("URL")]),
        advice=text(row.get("autofix")).strip(),
        suppressions=_suppressions(row),
        content="" if secret else place.line,
    )


def _suppressions(row: Mapping[str, Any]) -> tuple[Suppression, ...]:
    given = [mapping(one) for one in listed(row.get("suppressions"))]
    found = [
        Suppression(
            "inSource" if name(one.get("kind")).lower() == "insource" else "external",
            NAME,
            "nosec",
            masked(name(one.get("justification"))),
        )
        for one in given
    ]
    if row.get("nosec") is True and not found:
        found.append(Suppression("inSource", NAME, "nosec"))
    return tuple(found)
