"""Reports of OWASP Dependency-Check, JSON and XML; never its SARIF, CSV or GitLab output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Cvss, Exploitability, Finding, Related, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.dependency_check_xml import as_json
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import from_purl, package_of
from gatepost.scans.reading import Reading
from gatepost.scans.severities import severity_of, severity_of_score
from gatepost.scans.shapes import addresses, first_line, is_list, listed, mapping, masked, name, score, text, weaknesses

NAME = "dependency-check"
WRITTEN_BY = "`dependency-check --format JSON` and `XML`"
UNIT = "one vulnerability of one dependency; the other files that are the same are related"
EMPTY_LIST_IS_CLEAN = False
_CONFIDENCES = ("HIGHEST", "HIGH", "MEDIUM", "LOW")
_V2 = (
    ("AV", "accessVector"),
    ("AC", "accessComplexity"),
    ("Au", "authenticationr"),
    ("C", "confidentialImpact"),
    ("I", "integrityImpact"),
    ("A", "availabilityImpact"),
)
_V3 = (
    ("AV", "attackVector"),
    ("AC", "attackComplexity"),
    ("PR", "privilegesRequired"),
    ("UI", "userInteraction"),
    ("S", "scope"),
    ("C", "confidentialityImpact"),
    ("I", "integrityImpact"),
    ("A", "availabilityImpact"),
)


def recognises(opened: Opened) -> bool:
    """Whether this is its schema in JSON, or its namespace in XML."""
    if opened.xml is not None:
        return opened.xml.tag == "analysis" and "dependency-check" in opened.xml.space.lower()
    data = mapping(opened.data)
    return "reportSchema" in data and is_list(data.get("dependencies"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield vulnerabilities and (marked) suppressed ones; a Problem for each part of the analysis that failed."""
    data = as_json(opened.xml) if opened.xml is not None else mapping(opened.data)
    about = mapping(data.get("scanInfo"))
    for error in listed(about.get("analysisExceptions")):
        known = mapping(mapping(error).get("exception")) or mapping(error)
        yield reading.problem(f"dependency-check reports: {name(known.get('message')) or 'an error'}")
    if not listed(data.get("dependencies")):
        yield reading.problem("dependency-check found no dependency", "see whether it ran in the right folder")
    version = name(about.get("engineVersion"))
    for dependency in map(mapping, listed(data.get("dependencies"))):
        for key in ("vulnerabilities", "suppressedVulnerabilities"):
            rows = [mapping(row) for row in listed(dependency.get(key))]
            if rows:
                make = partial(_finding, reading, version, dependency, key != "vulnerabilities")
                yield from reading.each(rows, make)


def _finding(
    reading: Reading, version: str, dependency: Mapping[str, Any], suppressed: bool, row: Mapping[str, Any]
) -> Finding:
    path = text(dependency.get("filePath")).strip()
    purl = _purl(dependency)
    called, installed = from_purl(purl)
    inner = name(dependency.get("fileName")) or path.rpartition("/")[2]
    identity, _, rest = name(row.get("name")).partition(": ")
    scores = list(_scores(row))
    said = name(row.get("severity"))
    points = score(said, 10)
    exploited = mapping(row.get("knownExploitedVulnerability"))
    source = name(row.get("source"))
    suppression = Suppression("external", NAME, "suppressed", masked(name(row.get("notes"))))
    return reading.vulnerability(
        NAME,
        f"{source}-{identity}" if identity.isdigit() and source else identity,
        _place(reading, path),
        package_of(called or inner, installed, purl=purl),
        message=rest or first_line(text(row.get("description"))),
        why=text(row.get("description")).strip(),
        severity=severity_of_score(points) if points is not None else severity_of(said) if said else None,
        severity_said=said,
        scores=scores,
        cwe=weaknesses([one for one in listed(row.get("cwes")) if "NVD-CWE" not in name(one)]),
        exploitability=Exploitability(known_exploited=True if exploited else None),
        version=version,
        related=_related(reading, dependency),
        references=addresses([mapping(one).get("url") for one in listed(row.get("references"))]),
        suppressions=(suppression,) if suppressed else (),
        content=inner,
    )


def _place(reading: Reading, path: str) -> Place:
    """Return the place of a file; what is in it stands behind a question mark, or a colon after an archive."""
    outer = path.partition("?")[0]
    for mark in (".jar: ", ".war: ", ".ear: ", ".zip: "):
        before, found, _ = outer.partition(mark)
        outer = before + found[:4] if found else outer
    return reading.placing.file([outer.partition("/package-lock.json:")[0] if ":/" in outer else outer])


def _purl(dependency: Mapping[str, Any]) -> str:
    """Return the package URL that the tool is surest of, "" when it knows none."""
    packages = [mapping(one) for one in listed(dependency.get("packages"))]
    known = [one for one in packages if name(one.get("id")).startswith("pkg:")]
    ranks = {word: rank for rank, word in enumerate(_CONFIDENCES)}
    best = min(known, key=lambda one: ranks.get(name(one.get("confidence")).upper(), 9), default=mapping(None))
    return name(best.get("id"))


def _related(reading: Reading, dependency: Mapping[str, Any]) -> tuple[Related, ...]:
    found: list[Related] = []
    for one in map(mapping, listed(dependency.get("relatedDependencies"))[:50]):
        place = _place(reading, text(one.get("filePath")).strip())
        if not place.outside:
            found.append(Related(place.location, "the same is here"))
    return tuple(dict.fromkeys(found))


def _scores(row: Mapping[str, Any]) -> Iterator[Cvss]:
    source = name(row.get("source"))
    newest = mapping(row.get("cvssv4") or row.get("cvssV4"))
    points = score(newest.get("baseScore") or mapping(newest.get("cvssData")).get("baseScore"), 10)
    if points is not None:
        yield Cvss(points, name(newest.get("vectorString")), "4.0", source)
    third = mapping(row.get("cvssv3") or row.get("cvssV3"))
    points = score(third.get("baseScore"), 10)
    if points is not None:
        version = name(third.get("version")) or "3.1"
        yield Cvss(points, _vector(third, _V3, f"CVSS:{version}/"), version, source)
    second = mapping(row.get("cvssv2") or row.get("cvssV2"))
    points = score(second.get("score"), 10)
    if points is not None:
        yield Cvss(points, _vector(second, _V2, ""), "2.0", source)


def _vector(given: Mapping[str, Any], parts: tuple[tuple[str, str], ...], head: str) -> str:
    """Return the vector that the words of its parts make ("NETWORK" is N), "" when one is missing."""
    found = [f"{metric}:{name(given.get(key))[:1].upper()}" for metric, key in parts if given.get(key)]
    return head + "/".join(found) if len(found) == len(parts) else ""
