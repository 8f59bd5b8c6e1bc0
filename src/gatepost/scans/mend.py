"""Mend (WhiteSource): findings of its interface, the older list of vulnerabilities, and libraries; never licences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Exploitability, Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.paging import cut_short
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import addresses, day, listed, mapping, name, score, text
from gatepost.scans.spellings import cvss_of

NAME = "mend"
WRITTEN_BY = "Mend's API 3.0 (library findings), API 1.x (vulnerabilities), the Unified Agent"
UNIT = "one vulnerability of one library of one project"
EMPTY_LIST_IS_CLEAN = False
_MATURITIES = {"high": "in the wild", "functional": "available", "proof_of_concept": "poc", "poc_code": "poc"}
_EFFECTIVE = {"NO_SHIELD": None, "YELLOW_SHIELD": None, "RED_SHIELD": True, "GREEN_SHIELD": False}


class _Row(NamedTuple):
    fault: Mapping[str, Any]
    library: Mapping[str, Any]


def recognises(opened: Opened) -> bool:
    """Whether this is an answer of the interface, or a list of vulnerabilities with their libraries."""
    data = mapping(opened.data)
    if "response" in data and "supportToken" in data:
        return True
    first = mapping(next(iter(listed(data.get("vulnerabilities"))), None))
    if "library" in first and "name" in first:
        return True
    library = mapping(next(iter(listed(data.get("libraries"))), None))
    return "keyUuid" in library or ("vulnerabilities" in library and "artifactId" in library)


def accepts(opened: Opened) -> bool:
    """Whether this is an empty list under the key of this format, which others have too."""
    return mapping(opened.data).get("vulnerabilities") == []


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerability of a library; ignored ones are marked."""
    data = mapping(opened.data)
    if "response" in data:
        rows = listed(data.get("response"))
        about = mapping(data.get("additionalData"))
        problem = cut_short(reading, len(rows), about.get("totalItems"))
        if problem is not None:
            yield problem
        yield from reading.each(map(mapping, rows), partial(_finding, reading))
        return
    pairs = [_Row(row, mapping(row.get("library"))) for row in map(mapping, listed(data.get("vulnerabilities")))]
    for library in map(mapping, listed(data.get("libraries"))):
        pairs += [_Row(mapping(row), library) for row in listed(library.get("vulnerabilities"))]
    yield from reading.each(pairs, partial(_older, reading))


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding:
    thing, fault = mapping(row.get("component")), mapping(row.get("vulnerability"))
    fix, threat = mapping(row.get("topFix")), mapping(row.get("threatAssessment"))
    status = mapping(row.get("findingInfo"))
    path = text(thing.get("path"))
    word = name(status.get("status")).upper()
    why = name(mapping(status.get("comment")).get("comment"))
    named = name(thing.get("groupId")) if _is_go(thing) else _named(thing)
    direct = name(thing.get("dependencyType")).lower()
    return reading.vulnerability(
        NAME,
        name(fault.get("name")) or name(row.get("name")),
        _place(reading, path),
        package_of(
            named,
            name(thing.get("version")),
            _fixed(fix, named),
            ecosystem=_ecosystem(thing),
            direct={"direct": True, "transitive": False}.get(direct),
        ),
        message=text(fault.get("description")),
        severity_said=fault.get("severity"),
        scores=_scores(row, fault),
        exploitability=Exploitability(
            epss=_percent(threat.get("epssPercentage")),
            reachable=_EFFECTIVE.get(name(row.get("effective")).upper()),
            maturity=_MATURITIES.get(name(threat.get("exploitCodeMaturity")).lower()),
        ),
        references=addresses([fix.get("url")]),
        published=day(fault.get("publishDate")),
        advice=" ".join(one for one in (name(fix.get("message")), name(fix.get("fixResolution"))) if one),
        suppressions=(Suppression("external", NAME, word.lower(), why),) if word in ("IGNORED", "SUPPRESSED") else (),
        artifact=Artifact(name(mapping(row.get("project")).get("name")), "project", path=path),
        content=path,
    )


def _is_go(thing: Mapping[str, Any]) -> bool:
    return name(thing.get("libraryType")) == "GO_PACKAGE"


def _ecosystem(thing: Mapping[str, Any]) -> str:
    """Return the ecosystem that a library's type begins with: GO_PACKAGE, MAVEN_ARTIFACT, NODE_PACKAGED_MODULE."""
    word = name(thing.get("libraryType") or thing.get("type")).lower().partition("_")[0]
    return {"python": "pypi", "dot": "nuget", "dotnet": "nuget", "ruby": "gem", "php": "composer"}.get(word, word)


def _named(thing: Mapping[str, Any]) -> str:
    group, artifact = name(thing.get("groupId")), name(thing.get("artifactId"))
    version = name(thing.get("version"))
    # Some libraries are named by their file: "commons-codec-1.6.jar".
    if version:
        artifact = artifact.removesuffix(".jar").removesuffix(f"-{version}")
        group = group.removesuffix(f"-{version}")
    if _ecosystem(thing) in ("maven", "java", "gradle") and group and artifact:
        return f"{group}:{artifact}"
    return group or artifact or name(thing.get("name"))


def _fixed(fix: Mapping[str, Any], named: str) -> tuple[str, ...]:
    """Return the versions in "jinja2 - 2.11.3;org.example:thing:1.2": what follows the name of this library."""
    if "UPGRADE" not in name(fix.get("type")).upper() and not name(fix.get("fixResolution")):
        return ()
    alone = name(fix.get("fixResolution")).removeprefix("Upgrade to version ")
    if alone[:1].isdigit() and " " not in alone:
        return (alone,)
    short = named.rpartition(":")[2].rpartition("/")[2].lower()
    found: list[str] = []
    for part in name(fix.get("fixResolution")).replace(",", ";").split(";"):
        before, _, version = part.strip().replace(" ", "").rpartition("-" if ":" not in part else ":")
        if short and short in before.lower() and version[:2].lstrip("v")[:1].isdigit():
            found.append(version)
    return tuple(dict.fromkeys(found))


def _scores(row: Mapping[str, Any], fault: Mapping[str, Any]):
    versions = {"CVSS_2": "2.0", "CVSS_3": "3.1", "CVSS_4": "4.0"}
    kind = name(fault.get("type"))
    found = [cvss_of(fault.get("score"), row.get("scoreMetadataVector"), versions.get(kind, ""))]
    for one in map(mapping, listed(fault.get("vulnerabilityScoring"))):
        if name(one.get("type")) != kind:
            found.append(
                cvss_of(one.get("score"), one.get("scoreMetadataVector"), versions.get(name(one.get("type")), ""))
            )
    return found


def _percent(found: object) -> float | None:
    points = score(found, 100)
    return None if not points else round(points / 100, 6)


def _place(reading: Reading, path: str):
    # Only what names a file of the project is a place; the agent's own folder may stand in front.
    inner = path.removeprefix("/source/").lstrip("/")
    return reading.placing.file([path, inner]) if path else reading.placing.manifest()


def _older(reading: Reading, row: _Row) -> Finding:
    fault, library = row.fault, row.library
    if not library:
        raise Unreadable("has no library")
    fix = mapping(fault.get("topFix"))
    path = text(library.get("localPath")) or text(library.get("filename"))
    third = name(fault.get("cvss3_score")) or fault.get("cvss3_score")
    project = name(fault.get("project"))
    return reading.vulnerability(
        NAME,
        fault.get("name"),
        _place(reading, text(library.get("manifestPath")) or text(library.get("localPath"))),
        package_of(
            _named(library),
            name(library.get("version")),
            _fixed({"fixResolution": fault.get("fixResolutionText"), **fix}, _named(library)),
            ecosystem=_ecosystem(library),
        ),
        message=text(fault.get("description")),
        severity_said=fault.get("cvss3_severity") or fault.get("severity"),
        scores=[
            cvss_of(third, fault.get("scoreMetadataVector"), "3.1"),
            cvss_of(fault.get("score"), "", "2.0" if third else ""),
        ],
        references=addresses([fault.get("url"), fix.get("url")]),
        published=day(fault.get("publishDate")),
        advice=text(fault.get("fixResolutionText")) or name(fix.get("fixResolution")),
        artifact=Artifact(project, "project", path=path) if project else None,
        content=path,
    )
