"""The JSON of cargo-audit (`cargo audit --json`), also as cargo-deny's advisories have it; never its SARIF output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.cvss_scores import scored
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.ranges import lower_bounds
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, text, whole

NAME = "cargo-audit"
WRITTEN_BY = "`cargo audit --json`"
UNIT = "one advisory for one crate; a warning (unmaintained, unsound, yanked) for one crate"
EMPTY_LIST_IS_CLEAN = False
_LOCKS = ("Cargo.lock", "Cargo.toml")
_WARNINGS = {
    "unmaintained": "is no longer maintained",
    "unsound": "is unsound",
    "yanked": "was withdrawn in this version",
    "notice": "has a notice",
}


def recognises(opened: Opened) -> bool:
    """Whether there is a list of vulnerabilities beside the lock file."""
    data = mapping(opened.data)
    return "lockfile" in data and is_list(mapping(data.get("vulnerabilities")).get("list"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerability and each warning; a Problem when there was nothing to look at."""
    data = mapping(opened.data)
    if not whole(mapping(data.get("lockfile")).get("dependency-count")):
        yield reading.problem("cargo-audit found no dependency in the lock file")
    place = reading.placing.manifest(*_LOCKS)
    found = mapping(data.get("vulnerabilities"))
    rows = [mapping(row) for row in listed(found.get("list"))]
    count = whole(found.get("count"))
    if count and count > len(rows):
        yield reading.problem(f"cargo-audit counts {count} vulnerabilities, of which {count - len(rows)} are missing")
    yield from reading.each(rows, partial(_vulnerability, reading, place))
    warnings = data.get("warnings")
    kinds = mapping(warnings).values() if not is_list(warnings) else [warnings]
    for kind in kinds:
        yield from reading.each(map(mapping, listed(kind)), partial(_warning, reading, place))


def _vulnerability(reading: Reading, place: Place, row: Mapping[str, Any]) -> Finding:
    advisory, package = mapping(row.get("advisory")), mapping(row.get("package"))
    patched = [name(one) for one in listed(mapping(row.get("versions")).get("patched"))]
    vector = name(advisory.get("cvss"))
    return reading.vulnerability(
        NAME,
        advisory.get("id"),
        place,
        package_of(
            name(package.get("name")),
            name(package.get("version")),
            [version for one in patched for version in lower_bounds(one)],
            ecosystem="cargo",
        ),
        aliases=[listed(advisory.get("aliases"))],
        message=text(advisory.get("title")),
        why=text(advisory.get("description")).strip(),
        scores=[scored(vector, "rustsec")] if vector else [],
        published=day(advisory.get("date")),
        references=addresses([advisory.get("url"), *listed(advisory.get("references"))]),
    )


def _warning(reading: Reading, place: Place, row: Mapping[str, Any]) -> Finding:
    advisory, package, kind = mapping(row.get("advisory")), mapping(row.get("package")), name(row.get("kind"))
    called = name(package.get("name"))
    if not called or not kind:
        raise Unreadable("has no kind or no package")
    version = name(package.get("version"))
    told = f"{called} {version} {_WARNINGS.get(kind, kind)}"
    return reading.finding(
        NAME,
        name(advisory.get("id")) or kind,
        place,
        title=told,
        message=text(advisory.get("title")) or told,
        severity="info",
        severity_said=kind,
        category="maintenance",
        subject="package",
        ids=(name(advisory.get("id")),) if advisory.get("id") else (),
        package=package_of(called, version, ecosystem="cargo"),
        why=text(advisory.get("description")).strip(),
        published=day(advisory.get("date")),
        references=addresses([advisory.get("url")]),
    )
