"""kubeaudit's JSON, one result a line; never the audit log of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Severity
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.paging import without_end
from gatepost.scans.reading import Reading
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import mapping, name, text
from gatepost.scans.streaming import each

NAME = "kubeaudit"
WRITTEN_BY = "`kubeaudit all -p json`"
UNIT = "one result for one container or object"
EMPTY_LIST_IS_CLEAN = False
# https://github.com/Shopify/kubeaudit: an error is a security issue, a warning a practice that is recommended.
_LEVELS: Mapping[str, Severity] = {"error": "high", "warning": "medium", "info": "info"}
_KNOWN = frozenset(
    [
        "AuditResultName",
        "level",
        "msg",
        "time",
        "Container",
        "ResourceApiVersion",
        "ResourceKind",
        "ResourceName",
        "ResourceNamespace",
    ]
)


def recognises(opened: Opened) -> bool:
    """Whether one of the first lines is a result."""
    return any("AuditResultName" in mapping(one) for one in opened.documents[:50])


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each result; a Problem for each line that tells of an error of its own."""
    cut = without_end(reading, opened)
    if cut is not None:
        yield cut
    rows = each(opened.documents, mapping)
    for row in rows:
        if "AuditResultName" not in row and name(row.get("level")) in ("error", "fatal"):
            yield reading.problem(f"kubeaudit reports: {name(row.get('msg'))}")
    yield from reading.each((row for row in rows if "AuditResultName" in row), partial(_finding, reading))


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding:
    parts = (name(row.get("ResourceNamespace")), name(row.get("ResourceKind")), name(row.get("ResourceName")))
    address = "/".join(part for part in parts if part)
    file = text(row.get("FilePath")) or text(row.get("ManifestPath"))
    message = text(row.get("msg"))
    rest = " ".join(f"{key}={name(row[key])}" for key in sorted(row) if key not in _KNOWN)
    return reading.finding(
        NAME,
        row.get("AuditResultName"),
        reading.placing.file([file]) if file else reading.placing.artifact(address),
        title=message,
        message=message,
        severity=severity_of(row.get("level"), _LEVELS),
        severity_said=row.get("level"),
        category="misconfiguration",
        subject="resource",
        resource=address,
        artifact=None if file else Artifact(address, "cluster"),
        content=f"{name(row.get('Container'))} {rest}".strip(),
    )
