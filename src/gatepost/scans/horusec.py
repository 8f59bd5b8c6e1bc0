"""Horusec's JSON; never the code in it, which may be a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import confidence_of, severity_of
from gatepost.scans.shapes import first_line, listed, mapping, name, text, whole

NAME = "horusec"
WRITTEN_BY = "`horusec start -o json`"
UNIT = "one vulnerability at one line"
EMPTY_LIST_IS_CLEAN = False
_CWE = re.compile(r"CWE-(\d{1,5})")
_COUNT = re.compile(r"^\(\d+/\d+\) \* Possible vulnerability detected: ")
_MARKED = ("false positive", "risk accepted")


def recognises(opened: Opened) -> bool:
    """Whether there is an analysis with vulnerabilities."""
    return mapping(opened.data).keys() >= {"analysisVulnerabilities", "status"}


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerability, accepted ones marked; a Problem where a tool failed."""
    data = mapping(opened.data)
    status, errors = name(data.get("status")), text(data.get("errors"), 400).strip()
    if errors or status.lower() != "success":
        yield reading.problem(
            f"the analysis ended with the status {status}{': ' + first_line(errors) if errors else ''}"
        )
    rows = [mapping(mapping(one).get("vulnerabilities")) for one in listed(data.get("analysisVulnerabilities"))]
    yield from reading.each(rows, partial(_finding, reading, name(data.get("version"))))


def _finding(reading: Reading, version: str, row: Mapping[str, Any]) -> Finding | None:
    kind = name(row.get("type")).lower()
    if kind == "corrected":
        return None
    path = text(row.get("file"))
    if not path:
        raise Unreadable("has no file")
    details = _COUNT.sub("", text(row.get("details")).strip())
    title = first_line(details)
    line = whole(row.get("line"))
    is_secret = name(row.get("language")).lower() == "leaks"
    slug = "-".join("".join(one if one.isalnum() else " " for one in title.lower()).split()[:8])
    place = reading.placing.file([path, path.lstrip("/")], line or None)
    return reading.finding(
        NAME,
        name(row.get("rule_id")) or name(row.get("ruleID")) or slug,
        place,
        title=title,
        message=title,
        severity=severity_of(row.get("severity")),
        severity_said=row.get("severity"),
        confidence=confidence_of(row.get("confidence")),
        category="secret" if is_secret else "code",
        version=version,
        subject="secret" if is_secret else "code",
        why="" if is_secret else details.partition("\n")[2].strip(),
        cwe=tuple(dict.fromkeys(int(one) for one in _CWE.findall(details))),
        suppressions=(Suppression("external", NAME, kind),) if kind in _MARKED else (),
        content=name(row.get("vulnHash")),
    )
