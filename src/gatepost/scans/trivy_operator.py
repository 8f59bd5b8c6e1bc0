"""Reports of Trivy Operator, resources of Kubernetes in JSON or YAML, alone or in lists; never Trivy's own output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Cvss, Finding
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, score, text

NAME = "trivy-operator"
WRITTEN_BY = "`kubectl get vulnerabilityreports,configauditreports,… -o json` (or `-o yaml`) of Trivy Operator"
UNIT = "one vulnerability of one package, failed check or secret of one resource of the cluster"
EMPTY_LIST_IS_CLEAN = False
_GROUP = "aquasecurity.github.io/"
_MOST_DEEP = 3


class _Of(NamedTuple):
    """The resource of the cluster that a report is about, and the image that it runs."""

    resource: str
    image: Artifact | None
    version: str


def _resources(opened: Opened) -> Iterator[Mapping[str, Any]]:
    """Yield the resources in a report, taken out of lists."""
    found = opened.documents or (opened.yaml if opened.is_text else ())
    waiting = [(one, 0) for each in found for one in (listed(each) or [each])]
    for one, depth in waiting:
        resource = mapping(one)
        if is_list(resource.get("items")) and depth < _MOST_DEEP:
            waiting += [(each, depth + 1) for each in listed(resource.get("items"))]
        elif resource:
            yield resource


def _is_report(resource: Mapping[str, Any]) -> bool:
    return name(resource.get("apiVersion")).startswith(_GROUP) and name(resource.get("kind")).endswith("Report")


def recognises(opened: Opened) -> bool:
    """Whether there is a report of the operator's API group."""
    return any(_is_report(one) for one in _resources(opened))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield what each report found; a Problem for those that are only a list of components."""
    for resource in _resources(opened):
        if not _is_report(resource):
            continue
        kind = name(resource.get("kind"))
        report = mapping(resource.get("report"))
        of = _of(resource, report)
        if kind.endswith("SbomReport"):
            yield reading.problem(f"the SBOM of {of.resource} lists components and no vulnerabilities: it is no scan")
            continue
        if kind == "ClusterComplianceReport":
            yield from _compliance(reading, of, mapping(resource.get("status")))
            continue
        if not report:
            yield reading.problem(f"the {kind} of {of.resource} holds no report", "see the operator's log")
        for key, make in (("vulnerabilities", _vulnerability), ("checks", _check), ("secrets", _secret)):
            yield from reading.each(map(mapping, listed(report.get(key))), partial(make, reading, of))


def _of(resource: Mapping[str, Any], report: Mapping[str, Any]) -> _Of:
    about = mapping(resource.get("metadata"))
    labels = mapping(about.get("labels"))
    parts = [name(labels.get(f"trivy-operator.resource.{key}")) for key in ("namespace", "kind", "name")]
    address = "/".join(part for part in parts if part) or name(about.get("name")) or name(resource.get("kind"))
    artifact = mapping(report.get("artifact"))
    image: Artifact | None = None
    if artifact.get("repository"):
        server, tag = name(mapping(report.get("registry")).get("server")), name(artifact.get("tag"))
        called = f"{server}/{name(artifact.get('repository'))}" if server else name(artifact.get("repository"))
        system = mapping(report.get("os"))
        digest = name(artifact.get("digest"))
        os = f"{name(system.get('family'))} {name(system.get('name'))}".strip()
        image = Artifact(f"{called}:{tag}" if tag else called, "image", (digest,) if digest else (), os)
    return _Of(address, image, name(mapping(report.get("scanner")).get("version")))


def _vulnerability(reading: Reading, of: _Of, row: Mapping[str, Any]) -> Finding:
    package = package_of(
        name(row.get("resource")),
        name(row.get("installedVersion")),
        name(row.get("fixedVersion")).split(","),
        purl=name(row.get("packagePURL")),
        ecosystem=name(row.get("packageType")),
    )
    points = score(row.get("score"), 10)
    path = text(row.get("packagePath")) or text(row.get("target"))
    return reading.vulnerability(
        NAME,
        row.get("vulnerabilityID"),
        reading.placing.artifact(of.image.name if of.image else of.resource),
        package,
        message=text(row.get("title")),
        why=text(row.get("description")).strip(),
        severity_said=row.get("severity"),
        cvss=Cvss(points) if points else None,
        scores=[Cvss(points)] if points else [],
        resource=of.resource,
        version=of.version,
        published=day(row.get("publishedDate")),
        artifact=of.image._replace(path=path) if of.image else None,
        references=addresses([row.get("primaryLink"), *listed(row.get("links"))]),
        content=path,
    )


def _check(reading: Reading, of: _Of, row: Mapping[str, Any]) -> Finding | None:
    if row.get("success") is True:
        return None
    messages = [text(one, 500) for one in listed(row.get("messages"))[:20] if text(one)]
    return reading.finding(
        NAME,
        name(row.get("checkID")).removeprefix("AVD-"),
        reading.placing.artifact(of.resource),
        title=text(row.get("title")),
        message="; ".join(messages) or text(row.get("title")),
        severity=severity_of(row.get("severity")),
        severity_said=row.get("severity"),
        category="misconfiguration",
        subject="resource",
        resource=of.resource,
        version=of.version,
        why=text(row.get("description")).strip(),
        advice=text(row.get("remediation")).strip(),
        artifact=Artifact(of.resource, "cluster"),
    )


def _secret(reading: Reading, of: _Of, row: Mapping[str, Any]) -> Finding:
    path = text(row.get("target"))
    return reading.secret(
        NAME,
        row.get("ruleID"),
        reading.placing.artifact(of.image.name if of.image else of.resource),
        name(row.get("title")),
        severity=severity_of(row.get("severity")),
        severity_said=row.get("severity"),
        resource=of.resource,
        version=of.version,
        artifact=of.image._replace(path=path) if of.image else None,
        content=path,
    )


def _compliance(reading: Reading, of: _Of, status: Mapping[str, Any]) -> Iterator[Finding | Problem]:
    """Yield the failed checks of a compliance report; of one that has but numbers, a finding for each control."""
    detailed = [mapping(one) for one in listed(mapping(status.get("detailReport")).get("results"))]
    for control in detailed:
        yield from reading.each(map(mapping, listed(control.get("checks"))), partial(_check, reading, of))
    if detailed:
        return
    rows = [mapping(one) for one in listed(mapping(status.get("summaryReport")).get("controlCheck"))]
    if not rows:
        yield reading.problem(f"the compliance report {of.resource} holds no result", "see the operator's log")
    yield from reading.each(rows, partial(_control, reading, of))


def _control(reading: Reading, of: _Of, row: Mapping[str, Any]) -> Finding | None:
    failed = row.get("totalFail")
    if not isinstance(failed, int) or failed <= 0:
        return None
    if not row.get("id"):
        raise Unreadable("has no id")
    title = text(row.get("name"))
    return reading.finding(
        NAME,
        row.get("id"),
        reading.placing.artifact(of.resource),
        title=title,
        message=f"{title}: {failed} checks failed",
        severity=severity_of(row.get("severity")),
        severity_said=row.get("severity"),
        category="misconfiguration",
        subject="resource",
        resource=of.resource,
        artifact=Artifact(of.resource, "cluster"),
    )
