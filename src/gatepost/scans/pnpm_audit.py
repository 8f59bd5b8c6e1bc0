"""The report of `pnpm audit --json`; never that of npm or yarn."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans import npm_advisories
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading

NAME = "pnpm-audit"
WRITTEN_BY = "`pnpm audit --json`"
UNIT = npm_advisories.UNIT
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether this is a map of advisories as pnpm writes it."""
    return npm_advisories.writer_of(opened) == NAME


def accepts(opened: Opened) -> bool:
    """Whether this is a map of advisories."""
    return bool(npm_advisories.writer_of(opened))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each version of a package that an advisory is about."""
    place = reading.placing.manifest("pnpm-lock.yaml", "package.json")
    yield from npm_advisories.read_advisories(NAME, opened, reading, place)
