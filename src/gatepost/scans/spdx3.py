"""The security profile of SPDX 3 (https://spdx.github.io/spdx-spec/v3.0.1/model/Security/); never SPDX 2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.findings import Cvss, Exploitability, Finding
from gatepost.model.problems import Problem
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import day, listed, mapping, name, score, text
from gatepost.scans.vex import stated

# Type of relationship: status of VEX ("" is none: the package has the vulnerability).
_RELATIONS = {
    "affects": "affected",
    "doesNotAffect": "not_affected",
    "fixedIn": "fixed",
    "underInvestigationFor": "under_investigation",
    "hasAssociatedVulnerability": "",
}


def is_spdx3(data: Mapping[str, Any]) -> bool:
    """Whether this is a graph in the context of SPDX 3."""
    return "@graph" in data and "spdx.org/rdf/3" in name(data.get("@context"))


def read_graph(tool: str, data: Mapping[str, Any], reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each package that a vulnerability is related to; a Problem where there is none."""
    graph = _Graph(data)
    rows = list(graph.relations())
    if not rows:
        what = f"the SBOM lists {graph.packages()} packages and no vulnerabilities: it is no scan"
        yield reading.problem(what, "have it scanned, and give that report")
    yield from reading.each(rows, lambda row: graph.finding(tool, reading, *row))


class _Graph:
    """The elements of one document."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._rows = [mapping(one) for one in listed(data.get("@graph"))]
        self._by_id = {name(row.get("spdxId") or row.get("@id")): row for row in self._rows}
        self._about: dict[str, list[Mapping[str, Any]]] = {}
        for row in self._rows:
            if name(row.get("type")).endswith("VulnAssessmentRelationship"):
                self._about.setdefault(name(row.get("from")), []).append(row)

    def packages(self) -> int:
        """Return how many packages there are."""
        return sum(name(row.get("type")) == "software_Package" for row in self._rows)

    def relations(self) -> Iterator[tuple[Mapping[str, Any], str, str]]:
        """Yield relationship, vulnerability and package, each pair once; what is stated goes before what is not."""
        seen: set[tuple[str, str]] = set()
        known = [row for row in self._rows if name(row.get("relationshipType")) in _RELATIONS]
        for row in sorted(known, key=lambda row: not _RELATIONS[name(row.get("relationshipType"))]):
            start = name(row.get("from"))
            for end in map(name, listed(row.get("to")) or [row.get("to")]):
                bare = name(row.get("relationshipType")) == "hasAssociatedVulnerability"
                pair = (end, start) if bare else (start, end)
                if pair not in seen:
                    seen.add(pair)
                    yield row, *pair

    def finding(self, tool: str, reading: Reading, row: Mapping[str, Any], vulnerability: str, package: str) -> Finding:
        """Return the finding of one pair."""
        about, thing = self._by_id.get(vulnerability, {}), self._by_id.get(package, {})
        given = [mapping(one) for one in listed(about.get("externalIdentifier"))]
        ids = [name(one.get("identifier")) for one in given]
        assessed = [one for one in self._about.get(vulnerability, ()) if package in _ends(one) or not _ends(one)]
        why = name(row.get("security_justificationType")) or text(row.get("security_impactStatement"))
        words = (name(one.get("security_severity")) for one in assessed)
        return reading.vulnerability(
            tool,
            next(filter(None, ids), "") or name(about.get("name")) or vulnerability.rpartition("/")[2],
            reading.placing.manifest(),
            package_of(
                name(thing.get("name")) or package.rpartition("/")[2],
                name(thing.get("software_packageVersion")),
                purl=name(thing.get("software_packageUrl")),
            ),
            aliases=ids,
            message=text(about.get("summary")) or text(about.get("description")),
            why=text(about.get("description")).strip(),
            severity_said=next(filter(None, words), ""),
            scores=list(_scores(assessed)),
            exploitability=_exploitability(assessed),
            advice=text(row.get("security_actionStatement")),
            published=day(about.get("security_publishedTime")),
            content=package,
            **stated(_RELATIONS[name(row.get("relationshipType"))], why, "", tool),
        )


def _ends(row: Mapping[str, Any]) -> list[Any]:
    return listed(row.get("to")) or ([row.get("to")] if row.get("to") else [])


def _scores(assessed: list[Mapping[str, Any]]) -> Iterator[Cvss]:
    for row in assessed:
        kind = name(row.get("type"))
        points = score(row.get("security_score"), 10)
        if "Cvss" in kind and points is not None:
            version = {"2": "2.0", "3": "3.1", "4": "4.0"}.get(kind.partition("CvssV")[2][:1], "")
            yield Cvss(points, name(row.get("security_vectorString")), version)


def _exploitability(assessed: list[Mapping[str, Any]]) -> Exploitability:
    epss = next((one for one in assessed if "Epss" in name(one.get("type"))), mapping(None))
    catalogues = [one for one in assessed if "ExploitCatalog" in name(one.get("type"))]
    return Exploitability(
        known_exploited=any(one.get("security_exploited") is True for one in catalogues) if catalogues else None,
        epss=score(epss.get("security_probability"), 1),
        epss_percentile=score(epss.get("security_percentile"), 1),
    )
