"""KubeLinter's JSON (`kube-linter lint --format json`); never its SARIF output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import listed, mapping, name, text

NAME = "kube-linter"
WRITTEN_BY = "`kube-linter lint --format json`"
UNIT = "one check that failed for one object"
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether there are checks, reports and a summary with KubeLinter's version."""
    data = mapping(opened.data)
    return "Reports" in data and "KubeLinterVersion" in mapping(data.get("Summary"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each report."""
    data = mapping(opened.data)
    checks = {name(one.get("name")): one for one in map(mapping, listed(data.get("Checks")))}
    version = name(mapping(data.get("Summary")).get("KubeLinterVersion"))
    make = partial(_finding, reading, checks, version)
    yield from reading.each(map(mapping, listed(data.get("Reports"))), make)


def _finding(
    reading: Reading, checks: Mapping[str, Mapping[str, Any]], version: str, row: Mapping[str, Any]
) -> Finding:
    check = name(row.get("Check"))
    thing = mapping(row.get("Object"))
    found = mapping(thing.get("K8sObject"))
    kind = name(mapping(found.get("GroupVersionKind")).get("Kind"))
    path = text(mapping(thing.get("Metadata")).get("FilePath"))
    if not path:
        raise Unreadable("has no file")
    message = text(mapping(row.get("Diagnostic")).get("Message"))
    return reading.finding(
        NAME,
        check,
        reading.placing.file([path, path.lstrip("/")]),
        title=text(mapping(checks.get(check)).get("description")) or message,
        message=message,
        severity="unknown",
        category="misconfiguration",
        version=version,
        subject="resource",
        resource="/".join(part for part in (name(found.get("Namespace")), kind, name(found.get("Name"))) if part),
        advice=text(row.get("Remediation")),
        content=message,
    )
