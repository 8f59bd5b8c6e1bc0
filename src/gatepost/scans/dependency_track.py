"""Findings of Dependency-Track: its finding packaging format, and the list of its API; never its SBOMs or policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Cvss, Exploitability, Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.cvss_scores import version_of
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import day, is_list, listed, mapping, name, score, text, weaknesses
from gatepost.scans.vex import stated

NAME = "dependency-track"
WRITTEN_BY = "Dependency-Track's finding packaging format (`/api/v1/finding/project/…/export`), and the API's list"
UNIT = "one vulnerability of one component; suppressed ones and those with an analysis are marked"
EMPTY_LIST_IS_CLEAN = True


def recognises(opened: Opened) -> bool:
    """Whether the application says that it is Dependency-Track, or rows have its three parts."""
    if is_list(opened.data):
        first = mapping(next(iter(listed(opened.data)), None))
        return {"component", "vulnerability", "analysis"} <= first.keys()
    return name(mapping(mapping(opened.data).get("meta")).get("application")) == "Dependency-Track"


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each row; a Problem where there is no list of them."""
    data = mapping(opened.data)
    if not is_list(opened.data) and not is_list(data.get("findings")):
        yield reading.problem("Dependency-Track's report has no list of findings")
    rows = opened.data if is_list(opened.data) else data.get("findings")
    version = name(mapping(data.get("meta")).get("version"))
    project = mapping(data.get("project"))
    called = f"{name(project.get('name'))} {name(project.get('version'))}".strip()
    yield from reading.each(map(mapping, listed(rows)), partial(_finding, reading, version, called))


def _finding(reading: Reading, version: str, project: str, row: Mapping[str, Any]) -> Finding:
    component, about = mapping(row.get("component")), mapping(row.get("vulnerability"))
    group, called = name(component.get("group")), name(component.get("name"))
    aliases = [
        name(one) for each in listed(about.get("aliases")) for key, one in mapping(each).items() if key.endswith("Id")
    ]
    number = name(about.get("vulnId"))
    source = name(about.get("source"))
    cwe = [mapping(one).get("cweId") for one in listed(about.get("cwes"))] or [about.get("cweId")]
    return reading.vulnerability(
        NAME,
        f"{source}-{number}" if number.isdigit() and source else number,
        reading.placing.manifest(),
        package_of(
            f"{group}/{called}" if group else called,
            name(component.get("version")),
            purl=name(component.get("purl")),
        ),
        aliases=aliases,
        message=text(about.get("title")) or text(about.get("description")),
        why=text(about.get("description")).strip(),
        severity_said=about.get("severity"),
        scores=list(_scores(about)),
        cwe=weaknesses([one for one in cwe if one]),
        exploitability=Exploitability(
            epss=score(about.get("epssScore"), 1), epss_percentile=score(about.get("epssPercentile"), 1)
        ),
        advice=text(about.get("recommendation")).strip(),
        published=day(about.get("published")),
        version=version,
        artifact=Artifact(project, "archive") if project else None,
        content=name(component.get("uuid")),
        **_analysis(mapping(row.get("analysis"))),
    )


def _scores(about: Mapping[str, Any]) -> Iterator[Cvss]:
    for key, version in (("cvssV4Score", "4.0"), ("cvssV3BaseScore", "3.1"), ("cvssV2BaseScore", "2.0")):
        points = score(about.get(key), 10)
        if points is not None:
            vector = name(about.get(f"{key[:6]}Vector"))
            yield Cvss(points, vector, version_of(vector) or version, name(about.get("source")))


def _analysis(analysis: Mapping[str, Any]) -> dict[str, Any]:
    state = name(analysis.get("state"))
    found = stated(state, name(analysis.get("justification")), "", NAME)
    if analysis.get("isSuppressed") is True:
        said = Suppression("external", NAME, state.lower() if state not in ("", "NOT_SET") else "suppressed")
        found["suppressions"] = (said,)
    return found
