"""The JSON of `dotnet list package --vulnerable --format json`; never its lists of outdated packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, identifiers, is_list, listed, mapping, name, text

NAME = "dotnet"
WRITTEN_BY = "`dotnet list package --vulnerable --include-transitive --format json`"
UNIT = "one advisory for one package of one project; its frameworks are one"
EMPTY_LIST_IS_CLEAN = False


class _Row(NamedTuple):
    """A vulnerability of a package of a project."""

    path: str
    package: Mapping[str, Any]
    direct: bool
    advisory: Mapping[str, Any]


def recognises(opened: Opened) -> bool:
    """Whether there are projects with the parameters that dotnet was called with."""
    data = mapping(opened.data)
    return is_list(data.get("projects")) and isinstance(data.get("parameters"), str)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each advisory; a Problem for each error, or when it was not asked for vulnerabilities."""
    data = mapping(opened.data)
    if "--vulnerable" not in text(data.get("parameters")):
        yield reading.problem("the list of packages was not asked for vulnerabilities", "call it with --vulnerable")
    for one in map(mapping, listed(data.get("problems"))):
        if name(one.get("level")) == "error":
            yield reading.problem(f"dotnet reports: {name(one.get('text')) or 'an error'}")
    if not listed(data.get("projects")):
        yield reading.problem("dotnet looked at no project")
    yield from reading.each(_rows(data), partial(_finding, reading))


def _rows(data: Mapping[str, Any]) -> Iterator[_Row]:
    """Yield each vulnerability once, though several frameworks of a project have it."""
    seen: set[tuple[str, ...]] = set()
    for project in map(mapping, listed(data.get("projects"))):
        for framework in map(mapping, listed(project.get("frameworks"))):
            for key in ("topLevelPackages", "transitivePackages"):
                for package in map(mapping, listed(framework.get(key))):
                    for advisory in map(mapping, listed(package.get("vulnerabilities"))):
                        row = _Row(text(project.get("path")), package, key == "topLevelPackages", advisory)
                        same = (row.path, *(name(package.get(one)) for one in ("id", "resolvedVersion")), _link(row))
                        if same not in seen:
                            seen.add(same)
                            yield row


def _link(row: _Row) -> str:
    return name(row.advisory.get("advisoryurl") or row.advisory.get("advisoryUrl"))


def _finding(reading: Reading, row: _Row) -> Finding:
    link = _link(row)
    identity = next(iter(identifiers(link)), "") or link.rstrip("/").rpartition("/")[2]
    called = name(row.package.get("id"))
    return reading.vulnerability(
        NAME,
        identity,
        reading.placing.file([row.path]),
        package_of(called, name(row.package.get("resolvedVersion")), ecosystem="nuget", direct=row.direct),
        message=f"{called} has a known vulnerability",
        severity_said=row.advisory.get("severity"),
        references=addresses([link]),
    )
