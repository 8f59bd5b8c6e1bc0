"""Reads the scan reports of a run; never judges what they say."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from gatepost.findings.sameness import rule_name
from gatepost.model.findings import Finding
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.rules.catalogue import Catalogue
from gatepost.sources.reading import Files, Unreadable, printable_path, read_bytes

# What a scanner wrote may be far larger than what a person writes.
MOST_REPORT_BYTES = 512 * 1024 * 1024


def read_reports(
    reports: Sequence[tuple[str, str | None]], files: Files
) -> tuple[tuple[Finding, ...], tuple[Problem, ...], int]:
    """Return the findings and problems of the reports, and how many there were.

    Raises `UsageError` for a report that is not there: its name came from the command line.
    """
    findings: list[Finding] = []
    problems: list[Problem] = []
    for path, name in reports:
        found = read_one(path, name, files)
        findings += found[0]
        problems += found[1]
    return tuple(findings), tuple(problems), len(reports)


def read_one(path: str, name: str | None, files: Files) -> tuple[tuple[Finding, ...], tuple[Problem, ...], str]:
    """Return the findings and problems of one report, and its format ("" when it was not recognised)."""
    from gatepost.scans import read_report

    if not os.path.exists(path):
        raise UsageError(f"there is no report {printable_path(path)!r}", hint="look at the spelling of the path")
    shown = _shown(path, files.root)
    try:
        content = read_bytes(path, MOST_REPORT_BYTES)
    except Unreadable as error:
        return (), (Problem(Location(shown, NOWHERE), error.what, error.hint),), ""
    result = read_report(content, shown, name, root=files.root, lines_of=_lines_of(files))
    return result.findings, result.problems, result.format


def foreign_names(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return the ids of our rules by each foreign name that they are also known under. Loads all rules."""
    found: dict[str, set[str]] = {}
    for rule in catalogue.rules():
        for name in rule.also_known_as:
            found.setdefault(rule_name(name), set()).add(rule.id)
    return {name: frozenset(ids) for name, ids in found.items()}


def _shown(path: str, root: str) -> str:
    relative = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/")
    return printable_path(path if relative.startswith("../") else relative)


def _lines_of(files: Files) -> Callable[[str], Sequence[str] | None]:
    """Return a reader of lines that remembers the last file: the rows of a report come in the order of files."""
    last: tuple[str, Sequence[str] | None] = ("", None)

    def lines_of(path: str) -> Sequence[str] | None:
        nonlocal last
        if path != last[0]:
            source = files.read(path)
            files.problems.pop(path, None)
            last = (path, source.text.split("\n") if source is not None else None)
        return last[1]

    return lines_of
