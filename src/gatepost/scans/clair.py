"""Clair of every version, through clairctl, Quay, clair-scanner and Klar; never its notifications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Layer, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.severities import WORDS, severity_of
from gatepost.scans.shapes import addresses, day, identifiers, listed, mapping, name, text
from gatepost.scans.spellings import cvss_of, versions

NAME = "clair"
WRITTEN_BY = "`clairctl report -o json`, Quay's API, `clair-scanner -r`, `klar` with JSON output"
UNIT = "one vulnerability of one package"
EMPTY_LIST_IS_CLEAN = False
_WORDS: Mapping[str, Severity] = {**WORDS, "defcon1": "critical"}


class _Row(NamedTuple):
    fault: Mapping[str, Any]
    package: str
    version: str
    system: str
    layer: str
    approved: bool


def recognises(opened: Opened) -> bool:
    """Whether this is one of the shapes: a manifest's report, a layer's features, clair-scanner's or Klar's."""
    data = mapping(opened.data)
    if "manifest_hash" in data and "package_vulnerabilities" in data:
        return True
    if "unapproved" in data and "vulnerabilities" in data:
        return True
    return ("LayerCount" in data and "Vulnerabilities" in data) or "Features" in _layer(data)


def _layer(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(data.get("Layer")) or mapping(mapping(data.get("data")).get("Layer"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerable package; approved ones of clair-scanner are marked."""
    data = mapping(opened.data)
    status = name(data.get("status")).lower()
    if status not in ("", "scanned"):
        yield reading.problem(f"the image has the status {status}")
    image = name(data.get("image"))
    digest = name(data.get("manifest_hash"))
    artifact = Artifact(image or digest, "image", (digest,) if digest else ())
    for rows in (_manifest(data), _scanner(data), _klar(data), _features(_layer(data))):
        yield from reading.each(rows, partial(_finding, reading, artifact))


def _manifest(data: Mapping[str, Any]) -> Iterator[_Row]:
    packages, faults = mapping(data.get("packages")), mapping(data.get("vulnerabilities"))
    places = mapping(data.get("environments"))
    links = mapping(data.get("package_vulnerabilities"))
    for key in links:
        package = mapping(packages.get(key))
        place = mapping(next(iter(listed(places.get(key))), None))
        for one in listed(links[key]):
            fault = mapping(faults.get(name(one)))
            system = name(mapping(fault.get("distribution")).get("did"))
            called, version = name(package.get("name")), name(package.get("version"))
            yield _Row(fault, called, version, system, name(place.get("introduced_in")), approved=False)


def _scanner(data: Mapping[str, Any]) -> Iterator[_Row]:
    if "unapproved" not in data:
        return
    unapproved = {name(one) for one in listed(data.get("unapproved"))}
    for row in map(mapping, listed(data.get("vulnerabilities"))):
        approved = name(row.get("vulnerability")) not in unapproved
        yield _Row(
            row, name(row.get("featurename")), name(row.get("featureversion")), name(row.get("namespace")), "", approved
        )


def _klar(data: Mapping[str, Any]) -> Iterator[_Row]:
    groups = mapping(data.get("Vulnerabilities"))
    for key in groups:
        for row in map(mapping, listed(groups[key])):
            called, version = name(row.get("FeatureName")), name(row.get("FeatureVersion"))
            yield _Row(row, called, version, name(row.get("NamespaceName")), "", approved=False)


def _features(layer: Mapping[str, Any]) -> Iterator[_Row]:
    for feature in map(mapping, listed(layer.get("Features"))):
        for row in map(mapping, listed(feature.get("Vulnerabilities"))):
            called, version = name(feature.get("Name")), name(feature.get("Version"))
            system = name(feature.get("NamespaceName")) or name(feature.get("VersionFormat"))
            yield _Row(row, called, version, system, name(feature.get("AddedBy")).partition(".")[0], approved=False)


def _finding(reading: Reading, artifact: Artifact, row: _Row) -> Finding:
    fault = row.fault

    def said(*keys: str) -> str:
        return next((text(fault[key]) for key in keys if fault.get(key)), "")

    known = said("name", "vulnerability", "Name")
    word = said("normalized_severity", "severity", "Severity")
    figures = mapping(mapping(mapping(fault.get("Metadata")).get("NVD")).get("CVSSv3"))
    links = said("links", "link", "Link").split()
    return reading.vulnerability(
        NAME,
        # Clair 4 names some by a whole sentence of the distribution.
        next(iter(identifiers(known)), "") or known.partition(" ")[0],
        reading.placing.artifact(artifact.name),
        package_of(
            row.package, row.version, versions(said("fixed_in_version", "fixedby", "FixedBy")), ecosystem=row.system
        ),
        aliases=[*identifiers(known), *identifiers(*links)],
        message=said("description", "Description"),
        severity=severity_of(word, _WORDS),
        severity_said=word,
        scores=[cvss_of(figures.get("Score"), figures.get("Vectors"), "3.0", "nvd")],
        references=addresses(links),
        published=day(fault.get("issued")),
        suppressions=(Suppression("external", NAME, "approved"),) if row.approved else (),
        artifact=artifact._replace(os=row.system.replace(":", " "), layer=Layer(row.layer) if row.layer else None),
    )
