"""Fairwinds Polaris' JSON audits of clusters and of files; never Coverity's platform of that name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Severity
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.reading import Reading
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import listed, mapping, name, text

NAME = "polaris"
WRITTEN_BY = "`polaris audit --format json`"
UNIT = "one check that failed for one object, pod or container"
EMPTY_LIST_IS_CLEAN = False
# https://polaris.docs.fairwinds.com: checks are of severity danger or warning, or ignored.
_SEVERITIES: Mapping[str, Severity] = {"danger": "high", "warning": "medium", "error": "high"}


class _Row(NamedTuple):
    check: Mapping[str, Any]
    address: str
    container: str


def recognises(opened: Opened) -> bool:
    """Whether this is an audit with Polaris' version of it."""
    data = mapping(opened.data)
    return "PolarisOutputVersion" in data and "Results" in data


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each check that failed."""
    data = mapping(opened.data)
    path = text(data.get("SourceName")) if name(data.get("SourceType")) == "Path" else ""
    rows = [row for one in map(mapping, listed(data.get("Results"))) for row in _rows(one)]
    make = partial(_finding, reading, reading.placing.file([path, path.lstrip("/")]) if path else None)
    yield from reading.each(rows, make)


def _rows(thing: Mapping[str, Any]) -> Iterator[_Row]:
    address = "/".join(part for part in (name(thing.get(key)) for key in ("Namespace", "Kind", "Name")) if part)
    pod = mapping(thing.get("PodResult"))
    groups = [("", mapping(thing.get("Results"))), ("", mapping(pod.get("Results")))]
    groups += [
        (name(one.get("Name")), mapping(one.get("Results")))
        for one in map(mapping, listed(pod.get("ContainerResults")))
    ]
    for container, checks in groups:
        for key in checks:
            check = mapping(checks[key])
            if check.get("Success") is False and name(check.get("Severity")).lower() != "ignore":
                yield _Row({"ID": key, **check}, address, container)


def _finding(reading: Reading, file: Place | None, row: _Row) -> Finding:
    check = row.check
    message = text(check.get("Message"))
    details = ", ".join(name(one) for one in listed(check.get("Details")))
    of = f" (container {row.container})" if row.container else ""
    return reading.finding(
        NAME,
        check.get("ID"),
        file or reading.placing.artifact(row.address),
        title=message,
        message=f"{message}{of}{': ' + details if details else ''}",
        severity=severity_of(check.get("Severity"), _SEVERITIES),
        severity_said=check.get("Severity"),
        category="misconfiguration",
        subject="resource",
        resource=row.address,
        artifact=None if file else Artifact(row.address, "cluster"),
        content=row.container,
    )
