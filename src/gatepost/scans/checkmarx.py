"""Checkmarx: results of Checkmarx One, its JSON reports, CxFlow, OSA, and the XML of CxSAST; never a PDF's text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding
from gatepost.model.problems import Problem
from gatepost.scans import checkmarx_flows as flows
from gatepost.scans.opening import Opened
from gatepost.scans.paging import cut_short
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, text, weaknesses, whole
from gatepost.scans.spellings import cvss_of, versions

NAME = flows.TOOL
WRITTEN_BY = "Checkmarx One (`cx results show --report-format json`, its API and reports), CxSAST in XML, CxFlow, OSA"
UNIT = "one result: a flow at its sink, a package, or a line of infrastructure code"
EMPTY_LIST_IS_CLEAN = False
_KINDS = ("sast", "sca", "kics", "infrastructure", "containers", "sca-container", "sscs-secret-detection")


def recognises(opened: Opened) -> bool:
    """Whether this is CxSAST's XML, a report with a scan's results by engine, or rows with one of the engines."""
    if opened.xml is not None:
        return opened.xml.tag == "CxXMLResults"
    if is_list(opened.data):
        first = mapping(next(iter(listed(next(iter(listed(opened.data)), None))), None))
        return "cveName" in first and "severity" in first
    data = mapping(opened.data)
    if "xissues" in data:
        return True
    if "scanResults" in data:
        return bool(mapping(data.get("scanResults")).keys() & {"sast", "sca", "kics", "resultsList"})
    first = mapping(next(iter(listed(data.get("results"))), None))
    if first:
        return name(first.get("type")) in _KINDS and "similarityId" in first
    return "results" in data and ("scanID" in data or "scanId" in data)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each result; those that somebody judged not exploitable are marked."""
    flow = partial(flows.finding, reading)
    if opened.xml is not None:
        yield from reading.each(flows.of_xml(opened.xml), flow)
        return
    if is_list(opened.data):
        yield from reading.each(_libraries(listed(opened.data)), partial(_library, reading))
        return
    data = mapping(opened.data)
    rows = listed(data.get("results"))
    problem = cut_short(reading, len(rows), data.get("totalCount")) if "results" in data else None
    if problem is not None:
        yield problem
    yield from reading.each(map(mapping, rows), partial(_row, reading))
    yield from reading.each(flows.of_cxflow(data), flow)
    results = mapping(data.get("scanResults"))
    yield from reading.each(flows.of_report(results), flow)
    yield from reading.each(flows.of_report(mapping(results.get("sast"))), flow)
    packages = listed(mapping(results.get("sca")).get("packages")) or listed(
        mapping(data.get("scaScanResults")).get("packages")
    )
    yield from reading.each(_report_packages(packages), partial(_report_package, reading))
    pairs = _report_rules(mapping(results.get("kics")), mapping(data.get("iacScanResults")))
    yield from reading.each(pairs, partial(_report_misconfiguration, reading))


def _row(reading: Reading, row: Mapping[str, Any]) -> Finding | None:
    kind, data = name(row.get("type")), mapping(row.get("data"))
    details = mapping(row.get("vulnerabilityDetails"))
    if kind == "sast":
        return flows.finding(reading, flows.of_row(row))
    if name(row.get("status")).upper() == "FIXED":
        return None
    if kind in ("sca", "containers", "sca-container"):
        return _package(reading, row, data, details)
    line = whole(data.get("line"))
    file = text(data.get("fileName")) or text(data.get("filename"))
    if not file:
        raise Unreadable("has no file")
    place = reading.placing.file([file, file.lstrip("/")], line)
    more: dict[str, Any] = {
        "severity": severity_of(row.get("severity")),
        "severity_said": row.get("severity"),
        "suppressions": flows.suppressions(name(row.get("state"))),
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
    ecosystem, named, version = _identified(name(data.get("packageIdentifier")))
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
        # A score of 0 with no name of a vulnerability stands for none.
        scores=[cvss_of(details.get("cvssScore") or None, scores.get("vector"), scores.get("version"))],
        cwe=weaknesses(details.get("cweId")),
        published=day(data.get("publishedAt")),
        suppressions=flows.suppressions(name(row.get("state"))),
        artifact=Artifact(called, "image") if image else None,
    )


def _libraries(parts: list[Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield OSA's vulnerabilities with their libraries: two lists that stand beside one another."""
    rows = [mapping(one) for part in parts for one in listed(part)]
    known = {name(row.get("id")): row for row in rows if "cveName" not in row}
    for row in rows:
        if "cveName" in row:
            yield known.get(name(row.get("libraryId")), mapping(None)), row


def _library(reading: Reading, pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    library, row = pair
    state = name(mapping(row.get("state")).get("name"))
    advice = text(row.get("recommendations"))
    fixed = [advice.rpartition(" ")[2]] if advice.lower().startswith("upgrade to ") else []
    return reading.vulnerability(
        NAME,
        row.get("cveName"),
        reading.placing.manifest(),
        package_of(
            name(library.get("name")) or "a library without a name",
            name(library.get("version")),
            versions(fixed),
            ecosystem="maven" if ":" in name(library.get("name")) else "",
        ),
        message=text(row.get("description")),
        severity_said=mapping(row.get("severity")).get("name"),
        scores=[cvss_of(row.get("score"))],
        references=addresses([row.get("url")]),
        published=day(row.get("publishDate")),
        advice=advice,
        suppressions=flows.suppressions(state),
    )


def _report_packages(packages: list[Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for package in map(mapping, packages):
        groups = [mapping(one) for one in listed(package.get("packageCategory"))]
        rows = [row for one in groups for row in listed(one.get("categoryResults"))]
        for row in map(mapping, rows or listed(package.get("vulnerabilities"))):
            yield package, row


def _report_package(reading: Reading, pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    package, row = pair
    ways = [[name(mapping(step).get("name")) for step in listed(way)] for way in listed(package.get("dependencyPaths"))]
    ecosystem, named, version = _identified(name(package.get("name")) or name(package.get("packageId")))
    return reading.vulnerability(
        NAME,
        next((row[key] for key in ("cve", "cveName", "cveId", "id") if name(row.get(key))), ""),
        reading.placing.manifest(),
        package_of(
            name(package.get("packageName")) or named,
            name(package.get("packageVersion")) or name(row.get("version")) or version,
            versions(row.get("fixResolutionText"), package.get("recommendedVersion")),
            ecosystem=name(package.get("packageRepository")) or ecosystem,
            paths=tuple(tuple(way) for way in ways),
        ),
        message=text(row.get("description")),
        severity_said=row.get("severity"),
        scores=[cvss_of(row.get("score") or row.get("cvssScore"))],
        cwe=weaknesses(row.get("cwe")),
        published=day(row.get("publishedAt") or row.get("publicationDate")),
        suppressions=flows.suppressions(name(row.get("state"))),
    )


def _identified(identity: str) -> tuple[str, str, str]:
    """Return ecosystem, name and version in "Npm-underscore-1.10.2"."""
    ecosystem, _, rest = identity.partition("-")
    named, _, version = rest.rpartition("-")
    return ecosystem, named, version


def _report_rules(
    kics: Mapping[str, Any], newer: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for group in map(mapping, listed(kics.get("results"))):
        for row in listed(group.get("vulnerabilities")):
            yield group, mapping(row)
    for technology in map(mapping, listed(newer.get("technology"))):
        for query in map(mapping, listed(technology.get("queries"))):
            for row in listed(query.get("resultsList")):
                yield query, mapping(row)


def _report_misconfiguration(reading: Reading, pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding | None:
    group, row = pair
    if name(row.get("status")).upper() == "FIXED":
        return None
    rule = name(row.get("queryName")) or name(group.get("queryName")) or name(group.get("name"))
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
        why=text(row.get("description")) or text(group.get("description")),
        suppressions=flows.suppressions(name(row.get("state"))),
        content=place.line or said[1],
    )
