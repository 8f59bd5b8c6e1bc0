"""What others have seen: reports that are given, scanners that are run; never what is to be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from gatepost.gate import Policy
from gatepost.gate.dates import days_since
from gatepost.model.findings import Finding
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem
from gatepost.model.records import NamedTuple
from gatepost.pipeline.request import Request, Watch
from gatepost.sources.discovery import Found
from gatepost.sources.reading import Files

Read: TypeAlias = tuple[tuple[Finding, ...], tuple[Problem, ...], int]
_AGE_HINT = "scan again, or let the policy decide: {problem: true, problem_kind: old-report}"
_COMMIT_HINT = "scan this commit, or let the policy decide: {problem: true, problem_kind: other-commit}"


class Taken(NamedTuple):
    """What reports and scanners say, and what is worth a note."""

    read: Read
    notes: tuple[str, ...] = ()


def take_in(
    request: Request,
    policies: Sequence[Policy],
    found: Found,
    templates: Sequence[str],
    files: Files,
    watch: Watch | None = None,
) -> Taken:
    """Return what the reports of a request say, and the scanners that it, or a policy, wants run.

    Raises `UsageError` for a report or a scanner that there is not: its name came from the command line.
    """
    ages = [*(one.oldest_report for one in policies), request.oldest_report]
    oldest = min((age for age in ages if age is not None), default=None)
    findings: list[Finding] = []
    problems: list[Problem] = []
    commits: list[tuple[str, tuple[str, ...]]] = []
    for path, name in request.reports:
        # Not worth loading where there is no report.
        from gatepost.findings.statements import STATING
        from gatepost.pipeline.reports import read_one

        report = read_one(path, name, files, watch)
        findings += report.findings
        problems += report.problems
        if report.format and report.format not in STATING:  # a statement holds until there is another one
            problems += _too_old(report.path, report.day, oldest, request.today)
            commits.append((report.path, report.commits))
    problems += _of_other_commits(commits, files.root)
    if not request.run_detectors or not (request.detectors or any(one.detectors for one in policies)):
        return Taken((tuple(findings), tuple(problems), len(request.reports)))
    from gatepost.pipeline.detecting import detect, wanted

    detected = detect(wanted(request, policies, files.root), found, templates, files, request.jobs)
    read = ((*findings, *detected.findings), (*problems, *detected.problems), len(request.reports) + detected.runs)
    return Taken(read, detected.notes)


def _too_old(path: str, day: str, oldest: int | None, today: str) -> list[Problem]:
    if oldest is None:
        return []
    age = days_since(day, today) if day else None
    if age is None:
        what = f"the report does not say when it was made, and it may be {_days(oldest)} old at most"
    elif age > oldest:
        what = f"the report is of {day}, which is {_days(age)} ago, and it may be {_days(oldest)} old at most"
    else:
        return []
    return [Problem(Location(path, NOWHERE), what, _AGE_HINT, "old-report")]


def _of_other_commits(reports: Sequence[tuple[str, tuple[str, ...]]], root: str) -> list[Problem]:
    """Return a Problem for each report that names commits, none of which is checked out here."""
    if not any(commits for _, commits in reports):
        return []
    from gatepost.services.git import head_commit

    head = head_commit(root)
    return [
        Problem(
            Location(path, NOWHERE),
            f"the report is of commit {commits[0][:12]}, and {head[:12]} is checked out",
            _COMMIT_HINT,
            "other-commit",
        )
        for path, commits in reports
        if head and commits and not any(head.startswith(one) for one in commits)
    ]


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
