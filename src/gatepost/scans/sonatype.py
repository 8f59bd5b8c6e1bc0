"""Sonatype Lifecycle (Nexus IQ): raw reports of an application and results of its command line; never OSS Index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Package, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.severities import severity_of, severity_of_score
from gatepost.scans.shapes import addresses, identifiers, listed, mapping, name, score, text, weaknesses, whole
from gatepost.scans.spellings import cvss_of

NAME = "sonatype"
WRITTEN_BY = "Nexus IQ's API (`…/reports/ID/raw`), `nexus-iq-cli --result-file`"
UNIT = "one security issue of one component; one policy that one component violates"
EMPTY_LIST_IS_CLEAN = False
# What a person says of an issue that need not be mended.
_MARKED = ("not applicable", "acknowledged")
_WORDS: Mapping[str, Severity] = {"critical": "critical", "severe": "high", "moderate": "medium", "none": "info"}


def recognises(opened: Opened) -> bool:
    """Whether components have Nexus IQ's identifiers, or there is its evaluation of policies."""
    data = mapping(opened.data)
    if "policyEvaluationResult" in data or "matchSummary" in data:
        return True
    first = mapping(next(iter(listed(data.get("components"))), None))
    return "componentIdentifier" in first and "securityData" in first


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each security issue, and for each component that violates a policy."""
    data = mapping(opened.data)
    rows = [
        (mapping(one), mapping(issue))
        for one in listed(data.get("components"))
        for issue in listed(mapping(mapping(one).get("securityData")).get("securityIssues"))
    ]
    yield from reading.each(rows, partial(_issue, reading))
    alerts = [
        mapping(mapping(one).get("trigger"))
        for one in listed(mapping(data.get("policyEvaluationResult")).get("alerts"))
    ]
    facts = [(alert, mapping(fact)) for alert in alerts for fact in listed(alert.get("componentFacts"))]
    yield from reading.each(facts, partial(_violation, reading))


def _package(thing: Mapping[str, Any]) -> Package:
    identity = mapping(thing.get("componentIdentifier"))
    kind, found = name(identity.get("format")), mapping(identity.get("coordinates"))
    group, artifact = name(found.get("groupId")), name(found.get("artifactId"))
    called = (
        f"{group}:{artifact}"
        if group and artifact
        else artifact or name(found.get("packageId")) or name(found.get("name"))
    )
    # JavaScript that was recognised by its content is of the format "a-name".
    ecosystem = "npm" if kind == "a-name" else kind
    purl = name(thing.get("packageUrl"))
    return package_of(called, name(found.get("version")), (), purl, ecosystem)


def _issue(reading: Reading, pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    thing, issue = pair
    path = next((text(one) for one in listed(thing.get("pathnames"))), "")
    points = score(issue.get("severity"), 10)
    status = name(issue.get("status")).lower()
    word = name(issue.get("threatCategory"))
    return reading.vulnerability(
        NAME,
        issue.get("reference"),
        reading.placing.manifest(),
        _package(thing),
        message=name(issue.get("summary")),
        severity=severity_of_score(points) if points is not None else severity_of(word, _WORDS),
        severity_said=word,
        scores=[cvss_of(points, issue.get("cvssVector"))],
        cwe=weaknesses(issue.get("cwe")),
        references=addresses([issue.get("url")]),
        suppressions=(Suppression("external", NAME, status),) if status in _MARKED else (),
        content=path,
    )


def _violation(reading: Reading, pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    alert, fact = pair
    level = whole(alert.get("threatLevel"))
    conditions = [
        mapping(one)
        for group in listed(fact.get("constraintFacts"))
        for one in listed(mapping(group).get("conditionFacts"))
    ]
    reasons = list(dict.fromkeys(text(one.get("reason")) or text(one.get("summary")) for one in conditions))
    ids = identifiers(*(mapping(one.get("reference")).get("value") for one in conditions), *reasons)
    package = _package(fact)
    policy = name(alert.get("policyName"))
    return reading.finding(
        NAME,
        policy,
        reading.placing.manifest(),
        title=f"{package.name} {package.version} violates the policy {policy}",
        message=" ".join(one for one in reasons if one),
        severity=_threat(level),
        severity_said=name(level),
        category="vulnerability" if ids else "policy",
        subject="package",
        package=package,
        ids=ids,
    )


def _threat(level: int | None) -> Severity:
    """Return the severity of a threat level (0 to 10), by Nexus IQ's own colours."""
    if level is None:
        return "unknown"
    if level >= 8:
        return "critical"
    if level >= 4:
        return "high"
    if level >= 2:
        return "medium"
    return "low" if level else "info"
