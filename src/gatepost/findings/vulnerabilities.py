"""Which vulnerabilities of several detectors are the same one; never reads what they say of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from gatepost.findings.joining import best_supported, in_order, joined
from gatepost.findings.sameness import inner_path, package_name, package_version, places
from gatepost.model.findings import Finding


class Classes:
    """Things that are the same, by the keys they share, however long the chain."""

    def __init__(self) -> None:
        self._parents: list[int] = []
        self._first: dict[Hashable, int] = {}

    def add(self, keys: Iterable[Hashable]) -> int:
        """Take one more thing in and return its number."""
        number = len(self._parents)
        self._parents.append(number)
        for key in keys:
            self.union(number, self._first.setdefault(key, number))
        return number

    def union(self, one: int, other: int) -> None:
        """Say that two things are the same."""
        first, second = sorted((self.of(one), self.of(other)))
        self._parents[second] = first

    def of(self, number: int) -> int:
        """Return the number that stands for all that are the same."""
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number


def merge_vulnerabilities(findings: Sequence[Finding]) -> list[Finding]:
    """Return one finding for each vulnerability of a package at a place.

    They are the same when they share an identifier, or a third one does with both; package and version are equal; and
    the place is one image, file or project. Those that leave the version out belong to the only version there is.
    In an image, copies of a package in several places stay apart as long as a tool tells them apart.
    """
    merged: list[Finding] = []
    for group in _groups(findings):
        for same in _copies(group):
            merged.append(_one_of(same))
    return merged


def _one_of(same: Sequence[Finding]) -> Finding:
    if len(same) == 1:
        return same[0]
    first, *others = in_order(same)
    whole = joined(first, others)
    return whole._replace(severity=best_supported(whole.detectors))


def _groups(findings: Sequence[Finding]) -> Iterable[list[Finding]]:
    versions: dict[tuple[str, str, str], set[str]] = {}
    known = [(_keys(one), package_version(one.package.version if one.package else "")) for one in findings]
    for keys, version in known:
        if version:
            for key in keys:
                versions.setdefault(key, set()).add(version)
    classes = Classes()
    numbers: list[int] = []
    for keys, own in known:
        numbers.append(classes.add([(*key, own or _only(versions.get(key, ()))) for key in keys]))
    groups: dict[int, list[Finding]] = {}
    for finding, number in zip(findings, numbers, strict=True):
        groups.setdefault(classes.of(number), []).append(finding)
    return groups.values()


def _only(versions: Iterable[str]) -> str:
    found = list(versions)
    return found[0] if len(found) == 1 else ""


def _keys(finding: Finding) -> list[tuple[str, str, str]]:
    package = finding.package
    if package is None:
        return []
    name = package_name(package.name, package.purl, package.ecosystem)
    return [(place, name, identity.upper()) for place in places(finding) for identity in finding.ids]


def _copies(group: list[Finding]) -> Iterable[list[Finding]]:
    """Yield what is one copy of the package: each of its own path, and with each what names no path."""
    if len(group) == 1:
        yield group
        return
    by_path: dict[str, list[Finding]] = {}
    for finding in group:
        by_path.setdefault(inner_path(finding), []).append(finding)
    tools = [tool for finding in group for tool in {one.tool for one in finding.detectors}]
    anywhere = by_path.pop("", [])
    if len(by_path) < 2 or len(tools) == len(set(tools)):
        yield group
        return
    for path in sorted(by_path):
        yield [*by_path[path], *anywhere]
