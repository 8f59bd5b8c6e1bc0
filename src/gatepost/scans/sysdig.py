"""Sysdig: its command line's JSON and CSV, and scheduled reports in both; never runtime events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Exploitability, Finding, Layer, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, score, text
from gatepost.scans.spellings import cvss_of, maturity_of, versions

NAME = "sysdig"
WRITTEN_BY = "`sysdig-cli-scanner --json-scan-result`, its CSV, Sysdig's scheduled reports in JSON and CSV"
UNIT = "one vulnerability of one package in one image (and workload)"
EMPTY_LIST_IS_CLEAN = False
# Each column or key of the reports, in the four ways it is called: old and new tables, old and new JSON.
_KEYS: Mapping[str, Sequence[str]] = {
    "cve": ("Vulnerability ID", "Vulnerability Name", "CVE ID", "vulnName", "vuln_id", "vuln_name"),
    "severity": ("Severity", "Vulnerability Severity", "CVE Severity", "vulnSeverity", "vuln_severity"),
    "score": ("CVSS score", "CVSS Score", "vulnCvssScore", "vuln_cvss_score"),
    "vector": ("CVSS vector", "CVSS Vector", "vulnCvssVector", "vuln_cvss_vector"),
    "version": ("CVSS version", "CVSS Version", "CVSS Score Version", "vulnCvssVersion", "vuln_cvss_version"),
    "package": ("Package name", "Package Name", "packageName", "scan_package_name"),
    "installed": ("Package version", "Package Version", "packageVersion", "scan_package_version"),
    "kind": ("Package type", "Package Type", "packageType", "scan_package_type"),
    "path": ("Package path", "Package Path", "packagePath", "scan_package_path"),
    "fixed": ("Fix version", "Fix Version", "vulnFixVersion", "vuln_fixed_in_version"),
    "image": ("Image", "Image Name", "imagePullString", "container_image"),
    "system": ("OS Name", "osName", "container_image_distro"),
    "digest": ("Image ID", "imageId", "container_image_id"),
    "link": ("Vuln link", "CVE URL", "vulnLink", "vuln_link"),
    "published": (
        "Vuln Publish date",
        "Disclosure Date",
        "Vuln Disclosure Date",
        "vulnDisclosureDate",
        "vuln_disclosure_date",
    ),
    "exploit": ("Public Exploit", "vulnExploitable", "vuln_has_exploit"),
    "kev": ("CISA KEV Publish Date", "vuln_cisa_kev_publish_date"),
    "epss": ("EPSS Score", "vuln_epss_score"),
    "accepted": ("Risk accepted", "Risk Accepted", "vuln_risk_accepted"),
    "space": ("K8S namespace name", "Kubernetes Namespace Name", "k8sNamespaceName", "kubernetes_namespace_name"),
    "work": ("K8S workload type", "Kubernetes Workload Type", "k8sWorkloadType", "kubernetes_workload_type"),
    "load": ("K8S workload name", "Kubernetes Workload Name", "k8sWorkloadName", "kubernetes_workload_name"),
}
_TABLE = (
    {"Vulnerability ID", "Package suggested fix"},
    {"Vulnerability Name", "Image Name"},
    {"CVE ID", "Risk Accepted"},
)


class _Image(NamedTuple):
    artifact: Artifact
    version: str


def recognises(opened: Opened) -> bool:
    """Whether this is a scan of the command line, a report with Sysdig's keys, or one of its tables."""
    if opened.is_text:
        columns = set(opened.columns)
        return any(one <= columns for one in _TABLE) and any(key in columns for key in _KEYS["package"])
    data = mapping(opened.data)
    if name(mapping(data.get("scanner")).get("name")).startswith("sysdig"):
        return True
    first = mapping(next(iter(_reported(data)), None))
    return (
        bool(first)
        and any(key in first for key in ("vulnName", "vuln_id"))
        and any(key in first for key in _KEYS["package"])
    )


def _reported(data: Mapping[str, Any]) -> list[Any]:
    return listed(data.get("data")) or [
        row for panel in listed(data.get("panels")) for row in listed(mapping(panel).get("data"))
    ]


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerable package; those with an accepted risk are marked."""
    data = mapping(opened.data)
    if opened.is_text or _reported(data):
        rows: Sequence[Any] = opened.rows if opened.is_text else _reported(data)
        yield from reading.each(rows, partial(_row, reading))
        return
    result = mapping(data.get("result"))
    about = mapping(result.get("metadata"))
    if "packages" not in result:
        yield reading.problem("the report has no list of packages")
    digest = name(about.get("digest")) or name(about.get("imageId"))
    system = name(about.get("baseOs")) or name(about.get("baseOS"))
    artifact = Artifact(name(about.get("pullString")), "image", (digest,) if digest else (), system)
    image = _Image(artifact, name(mapping(data.get("scanner")).get("version")))
    yield from reading.each(_pairs(result), partial(_scanned, reading, image))


def _pairs(result: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield packages with their vulnerabilities: in lists, or in maps that name each other, as since 1.22."""
    packages, faults = result.get("packages"), mapping(result.get("vulnerabilities"))
    layers = mapping(result.get("layers"))
    rows = listed(packages) if is_list(packages) else list(mapping(packages).values())
    for package in map(mapping, rows):
        for fault in listed(package.get("vulns")):
            yield package, mapping(fault)
        for ref in listed(package.get("vulnerabilitiesRefs")):
            layer = mapping(layers.get(name(package.get("layerRef"))))
            yield {**package, "layerDigest": layer.get("digest")}, mapping(faults.get(name(ref)))


def _scanned(reading: Reading, image: _Image, pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    package, fault = pair
    severity, figures = fault.get("severity"), mapping(fault.get("cvssScore"))
    figures = mapping(figures.get("value")) or figures
    said = mapping(severity).get("value") or severity
    path, digest = text(package.get("path")), name(package.get("layerDigest"))
    accepted = listed(fault.get("riskAcceptRefs")) or listed(fault.get("acceptedRisks"))
    known = package_of(
        name(package.get("name")),
        name(package.get("version")),
        _fixed(package.get("version"), fault.get("fixedInVersion"), fault.get("fixVersion")),
        ecosystem=_ecosystem(name(package.get("type")), image.artifact.os),
    )
    return reading.vulnerability(
        NAME,
        fault.get("name"),
        reading.placing.artifact(image.artifact.name),
        known,
        severity_said=said,
        scores=[cvss_of(figures.get("score"), figures.get("vector"), figures.get("version"))],
        version=image.version,
        exploitability=Exploitability(
            known_exploited=True if fault.get("cisaKev") else None, maturity=maturity_of(fault.get("exploitable"))
        ),
        published=day(fault.get("disclosureDate")),
        suppressions=(Suppression("external", NAME, "accepted"),) if accepted else (),
        artifact=image.artifact._replace(path=path, layer=Layer(digest) if digest else None),
        content=path,
    )


def _fixed(installed: object, *found: object) -> list[str]:
    """Return versions that mend, without the "v" that Sysdig writes before those of packages that have none."""
    bare = not name(installed).startswith("v")
    return [one.removeprefix("v") if bare else one for one in versions(*found)]


def _ecosystem(kind: str, system: str) -> str:
    return system.partition(" ")[0] if kind.lower() == "os" else kind


def _row(reading: Reading, row: Any) -> Finding:
    found = mapping(row)
    known = {key: next((found[one] for one in ways if found.get(one)), "") for key, ways in _KEYS.items()}
    if severity_of(known["cve"]) != "unknown":  # a row that lacks a cell has every other one in the wrong column
        raise Unreadable("has a severity instead of a vulnerability")
    image, path, digest = name(known["image"]), text(known["path"]), name(known["digest"])
    parts = (name(known["space"]), name(known["work"]), name(known["load"]))
    return reading.vulnerability(
        NAME,
        known["cve"],
        reading.placing.artifact(image),
        package_of(
            name(known["package"]),
            name(known["installed"]),
            _fixed(known["installed"], known["fixed"]),
            ecosystem=_ecosystem(name(known["kind"]), name(known["system"])),
        ),
        severity_said=known["severity"],
        scores=[cvss_of(known["score"], known["vector"], known["version"])],
        exploitability=Exploitability(
            known_exploited=True if day(known["kev"]) else None,
            epss=score(known["epss"], 1),
            maturity=maturity_of(known["exploit"]),
        ),
        references=addresses([known["link"]]),
        published=day(known["published"]),
        suppressions=(Suppression("external", NAME, "accepted"),)
        if name(known["accepted"]).lower() == "true" or known["accepted"] is True
        else (),
        resource="/".join(part for part in parts if part),
        artifact=Artifact(image, "image", (digest,) if digest else (), name(known["system"]), path=path)
        if image
        else None,
        content=path,
    )
