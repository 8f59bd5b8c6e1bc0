"""The reports of scans of the base: what scanners saw before the change; never what our own rules did.

Read as the reports of a run are, with the files of the base around them, so that what is the same has one fingerprint.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.base_commit import Base
from gatepost.pipeline.reports import read_one
from gatepost.pipeline.request import Request
from gatepost.pipeline.roots import Result, Workshop
from gatepost.sources.reading import Files, printable_path


class Seen(NamedTuple):
    """What scanners saw in the base, in today's paths, and which `tools` were heard."""

    findings: tuple[Finding, ...] = ()
    tools: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def seen_in_base(request: Request, base: Base, files: Files, workshop: Workshop, results: Sequence[Result]) -> Seen:
    """Return what the reports of the base say. Raises `UsageError` for one that is not there, or that the change edits.

    `files` are those of the base, `workshop` and `results` of today: states place findings at today's blocks.
    """
    findings: list[Finding] = []
    problems: list[Problem] = []
    tools: set[str] = set()
    for path, name in request.base_reports:
        _require_unedited(path, base)
        report = read_one(path, name, files)
        problems += report.problems
        findings += report.findings
        tools.update(detector.tool for finding in report.findings for detector in finding.detectors)
        tools.update({report.format} - {""})
    if request.states and findings:
        from gatepost.pipeline.stated import place_by_states

        roots = [result.root for result in results]
        findings = list(place_by_states(request.states, findings, roots, workshop).findings)
    names = {before: after for after, before in base.changes.renamed.items()}
    return Seen(tuple(_renamed(one, names) for one in findings), frozenset(tools), tuple(problems))


def _require_unedited(path: str, base: Base) -> None:
    inside = os.path.relpath(os.path.realpath(path), base.top).replace(os.sep, "/")
    if inside in base.everywhere.now - base.everywhere.untracked:
        raise UsageError(
            f"the change edits {printable_path(path)!r}, so it cannot tell what the base had",
            hint="let the pipeline scan the base, and give that report",
        )


def _renamed(finding: Finding, names: Mapping[str, str]) -> Finding:
    after = names.get(finding.location.path)
    return finding if after is None else finding._replace(location=finding.location._replace(path=after))
