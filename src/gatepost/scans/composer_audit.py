"""The JSON of Composer's audit (`composer audit --format=json`); never its summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.ranges import upper_bounds
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, masked, name, text

NAME = "composer-audit"
WRITTEN_BY = "`composer audit --format=json`"
UNIT = "one advisory for one package; a package that is abandoned"
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether there are advisories by package with Composer's keys, or none of them and no abandoned package."""
    data = mapping(opened.data)
    if "advisories" not in data or "metadata" in data:
        return False
    rows = [row for _, row, _ in _rows(data)]
    return "affectedVersions" in rows[0] if rows else "abandoned" in data or is_list(data.get("advisories"))


def _rows(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Yield package, advisory, and whether it is ignored. Lists become maps where their keys are not dense."""
    for key in ("advisories", "ignored-advisories"):
        for package, found in mapping(data.get(key)).items():
            for row in listed(found) or mapping(found).values():
                yield package, mapping(row), key != "advisories"


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield advisories, (marked) ignored ones and abandoned packages."""
    data = mapping(opened.data)
    place = reading.placing.manifest("composer.lock", "composer.json")
    yield from reading.each(_rows(data), partial(_finding, reading, place))
    yield from reading.each(mapping(data.get("abandoned")).items(), partial(_abandoned, reading, place))


def _finding(reading: Reading, place: Place, given: tuple[str, Mapping[str, Any], bool]) -> Finding:
    package, row, ignored = given
    sources = [mapping(one) for one in listed(row.get("sources"))]
    why = masked(name(row.get("ignoreReason")))
    remote = [one for one in (name(source.get("remoteId")) for source in sources) if "/" not in one]
    return reading.vulnerability(
        NAME,
        row.get("advisoryId") or row.get("cve"),
        place,
        package_of(
            name(row.get("packageName")) or name(package),
            "",
            upper_bounds(name(row.get("affectedVersions"))),
            ecosystem="composer",
        ),
        aliases=[row.get("cve"), *remote],
        message=text(row.get("title")),
        severity_said=row.get("severity"),
        published=day(row.get("reportedAt")),
        references=addresses([row.get("link")]),
        suppressions=(Suppression("external", NAME, "ignored", why),) if ignored else (),
    )


def _abandoned(reading: Reading, place: Place, given: tuple[str, object]) -> Finding:
    package, instead = name(given[0]), name(given[1])
    told = f"{package} is abandoned"
    return reading.finding(
        NAME,
        "abandoned",
        place,
        title=told,
        message=f"{told}; {instead} takes its place" if instead else told,
        severity="info",
        severity_said="abandoned",
        category="maintenance",
        subject="package",
        package=package_of(package, ecosystem="composer"),
        advice=f"use {instead} instead" if instead else "",
        content=package,
    )
