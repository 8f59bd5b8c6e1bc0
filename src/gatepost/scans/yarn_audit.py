"""The reports of yarn: lines of yarn 1, advisories of yarn 2 and 3, trees of yarn 4; never a lock file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans import npm_advisories
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.ranges import upper_bounds
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import addresses, identifiers, listed, mapping, name, text, whole
from gatepost.scans.streaming import each

NAME = "yarn-audit"
WRITTEN_BY = "`yarn audit --json` of yarn 1, `yarn npm audit --json` of yarn 2 to 4"
UNIT = npm_advisories.UNIT
EMPTY_LIST_IS_CLEAN = False
_LINES = ("auditAdvisory", "auditSummary", "auditAction")


def recognises(opened: Opened) -> bool:
    """Whether this is one of yarn's three forms."""
    if npm_advisories.writer_of(opened) == NAME:
        return True
    lines = [mapping(one) for one in opened.documents[:50]]
    return any(name(one.get("type")) in _LINES or _is_tree(one) for one in lines)


def accepts(opened: Opened) -> bool:
    """Whether this is a map of advisories, or yarn 1's word about an error."""
    lines = (mapping(one) for one in opened.documents)
    return bool(npm_advisories.writer_of(opened)) or any({"type", "data"} <= one.keys() for one in lines)


def _is_tree(line: Mapping[str, Any]) -> bool:
    return "value" in line and "Severity" in mapping(line.get("children"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each version of a package that an advisory is about; a Problem for what did not come."""
    place = reading.placing.manifest("yarn.lock", "package.json")
    if opened.is_json and "advisories" in mapping(opened.data):
        yield from npm_advisories.read_advisories(NAME, opened, reading, place)
        return
    lines = each(opened.documents, mapping)
    if any(_is_tree(line) for line in lines):
        yield from reading.each((line for line in lines if _is_tree(line)), partial(_tree, reading, place))
        return
    yield from _lines(lines, reading, place)


def _lines(lines: list[Mapping[str, Any]], reading: Reading, place: Place) -> Iterator[Finding | Problem]:
    advisories: dict[str, dict[str, Any]] = {}
    ended = False
    for line in lines:
        kind, data = name(line.get("type")), mapping(line.get("data"))
        ended = ended or kind == "auditSummary"
        if kind == "error":
            yield reading.problem(f"yarn reports: {name(line.get('data')) or 'an error'}")
        elif kind == "auditAdvisory":
            advisory = mapping(data.get("advisory"))
            known = advisories.setdefault(
                f"{advisory.get('id')} {advisory.get('module_name')}", {**advisory, "findings": []}
            )
            # A line for each path, each of which repeats all that is found: by turns they would be many.
            if len(known["findings"]) < 1:
                known["findings"] += listed(advisory.get("findings"))
    if not ended:
        yield reading.problem("yarn's report has no summary at its end, so it was cut", "see whether it was stopped")
    for advisory in advisories.values():
        yield from npm_advisories.advisory_findings(NAME, advisory, reading, place)


def _tree(reading: Reading, place: Place, line: Mapping[str, Any]) -> Finding:
    about = mapping(line.get("children"))
    called = name(line.get("value"))
    if not called:
        raise Unreadable("has no value")
    link, number = name(about.get("URL")), name(about.get("ID"))
    identity = next(iter(identifiers(link)), "") or (f"npm-{number}" if number else "")
    versions = [name(one) for one in listed(about.get("Tree Versions"))]
    dependents = [name(one) for one in listed(about.get("Dependents"))]
    package = package_of(
        called,
        versions[0] if len(versions) == 1 else "",
        upper_bounds(name(about.get("Vulnerable Versions"))),
        ecosystem="npm",
        direct=any("@workspace:" in one for one in dependents) if dependents else None,
        paths=tuple((one, called) for one in dependents if "@workspace:" not in one),
    )
    issue = text(about.get("Issue"))
    return reading.vulnerability(
        NAME,
        identity,
        place,
        package,
        aliases=[f"npm-{number}" if number and not whole(identity) else ""],
        message=issue,
        severity_said=about.get("Severity"),
        references=addresses([link]),
        content=", ".join(versions),
    )
