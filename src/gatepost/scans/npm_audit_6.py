"""The report of `npm audit --json` of npm 6; never that of npm 7 and later."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans import npm_advisories
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading

NAME = "npm-audit-6"
# Its findings are those of later versions.
_TOOL = "npm-audit"
WRITTEN_BY = "`npm audit --json` of npm 6"
UNIT = npm_advisories.UNIT
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether this is a map of advisories as npm writes it."""
    return npm_advisories.writer_of(opened) == NAME


def accepts(opened: Opened) -> bool:
    """Whether this is a map of advisories."""
    return bool(npm_advisories.writer_of(opened))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each version of a package that an advisory is about."""
    place = reading.placing.manifest("package-lock.json", "npm-shrinkwrap.json", "package.json")
    yield from npm_advisories.read_advisories(_TOOL, opened, reading, place)
