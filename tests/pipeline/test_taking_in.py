"""Reports that are too old, or of another commit, are problems of a kind that a policy can decide on."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gatepost.model.decisions import Verdict
from gatepost.scans import read_report
from tests.pipeline.stories import judged, write

DOCKERFILE = {"Dockerfile": "FROM debian:12\nUSER app\n"}


def trivy(created: str = "", commit: str = "") -> str:
    report: dict[str, Any] = {"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "repository", "Results": []}
    report |= {"CreatedAt": created} if created else {}
    return json.dumps(report | ({"Metadata": {"Commit": commit}} if commit else {}))


def sarif(*ends: str, revision: str = "") -> str:
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "x"}},
        "results": [],
        "invocations": [{"executionSuccessful": True, "endTimeUtc": end} for end in ends],
        "versionControlProvenance": [{"repositoryUri": "https://example.com/x", "revisionId": revision}],
    }
    return json.dumps({"version": "2.1.0", "runs": [run]})


def problems(verdict: Verdict) -> list[tuple[str, str]]:
    return [(one.problem.kind, one.problem.what) for one in verdict.problems]


def check(folder: Path, report: str, **more: Any) -> Verdict:
    write(folder, {"report.json": report})
    return judged(folder, DOCKERFILE, "Dockerfile", reports=(("report.json", None),), **more)


@pytest.mark.parametrize(
    "report", [trivy("2026-11-01T10:00:00Z"), sarif("2026-11-20T10:00:00Z", "2026-11-01T10:00:00Z")]
)
def test_an_older_report_is_a_problem_where_somebody_says_how_old_it_may_be(tmp_path: Path, report: str) -> None:
    assert problems(check(tmp_path, report)) == []
    assert problems(check(tmp_path, report, oldest_report=20)) == []
    told = "the report is of 2026-11-01, which is 20 days ago, and it may be 7 days old at most"
    assert problems(check(tmp_path, report, oldest_report=7)) == [("old-report", told)]


def test_a_report_that_does_not_say_when_it_was_made_cannot_be_shown_to_be_new(tmp_path: Path) -> None:
    ((kind, what),) = problems(check(tmp_path, trivy(), oldest_report=7))
    assert (kind, "does not say when it was made" in what) == ("old-report", True)


def test_the_policy_says_how_old_reports_may_be_and_what_comes_of_it(tmp_path: Path) -> None:
    write(tmp_path, {"gatepost.yaml": """
        version: 1
        extends: recommended
        reports: {max_age: 1w}
        gate: [{name: old ones are told, when: {problem: true, problem_kind: old-report}, decide: warn}]
    """})  # fmt: skip
    verdict = check(tmp_path, trivy("2026-11-01T10:00:00Z"))
    assert [(one.action, one.problem.kind) for one in verdict.problems] == [("warn", "old-report")]


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.mark.parametrize("make", [lambda commit: trivy(commit=commit), lambda commit: sarif(revision=commit)])
def test_a_report_of_another_commit_is_a_problem(tmp_path: Path, make: Any) -> None:
    write(tmp_path, DOCKERFILE)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "Dockerfile")
    git(tmp_path, "commit", "-q", "-m", "x")
    head = git(tmp_path, "rev-parse", "HEAD")
    assert problems(check(tmp_path, make(head))) == []
    assert problems(check(tmp_path, make(head[:10].upper()))) == []
    ((kind, what),) = problems(check(tmp_path, make("0" * 40)))
    assert (kind, what) == ("other-commit", f"the report is of commit 000000000000, and {head[:12]} is checked out")


def test_without_a_repository_a_commit_says_nothing(tmp_path: Path) -> None:
    assert problems(check(tmp_path, trivy(commit="0" * 40))) == []


@pytest.mark.parametrize(
    ("report", "day"),
    [
        ({"matches": [], "descriptor": {"name": "grype", "timestamp": "2026-11-03T08:00:00Z"}}, "2026-11-03"),
        ({"results": [], "metrics": {"_totals": {}}, "generated_at": "2026-11-04T00:00:00Z"}, "2026-11-04"),
        ({"version": "15.0.0", "vulnerabilities": [], "scan": {
            "status": "success", "type": "sast", "end_time": "2026-11-05T00:00:00", "scanner": {"id": "x", "name": "x"},
            "analyzer": {"id": "x"}}}, "2026-11-05"),
        ({"matches": [], "descriptor": {"name": "grype", "timestamp": "0001-01-01T00:00:00Z"}}, ""),
        ({"matches": [], "descriptor": {"name": "grype", "timestamp": "2026-13-40"}}, ""),
        ({"matches": [], "descriptor": {"name": "grype", "timestamp": {"a": 1}}}, ""),
    ],
)  # fmt: skip
def test_each_format_that_tells_its_day_is_asked(report: dict[str, Any], day: str) -> None:
    assert read_report(json.dumps(report).encode(), "x").scanned.day == day
