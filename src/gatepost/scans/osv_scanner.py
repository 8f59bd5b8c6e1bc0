"""The JSON of OSV-Scanner (`osv-scanner … --format json`), versions 1 and 2; never its SARIF output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.findings import Artifact, Cvss, Exploitability, Finding, Layer
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.cvss_scores import scored, version_of
from gatepost.scans.opening import Opened
from gatepost.scans.purls import ecosystem_of, package_of
from gatepost.scans.reading import Reading
from gatepost.scans.severities import severity_of_score
from gatepost.scans.shapes import addresses, day, first_line, is_list, listed, mapping, name, score, text, weaknesses

NAME = "osv-scanner"
WRITTEN_BY = "`osv-scanner … --format json`"
UNIT = "one group of identifiers (one problem) of one package in one source"
EMPTY_LIST_IS_CLEAN = False


class _Row(NamedTuple):
    """A group of one package."""

    source: Mapping[str, Any]
    entry: Mapping[str, Any]
    group: Mapping[str, Any]
    advisories: list[Mapping[str, Any]]


def recognises(opened: Opened) -> bool:
    """Whether results have sources and packages; an empty result is known by its configuration."""
    data = mapping(opened.data)
    rows = listed(data.get("results"))
    if not is_list(data.get("results")):
        return False
    return {"source", "packages"} <= mapping(rows[0]).keys() if rows else "experimental_config" in data


def accepts(opened: Opened) -> bool:
    """Whether this is the empty result of the versions that say no more."""
    data = mapping(opened.data)
    return set(data) == {"results"} and data.get("results") == []


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each group of each package."""
    data = mapping(opened.data)
    image = mapping(data.get("image_metadata"))
    yield from reading.each(_rows(data), lambda row: _finding(reading, image, row))


def _rows(data: Mapping[str, Any]) -> Iterator[_Row]:
    for result in map(mapping, listed(data.get("results"))):
        for entry in map(mapping, listed(result.get("packages"))):
            advisories = {name(one.get("id")): one for one in map(mapping, listed(entry.get("vulnerabilities")))}
            groups = [mapping(group) for group in listed(entry.get("groups"))]
            for group in groups or [{"ids": [identity]} for identity in advisories]:
                known = [advisories[one] for one in map(name, listed(group.get("ids"))) if one in advisories]
                yield _Row(mapping(result.get("source")), entry, group, known)


def _finding(reading: Reading, image: Mapping[str, Any], row: _Row) -> Finding:
    ids = [name(one) for one in listed(row.group.get("ids"))]
    package = mapping(row.entry.get("package"))
    called, ecosystem = name(package.get("name")), name(package.get("ecosystem"))
    highest = score(row.group.get("max_severity"), 10)
    words = [name(mapping(one.get("database_specific")).get("severity")) for one in row.advisories]
    said = next(filter(None, words), "") or name(row.group.get("max_severity"))
    message = next(filter(None, (text(one.get("summary")) for one in row.advisories)), "")
    details = next(filter(None, (text(one.get("details")) for one in row.advisories)), "").strip()
    artifact = _artifact(image, row)
    path = text(row.source.get("path"))
    image_place = reading.placing.artifact(artifact.name) if artifact and artifact.name else reading.placing.manifest()
    pages = (mapping(one).get("url") for each in row.advisories for one in listed(each.get("references")))
    return reading.vulnerability(
        NAME,
        next(iter(ids), ""),
        image_place if artifact else reading.placing.file([path]),
        package_of(called, name(package.get("version")), _fixed(row, called, ecosystem), ecosystem=ecosystem),
        aliases=[*ids, listed(row.group.get("aliases")), *(listed(one.get("aliases")) for one in row.advisories)],
        message=message or first_line(details),
        why=details,
        severity=severity_of_score(highest) if highest is not None and highest > 0 else None,
        severity_said=said,
        scores=list(_scores(row.advisories)),
        cwe=weaknesses([one for each in row.advisories for one in _cwe(each)]),
        exploitability=Exploitability(reachable=_called(row.group)),
        published=min(filter(None, (day(one.get("published")) for one in row.advisories)), default=""),
        references=addresses([*(f"https://osv.dev/{one}" for one in ids), *pages]),
        artifact=artifact,
        content=path if artifact else "",
    )


def _cwe(advisory: Mapping[str, Any]) -> list[Any]:
    about = mapping(advisory.get("database_specific"))
    inner = [mapping(mapping(one).get("database_specific")) for one in listed(advisory.get("affected"))]
    found = [*listed(about.get("cwe_ids")), *(one for each in inner for one in listed(each.get("cwes")))]
    return [mapping(one).get("cweId") or one for one in found]


def _scores(advisories: list[Mapping[str, Any]]) -> Iterator[Cvss]:
    """Yield the scores of all vectors."""
    given = [(name(one.get("id")), mapping(each)) for one in advisories for each in listed(one.get("severity"))]
    vectors = [(identity, name(each.get("score"))) for identity, each in given]
    for identity, vector in vectors:
        found = scored(vector, identity) if version_of(vector) else None
        if found is not None:
            yield found


def _fixed(row: _Row, called: str, ecosystem: str) -> list[str]:
    """Return the versions in which the ranges of this package end."""
    found: list[str] = []
    for advisory in row.advisories:
        for one in map(mapping, listed(advisory.get("affected"))):
            about = mapping(one.get("package"))
            if name(about.get("name")) != called or ecosystem_of(name(about.get("ecosystem"))) != ecosystem_of(
                ecosystem
            ):
                continue
            for each in map(mapping, listed(one.get("ranges"))):
                if name(each.get("type")) != "GIT":
                    found += [name(mapping(event).get("fixed")) for event in listed(each.get("events"))]
    return found


def _called(group: Mapping[str, Any]) -> bool | None:
    """Return whether vulnerable code is called, where the scanner has looked for calls."""
    analysis = mapping(group.get("experimentalAnalysis") or group.get("experimental_analysis"))
    known = [mapping(one).get("called") for one in analysis.values()]
    words = [one for one in known if isinstance(one, bool)]
    return any(words) if words else None


def _artifact(image: Mapping[str, Any], row: _Row) -> Artifact | None:
    if not image:
        return None
    layers = [mapping(one) for one in listed(image.get("layer_metadata"))]
    index = mapping(mapping(row.entry.get("package")).get("image_origin_details")).get("index")
    found = layers[index] if isinstance(index, int) and 0 <= index < len(layers) else None
    layer = Layer(diff_id=name(found.get("diff_id")), command=text(found.get("command"), 1000)) if found else None
    return Artifact(name(image.get("name")), os=name(image.get("os")), layer=layer, path=text(row.source.get("path")))
