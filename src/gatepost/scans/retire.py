"""retire.js' JSON (`retire --outputformat json`), old and new; never its CycloneDX output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import addresses, identifiers, is_list, listed, mapping, name, text, weaknesses
from gatepost.scans.spellings import versions

NAME = "retire"
WRITTEN_BY = "`retire --outputformat json`"
UNIT = "one vulnerability of one library in one file"
EMPTY_LIST_IS_CLEAN = True


def _files(data: object) -> list[Any]:
    return listed(data) if is_list(data) else listed(mapping(data).get("data"))


def recognises(opened: Opened) -> bool:
    """Whether files have results with components, or there is the empty frame of a run."""
    first = mapping(next(iter(_files(opened.data)), None))
    if first:
        return "results" in first and "component" in mapping(next(iter(listed(first.get("results"))), None))
    return mapping(opened.data).keys() >= {"data", "messages", "errors", "version"}


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerability; a Problem for each error."""
    for error in listed(mapping(opened.data).get("errors")):
        yield reading.problem(f"retire reports: {name(error) or name(mapping(error).get('message'))}")
    rows = [
        (text(one.get("file")), mapping(result), mapping(fault))
        for one in map(mapping, _files(opened.data))
        for result in listed(one.get("results"))
        for fault in listed(mapping(result).get("vulnerabilities"))
    ]
    yield from reading.each(rows, partial(_finding, reading))


def _finding(reading: Reading, row: tuple[str, Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    file, result, fault = row
    known = mapping(fault.get("identifiers"))
    component = name(result.get("npm")) or name(result.get("component"))
    links = [name(one) for one in listed(fault.get("info"))]
    ids = identifiers(*listed(known.get("CVE")), known.get("githubID"))
    summary = name(known.get("summary"))
    numbered = [
        f"{key}-{name(known[key])}" for key in ("retid", "issue", "bug", "PR", "release") if name(known.get(key))
    ]
    slug = "-".join("".join(one if one.isalnum() else " " for one in summary.lower()).split()[:8])
    if not component:
        raise Unreadable("has no component")
    return reading.vulnerability(
        NAME,
        next(iter([*ids, *(f"{component}-{one}" for one in numbered), slug]), ""),
        reading.placing.file([file]) if file else reading.placing.manifest("package-lock.json", "package.json"),
        package_of(component, name(result.get("version")), versions(fault.get("below")), ecosystem="npm"),
        aliases=ids,
        message=summary,
        severity_said=fault.get("severity"),
        cwe=weaknesses(fault.get("cwe")),
        references=addresses(links),
    )
