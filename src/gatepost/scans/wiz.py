"""Wiz CLI's JSON for folders, images and infrastructure code; never the issues of the Wiz portal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Exploitability, Finding, Layer
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, first_line, identifiers, listed, mapping, name, score, text, whole
from gatepost.scans.spellings import cvss_of, maturity_of, versions

NAME = "wiz"
WRITTEN_BY = "`wizcli … scan -f json`"
UNIT = "one vulnerability of one package at one path; one secret; one match of a rule"
EMPTY_LIST_IS_CLEAN = False
_ORIGIN = "scanOriginResource"
_PACKAGES = ("osPackages", "libraries", "applications", "cpes")


class _Scanned(NamedTuple):
    name: str
    digest: str
    is_image: bool


def recognises(opened: Opened) -> bool:
    """Whether there is a result with Wiz's own word for its kind, or what was scanned with such a word."""
    data = mapping(opened.data)
    kinds = [name(mapping(data.get(key)).get("__typename")) for key in ("result", _ORIGIN)]
    return _ORIGIN in data and any(kind.startswith("CICD") for kind in kinds)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield vulnerable packages, secrets and failed rules; a Problem where the scan did not come to its end."""
    data = mapping(opened.data)
    state = name(mapping(data.get("status")).get("state"))
    if state != "SUCCESS":
        yield reading.problem(f"the scan ended with the state {state or 'that is not told'}")
    result, origin = mapping(data.get("result")), mapping(data.get(_ORIGIN))
    if not result:
        yield reading.problem("the report has no result")
    failed = whole(mapping(result.get("scanStatistics")).get("queriesExecutionFailed"))
    if failed:
        yield reading.problem(f"{failed} of Wiz's rules could not be run")
    scanned = _Scanned(name(origin.get("name")), name(origin.get("digest")), "Image" in name(origin.get("__typename")))
    rows = (
        (mapping(package), mapping(fault))
        for key in _PACKAGES
        for package in listed(result.get(key))
        for fault in listed(mapping(package).get("vulnerabilities"))
    )
    yield from reading.each(rows, partial(_vulnerability, reading, scanned))
    yield from reading.each(map(mapping, listed(result.get("secrets"))), partial(_secret, reading, scanned))
    matches = (
        (mapping(rule), mapping(match))
        for rule in listed(result.get("ruleMatches"))
        for match in listed(mapping(rule).get("matches"))
    )
    yield from reading.each(matches, partial(_misconfiguration, reading))


def _place(reading: Reading, scanned: _Scanned, path: str, line: object) -> tuple[Place, dict[str, Any]]:
    if scanned.is_image:
        artifact = Artifact(scanned.name, "image", (scanned.digest,) if scanned.digest else (), path=path)
        return reading.placing.artifact(scanned.name), {"artifact": artifact, "content": path}
    number = whole(line)
    # Wiz writes paths below the scanned folder with a slash in front.
    return reading.placing.file([path.lstrip("/")], number, number), {}


def _vulnerability(reading: Reading, scanned: _Scanned, row: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    thing, fault = row
    path = text(thing.get("path"))
    if not path and not scanned.is_image:
        raise Unreadable("has no path")
    place, more = _place(reading, scanned, path, None)
    layer = mapping(thing.get("layerMetadata"))
    if layer and "artifact" in more:
        more["artifact"] = more["artifact"]._replace(
            layer=Layer(name(layer.get("id")), command=text(layer.get("details")))
        )
    exploited = fault.get("hasCisaKevExploit")
    epss, percentile = _epss(fault)
    return reading.vulnerability(
        NAME,
        fault.get("name"),
        place,
        package_of(name(thing.get("name")), name(thing.get("version")), versions(fault.get("fixedVersion"))),
        severity_said=fault.get("severity"),
        message=text(fault.get("description")),
        # The advisory's page names it by its other identifier.
        aliases=identifiers(text(fault.get("source"))),
        scores=[cvss_of(fault.get("score"))],
        exploitability=Exploitability(
            known_exploited=exploited if isinstance(exploited, bool) else None,
            epss=epss,
            epss_percentile=percentile,
            maturity=maturity_of(fault.get("hasExploit")),
        ),
        references=addresses([fault.get("source")]),
        published=day(fault.get("publishDate")),
        **more,
    )


def _epss(fault: Mapping[str, Any]) -> tuple[float | None, ...]:
    """Return the EPSS figures as shares: where one of the two is above 1, both are percentages."""
    found = [score(fault.get(key), 100) for key in ("epssProbability", "epssPercentile")]
    if any(one is not None and one > 1 for one in found):
        found = [None if one is None else round(one / 100, 6) for one in found]
    return tuple(found)


def _secret(reading: Reading, scanned: _Scanned, row: Mapping[str, Any]) -> Finding:
    path = text(row.get("path"))
    if not path:
        raise Unreadable("has no path")
    place, more = _place(reading, scanned, path, row.get("lineNumber"))
    # The description may hold a part of what was found; its words before the bracket do not.
    title = first_line(text(row.get("description")).partition(" (")[0]) or name(row.get("type"))
    return reading.finding(
        NAME,
        f"secret-{name(row.get('type')).lower().replace('_', '-') or 'other'}",
        place,
        title=title,
        message=f"{title} is written in the file",
        severity=severity_of(row.get("severity")),
        severity_said=name(row.get("severity")),
        category="secret",
        subject="secret",
        **more,
    )


def _misconfiguration(reading: Reading, row: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    group, match = row
    rule = mapping(group.get("rule"))
    line = whole(match.get("lineNumber"))
    path = text(match.get("fileName"))
    if not path:
        raise Unreadable("has no file")
    place = reading.placing.file([path.lstrip("/")], line, line)
    title = name(rule.get("name"))
    said = [name(match.get(key)) for key in ("expected", "found")]
    return reading.finding(
        NAME,
        name(rule.get("shortId")) or name(rule.get("id")) or title,
        place,
        title=title,
        message=f"expected: {said[0]}; found: {said[1]}" if all(said) else title,
        severity=severity_of(group.get("severity")),
        severity_said=name(group.get("severity")),
        category="misconfiguration",
        subject="resource",
        resource=name(match.get("resourceName")),
        why=text(rule.get("description")),
    )
