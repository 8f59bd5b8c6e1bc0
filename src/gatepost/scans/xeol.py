"""Xeol's JSON: packages at the end of their life; never Grype's vulnerabilities, which have the same shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Layer
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import listed, mapping, name, text

NAME = "xeol"
WRITTEN_BY = "`xeol … -o json`"
UNIT = "one package of a release cycle that is no longer maintained"
EMPTY_LIST_IS_CLEAN = False
_FOLDERS = ("directory", "file")


def recognises(opened: Opened) -> bool:
    """Whether there are matches with a release cycle, or of the tool that calls itself xeol."""
    data = mapping(opened.data)
    if "matches" not in data:
        return False
    first = mapping(next(iter(listed(data.get("matches"))), None))
    return "Cycle" in first or name(mapping(data.get("descriptor")).get("name")) == NAME


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each match."""
    data = mapping(opened.data)
    source = mapping(data.get("source"))
    target = source.get("target")
    called = name(mapping(target).get("userInput")) or name(target)
    artifact = None if name(source.get("type")) in _FOLDERS else Artifact(called, "image")
    rows = map(mapping, listed(data.get("matches")))
    yield from reading.each(rows, partial(_finding, reading, artifact))


def _finding(reading: Reading, artifact: Artifact | None, row: Mapping[str, Any]) -> Finding:
    cycle, thing = mapping(row.get("Cycle")), mapping(row.get("artifact"))
    product, release, end = (name(cycle.get(key)) for key in ("ProductName", "ReleaseCycle", "Eol"))
    if not product or not thing.get("name"):
        raise Unreadable("has no product or no package")
    where = mapping(next(iter(listed(thing.get("locations"))), None))
    path, layer = text(where.get("path")), name(where.get("layerID"))
    newer = name(cycle.get("LatestRelease"))
    ended = f" (since {end})" if len(end) == 10 else ""
    place = reading.placing.artifact(artifact.name) if artifact else reading.placing.file([path.lstrip("/"), path])
    return reading.finding(
        NAME,
        f"{product}/{release}" if release else product,
        place,
        title=f"{product} {release} is no longer maintained{ended}",
        message=f"{product} {release} is no longer maintained{ended}",
        severity="unknown",
        category="maintenance",
        subject="package",
        package=package_of(
            name(thing.get("name")), name(thing.get("version")), (), name(thing.get("purl")), name(thing.get("type"))
        ),
        advice=f"the latest release of this cycle is {newer}; move to a cycle that is maintained" if newer else "",
        artifact=artifact._replace(path=path, layer=Layer(layer) if layer else None) if artifact else None,
        content=path,
    )
