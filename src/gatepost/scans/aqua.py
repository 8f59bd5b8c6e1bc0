"""Aqua's scans of images, of its scanner's command line and of its interface; never Trivy's own reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Exploitability, Finding, Layer, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.paging import cut_short
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, score, text, weaknesses, whole
from gatepost.scans.spellings import cvss_of, versions

NAME = "aqua"
WRITTEN_BY = "`scannercli scan --jsonfile`, and Aqua's API"
UNIT = "one vulnerability of one package at one path; one secret; one failed control"
EMPTY_LIST_IS_CLEAN = False
# What only Aqua writes beside the resources of an image.
_SCAN = frozenset(("scan_started", "scan_duration", "image_assurance_results", "vulnerability_summary", "cves"))
# Aqua's own severity first, then that of the distribution, then NVD's.
_SEVERITIES = ("aqua_severity", "severity", "vendor_severity", "nvd_severity_v3", "nvd_severity")


class _Image(NamedTuple):
    artifact: Artifact
    resource: Mapping[str, Any]


def _scans(data: object) -> list[Mapping[str, Any]]:
    rows = [mapping(one) for one in listed(data)] if is_list(data) else [mapping(data)]
    return [
        mapping(row["results"]) if "image_name" in row and isinstance(row.get("results"), dict) else row for row in rows
    ]


def recognises(opened: Opened) -> bool:
    """Whether this is a scan with resources (or failed controls), or a page of vulnerabilities of the interface."""
    first = next(iter(_scans(opened.data)), mapping(None))
    if "result" in first and "count" in first:
        row = mapping(next(iter(listed(first.get("result"))), None))
        return "aqua_severity" in row or (not row and "query" in first)
    return bool(first.keys() & _SCAN) and bool(first.keys() & {"resources", "image", "cves"})


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield vulnerable packages, secrets and failed controls; a Problem where resources were not scanned."""
    for scan in _scans(opened.data):
        if "result" in scan:
            yield from _page(reading, scan)
            continue
        digest = name(scan.get("digest"))
        system = " ".join(one for one in (name(scan.get("os")), name(scan.get("version"))) if one)
        artifact = Artifact(name(scan.get("image")), "image", (digest,) if digest else (), system)
        resources = [mapping(one) for one in listed(scan.get("resources"))]
        unscanned = sum(one.get("scanned") is False for one in resources)
        if unscanned:
            yield reading.problem(f"{unscanned} packages were not scanned")
        rows = [
            (_Image(artifact, mapping(one.get("resource"))), mapping(fault))
            for one in resources
            for fault in listed(one.get("vulnerabilities"))
        ]
        rows += [(_Image(artifact, mapping(fault)), mapping(fault)) for fault in listed(scan.get("cves"))]
        yield from reading.each(rows, partial(_vulnerability, reading))
        sensitive = [mapping(one) for one in listed(scan.get("sensitive_data"))]
        sensitive += [mapping(s) for one in resources for s in listed(one.get("sensitive_data"))]
        yield from reading.each(sensitive, partial(_secret, reading, artifact))
        checks = listed(mapping(scan.get("image_assurance_results")).get("checks_performed"))
        failed = [mapping(one) for one in checks if mapping(one).get("failed") is True]
        yield from reading.each(failed, partial(_control, reading, artifact))


def _page(reading: Reading, page: Mapping[str, Any]) -> Iterator[Finding | Problem]:
    rows = [mapping(one) for one in listed(page.get("result"))]
    problem = cut_short(reading, len(rows), page.get("count"))
    if problem is not None:
        yield problem
    pairs = [
        (
            _Image(
                Artifact(name(row.get("image_name")), "image", os=name(row.get("os"))), mapping(row.get("resource"))
            ),
            row,
        )
        for row in rows
    ]
    yield from reading.each(pairs, partial(_vulnerability, reading))


def _vulnerability(reading: Reading, row: tuple[_Image, Mapping[str, Any]]) -> Finding:
    (artifact, thing), fault = row
    path = text(thing.get("path")) or text(thing.get("file"))
    digest, command = name(thing.get("layer_digest")), text(thing.get("layer"))
    layer = Layer(digest, command=command) if digest or command else None
    why = name(fault.get("acknowledged_comment"))
    acknowledged = fault.get("already_acknowledged") is True or bool(fault.get("acknowledged_date"))
    # The fix may be a whole paragraph of a vendor: its lines that are versions count.
    lines = text(fault.get("fix_version")).replace("\n", ",").split(",")
    fixed = versions([one.strip() for one in lines if one.strip()[:1].isdigit() and " " not in one.strip()])
    # A file that was recognised by its content has no name but its own.
    called = name(thing.get("name")) or path.replace(":", "/").rpartition("/")[2]
    return reading.vulnerability(
        NAME,
        fault.get("name"),
        reading.placing.artifact(artifact.name),
        package_of(called, name(thing.get("version")), fixed, ecosystem=name(thing.get("format"))),
        message=text(fault.get("description")),
        severity_said=next((fault[key] for key in _SEVERITIES if fault.get(key)), ""),
        scores=[
            cvss_of(fault.get(f"nvd_score{key}"), fault.get(f"nvd_vectors{key}"), version, "nvd")
            for key, version in (("_v3", "3.0"), ("", "2.0"))
            if fault.get(f"nvd_score{key}")
        ]
        or [cvss_of(fault.get("aqua_score") or None, fault.get("aqua_vectors"), "", NAME)],
        cwe=weaknesses([mapping(one).get("Id") for one in listed(fault.get("cwe_info"))]),
        exploitability=Exploitability(
            epss=score(fault.get("epss_score"), 1),
            epss_percentile=score(fault.get("epss_percentile"), 1),
            maturity="available" if fault.get("exploit_type") or fault.get("exploit_reference") else None,
        ),
        advice=text(fault.get("solution")),
        references=addresses([fault.get("nvd_url"), fault.get("vendor_url")]),
        published=day(fault.get("publish_date")),
        artifact=artifact._replace(layer=layer, path=path),
        suppressions=(Suppression("external", NAME, "acknowledged", why),) if acknowledged else (),
        content=path,
    )


def _secret(reading: Reading, artifact: Artifact, row: Mapping[str, Any]) -> Finding:
    path, kind = text(row.get("path")) or text(row.get("filename")), name(row.get("type")) or "secret"
    return reading.finding(
        NAME,
        f"sensitive-{kind.lower()}",
        reading.placing.artifact(artifact.name),
        title=f"Sensitive data: {kind}",
        message=f"Sensitive data ({kind}) is in the image",
        severity="unknown",
        category="secret",
        subject="secret",
        artifact=artifact._replace(path=path),
        content=path,
    )


def _control(reading: Reading, artifact: Artifact, row: Mapping[str, Any]) -> Finding:
    control, policy = name(row.get("control")), name(row.get("policy_name"))
    number = whole(row.get("policy_id"))
    return reading.finding(
        NAME,
        f"control-{control}" if control else "",
        reading.placing.artifact(artifact.name),
        title=f"The image fails the control {control} of the policy {policy}",
        message=f"The image fails the control {control} of the policy {policy}",
        severity="unknown",
        category="misconfiguration",
        subject="resource",
        artifact=artifact,
        content=f"{number} {policy}",
    )
