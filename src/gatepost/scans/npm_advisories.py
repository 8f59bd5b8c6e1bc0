"""The audit reports that npm 6, pnpm and yarn share: a map of advisories by number; never which of them wrote one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.changes import Fix
from gatepost.model.findings import Cvss, Finding
from gatepost.model.problems import Problem
from gatepost.scans.cvss_scores import version_of
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.ranges import lower_bounds
from gatepost.scans.reading import Reading, Unreadable, raised
from gatepost.scans.shapes import (
    addresses,
    day,
    first_line,
    is_list,
    listed,
    mapping,
    name,
    score,
    text,
    weaknesses,
    whole,
)

UNIT = "one advisory for one version of a package; the dependency paths to it are kept"
_MOST_PATHS = 10_000


def writer_of(opened: Opened) -> str:
    """Return the format that wrote a map of advisories, "" for something else.

    npm 6 numbers its runs; pnpm's paths begin with the project ("." or its name in a workspace); npm alone says
    what is for development, beside pnpm. What has no advisory at all is clean, whoever wrote it.
    """
    data = mapping(opened.data)
    if not isinstance(data.get("advisories"), dict) or "metadata" not in data:
        return ""
    if "runId" in data:
        return "npm-audit-6"
    found = [
        mapping(one) for row in mapping(data.get("advisories")).values() for one in listed(mapping(row).get("findings"))
    ]
    paths = (name(path) for one in found[:50] for path in listed(one.get("paths"))[:5])
    if any(path.startswith(".") or "__" in path.partition(">")[0] for path in paths):
        return "pnpm-audit"
    if not found:
        return "yarn-audit" if "actions" in data else "pnpm-audit"
    return "npm-audit-6" if "dev" in found[0] and "actions" in data else "yarn-audit"


def read_advisories(tool: str, opened: Opened, reading: Reading, place: Place) -> Iterator[Finding | Problem]:
    """Yield a finding for each version of a package that an advisory is about."""
    data = mapping(opened.data)
    counts = mapping(mapping(data.get("metadata")).get("vulnerabilities"))
    advisories = mapping(data.get("advisories"))
    if not advisories and any(whole(count) for count in counts.values()):
        yield reading.problem("the report counts vulnerabilities that are not in it", "audit again without a filter")
    changes = _changes(data)
    for advisory in advisories.values():
        more = changes.get(name(mapping(advisory).get("id")), ())
        yield from advisory_findings(tool, mapping(advisory), reading, place, more)


def _changes(data: Mapping[str, Any]) -> dict[str, tuple[Fix, ...]]:
    """Return what npm would change for each advisory: direct dependencies to raise."""
    found: dict[str, tuple[Fix, ...]] = {}
    for action in map(mapping, listed(data.get("actions"))):
        called, target = name(action.get("module")), name(action.get("target"))
        if name(action.get("action")) not in ("install", "update") or not called or not target:
            continue
        why = (
            "it is another major version" if action.get("isMajor") is True else "another version may behave differently"
        )
        fix = Fix(f"raise {called} to {target}", (), "unsafe", "needs_rescan", why)
        for number in dict.fromkeys(name(mapping(one).get("id")) for one in listed(action.get("resolves"))):
            found[number] = tuple(dict.fromkeys((*found.get(number, ()), fix)))
    return found


def advisory_findings(
    tool: str, advisory: Mapping[str, Any], reading: Reading, place: Place, changes: tuple[Fix, ...] = ()
) -> Iterator[Finding | Problem]:
    """Yield a finding for each version that is installed of the package of one advisory.

    `changes` are those of the direct dependencies that bring a version which is mended.
    """
    versions: dict[str, list[tuple[str, ...]]] = {}
    for found in map(mapping, listed(advisory.get("findings"))):
        kept = versions.setdefault(name(found.get("version")), [])
        paths = listed(found.get("paths"))[: _MOST_PATHS - len(kept)]
        kept += [chain for chain in (_chain(path) for path in paths) if chain]
    yield from reading.each(versions.items(), partial(_finding, tool, advisory, reading, place, changes))


def _chain(path: object) -> tuple[str, ...]:
    """Return a way of dependencies: ".>a>b" and ". > a@1 > b@2" (pnpm) and "a>b" (npm, yarn) without the project."""
    steps = [step.strip() for step in text(path, 2000).split(">")]
    return tuple(step for step in steps if step and step != ".")


def _finding(
    tool: str,
    advisory: Mapping[str, Any],
    reading: Reading,
    place: Place,
    changes: tuple[Fix, ...],
    installed: tuple[str, list[tuple[str, ...]]],
) -> Finding:
    version, paths = installed
    identity = name(advisory.get("github_advisory_id")) or name(next(iter(listed(advisory.get("cves"))), None))
    number = name(advisory.get("id"))
    called = name(advisory.get("module_name"))
    if not called:
        raise Unreadable("has no module_name")
    package = package_of(
        called,
        version,
        lower_bounds(name(advisory.get("patched_versions"))) if not _nothing_mends(advisory) else (),
        ecosystem="npm",
        direct=any(len(path) == 1 for path in paths) if paths else None,
        paths=tuple(paths),
    )
    cvss = mapping(advisory.get("cvss"))
    points, vector = score(cvss.get("score"), 10), name(cvss.get("vectorString"))
    link = name(advisory.get("url"))
    return reading.vulnerability(
        tool,
        identity or (f"npm-{number}" if number else ""),
        place,
        package,
        aliases=[listed(advisory.get("cves")), f"npm-{number}" if number and not identity else ""],
        message=text(advisory.get("title")) or first_line(text(advisory.get("overview"))),
        why=text(advisory.get("overview")).strip(),
        severity_said=advisory.get("severity"),
        scores=[Cvss(points, vector, version_of(vector))] if points and vector else [],
        cwe=weaknesses([one for given in _cwe(advisory.get("cwe")) for one in given.split(",")]),
        advice=text(advisory.get("recommendation")).strip(),
        published=day(advisory.get("created")),
        references=addresses([link]),
        fixes=changes if changes and not package.direct else raised(package),
    )


def _cwe(found: object) -> list[str]:
    return [name(one) for one in listed(found)] if is_list(found) else [name(found)]


def _nothing_mends(advisory: Mapping[str, Any]) -> bool:
    return name(advisory.get("patched_versions")).replace(" ", "").startswith("<")
