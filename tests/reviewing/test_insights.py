"""Code Insights on Bitbucket: batches of a hundred, limits, refusals, one report a name, with a credential or none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from gatepost.model.checks import CheckWritten, InsightsReport
from gatepost.reviewing.insights import insights
from gatepost.reviewing.told import read_told
from gatepost.services.bitbucket_insights import BitbucketInsights
from gatepost.services.patience import Patience
from gatepost.services.web import Refused
from tests.reviewing.hosts import finding, verdict
from tests.reviewing.other_hosts import HEAD, TOKEN, FakeBitbucket
from tests.reviewing.test_check_run import judged, many
from tests.reviewing.test_github import Clock
from tests.routing.hosts.host import Answer, serving

PATCH = "@@ -1,2 +1,3 @@\n a\n+open\n c\n"


@pytest.fixture
def host() -> Iterator[FakeBitbucket]:
    with serving(FakeBitbucket({"main.tf": PATCH})) as made:
        yield cast("FakeBitbucket", made)


def a_report(*findings: dict[str, Any], name: str = "Gatepost", **more: Any) -> InsightsReport:
    return insights(read_told(verdict(*findings, **more)), name, HEAD)


def write(host: FakeBitbucket, report: InsightsReport, token: str = TOKEN) -> CheckWritten:
    clock = Clock()
    patience = Patience(300, clock.now, clock.sleep)
    return BitbucketInsights(host.address, "acme/shop", token, patience, proxy=host.address).write(report)


def rows(host: FakeBitbucket) -> list[dict[str, Any]]:
    (found,) = host.annotations.values()
    return list(found.values())


def test_a_report_and_its_annotations_are_written_to_the_commit_that_was_judged(host: FakeBitbucket) -> None:
    assert write(host, a_report(finding())) == CheckWritten(1)
    ((commit, id),) = host.reports
    assert commit == HEAD and id.startswith("gatepost-")
    (report,) = host.reports.values()
    assert (report["result"], report["title"]) == ("FAILED", "Gatepost")
    (row,) = rows(host)
    assert (row["path"], row["line"], row["severity"], row["result"]) == ("main.tf", 2, "CRITICAL", "FAILED")


def test_a_hundred_go_in_a_request(host: FakeBitbucket) -> None:
    assert write(host, a_report(*many(230))) == CheckWritten(230)
    assert [len(one.data) for one in host.writes() if one.method == "POST"] == [100, 100, 30]
    assert len(rows(host)) == 230


def test_what_blocks_comes_first_and_beyond_a_thousand_the_last_says_how_many(host: FakeBitbucket) -> None:
    warned = [finding(rule=f"r{number}", action="warn", path=f"w{number}.tf") for number in range(1_030)]
    assert write(host, a_report(*warned, finding())) == CheckWritten(1_000)
    assert rows(host)[0]["path"] == "main.tf" and rows(host)[-1]["summary"] == "32 more are not shown here"
    assert "path" not in rows(host)[-1]
    (report,) = host.reports.values()
    assert "32 more have no annotation" in report["details"]


def test_another_run_replaces_the_report_and_its_annotations(host: FakeBitbucket) -> None:
    write(host, a_report(*many(5)))
    write(host, a_report(finding()))
    assert [one["path"] for one in rows(host)] == ["main.tf"]
    write(host, a_report())
    (report,) = host.reports.values()
    assert report["result"] == "PASSED" and not rows(host)


def test_the_same_run_twice_leaves_the_same(host: FakeBitbucket) -> None:
    write(host, a_report(*many(120)))
    before = dict(host.reports), {key: dict(some) for key, some in host.annotations.items()}
    write(host, a_report(*many(120)))
    assert (host.reports, host.annotations) == before


def test_gates_of_two_names_have_a_report_each(host: FakeBitbucket) -> None:
    write(host, a_report(finding(), name="Network"))
    write(host, a_report(finding(), name="Änderung / 7"))
    assert len(host.reports) == 2


@pytest.mark.parametrize(
    ("action", "mode", "result"),
    [
        ("blocked", "enforce", "FAILED"),
        ("incomplete", "enforce", "FAILED"),
        ("passed", "enforce", "PASSED"),
        ("blocked", "observe", "PASSED"),
    ],
)
def test_the_result_is_that_of_the_gate(host: FakeBitbucket, action: str, mode: str, result: str) -> None:
    write(host, a_report(finding(), verdict=judged(action, mode)))
    (report,) = host.reports.values()
    assert report["result"] == result and ("nothing is stopped" in report["details"]) == (mode == "observe")


def test_a_build_without_a_credential_asks_its_proxy(host: FakeBitbucket) -> None:
    assert write(host, a_report(finding()), token="") == CheckWritten(1)
    assert {one.headers["host"] for one in host.asked} == {"api.bitbucket.org"}
    assert not any("authorization" in one.headers for one in host.asked)


def test_a_batch_that_is_refused_takes_no_other_along(host: FakeBitbucket) -> None:
    host.refused_paths = {"f150.tf"}
    done = write(host, a_report(*many(230)))
    assert (done.annotations, done.lost) == (130, 100) and "400" in done.why
    (report,) = host.reports.values()
    assert report["result"] == "FAILED"


def test_a_credential_that_may_not_is_refused_without_being_shown(host: FakeBitbucket) -> None:
    host.fail("DELETE", "/reports/", Answer(403, {"error": {"message": f"no {TOKEN}"}}))
    with pytest.raises(Refused, match="403") as refused:
        write(host, a_report(finding()))
    assert TOKEN not in str(refused.value) and not host.reports


def test_a_report_that_is_not_taken_is_told(host: FakeBitbucket) -> None:
    host.fail("PUT", "/reports/", Answer(400, {"error": {"message": "bad"}}))
    with pytest.raises(Refused, match="400"):
        write(host, a_report(finding()))


def test_a_host_that_breaks_off_keeps_the_decision(host: FakeBitbucket) -> None:
    host.fail("POST", "/annotations", Answer(401, {"error": {"message": "expired"}}))
    done = write(host, a_report(*many(300)))
    assert (done.annotations, done.lost) == (0, 300)
    (report,) = host.reports.values()
    assert report["result"] == "FAILED"


def test_a_limit_and_a_fault_are_waited_for_and_nothing_is_written_twice(host: FakeBitbucket) -> None:
    host.fail("PUT", "/reports/", Answer(429, {}, {"Retry-After": "20"}))
    host.fail("POST", "/annotations", Answer(502, {}), done=True)
    assert write(host, a_report(*many(3))) == CheckWritten(3)
    assert len(rows(host)) == 3


def test_hostile_text_is_cut_and_made_plain(host: FakeBitbucket) -> None:
    long = "\x1b]0;x\x07\u202e" + "\U0001f600" * 3_000
    write(host, a_report(*many(3, title=long, message=long, why=long), name="n\x1b" * 200))
    for row in rows(host):
        assert not set("\x1b\x07\u202e") & set(row["summary"] + row["details"])
    (report,) = host.reports.values()
    assert "\x1b" not in report["title"] + report["details"]


def test_undecided_rules_and_problems_are_told_too(host: FakeBitbucket) -> None:
    undecided = {"title": "Encrypted?", "path": "db.tf", "region": {"start_line": 3, "end_line": 3}, "because": ["x"]}
    problem = {"path": "old.tf", "what": "never closed", "decision": {"action": "block"}}
    write(host, a_report(undecided=[undecided], problems=[problem], verdict=judged("incomplete")))
    assert [(one["path"], one["annotation_type"], one.get("result")) for one in rows(host)] == [
        ("old.tf", "BUG", "FAILED"),
        ("db.tf", "BUG", None),
    ]


def command(host: FakeBitbucket, folder: Path, *options: str, token: str = TOKEN) -> tuple[int, str]:
    (folder / "verdict.json").write_text(json.dumps(verdict(finding())))
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "GATEPOST_HOST_URL": host.address,
        **({"BITBUCKET_TOKEN": token} if token else {}),
    }
    where = ["--host", "bitbucket", "--repository", "acme/shop", "--pull-request", "7"]
    done = subprocess.run(
        [sys.executable, "-m", "gatepost", "review", str(folder / "verdict.json"), *where, *options],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert TOKEN not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def test_the_command_writes_it_beside_the_comments(host: FakeBitbucket, tmp_path: Path) -> None:
    code, said = command(host, tmp_path, "--check-run", "Gatepost", "--review-required")
    assert code == 0 and "report: failed, 1 annotations" in said
    assert len(host.reports) == 1 and len(host.inline) == 1


def test_a_dry_run_shows_it_and_writes_none(host: FakeBitbucket, tmp_path: Path) -> None:
    _, said = command(host, tmp_path, "--check-run", "Gatepost", "--dry-run")
    assert f"{HEAD}: failed" in said and "--- annotation main.tf:2 failure" in said and not host.reports


def test_comments_are_written_where_the_report_is_not(host: FakeBitbucket, tmp_path: Path) -> None:
    host.fail("PUT", "/reports/", Answer(403, {"error": {"message": "no"}}))
    code, said = command(host, tmp_path, "--check-run", "Gatepost", "--review-required")
    assert code == 3 and "the check run is not written" in said and len(host.inline) == 1


def test_outside_of_a_pipeline_a_credential_is_needed(host: FakeBitbucket, tmp_path: Path) -> None:
    code, said = command(host, tmp_path, "--check-run", "Gatepost", "--review-required", token="")
    assert code == 3 and "BITBUCKET_TOKEN is not set, and this is no pipeline of Bitbucket" in said
    assert not host.asked


def test_check_takes_the_name_of_a_check_run_with_review_alone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gatepost", "check", "--check-run", "Gatepost"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "--check-run goes with --review" in done.stderr
