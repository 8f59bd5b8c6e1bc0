"""Kubescape's JSON, of version 2 and of the older frameworks; never what an operator stores in a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import is_list, listed, mapping, name, score, text

NAME = "kubescape"
WRITTEN_BY = "`kubescape scan --format json`, also `--format-version v1`"
UNIT = "one control that failed at one resource"
EMPTY_LIST_IS_CLEAN = False


class _Failed(NamedTuple):
    control: str
    title: str
    factor: object
    resource: str
    source: Mapping[str, Any]
    paths: tuple[str, ...]
    fixes: tuple[str, ...]
    advice: str
    excepted: bool
    cluster: str
    version: str


def recognises(opened: Opened) -> bool:
    """Whether there is a summary of controls with results, or frameworks with reports of controls."""
    data = mapping(opened.data)
    return "controls" in mapping(data.get("summaryDetails")) or bool(_frameworks(opened.data))


def _frameworks(data: object) -> list[Mapping[str, Any]]:
    rows = listed(data) if is_list(data) else listed(mapping(data).get("frameworks"))
    return [mapping(row) for row in rows if "controlReports" in mapping(row)]


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each control that failed at a resource; those with an exception are marked."""
    frameworks = _frameworks(opened.data)
    if frameworks:
        yield from reading.each((one for each in frameworks for one in _older(each)), partial(_finding, reading))
        return
    data = mapping(opened.data)
    if "results" not in data:
        yield reading.problem("the report has no results")
    scanned = mapping(mapping(data.get("summaryDetails")).get("ResourceCounters"))
    if scanned and not any(scanned[key] for key in scanned):
        yield reading.problem("kubescape found no resources to scan", "see whether it ran in the right folder")
    yield from reading.each(_failed(data), partial(_finding, reading))


def _failed(data: Mapping[str, Any]) -> Iterator[_Failed]:
    controls = mapping(mapping(data.get("summaryDetails")).get("controls"))
    about = mapping(mapping(data.get("metadata")).get("scanMetadata"))
    cluster, version = name(data.get("clusterName")), name(about.get("kubescapeVersion"))
    sources = {
        name(one.get("resourceID")): mapping(one.get("source")) for one in map(mapping, listed(data.get("resources")))
    }
    for result in map(mapping, listed(data.get("results"))):
        resource = name(result.get("resourceID"))
        for control in map(mapping, listed(result.get("controls"))):
            status = mapping(control.get("status"))
            rules = [mapping(rule) for rule in listed(control.get("rules"))]
            excepted = "exception" in name(status.get("subStatus")).lower()
            # Before version 2.0.160 the rules alone told the status.
            word = name(status.get("status")) or next(
                (one for one in ("failed", "excluded") if any(name(rule.get("status")) == one for rule in rules)), ""
            )
            if word not in ("failed", "excluded") and not excepted:
                continue
            paths = [mapping(path) for rule in rules for path in listed(rule.get("paths"))]
            identity = name(control.get("controlID"))
            known = mapping(controls.get(identity))
            yield _Failed(
                identity,
                name(control.get("name")) or name(known.get("name")),
                known.get("scoreFactor"),
                resource,
                sources.get(resource) or mapping(None),
                tuple(one for path in paths if (one := name(path.get("failedPath")))),
                tuple(_fix(mapping(path.get("fixPath"))) for path in paths if mapping(path.get("fixPath")).get("path")),
                "",
                excepted or word == "excluded",
                cluster,
                version,
            )


def _fix(path: Mapping[str, Any]) -> str:
    return f"{name(path.get('path'))} = {name(path.get('value'))}"


def _older(framework: Mapping[str, Any]) -> Iterator[_Failed]:
    for control in map(mapping, listed(framework.get("controlReports"))):
        for rule in map(mapping, listed(control.get("ruleReports"))):
            for response in map(mapping, listed(rule.get("ruleResponses"))):
                alert = mapping(response.get("alertObject"))
                thing = mapping(next(iter(listed(alert.get("k8sApiObjects"))), None))
                about = mapping(thing.get("metadata"))
                parts = (name(about.get("namespace")), name(thing.get("kind")), name(about.get("name")))
                yield _Failed(
                    name(control.get("controlID")) or name(control.get("id")),
                    name(control.get("name")),
                    control.get("baseScore"),
                    "/".join(part for part in parts if part),
                    mapping(None),
                    tuple(name(path) for path in listed(response.get("failedPaths"))),
                    (),
                    text(control.get("remediation")),
                    bool(mapping(response.get("exception"))),
                    "",
                    "",
                )


def _finding(reading: Reading, failed: _Failed) -> Finding:
    if not failed.control or not failed.resource:
        raise Unreadable("has no control or no resource")
    address = _address(failed.resource)
    at = f" at {', '.join(failed.paths[:5])}" if failed.paths else ""
    source = failed.source.get("relativePath")
    return reading.finding(
        NAME,
        failed.control,
        _place(reading, failed, address),
        title=failed.title,
        message=f"{failed.title}{at}",
        severity=_severity(failed.factor),
        severity_said=name(failed.factor),
        category="misconfiguration",
        version=failed.version,
        subject="resource",
        resource=address,
        advice=f"set {'; '.join(failed.fixes[:10])}" if failed.fixes else failed.advice,
        suppressions=(Suppression("external", NAME, "exception"),) if failed.excepted else (),
        artifact=None if source else Artifact(failed.cluster or address, "cluster"),
    )


def _place(reading: Reading, failed: _Failed, address: str) -> Place:
    relative, folder = text(failed.source.get("relativePath")), text(failed.source.get("path"))
    if relative:
        return reading.placing.file([f"{folder.rstrip('/')}/{relative}", relative] if folder else [relative])
    return reading.placing.artifact(address)


def _address(resource: str) -> str:
    """Return "namespace/Kind/name" for "path=96/api=apps/v1/namespace/Kind/name"."""
    _, mark, rest = resource.partition("api=")
    return "/".join(part for part in (rest if mark else resource).split("/")[-3:] if part)


def _severity(factor: object) -> Severity:
    """Return the severity of a control's score factor (0 to 10), by Kubescape's own bounds."""
    points = score(factor, 10)
    if points is None:
        return "unknown"
    if points >= 9:
        return "critical"
    if points >= 7:
        return "high"
    if points >= 4:
        return "medium"
    return "low" if points >= 1 else "unknown"
