"""tfsec's JSON (`tfsec -f json`), old and new; never its SARIF or checkstyle output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import SEMGREP, WORDS, severity_of
from gatepost.scans.shapes import addresses, listed, mapping, name, text, whole

NAME = "tfsec"
WRITTEN_BY = "`tfsec -f json`"
UNIT = "one result that did not pass: a rule at a resource"
EMPTY_LIST_IS_CLEAN = False
# Its first versions rated as linters do.
_WORDS: Mapping[str, Severity] = {**WORDS, **SEMGREP}
_PASSED, _IGNORED = 1, 2


def recognises(opened: Opened) -> bool:
    """Whether there are results with rules of tfsec."""
    rows = listed(mapping(opened.data).get("results"))
    first = mapping(next(iter(rows), None))
    return "rule_id" in first and "location" in first and bool(first.keys() & {"rule_provider", "long_id", "link"})


def accepts(opened: Opened) -> bool:
    """Whether this is its empty result, which says nothing about itself."""
    data = mapping(opened.data)
    return set(data) == {"results"} and data.get("results") in (None, [])


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each result that failed; ignored ones are marked, passed ones are none."""
    rows = map(mapping, listed(mapping(opened.data).get("results")))
    yield from reading.each(rows, partial(_finding, reading))


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding | None:
    status = row.get("status")
    if row.get("passed") is True or status in (_PASSED, "passed"):
        return None
    where = mapping(row.get("location"))
    if not where.get("filename"):
        raise Unreadable("has no filename")
    place = reading.placing.file(
        [text(where.get("filename"))], whole(where.get("start_line")), whole(where.get("end_line"))
    )
    title = text(row.get("rule_description")) or text(row.get("description"))
    ignored = status in (_IGNORED, "ignored")
    link = name(row.get("link")).removeprefix("See ").partition(" ")[0]
    resource = name(row.get("resource"))
    return reading.finding(
        NAME,
        name(row.get("rule_id")).removeprefix("AVD-"),
        place,
        title=title,
        message=text(row.get("description")) or title,
        severity=severity_of(row.get("severity"), _WORDS),
        severity_said=row.get("severity"),
        category="misconfiguration",
        subject="resource",
        resource=resource,
        why=text(row.get("impact")).strip(),
        advice=text(row.get("resolution")).strip(),
        references=addresses([*listed(row.get("links")), link]),
        suppressions=(Suppression("inSource", NAME, "ignored"),) if ignored else (),
        content="" if resource else place.line,
    )
