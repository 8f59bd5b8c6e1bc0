"""Grype's JSON (`grype -o json`); never its SARIF or CycloneDX output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Cvss, Exploitability, Finding, Layer, Related, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.cvss_scores import best
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import (
    addresses,
    day,
    first_line,
    is_list,
    listed,
    mapping,
    masked,
    name,
    score,
    text,
    weaknesses,
)

NAME = "grype"
WRITTEN_BY = "`grype … -o json`"
UNIT = "one match: a vulnerability of a package at its first place"
EMPTY_LIST_IS_CLEAN = False
# Sources that are folders and files; all others are images and the like, whose paths are none of ours.
_FOLDERS = ("directory", "file")
_MOST_PLACES = 50
# Written for every match by the versions that know of exploitation, so that silence means: not known to be exploited.
_KNOWING = frozenset(("risk", "epss", "knownExploited"))


def recognises(opened: Opened) -> bool:
    """Whether there are matches of the tool that calls itself grype; another one writes the same shape."""
    data = mapping(opened.data)
    return "matches" in data and name(mapping(data.get("descriptor")).get("name")) == NAME


class _Scanned:
    """What was scanned: a folder, or an image with its layers."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.version = name(mapping(data.get("descriptor")).get("version"))
        source = mapping(data.get("source"))
        target = source.get("target")
        about = mapping(target)
        self.artifact = (name(about.get("userInput")) or name(target)).strip('"')
        self.is_folder = name(source.get("type")) in _FOLDERS
        self.digests = tuple(
            one for one in (*map(name, listed(about.get("repoDigests"))), name(about.get("manifestDigest"))) if one
        )
        distro = mapping(data.get("distro"))
        self.os = f"{name(distro.get('name'))} {name(distro.get('version'))}".strip()

    def found_in(self, location: Mapping[str, Any]) -> Artifact | None:
        """Return the image, with the layer and path of a package; None for a folder."""
        if self.is_folder:
            return None
        layer = name(location.get("layerID"))
        # A layer's id in Syft's locations is the digest of what it holds.
        found = Layer(diff_id=layer) if layer else None
        return Artifact(self.artifact, "image", self.digests, self.os, found, text(location.get("path")))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each match; ignored ones are marked with the rule that ignores them."""
    data = mapping(opened.data)
    if not is_list(data.get("matches")):
        yield reading.problem("grype's report has no list of matches")
        return
    scanned = _Scanned(data)
    yield from reading.each(map(mapping, listed(data.get("matches"))), partial(_finding, reading, scanned, False))
    yield from reading.each(map(mapping, listed(data.get("ignoredMatches"))), partial(_finding, reading, scanned, True))


def _finding(reading: Reading, scanned: _Scanned, ignored: bool, row: Mapping[str, Any]) -> Finding:
    vulnerability, thing = mapping(row.get("vulnerability")), mapping(row.get("artifact"))
    related = [mapping(one) for one in listed(row.get("relatedVulnerabilities"))]
    fix = mapping(vulnerability.get("fix"))
    package = package_of(
        name(thing.get("name")),
        name(thing.get("version")),
        [name(one) for one in listed(fix.get("versions"))],
        purl=name(thing.get("purl")),
        ecosystem=name(thing.get("type")),
    )
    locations = [mapping(one) for one in listed(thing.get("locations"))]
    inner = [text(one.get("path")) for one in locations]
    first = next(iter(locations), mapping(None))
    said = text(vulnerability.get("description")) or next((text(one.get("description")) for one in related), "")
    everything = [vulnerability, *related]
    scores = list(_scores(everything))
    return reading.vulnerability(
        NAME,
        vulnerability.get("id"),
        _place(inner, scanned.artifact, scanned.is_folder, reading),
        package,
        aliases=[one.get("id") for one in related],
        message=first_line(said),
        why=said.strip(),
        severity_said=vulnerability.get("severity"),
        scores=scores,
        cvss=_chosen(scores, name(vulnerability.get("id"))),
        cwe=weaknesses([mapping(one).get("cwe") for each in everything for one in listed(each.get("cwes"))]),
        version=scanned.version,
        exploitability=_exploitability(everything),
        no_fix=_no_fix(name(fix.get("state"))),
        published=_published(everything),
        references=addresses([vulnerability.get("dataSource"), *(one.get("dataSource") for one in related)]),
        artifact=scanned.found_in(first),
        related=_elsewhere(inner[1:], scanned, reading),
        suppressions=_suppressions(row) if ignored else (),
        content="" if scanned.is_folder else next(iter(inner), ""),
    )


def _elsewhere(inner: list[str], scanned: _Scanned, reading: Reading) -> tuple[Related, ...]:
    """Return the other files of a folder in which the package is listed, too."""
    if not scanned.is_folder:
        return ()
    places = [_place([path], scanned.artifact, True, reading) for path in inner[:_MOST_PLACES]]
    return tuple(dict.fromkeys(Related(place.location, "it is here, too") for place in places if not place.outside))


def _suppressions(row: Mapping[str, Any]) -> tuple[Suppression, ...]:
    """Return why a match is ignored: a rule of the user's, or a VEX document."""
    found: list[Suppression] = []
    for rule in map(mapping, listed(row.get("appliedIgnoreRules"))):
        why = name(rule.get("reason")) or name(rule.get("vex-justification"))
        found.append(Suppression("external", NAME, name(rule.get("vex-status")) or "ignored", masked(why)))
    return tuple(dict.fromkeys(found)) or (Suppression("external", NAME, "ignored"),)


def _published(everything: list[Mapping[str, Any]]) -> str:
    given = (day(one.get("publishedDate") or one.get("published")) for one in everything)
    return next((one for one in given if one), "")


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


def _scores(everything: Iterable[Mapping[str, Any]]) -> Iterator[Cvss]:
    for record in everything:
        for one in map(mapping, listed(record.get("cvss"))):
            points = score(mapping(one.get("metrics")).get("baseScore"), 10)
            if points is not None:
                source = name(one.get("source")) or name(record.get("id"))
                yield Cvss(points, name(one.get("vector")), name(one.get("version")), source)


def _chosen(scores: list[Cvss], identity: str) -> Cvss | None:
    """Return the newest score of the record itself, else of the related ones."""
    return best([one for one in scores if one.source == identity]) or best(scores)


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
