"""SonarQube's issues and hotspots, from its interface and from sonar-report's JSON; never an HTML page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.paging import cut_short
from gatepost.scans.placing import Place
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import listed, mapping, name, text, whole

NAME = "sonarqube"
WRITTEN_BY = "SonarQube's API (`api/issues/search`, `api/hotspots/search`), `sonar-report` in JSON"
UNIT = "one issue or hotspot at one place"
EMPTY_LIST_IS_CLEAN = False
# https://docs.sonarsource.com: the five severities of issues, and those of impacts.
_WORDS: Mapping[str, Severity] = {
    "blocker": "critical",
    "critical": "high",
    "major": "medium",
    "minor": "low",
    "high": "high",
    "medium": "medium",
    "low": "low",
    "info": "info",
}
# Resolutions by a person, and those that say that the code was mended or is gone.
_ACCEPTED = ("FALSE-POSITIVE", "FALSE_POSITIVE", "WONTFIX", "ACCEPTED", "SAFE", "ACKNOWLEDGED")
_GONE = ("FIXED", "REMOVED")
_CWE = re.compile(r"CWE-(\d{1,5})")


class _Context(NamedTuple):
    paths: Mapping[str, str]
    rules: Mapping[str, Any]


def recognises(opened: Opened) -> bool:
    """Whether there are issues or hotspots with SonarQube's keys, or an empty answer with paging and components."""
    data = mapping(opened.data)
    for key, needed in (("issues", "rule"), ("hotspots", "vulnerabilityProbability")):
        first = mapping(next(iter(listed(data.get(key))), None))
        if first and needed in first and "component" in first:
            return True
    return ("issues" in data or "hotspots" in data) and ("sonarBaseURL" in data or "paging" in data)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield issues and hotspots that are open, and accepted ones marked; a Problem where pages are missing."""
    data = mapping(opened.data)
    issues, hotspots = listed(data.get("issues")), listed(data.get("hotspots"))
    total = mapping(data.get("paging")).get("total", data.get("total"))
    problem = cut_short(reading, len(issues) + len(hotspots), total)
    if problem is not None:
        yield problem
    components = map(mapping, listed(data.get("components")))
    paths = {name(one.get("key")): text(one.get("path")) for one in components if one.get("path")}
    known = {name(mapping(one).get("key")): one for one in listed(data.get("rules"))} or mapping(data.get("rules"))
    rows = (mapping(row) for part in (issues, hotspots) for row in part)
    yield from reading.each(rows, partial(_finding, reading, _Context(paths, known)))


def _finding(reading: Reading, context: _Context, row: Mapping[str, Any]) -> Finding | None:
    rule = name(row.get("rule")) or name(row.get("ruleKey"))
    resolution = (name(row.get("resolution")) or name(row.get("issueStatus"))).upper()
    if resolution in _GONE or (name(row.get("status")).upper() == "CLOSED" and not resolution):
        return None
    place = _place(reading, context, row)
    about = mapping(context.rules.get(rule))
    message = text(row.get("message")) or text(row.get("description"))
    said = _severity(row)
    is_secret = rule.startswith("secrets:")
    return reading.finding(
        NAME,
        rule,
        place,
        title=name(about.get("name")) or name(row.get("description")) or message,
        message=message,
        severity=severity_of(said, _WORDS),
        severity_said=said,
        category="secret" if is_secret else "code",
        subject="secret" if is_secret else "code",
        cwe=tuple(dict.fromkeys(int(one) for one in _CWE.findall(text(about.get("htmlDesc"), 40_000)))),
        suppressions=(Suppression("external", NAME, resolution.lower()),) if resolution in _ACCEPTED else (),
        content="" if is_secret else place.line or message,
    )


def _severity(row: Mapping[str, Any]) -> str:
    """Return the word that counts: of its impact on security, of the hotspot, of the issue."""
    impacts = [mapping(one) for one in listed(row.get("impacts"))]
    security = [name(one.get("severity")) for one in impacts if name(one.get("softwareQuality")) == "SECURITY"]
    worst = security or [name(one.get("severity")) for one in impacts]
    return (worst[0] if worst else "") or name(row.get("vulnerabilityProbability")) or name(row.get("severity"))


def _place(reading: Reading, context: _Context, row: Mapping[str, Any]) -> Place:
    component, project = text(row.get("component")), text(row.get("project"))
    if not component:
        raise Unreadable("has no component")
    if component == project:
        return reading.placing.manifest()  # an issue of the project as a whole
    inner = component.removeprefix(f"{project}:") if project else component.partition(":")[2] or component
    span = mapping(row.get("textRange"))
    start = whole(span.get("startLine")) or whole(row.get("line"))
    end = whole(span.get("endLine"))
    place = reading.placing.file([context.paths.get(component) or inner], start, end)
    left, right = whole(span.get("startOffset")), whole(span.get("endOffset"))
    return place if left is None or right is None else place.between(start, left + 1, end, right + 1)
