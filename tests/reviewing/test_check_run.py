"""Check runs on GitHub: batches of fifty, limits of texts, conclusions, refusals, and none that says the same twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from gatepost.model.checks import CheckRun, CheckWritten
from gatepost.reviewing.check_run import LONGEST, check_run
from gatepost.reviewing.told import read_told
from gatepost.services.github_checks import GitHubChecks
from gatepost.services.patience import Patience
from gatepost.services.web import Refused
from tests.reviewing.github_host import HEAD, FakeGitHub
from tests.reviewing.hosts import finding, suggested, verdict
from tests.reviewing.test_github import Clock
from tests.reviewing.test_review_command import run as command
from tests.routing.hosts.host import Answer, serving

PATCH = "@@ -1,2 +1,3 @@\n a\n+open\n c"


@pytest.fixture
def host() -> Iterator[FakeGitHub]:
    with serving(FakeGitHub({"main.tf": PATCH})) as made:
        yield cast("FakeGitHub", made)


def a_run(*findings: dict[str, Any], **more: Any) -> CheckRun:
    return check_run(read_told(verdict(*findings, **more)), "gate", HEAD)


def many(count: int, **more: Any) -> list[dict[str, Any]]:
    return [finding(path=f"f{number}.tf", **more) for number in range(count)]


def write(host: FakeGitHub, run: CheckRun) -> CheckWritten:
    clock = Clock()
    patience = Patience(300, clock.now, clock.sleep)
    return GitHubChecks(host.address, "acme/shop", host.token, patience).write(run)


def judged(action: str, mode: str = "enforce") -> dict[str, Any]:
    return {"action": action, "mode": mode, "policy": "gatepost.yaml", "counts": {}, "notes": []}


def test_one_request_is_enough_for_fifty(host: FakeGitHub) -> None:
    assert write(host, a_run(*many(50))) == CheckWritten(50)
    (made,) = host.checks
    assert [one.method for one in host.writes()] == ["POST"]
    assert (made["status"], made["conclusion"], len(made["annotations"])) == ("completed", "failure", 50)


def test_more_are_added_fifty_at_a_time_and_the_last_request_concludes(host: FakeGitHub) -> None:
    assert write(host, a_run(*many(120))) == CheckWritten(120)
    sent = [one.data for one in host.writes()]
    assert [len(one["output"]["annotations"]) for one in sent] == [50, 50, 20]
    assert [one["status"] for one in sent] == ["in_progress", "in_progress", "completed"]
    assert len({one["path"] for one in host.checks[0]["annotations"]}) == 120


def test_what_blocks_is_annotated_first(host: FakeGitHub) -> None:
    warned = [finding(rule=f"r{number}", action="warn", path=f"w{number}.tf") for number in range(60)]
    write(host, a_run(*warned, finding()))
    assert [one["annotation_level"] for one in host.checks[0]["annotations"]] == ["failure"] + ["warning"] * 60


def test_nothing_found_is_a_success_without_annotations(host: FakeGitHub) -> None:
    write(host, a_run())
    (made,) = host.checks
    assert (made["conclusion"], made["annotations"]) == ("success", [])
    assert made["output"]["title"] == "Passed: nothing found"


@pytest.mark.parametrize(
    ("action", "mode", "conclusion"),
    [
        ("blocked", "enforce", "failure"),
        ("incomplete", "enforce", "failure"),
        ("passed", "enforce", "success"),
        ("blocked", "observe", "neutral"),
    ],
)
def test_the_conclusion_is_that_of_the_gate(action: str, mode: str, conclusion: str) -> None:
    made = a_run(finding(), verdict=judged(action, mode))
    assert made.conclusion == conclusion


def test_observing_has_no_annotation_of_a_failure() -> None:
    made = a_run(finding(), verdict=judged("blocked", "observe"))
    assert {one.level for one in made.annotations} == {"warning"}


def test_the_same_verdict_is_not_written_twice(host: FakeGitHub) -> None:
    write(host, a_run(finding()))
    assert write(host, a_run(finding())).unchanged
    assert len(host.checks) == 1


def test_another_verdict_on_the_same_commit_is_another_run(host: FakeGitHub) -> None:
    write(host, a_run(finding()))
    assert not write(host, a_run()).unchanged
    assert [one["conclusion"] for one in host.checks] == ["failure", "success"]


def test_one_that_was_begun_and_never_concluded_is_written_again(host: FakeGitHub) -> None:
    write(host, a_run(finding()))
    host.checks[0]["status"], host.checks[0]["conclusion"] = "in_progress", None
    assert not write(host, a_run(finding())).unchanged
    assert len(host.checks) == 2


def test_a_credential_that_may_not_is_refused_without_being_shown(host: FakeGitHub) -> None:
    host.may_check = False
    with pytest.raises(Refused, match="403") as refused:
        write(host, a_run(finding()))
    assert host.token not in str(refused.value)
    assert host.checks == []


def test_a_batch_that_is_refused_takes_no_other_along(host: FakeGitHub) -> None:
    host.refused_paths = {"f60.tf"}
    done = write(host, a_run(*many(120)))
    assert (done.annotations, done.lost) == (70, 50)
    assert host.checks[0]["conclusion"] == "failure"


@pytest.mark.parametrize("path", ["f0.tf", "f110.tf"])
def test_the_first_and_the_last_batch_may_be_refused_too(host: FakeGitHub, path: str) -> None:
    host.refused_paths = {path}
    done = write(host, a_run(*many(120)))
    assert done.lost in (20, 50)
    assert (host.checks[0]["status"], host.checks[0]["conclusion"]) == ("completed", "failure")


def test_a_host_that_breaks_off_is_told_the_conclusion_all_the_same(host: FakeGitHub) -> None:
    host.fail("PATCH", "/check-runs/", Answer(403, {"message": "no more"}))
    done = write(host, a_run(*many(200)))
    assert (done.annotations, done.lost) == (50, 150)
    assert host.checks[0]["conclusion"] == "failure"


def test_a_secondary_limit_is_waited_for(host: FakeGitHub) -> None:
    host.fail("POST", "/check-runs", Answer(403, {"message": "secondary rate limit"}, {"Retry-After": "61"}))
    assert write(host, a_run(finding())) == CheckWritten(1)


def test_long_texts_are_cut_to_what_github_takes(host: FakeGitHub) -> None:
    long = "\U0001f600" * 70_000
    made = a_run(*many(300, title="t" * 900, message=long, why=long))
    assert len(made.summary) <= LONGEST
    assert write(host, made).lost == 0


def test_beyond_a_thousand_the_summary_says_how_many_there_are() -> None:
    made = a_run(*many(1_030))
    assert len(made.annotations) == 1_000
    assert "30 more have no annotation." in made.summary


def test_scanned_text_gives_the_log_no_command_and_the_page_no_escape() -> None:
    made = a_run(finding(title="\x1b]0;x\x07::error::y", message="##vso[task.complete]\n@all\u202e"))
    (one,) = made.annotations
    assert not set("\x1b\x07\u202e") & set(one.title + one.message + made.summary)
    assert "##vso[" not in one.message
    assert "@all" not in made.summary


def test_undecided_rules_and_problems_are_annotated() -> None:
    undecided = {"title": "Encrypted?", "path": "db.tf", "region": {"start_line": 3, "end_line": 3}, "because": ["x"]}
    problem = {"path": "old.tf", "what": "never closed", "decision": {"action": "block"}}
    made = a_run(undecided=[undecided], problems=[problem], verdict=judged("incomplete"))
    assert [(one.path, one.level) for one in made.annotations] == [("old.tf", "failure"), ("db.tf", "notice")]
    assert made.title == "Incomplete: 1 undecided, 1 could not be read"


def test_what_waits_for_the_same_is_told_once() -> None:
    lines = {n: {"start_line": n, "end_line": n} for n in (3, 13, 23, 33, 43)}
    undecided = [
        {"title": f"T {rule}", "rule": rule, "path": "iam.tf", "region": region, "because": ["var.m is missing"]}
        | {"hint": "give var.m"}
        for region in lines.values()
        for rule in ("a/b", "a/c")
    ]
    other = {"title": "Other", "rule": "a/b", "path": "x.tf", "region": lines[3], "because": ["var.n is missing"]}
    made = a_run(undecided=[*undecided, other])
    first, second = made.annotations
    assert (first.path, first.first, first.title) == ("iam.tf", 3, "Undecided: 2 rules at 5 places wait for one answer")
    assert first.message.splitlines()[:4] == ["var.m is missing", "give var.m", "a/b, a/c", "Also at iam.tf:13"]
    assert second.title == "Undecided: Other"
    assert "11 undecided" in made.title and "11 undecided (2 causes)" in made.summary
    assert made.summary.count("is missing") == 2
    assert "`iam.tf:3`, `iam.tf:13`, `iam.tf:23` and 2 more: var.m is missing (give var.m)" in made.summary


def test_the_command_writes_the_check_run_beside_the_comments(host: FakeGitHub, tmp_path: Path) -> None:
    code, said = command(host, tmp_path, "--check-run", "Gatepost")
    assert code == 0 and "check run: failure, 1 annotations" in said
    assert host.checks[0]["name"] == "Gatepost" and len(host.line_comments) == 1


def test_a_dry_run_shows_the_check_run_and_writes_none(host: FakeGitHub, tmp_path: Path) -> None:
    _, said = command(host, tmp_path, "--check-run", "Gatepost", "--dry-run")
    assert f"--- check run Gatepost {HEAD}: failure" in said and "--- annotation main.tf:2 failure" in said
    assert host.checks == []


def test_comments_are_written_where_the_check_run_is_not(host: FakeGitHub, tmp_path: Path) -> None:
    host.may_check = False
    code, said = command(host, tmp_path, "--check-run", "Gatepost", "--review-required")
    assert code == 3 and "the check run is not written" in said and len(host.line_comments) == 1


def test_no_check_run_comes_of_a_verdict_from_elsewhere(host: FakeGitHub, tmp_path: Path) -> None:
    code, said = command(host, tmp_path, "--check-run", "Gatepost", "--from-elsewhere")
    assert code == 2 and "--check-run does not go with --from-elsewhere" in said
    assert host.checks == [] and host.asked == []


def test_a_proved_fix_is_in_the_details(host: FakeGitHub) -> None:
    write(host, a_run(finding(fixes=[suggested()], diff=["main.tf:2", "- open", "+ closed"])))
    assert host.checks[0]["annotations"][0]["raw_details"] == "main.tf:2\n- open\n+ closed"
