"""The JSON of ggshield, GitGuardian's scanner (`ggshield secret scan --json`, `iac scan`); never the secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, listed, mapping, masked, name, text, whole

NAME = "ggshield"
WRITTEN_BY = "`ggshield secret scan … --json`, `ggshield iac scan --json`"
UNIT = "one incident of a file, at its first match; a valid secret counts as validated"
EMPTY_LIST_IS_CLEAN = False
_MOST_DEEP = 10


def recognises(opened: Opened) -> bool:
    """Whether there are totals and scans, or files with incidents."""
    data = mapping(opened.data)
    return "total_incidents" in data and bool(data.keys() & {"scans", "entities_with_incidents", "type"})


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each incident; a Problem for each error, and where fewer are there than the total says."""
    data, count = mapping(opened.data), 0
    for scan in _scans(data):
        for error in map(mapping, listed(scan.get("errors"))):
            yield reading.problem(f"ggshield reports: {name(error.get('description')) or 'an error'}")
        for file in map(mapping, listed(scan.get("entities_with_incidents"))):
            rows = [mapping(row) for row in listed(file.get("incidents"))]
            count += len(rows)
            yield from reading.each(rows, partial(_incident, reading, scan, text(file.get("filename"))))
    total = whole(data.get("total_incidents")) or 0
    if count < total:
        yield reading.problem(f"ggshield counts {total} incidents, of which {total - count} are not in the report")


def _scans(data: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    yield data
    if depth < _MOST_DEEP:
        for scan in listed(data.get("scans")):
            yield from _scans(mapping(scan), depth + 1)


def _incident(reading: Reading, scan: Mapping[str, Any], path: str, row: Mapping[str, Any]) -> Finding:
    if not path:
        raise Unreadable("has no filename")
    if "policy_id" in row:
        return _misconfiguration(reading, path, row)
    matches = [mapping(one) for one in listed(row.get("occurrences"))]
    first = mapping(next(iter(matches), None))
    place = reading.placing.file([path], whole(first.get("line_start")), whole(first.get("line_end")))
    kind = name(row.get("type")) or name(row.get("detector"))
    validity = name(row.get("validity"))
    commit = scan.get("id") if name(scan.get("type")) == "commit" else ""
    return reading.secret(
        NAME,
        kind,
        place,
        kind,
        works=validity == "valid",
        commit=commit,
        severity_said=validity,
        references=addresses([row.get("incident_url")]),
        suppressions=_suppressions(row),
    )


def _suppressions(row: Mapping[str, Any]) -> tuple[Suppression, ...]:
    reason = mapping(row.get("ignore_reason"))
    if not reason:
        return ()
    said = name(reason.get("kind")) or "ignored"
    return (Suppression("external", NAME, said, masked(name(reason.get("detail")))),)


def _misconfiguration(reading: Reading, path: str, row: Mapping[str, Any]) -> Finding:
    place = reading.placing.file([path], whole(row.get("line_start")), whole(row.get("line_end")))
    title = text(row.get("policy"))
    ignored = name(row.get("status")).upper() == "IGNORED"
    return reading.finding(
        NAME,
        row.get("policy_id"),
        place,
        title=title,
        message=text(row.get("description")) or title,
        severity=severity_of(row.get("severity")),
        severity_said=row.get("severity"),
        category="misconfiguration",
        subject="resource",
        resource=name(row.get("component")),
        references=addresses([row.get("documentation_url")]),
        suppressions=(Suppression("external", NAME, "ignored"),) if ignored else (),
        content="" if row.get("component") else place.line,
    )
