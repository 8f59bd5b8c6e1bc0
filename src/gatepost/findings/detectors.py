"""Makes one finding of what several detectors have seen; never drops what one of them said.

The order in which reports come never matters: whatever is compared is put into an order of its own first.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from gatepost.findings.joining import best_supported, distinct, in_order, joined
from gatepost.findings.sameness import address, is_module_of, label, overlap, rule_name, same_resource
from gatepost.findings.statements import is_statement, with_statements
from gatepost.findings.vulnerabilities import merge_vulnerabilities
from gatepost.model.findings import Finding
from gatepost.model.places import Region
from gatepost.model.problems import NOWHERE

# Gives for a foreign rule ("tool/rule" as `rule_name` spells it) the rules of ours that are also known by it.
Names: TypeAlias = "Callable[[], Mapping[str, frozenset[str]]]"
_NO_NAMES: Mapping[str, frozenset[str]] = {}


def merge_detectors(
    ours: Sequence[Finding], imported: Sequence[Finding], names: Names = lambda: _NO_NAMES
) -> tuple[Finding, ...]:
    """Return our findings and the imported ones, merged where they are the same problem.

    An imported finding is ours when one of our rules is also known under its name, in the same file, at the same
    resource or place, or when both are a secret at one place: ours stays, with one detector more. Two foreign ones are
    the same when one of our rules knows both names (`names`, asked only when there is something to compare).
    Vulnerabilities are the same by identifier, package and place. Statements (VEX) are laid over what they are about.
    """
    collecting = gc.isenabled()
    gc.disable()  # what is made here has no cycles, and looking for them takes a third of the time
    try:
        return _merged(ours, imported, names)
    finally:
        if collecting:
            gc.enable()


def _merged(ours: Sequence[Finding], imported: Sequence[Finding], names: Names) -> tuple[Finding, ...]:
    kinds: tuple[list[Finding], list[Finding], list[Finding], list[Finding]] = ([], [], [], [])
    for finding in imported:
        kinds[_kind(finding)].append(finding)
    vulnerabilities, statements, secrets, rest = kinds
    merged, apart = _with_ours(ours, [*secrets, *rest])
    foreign = [*merge_vulnerabilities(vulnerabilities), *statements]
    known_secrets = _anchored([one for one in apart if one.subject == "secret"], _lines, _same_secret)
    others = _same_rules([one for one in apart if one.subject != "secret"], names)
    return (*merged, *in_order([*with_statements(foreign), *known_secrets, *others]))


def _kind(finding: Finding) -> int:
    if finding.subject == "secret":
        return 2
    if finding.package is None or not finding.ids:
        return 3
    return 1 if is_statement(finding) else 0


def _with_ours(ours: Sequence[Finding], theirs: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return our findings with what others saw of them, and what nobody of us has seen."""
    by_name: dict[tuple[str, str], list[int]] = {}
    for index, finding in enumerate(ours):
        names = [*map(rule_name, finding.also_known_as), *(_lines(finding) if finding.category == "secret" else ())]
        for name in dict.fromkeys(names):
            by_name.setdefault((finding.location.path, name), []).append(index)
    others: dict[int, list[Finding]] = {}
    apart: list[Finding] = []
    for finding in theirs:
        path = finding.location.path
        called = {index for one in finding.detectors for index in by_name.get((path, rule_name(one.id)), ())}
        same = {index for index in called if _same_place(ours[index], finding)}
        if finding.category == "secret":
            beside = {index for line in _lines(finding) for index in by_name.get((path, line), ())}
            same |= {index for index in beside if _same_secret(ours[index], finding)}
        for index in same:
            others.setdefault(index, []).append(finding)
        if not same:
            apart.append(finding)
    merged = [
        joined(finding, in_order(others[index])) if index in others else finding for index, finding in enumerate(ours)
    ]
    return merged, apart


def _lines(finding: Finding) -> list[str]:
    """Return a key for each line of a finding, so that only those are compared that share one."""
    region = finding.location.region
    return [f"line {number}" for number in range(region.start_line, min(region.end_line, region.start_line + 200) + 1)]


def _same_place(one: Finding, other: Finding) -> bool:
    """Whether two findings in one file are about the same resource, or the same lines where one names none."""
    first, second = one.location.region, other.location.region
    nowhere = NOWHERE in (first, second)
    if one.resource and other.resource:
        if same_resource(one.resource, other.resource):
            return True
        if is_module_of(one.resource, other.resource) or is_module_of(other.resource, one.resource):
            return nowhere or overlap(first, second)
        if _in_code(one.resource) and _in_code(other.resource) and (nowhere or _dotted(one, other)):
            return False
    return nowhere or overlap(first, second)  # what has no line speaks of the whole file


def _in_code(resource: str) -> bool:
    """Whether this names a block of the code; tools also name what is deployed, or an instruction of a Dockerfile."""
    return "/" not in resource and not resource.startswith("Dockerfile")


def _dotted(one: Finding, other: Finding) -> bool:
    """Whether both are addresses with a type, which are compared as they are."""
    return "." in address(one.resource) and "." in address(other.resource)


def _same_secret(one: Finding, other: Finding) -> bool:
    first, second = one.location.region, other.location.region
    return NOWHERE not in (first, second) and overlap(first, second)


def _same_rules(findings: Sequence[Finding], names: Names) -> list[Finding]:
    """Return foreign findings, those of two tools made one where a rule of ours knows both names."""
    several = len({tool for finding in findings for tool in _tools(finding)}) > 1
    known = names() if several else _NO_NAMES

    def keys(finding: Finding) -> Sequence[str]:
        called = [rule_name(one.id) for one in finding.detectors]
        return (*called, *(rule for one in called for rule in known.get(one, ())))

    def same(one: Finding, other: Finding) -> bool:
        if _tools(one) & _tools(other):
            return _said(one) == _said(other)
        return _same_place(one, other)

    return _anchored(findings, keys, same)


def _said(finding: Finding) -> tuple[object, ...]:
    """Return what makes two findings of one tool the same: it has been asked twice."""
    return (finding.rule, finding.location, finding.resource, finding.content, finding.message)


def _anchored(
    findings: Sequence[Finding],
    keys: Callable[[Finding], Sequence[str]],
    same: Callable[[Finding, Finding], bool],
) -> list[Finding]:
    """Return findings of one file that share a key and are the same as one, the most exact ones first.

    What is the same as several of the more exact ones is told on each of them.
    """
    anchors: list[Finding] = []
    others: list[list[Finding]] = []
    by_key: dict[tuple[str, str, str], list[int]] = {}
    for finding in sorted(in_order(findings), key=_extent):
        path, named = finding.location.path, label(finding.resource)
        # Of two addresses with a type only those with one last part can be the same; all others are looked at.
        spoken = [(path, key) for key in keys(finding)]
        among = [(*key, one) for key in spoken for one in (("", named) if named else ("*",))]
        near = dict.fromkeys(index for key in among for index in by_key.get(key, ()))
        found = [index for index in near if same(anchors[index], finding)]
        for index in found:
            others[index].append(finding)
        if not found:
            anchors.append(finding)
            others.append([])
            for key in distinct(spoken):
                for one in ("*", named):
                    by_key.setdefault((*key, one), []).append(len(anchors) - 1)
    return [_with_all(first, rest) for first, rest in zip(anchors, others, strict=True)]


def _with_all(first: Finding, rest: Sequence[Finding]) -> Finding:
    if not rest:
        return first
    whole = joined(first, rest)
    return whole._replace(severity=best_supported(whole.detectors))


def _extent(finding: Finding) -> tuple[bool, int, int]:
    region: Region = finding.location.region
    width = region.end_column - region.start_column if region.end_line == region.start_line else 0
    return (region == NOWHERE, region.end_line - region.start_line, width)


def _tools(finding: Finding) -> frozenset[str]:
    return frozenset(one.tool for one in finding.detectors)
