"""Vulnerabilities of Google's Artifact Registry and Artifact Analysis; never Security Command Center's findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Layer, Severity
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.paging import more_pages
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.severities import WORDS, severity_of
from gatepost.scans.shapes import addresses, is_list, listed, mapping, name, text
from gatepost.scans.spellings import cvss_of, versions
from gatepost.scans.vex import stated

NAME = "google-artifact"
WRITTEN_BY = (
    "`gcloud artifacts docker images describe --show-package-vulnerability --format json`, `list-vulnerabilities`"
)
UNIT = "one vulnerability of one package of one image"
EMPTY_LIST_IS_CLEAN = True
_WORDS: Mapping[str, Severity] = {**WORDS, "minimal": "info"}
_VECTOR = re.compile(r"CVSS:\d\.\d/[A-Za-z:/]{10,120}")
_TYPES = {"OS": "", "GO_STDLIB": "golang", "GO": "golang", "PYPI": "pypi"}


def _occurrences(data: Any) -> list[Mapping[str, Any]]:
    if is_list(data):
        rows = listed(data)
    else:
        groups = mapping(mapping(mapping(data).get("package_vulnerability_summary")).get("vulnerabilities"))
        rows = [row for key in groups for row in listed(groups[key])] or listed(mapping(data).get("occurrences"))
    return [mapping(row) for row in rows]


def recognises(opened: Opened) -> bool:
    """Whether this describes an image with its discovery, or is a list of occurrences of vulnerabilities."""
    data = mapping(opened.data)
    if "image_summary" in data and ("discovery_summary" in data or "package_vulnerability_summary" in data):
        return True
    first = next(iter(_occurrences(opened.data)), mapping(None))
    return "noteName" in first and "resourceUri" in first


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each affected package; a Problem where the analysis did not come to its end."""
    data = mapping(opened.data)
    more = more_pages(reading, data.get("nextPageToken"))
    if more is not None:
        yield more
    found = [mapping(one) for one in listed(mapping(data.get("discovery_summary")).get("discovery"))]
    found += [one for one in _occurrences(opened.data) if "discovery" in one]
    for one in found:
        status = name(mapping(one.get("discovery")).get("analysisStatus"))
        if status not in ("FINISHED_SUCCESS", "COMPLETE", ""):
            yield reading.problem(f"the analysis has the status {status}")
    if "image_summary" in data and not found:
        yield reading.problem("the image has not been analysed")
    rows = [
        (row, mapping(issue))
        for row in _occurrences(opened.data)
        for issue in listed(mapping(row.get("vulnerability")).get("packageIssue"))
    ]
    yield from reading.each(rows, partial(_finding, reading))


def _finding(reading: Reading, pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    row, issue = pair
    fault = mapping(row.get("vulnerability"))
    where = mapping(next(iter(listed(issue.get("fileLocation"))), None))
    layer = mapping(where.get("layerDetails"))
    uri = name(row.get("resourceUri")).partition("://")[2] or name(row.get("resourceUri"))
    digest = uri.partition("@")[2]
    cpe = name(issue.get("affectedCpeUri")).split(":")
    system = f"{cpe[2]} {cpe[4]}" if len(cpe) > 4 else ""
    kind = name(issue.get("packageType"))
    ecosystem = _TYPES.get(kind, kind) or system.partition(" ")[0]
    third = mapping(fault.get("cvssv3"))
    vector = _VECTOR.search(text(fault.get("longDescription")))
    said = issue.get("effectiveSeverity") or fault.get("effectiveSeverity") or fault.get("severity")
    version = name(fault.get("cvssVersion"))[-1:]
    vex = mapping(fault.get("vexAssessment"))
    path = text(where.get("filePath"))
    artifact = Artifact(uri, "image", (digest,) if digest else (), system, path=path)
    if layer:
        artifact = artifact._replace(
            layer=Layer(name(layer.get("chainId")), name(layer.get("diffId")), text(layer.get("command")))
        )
    fixed = mapping(issue.get("fixedVersion"))
    return reading.vulnerability(
        NAME,
        name(row.get("noteName")).rpartition("/")[2],
        reading.placing.artifact(uri),
        package_of(
            name(issue.get("affectedPackage")),
            name(mapping(issue.get("affectedVersion")).get("fullName")),
            versions(fixed.get("fullName")) if name(fixed.get("kind")) != "MAXIMUM" else (),
            ecosystem=ecosystem,
        ),
        message=text(fault.get("shortDescription")),
        severity=severity_of(said, _WORDS),
        severity_said=said,
        scores=[cvss_of(third.get("baseScore") or fault.get("cvssScore"), vector[0] if vector else "", version)],
        references=addresses([mapping(one).get("url") for one in listed(fault.get("relatedUrls"))]),
        **stated(
            name(vex.get("state")).lower(), name(mapping(vex.get("justification")).get("justificationType")), "", NAME
        ),
        artifact=artifact,
        content=path,
    )
