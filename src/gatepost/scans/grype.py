"""Grype's JSON (`grype -o json`); never its SARIF or CycloneDX output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gatepost.model.findings import Cvss, Exploitability, Finding, Package
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.reading import Reading, Unreadable, raised
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, first_line, identifiers, listed, mapping, name, score, text, weaknesses

NAME = "grype"
WRITTEN_BY = "`grype … -o json`"
UNIT = "one match: a vulnerability of a package at its first place"
EMPTY_LIST_IS_CLEAN = False
# Sources that are folders and files; all others are images and the like, whose paths are none of ours.
_FOLDERS = ("directory", "file")
# Written for every match by the versions that know of exploitation, so that silence means: not known to be exploited.
_KNOWING = frozenset(("risk", "epss", "knownExploited"))


def recognises(opened: Opened) -> bool:
    """Whether there are matches of the tool that calls itself grype; another one writes the same shape."""
    data = mapping(opened.data)
    return "matches" in data and name(mapping(data.get("descriptor")).get("name")) == NAME


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each match; ignored matches stand apart in the report and do not count."""
    data = mapping(opened.data)
    if not isinstance(data.get("matches"), list):
        yield reading.problem("grype's report has no list of matches")
        return
    version = name(mapping(data.get("descriptor")).get("version"))
    source = mapping(data.get("source"))
    target = source.get("target")
    artifact = name(mapping(target).get("userInput")) or name(target)
    folder = name(source.get("type")) in _FOLDERS
    rows = [mapping(row) for row in listed(data.get("matches"))]
    yield from reading.each(rows, lambda row: _finding(row, version, artifact.strip('"'), folder, reading))


def _finding(row: Mapping[str, Any], version: str, artifact: str, folder: bool, reading: Reading) -> Finding:
    vulnerability, thing = mapping(row.get("vulnerability")), mapping(row.get("artifact"))
    related = [mapping(one) for one in listed(row.get("relatedVulnerabilities"))]
    identity = name(vulnerability.get("id"))
    if not identity or not thing.get("name"):
        raise Unreadable("has no vulnerability or no package")
    fix = mapping(vulnerability.get("fix"))
    versions = tuple(one for one in (name(each) for each in listed(fix.get("versions"))) if one)
    package = Package(
        name(thing.get("name")), name(thing.get("version")), versions, name(thing.get("purl")), name(thing.get("type"))
    )
    inner = [text(mapping(one).get("path")) for one in listed(thing.get("locations"))]
    place = _place(inner, artifact, folder, reading)
    said = text(vulnerability.get("description")) or next((text(one.get("description")) for one in related), "")
    everything = [vulnerability, *related]
    return reading.finding(
        NAME,
        identity,
        place,
        title=f"{identity} in {package.name} {package.version}".rstrip(),
        message=first_line(said) if said else "",
        severity=severity_of(vulnerability.get("severity")),
        category="vulnerability",
        version=version,
        subject="package",
        ids=identifiers(identity, *(one.get("id") for one in related)) or (identity,),
        package=package,
        cvss=_cvss(everything),
        cwe=weaknesses([mapping(one).get("cwe") for each in everything for one in listed(each.get("cwes"))]),
        exploitability=_exploitability(everything),
        fixes=raised(package),
        no_fix="" if versions else _no_fix(name(fix.get("state"))),
        references=addresses([vulnerability.get("dataSource"), *(one.get("dataSource") for one in related)]),
        content="" if folder else (inner[0] if inner else ""),
    )


def _place(inner: list[str], artifact: str, folder: bool, reading: Reading) -> Place:
    """Return the place of a package: a file of ours, or the image it is in."""
    if not folder:
        return reading.placing.artifact(artifact)
    # Syft writes paths below the scanned folder with a slash in front.
    relative = [path.lstrip("/") for path in inner[:1]]
    joined = [f"{artifact.rstrip('/')}/{path}" for path in relative] if artifact not in ("", ".") else []
    return reading.placing.file([*joined, *relative, *inner[:1]])


def _no_fix(state: str) -> str:
    return "those who maintain the package will not mend it" if state == "wont-fix" else "no version mends it yet"


def _cvss(everything: Iterable[Mapping[str, Any]]) -> Cvss | None:
    """Return the score of the newest version of CVSS: the record's own, else that of a related one."""
    for record in everything:
        known: list[Cvss] = []
        for one in map(mapping, listed(record.get("cvss"))):
            points = score(mapping(one.get("metrics")).get("baseScore"), 10)
            if points is not None:
                known.append(Cvss(points, name(one.get("vector")), name(one.get("version"))))
        if known:
            return max(known, key=lambda cvss: cvss.version)
    return None


def _exploitability(everything: list[Mapping[str, Any]]) -> Exploitability:
    exploited = any(listed(one.get("knownExploited")) for one in everything)
    knows = bool(_KNOWING & everything[0].keys())
    figures = [mapping(one) for record in everything for one in listed(record.get("epss"))]
    worst = max(figures, key=lambda one: score(one.get("epss"), 1) or 0.0, default=mapping(None))
    return Exploitability(
        known_exploited=True if exploited else False if knows else None,
        epss=score(worst.get("epss"), 1),
        epss_percentile=score(worst.get("percentile"), 1),
    )
