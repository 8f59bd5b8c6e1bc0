"""Makes one finding of what several detectors, or several instances, have shown; never drops what they said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from gatepost.model.findings import SEVERITIES, Finding, Related, Severity
from gatepost.model.places import Location, Region

_T = TypeVar("_T")

# A resource's other instances are told on the finding; more than this says nothing more.
MOST_RELATED = 50
_MODULE = re.compile(r'(?:module\.[^.\[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.)+')


def _overlap(one: Region, other: Region) -> bool:
    return (one.start_line, one.start_column) <= (other.end_line, other.end_column) and (
        other.start_line,
        other.start_column,
    ) <= (one.end_line, one.end_column)


def worst(severities: Iterable[Severity]) -> Severity:
    """Return the worst of the severities that are known, else unknown."""
    known = set(severities)
    for severity in SEVERITIES:
        if severity in known:
            return severity
    return "unknown"


def _same_thing(ours: Finding, theirs: Finding) -> bool:
    """Whether another tool's finding is the one of ours that is known under its name."""
    if not any(detector.id in ours.also_known_as for detector in theirs.detectors):
        return False
    if theirs.resource and ours.resource:
        return _address(theirs.resource) == _address(ours.resource)
    return _overlap(ours.location.region, theirs.location.region)


def _address(resource: str) -> str:
    return resource.partition("[")[0].removeprefix("Resources.")


def _joined(first: Finding, second: Finding) -> Finding:
    """Return the first finding with what the second one knows besides."""
    known = first.exploitability
    facts = [mine if mine is not None else other for mine, other in zip(known, second.exploitability, strict=True)]
    fixed = first.package or second.package
    if first.package and second.package:
        versions = _distinct((*first.package.fixed_versions, *second.package.fixed_versions))
        purl = first.package.purl or second.package.purl
        fixed = first.package._replace(fixed_versions=versions, purl=purl)
    return first._replace(
        detectors=_distinct((*first.detectors, *second.detectors)),
        ids=_distinct((*first.ids, *second.ids)),
        cwe=_distinct((*first.cwe, *second.cwe)),
        cvss=first.cvss or second.cvss,
        package=fixed,
        exploitability=known._make(facts),
        references=_distinct((*first.references, *second.references)),
        suppressions=_distinct((*first.suppressions, *second.suppressions)),
    )


def _distinct(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))


def merge_detectors(ours: Sequence[Finding], imported: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return our findings and the imported ones, merged where they are the same problem.

    An imported finding is ours when one of our rules is also known under its name, in the same file, at the same
    resource or place: ours stays, with one detector more. Imported vulnerabilities with an id, a package and a path
    in common are one finding, with the worst severity that a detector gives.
    """
    merged = list(ours)
    by_path: dict[str, list[int]] = {}
    for index, finding in enumerate(ours):
        by_path.setdefault(finding.location.path, []).append(index)
    packages: dict[tuple[str, ...], int] = {}
    for theirs in imported:
        same = [i for i in by_path.get(theirs.location.path, ()) if _same_thing(ours[i], theirs)]
        if same:
            for index in same:
                merged[index] = _joined(merged[index], theirs)
            continue
        keys = _package_keys(theirs)
        known = next((packages[key] for key in keys if key in packages), None)
        if known is None:
            known = len(merged)
            merged.append(theirs)
        else:
            both = (merged[known].severity, theirs.severity)
            merged[known] = _joined(merged[known], theirs)._replace(severity=worst(both))
        for key in keys:
            packages.setdefault(key, known)
    return tuple(merged)


def _package_keys(finding: Finding) -> list[tuple[str, ...]]:
    if finding.package is None:
        return []
    package, path = finding.package, finding.location.path
    return [(path, package.name, package.version, identity) for identity in finding.ids]


_NOT_ALL = "not all of its instances can be mended by one edit; mend each where it is set"


def merge_instances(findings: Sequence[Finding], order: Callable[[Finding], Any]) -> tuple[Finding, ...]:
    """Return one finding for each rule, place and origin, though a module is called, or a block repeated, often.

    What several callers set wrongly is a finding for each of them: an edit mends one and leaves the others alone.
    The first instance in `order` stays and lists the others as related; a fix that not all of them share is kept
    only when it makes the same edits.
    """
    places: dict[tuple[object, ...], Finding] = {}
    others: dict[tuple[object, ...], list[Finding]] = {}
    for finding in sorted(findings, key=order):
        key = (finding.rule, finding.location, finding.content, _set_at(finding))
        if key in places:
            others.setdefault(key, []).append(finding)
        else:
            places[key] = finding
    for key, rest in others.items():
        first = places[key]
        addresses = _distinct(f.resource for f in rest if f.resource != first.resource)
        related = (*_takers(first, addresses), *(Related(first.location, f"also {one}") for one in addresses))
        shared = tuple(fix for fix in first.fixes if all(any(fix.edits == f.edits for f in o.fixes) for o in rest))
        merged = first._replace(related=(*first.related, *related[:MOST_RELATED]), fixes=shared)
        if first.fixes and not shared:
            merged = merged._replace(no_fix=_NOT_ALL, advice=first.fixes[0].title)
        places[key] = merged
    return tuple(places.values())


def _set_at(finding: Finding) -> Location | None:
    """Return the place that sets the value, where that is another one than the place that is shown."""
    return finding.origins[-1].location if finding.origins else None


def _takers(first: Finding, others: Sequence[str]) -> tuple[Related, ...]:
    """Tell how many calls of a module take a default that is wrong."""
    if not first.origins or first.origins[-1].kind != "default" or first.origins[-1].location is None:
        return ()
    calls = _distinct(call for one in (first.resource, *others) if (call := _module(one)))
    if len(calls) < 2:
        return ()
    return (Related(first.origins[-1].location, f"{len(calls)} calls of the module take this default"),)


def _module(address: str) -> str:
    """Return the module call that an address is in, "" for the root module."""
    parts = _MODULE.match(address)
    return parts[0] if parts else ""
