"""Which folder of feeds counts, how old they may be, and that none is read where nobody asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.model.decisions import Verdict
from gatepost.model.problems import UsageError
from tests.pipeline.stories import judged

KEV = {"dateReleased": "2026-11-10T10:00:00Z", "count": 1, "vulnerabilities": [{"cveID": "CVE-2024-3094"}]}
NEWER = {**KEV, "dateReleased": "2026-11-20T10:00:00Z"}
FILES = {
    "Dockerfile": "FROM debian:12\nUSER app\n",
    "old/known_exploited_vulnerabilities.json": json.dumps(KEV),
    "new/known_exploited_vulnerabilities.json": json.dumps(NEWER),
}


def check(folder: Path, ours: str = "", theirs: str = "", **more: Any) -> Verdict:
    head = "version: 1\nextends: recommended\n"
    files = {**FILES, "gatepost.yaml": head + ours}
    if theirs:
        files["org/policy.yaml"] = head + theirs
        more["organisation_policy"] = "org/policy.yaml"
    return judged(folder, files, "Dockerfile", **more)


def dates(verdict: Verdict) -> list[str]:
    return [feed.date for feed in verdict.feeds]


def told(verdict: Verdict) -> list[str]:
    return [one.problem.what for one in verdict.problems]


def test_without_a_folder_there_are_no_feeds(tmp_path: Path) -> None:
    assert (dates(check(tmp_path)), told(check(tmp_path))) == ([], [])


def test_the_command_line_counts_before_the_organisation_and_that_before_the_repository(tmp_path: Path) -> None:
    ours, theirs = "feeds: {path: old}\n", "feeds: {path: ../new}\n"
    assert dates(check(tmp_path, ours)) == ["2026-11-10"]
    assert dates(check(tmp_path, ours, theirs)) == ["2026-11-20"]
    assert dates(check(tmp_path, ours, theirs, feeds="old")) == ["2026-11-10"]


def test_of_two_ages_the_lower_counts(tmp_path: Path) -> None:
    verdict = check(tmp_path, "feeds: {path: old, max_age: 30d}\n", "feeds: {max_age: 1w}\n")
    assert told(verdict) == ["the KEV feed is 11 days old, and may be 7 at most"]


def test_an_old_feed_is_a_note_where_nobody_says_how_old_it_may_be(tmp_path: Path) -> None:
    verdict = check(tmp_path, feeds="old")
    assert (told(verdict), verdict.notes) == ([], ("the KEV feed is 11 days old (gatepost feeds update)",))


def test_an_age_without_feeds_is_a_problem(tmp_path: Path) -> None:
    verdict = check(tmp_path, "feeds: {max_age: 7d}\n")
    assert told(verdict) == ["gatepost.yaml says how old feeds may be, and there are none"]
    assert verdict.problems[0].problem.kind == "feed"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        check(tmp_path, "feeds: {path: nowhere}\n")
