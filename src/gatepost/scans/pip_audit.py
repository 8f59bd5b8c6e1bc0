"""The JSON of pip-audit (`pip-audit -f json`), before and since 2.1; never its CycloneDX output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import first_line, is_list, listed, mapping, name, text

NAME = "pip-audit"
WRITTEN_BY = "`pip-audit -f json`"
UNIT = "one vulnerability of one package"
EMPTY_LIST_IS_CLEAN = False
_FILES = ("requirements.txt", "uv.lock", "poetry.lock", "pyproject.toml", "Pipfile.lock")


def _packages(opened: Opened) -> list[Mapping[str, Any]]:
    rows = opened.data if is_list(opened.data) else mapping(opened.data).get("dependencies")
    return [mapping(row) for row in listed(rows)]


def recognises(opened: Opened) -> bool:
    """Whether this is a list of packages with their vulnerabilities, bare or beside fixes."""
    rows = _packages(opened)
    shaped = is_list(opened.data) or (
        is_list(mapping(opened.data).get("dependencies")) and "fixes" in mapping(opened.data)
    )
    return shaped and (
        any("name" in row and ("vulns" in row or "skip_reason" in row) for row in rows[:50])
        if rows
        else not is_list(opened.data)
    )


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerability; a Problem for each package that was skipped, or when there was none."""
    rows = _packages(opened)
    skipped = [row for row in rows if row.get("skip_reason")]
    if not rows or len(skipped) == len(rows):
        yield reading.problem("pip-audit audited no package", "see whether the requirements were found")
    for row in skipped:
        yield reading.problem(f"pip-audit skipped {name(row.get('name'))}: {name(row.get('skip_reason'))}")
    place = reading.placing.manifest(*_FILES)
    for row in rows:
        found = map(mapping, listed(row.get("vulns")))
        yield from reading.each(found, partial(_finding, reading, place, row))


def _finding(reading: Reading, place: Place, package: Mapping[str, Any], row: Mapping[str, Any]) -> Finding:
    said = text(row.get("description"))
    return reading.vulnerability(
        NAME,
        row.get("id"),
        place,
        package_of(
            name(package.get("name")),
            name(package.get("version")),
            [name(one) for one in listed(row.get("fix_versions"))],
            ecosystem="pypi",
        ),
        aliases=[listed(row.get("aliases"))],
        message=first_line(said),
        why=said.strip(),
    )
