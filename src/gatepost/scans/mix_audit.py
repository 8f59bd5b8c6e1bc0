"""mix_audit's JSON (`mix deps.audit --format json`); never Hex's own audit of retired packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, text
from gatepost.scans.spellings import versions

NAME = "mix-audit"
WRITTEN_BY = "`mix deps.audit --format json`"
UNIT = "one advisory about one package of one lock file"
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether there is a verdict with advisories about dependencies, or with none."""
    data = mapping(opened.data)
    if not isinstance(data.get("pass"), bool) or not is_list(data.get("vulnerabilities")):
        return False
    first = mapping(next(iter(listed(data.get("vulnerabilities"))), None))
    return not first or first.keys() >= {"advisory", "dependency"}


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each advisory."""
    rows = listed(mapping(opened.data).get("vulnerabilities"))
    if mapping(opened.data).get("pass") is False and not rows:
        yield reading.problem("the audit did not pass, but names no advisory")
    yield from reading.each(map(mapping, rows), partial(_finding, reading))


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding:
    advisory, thing = mapping(row.get("advisory")), mapping(row.get("dependency"))
    lock = text(thing.get("lockfile")) or "mix.lock"
    place = reading.placing.file([lock])
    if place.outside:
        place = reading.placing.file([lock.rpartition("/")[2]])
    return reading.vulnerability(
        NAME,
        name(advisory.get("id")) or name(advisory.get("cve")),
        place,
        package_of(
            name(thing.get("package")),
            name(thing.get("version")),
            versions(advisory.get("first_patched_versions")),
            ecosystem="hex",
        ),
        aliases=[advisory.get("cve")],
        message=name(advisory.get("title")) or text(advisory.get("description")),
        severity_said=advisory.get("severity"),
        references=addresses([advisory.get("url")]),
        published=day(advisory.get("disclosure_date")),
    )
