"""Checkmarx: results of Checkmarx One, its JSON reports, and the XML of CxSAST; never a PDF's text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Related, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.paging import cut_short
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import day, listed, mapping, name, text, weaknesses, whole
from gatepost.scans.spellings import cvss_of, versions
from gatepost.scans.xml_tree import Node

NAME = "checkmarx"
WRITTEN_BY = "Checkmarx One (`cx results show --report-format json`, its API and reports), CxSAST in XML"
UNIT = "one result: a flow at its sink, a package, or a line of infrastructure code"
EMPTY_LIST_IS_CLEAN = False
# The states of CxSAST's XML are numbers.
_STATES = ("to verify", "not exploitable", "confirmed", "urgent", "proposed not exploitable")
_KINDS = ("sast", "sca", "kics", "infrastructure", "containers", "sscs-secret-detection", "sscs-scorecard")


class _Step(NamedTuple):
    file: str
    line: int | None


class _Flow(NamedTuple):
    """A result of static analysis, whichever form it was written in."""

    rule: str
    severity: str
    steps: Sequence[_Step]
    state: str
    status: str
    cwe: tuple[int, ...]
    message: str = ""
    found: str = ""


def recognises(opened: Opened) -> bool:
    """Whether this is CxSAST's XML, a report with a scan's results by engine, or rows with one of the engines."""
    if opened.xml is not None:
        return opened.xml.tag == "CxXMLResults"
    data = mapping(opened.data)
    if "scanResults" in data:
        return bool(mapping(data.get("scanResults")).keys() & {"sast", "sca", "kics"})
    first = mapping(next(iter(listed(data.get("results"))), None))
    if first:
        return name(first.get("type")) in _KINDS and "similarityId" in first
    return "results" in data and ("scanID" in data or "scanId" in data)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each result; those that somebody judged not exploitable are marked."""
    if opened.xml is not None:
        yield from reading.each(_xml(opened.xml), partial(_flow, reading))
        return
    data = mapping(opened.data)
    rows = [mapping(row) for row in listed(data.get("results"))]
    problem = cut_short(reading, len(rows), data.get("totalCount")) if "results" in data else None
    if problem is not None:
        yield problem
    yield from reading.each(rows, partial(_row, reading))
    results = mapping(data.get("scanResults"))
    yield from reading.each(_report_flows(mapping(results.get("sast"))), partial(_flow, reading))
    packages = [mapping(one) for one in listed(mapping(results.get("sca")).get("packages"))]
    yield from reading.each(_report_packages(packages), partial(_report_package, reading))
    groups = [mapping(one) for one in listed(mapping(results.get("kics")).get("results"))]
    pairs = [(group, mapping(row)) for group in groups for row in listed(group.get("vulnerabilities"))]
    yield from reading.each(pairs, partial(_report_misconfiguration, reading))


def _xml(root: Node) -> Iterator[_Flow]:
    for query in root.all("Query"):
        for result in query.all("Result"):
            nodes = result.all("Path", "PathNode")
            steps = [_Step(node.said("FileName"), whole(node.said("Line"))) for node in nodes]
            number = whole(result.get("state"))
            state = _STATES[number] if number is not None and number < len(_STATES) else result.get("state")
            if result.get("FalsePositive").lower() == "true":
                state = "not exploitable"
            yield _Flow(
                query.get("name"),
                result.get("Severity") or query.get("Severity"),
                steps or [_Step(result.get("FileName"), whole(result.get("Line")))],
                state,
                result.get("Status"),
                weaknesses(query.get("cweId")),
                "",
                result.get("DetectionDate"),
            )


def _report_flows(sast: Mapping[str, Any]) -> Iterator[_Flow]:
    for language in map(mapping, listed(sast.get("languages"))):
        for query in map(mapping, listed(language.get("queries"))):
            for row in map(mapping, listed(query.get("vulnerabilities"))):
                yield _Flow(
                    name(query.get("queryName")),
                    name(row.get("severity")),
                    _steps(row.get("nodes")),
                    name(row.get("state")),
                    name(row.get("status")),
                    weaknesses(row.get("cweId")),
                    text(query.get("description")),
                )


def _steps(nodes: object) -> list[_Step]:
    return [_Step(text(one.get("fileName")), whole(one.get("line"))) for one in map(mapping, listed(nodes))]


def _flow(reading: Reading, flow: _Flow) -> Finding | None:
    if flow.status.upper() == "FIXED":
        return None
    steps = [step for step in flow.steps if step.file]
    if not flow.rule or not steps:
        raise Unreadable("has no query or no place")
    # Checkmarx writes paths below the scanned folder with a slash in front.
    last, first = steps[-1], steps[0]
    place = reading.placing.file([last.file, last.file.lstrip("/\\")], last.line)
    source = reading.placing.file([first.file, first.file.lstrip("/\\")], first.line)
    title = flow.rule.replace("_", " ")
    return reading.finding(
        NAME,
        flow.rule,
        place,
        title=title,
        message=flow.message or title,
        severity=severity_of(flow.severity),
        severity_said=flow.severity,
        category="code",
        cwe=flow.cwe,
        related=(Related(source.location, "where it comes from"),) if source.location != place.location else (),
        suppressions=_suppressions(flow.state),
        content=place.line,
    )


def _suppressions(state: str) -> tuple[Suppression, ...]:
    word = state.lower().replace("_", " ")
    return (Suppression("external", NAME, word),) if word == "not exploitable" else ()


def _row(reading: Reading, row: Mapping[str, Any]) -> Finding | None:
    kind, data = name(row.get("type")), mapping(row.get("data"))
    details = mapping(row.get("vulnerabilityDetails"))
    if kind == "sast":
        flow = _Flow(
            name(data.get("queryName")),
            name(row.get("severity")),
            _steps(data.get("nodes")),
            name(row.get("state")),
            name(row.get("status")),
            weaknesses(details.get("cweId")),
            text(row.get("description")),
        )
        return _flow(reading, flow)
    if name(row.get("status")).upper() == "FIXED":
        return None
    if kind in ("sca", "containers"):
        return _package(reading, row, data, details)
    line = whole(data.get("line"))
    file = text(data.get("fileName")) or text(data.get("filename"))
    if not file:
        raise Unreadable("has no file")
    place = reading.placing.file([file, file.lstrip("/")], line)
    more: dict[str, Any] = {
        "severity": severity_of(row.get("severity")),
        "severity_said": row.get("severity"),
        "suppressions": _suppressions(name(row.get("state"))),
    }
    if kind.startswith("sscs"):
        rule = name(data.get("ruleName")) or name(data.get("ruleDescription")) or kind
        return reading.secret(NAME, rule, place, name(data.get("ruleDescription")) or rule, **more)
    said = [name(data.get(key)) for key in ("expectedValue", "value")]
    return reading.finding(
        NAME,
        name(data.get("queryName")) or name(data.get("queryId")),
        place,
        title=name(data.get("queryName")),
        message=f"expected: {said[0]}; found: {said[1]}" if all(said) else text(row.get("description")),
        category="misconfiguration",
        subject="resource",
        cwe=weaknesses(details.get("cweId")),
        why=text(row.get("description")),
        content=place.line,
        **more,
    )


def _package(reading: Reading, row: Mapping[str, Any], data: Mapping[str, Any], details: Mapping[str, Any]) -> Finding:
    # "Npm-lodash-4.17.15": ecosystem, name and version in one.
    ecosystem, _, rest = name(data.get("packageIdentifier")).partition("-")
    named, _, version = rest.rpartition("-")
    image = name(data.get("imageName"))
    called = f"{image}:{name(data.get('imageTag'))}" if data.get("imageTag") else image
    scores = mapping(details.get("cvss"))
    return reading.vulnerability(
        NAME,
        name(details.get("cveName")) or name(row.get("id")),
        reading.placing.artifact(called) if image else reading.placing.manifest(),
        package_of(
            name(data.get("packageName")) or named,
            name(data.get("packageVersion")) or version,
            versions(data.get("recommendedVersion"), data.get("recommendations")),
            ecosystem="" if image else ecosystem,
        ),
        aliases=[row.get("id")] if name(row.get("id")).startswith("CVE-") else [],
        message=text(row.get("description")),
        severity_said=row.get("severity"),
        scores=[cvss_of(details.get("cvssScore"), scores.get("vector"), scores.get("version"))],
        cwe=weaknesses(details.get("cweId")),
        published=day(data.get("publishedAt")),
        suppressions=_suppressions(name(row.get("state"))),
        artifact=Artifact(called, "image") if image else None,
    )


def _report_packages(
    packages: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for package in packages:
        for category in map(mapping, listed(package.get("packageCategory"))):
            for row in map(mapping, listed(category.get("categoryResults"))):
                yield package, row


def _report_package(reading: Reading, pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    package, row = pair
    ways = [[name(mapping(step).get("name")) for step in listed(way)] for way in listed(package.get("dependencyPaths"))]
    return reading.vulnerability(
        NAME,
        name(row.get("cve")) or name(row.get("id")),
        reading.placing.manifest(),
        package_of(
            name(package.get("packageName")),
            name(package.get("packageVersion")),
            versions(row.get("fixResolutionText"), package.get("recommendedVersion")),
            ecosystem=name(package.get("packageRepository")),
            paths=tuple(tuple(way) for way in ways),
        ),
        message=text(row.get("description")),
        severity_said=row.get("severity"),
        scores=[cvss_of(row.get("score") or row.get("cvssScore"))],
        cwe=weaknesses(row.get("cwe")),
        published=day(row.get("publishedAt") or row.get("publicationDate")),
        suppressions=_suppressions(name(row.get("state"))),
    )


def _report_misconfiguration(reading: Reading, pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    group, row = pair
    rule = name(group.get("name")) or name(row.get("queryName"))
    file = text(row.get("fileName"))
    if not file:
        raise Unreadable("has no file")
    place = reading.placing.file([file, file.lstrip("/")], whole(row.get("line")))
    said = [name(row.get(key)) for key in ("expectedValue", "actualValue")]
    severity = row.get("severity") or group.get("severity")
    return reading.finding(
        NAME,
        rule,
        place,
        title=rule,
        message=f"expected: {said[0]}; found: {said[1]}" if all(said) else rule,
        severity=severity_of(severity),
        severity_said=severity,
        category="misconfiguration",
        subject="resource",
        why=text(group.get("description")),
        suppressions=_suppressions(name(row.get("state"))),
        content=place.line,
    )
