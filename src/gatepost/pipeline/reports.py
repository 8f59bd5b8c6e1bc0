"""Reads the scan reports of a run; never judges what they say."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from gatepost.model.findings import Finding
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.request import Watch
from gatepost.rules.catalogue import Catalogue
from gatepost.sources.reading import Files, Unreadable, open_bytes, printable_path

# What a scanner wrote may be far larger than what a person writes.
MOST_REPORT_BYTES = 512 * 1024 * 1024


class OneReport(NamedTuple):
    """What one report says. `path` is as it is shown, `format` "" where it was not recognised.

    `day` (ISO) is when the scan was made, `commits` of what, where the report says so.
    """

    path: str
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    format: str = ""
    day: str = ""
    commits: tuple[str, ...] = ()


def read_one(path: str, name: str | None, files: Files, watch: Watch | None = None) -> OneReport:
    """Return what a report says; raises `UsageError` for one that is not there: its name is from the command line."""
    from gatepost.scans import read_report

    if not os.path.exists(path):
        raise UsageError(f"there is no report {printable_path(path)!r}", hint="look at the spelling of the path")
    shown = _shown(path, files.root)
    try:
        content = open_bytes(path, MOST_REPORT_BYTES)
    except Unreadable as error:
        return OneReport(shown, (), (Problem(Location(shown, NOWHERE), error.what, error.hint),))

    def told(count: int) -> None:
        if watch is not None:
            watch(count, 0, f"findings of {shown}")

    try:
        result = read_report(content, shown, name, root=files.root, lines_of=lines_of(files), watch=told)
    except Unreadable as error:
        return OneReport(shown, (), (Problem(Location(shown, NOWHERE), error.what, error.hint),))
    finally:
        content.close()
    return OneReport(shown, result.findings, result.problems, result.format, *result.scanned)


def foreign_names(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return the ids of our rules by each foreign name that they are also known under. Loads all rules.

    A tool that has several rules for one of ours cuts finer than we do: its names are left out, for they say not which
    of them is another tool's.
    """
    from gatepost.findings.sameness import rule_name

    found: dict[str, set[str]] = {}
    for rule in catalogue.rules():
        names = {rule_name(name) for name in rule.also_known_as}
        tools = [name.partition("/")[0] for name in names]
        for name in names:
            if tools.count(name.partition("/")[0]) == 1:
                found.setdefault(name, set()).add(rule.id)
    return {name: frozenset(ids) for name, ids in found.items()}


def _shown(path: str, root: str) -> str:
    relative = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/")
    return printable_path(path if relative.startswith("../") else relative)


def lines_of(files: Files) -> Callable[[str], Sequence[str] | None]:
    """Return a reader of lines that remembers the last file: the rows of a report come in the order of files."""
    last: tuple[str, Sequence[str] | None] = ("", None)

    def read(path: str) -> Sequence[str] | None:
        nonlocal last
        if path != last[0]:
            source = files.read(path)
            files.problems.pop(path, None)
            last = (path, source.text.split("\n") if source is not None else None)
        return last[1]

    return read
