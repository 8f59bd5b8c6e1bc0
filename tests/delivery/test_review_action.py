"""The action comments on a pull request: in one job, and in the second of two stages, run by act."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from gatepost.reports.suggestions import blob_of
from tests.delivery.real_parts import git
from tests.delivery.test_action import act
from tests.reviewing.github_host import HEAD, FakeGitHub
from tests.reviewing.hosts import finding, verdict
from tests.routing.hosts.host import serving

DATABASE = 'resource "aws_db_instance" "new" {\n  publicly_accessible = true\n}\n'
PATCH = "@@ -0,0 +1,3 @@\n" + "".join(f"+{line}\n" for line in DATABASE.splitlines()).rstrip("\n")


@pytest.fixture
def host() -> Iterator[FakeGitHub]:
    with serving(FakeGitHub({"infra/new.tf": PATCH})) as made:
        yield cast("FakeGitHub", made)


def told(host: FakeGitHub) -> dict[str, str]:
    return {"GITHUB_API_URL": host.address, "GITHUB_REPOSITORY": "acme/shop"}


def test_one_job_judges_and_comments_and_the_credential_is_not_told(
    shop: Path,
    tmp_path: Path,
    host: FakeGitHub,
) -> None:
    base = git(shop, "rev-parse", "HEAD")
    event = {"pull_request": {"number": 7, "base": {"sha": base, "ref": "main"}, "head": {"ref": "c", "sha": HEAD}}}
    host.blobs["infra/new.tf"] = blob_of(DATABASE)
    inputs = {"path": "infra", "review": True, "token": host.token, "check-run": "Gatepost $(id)"}
    ran = act(shop, tmp_path, inputs, {"infra/new.tf": DATABASE}, event, told(host))
    assert ran.code == 1 and ran.outputs["result"] == "blocked", ran.log
    (comment,) = (one for one in host.line_comments if "public address" in one["body"])
    assert (comment["path"], comment["line"]) == ("infra/new.tf", 2), ran.log
    assert "```suggestion\n  publicly_accessible = false\n```" in comment["body"]
    assert "### Gatepost: blocked" in host.comments[0]["body"] and host.token not in ran.log
    (check,) = host.checks
    assert (check["name"], check["conclusion"], check["head_sha"]) == ("Gatepost $(id)", "failure", HEAD)


def test_a_host_that_refuses_leaves_what_was_decided_alone(
    shop: Path,
    tmp_path: Path,
    host: FakeGitHub,
) -> None:
    event = {"pull_request": {"number": 7, "head": {"ref": "c", "sha": HEAD}}}
    inputs = {"path": "fine", "review": True, "token": "wrong", "base": "none"}
    ran = act(shop, tmp_path, inputs, {"fine/main.tf": "locals {\n  a = 1\n}\n"}, event, told(host))
    assert (ran.code, ran.outputs["result"]) == (0, "passed") and not host.comments, ran.log
    assert "the pull request is not told" in ran.log


def run_event(head: str = HEAD, owner: str = "ada") -> dict[str, Any]:
    return {"workflow_run": {"event": "pull_request", "head_sha": head, "head_repository": {"owner": {"login": owner}}}}


def test_the_second_stage_tells_what_the_first_has_written(
    shop: Path,
    tmp_path: Path,
    host: FakeGitHub,
) -> None:
    hostile = finding(path="infra/new.tf", title="@acme/all ::error::x", message="</details><img src=x>")
    inputs = {"verdict": "verdict.json", "token": host.token}
    files = {"verdict.json": json.dumps(verdict(hostile))}
    ran = act(shop, tmp_path, inputs, files, run_event(), told(host), "workflow_run")
    assert ran.outputs["exit-code"] == "0" and len(host.line_comments) == 1, ran.log
    body = host.line_comments[0]["body"]
    assert "@acme" not in body and "<img" not in body
    assert "can change what it tells" in host.comments[0]["body"]


def test_an_artifact_that_is_no_verdict_writes_nothing(
    shop: Path,
    tmp_path: Path,
    host: FakeGitHub,
) -> None:
    files = {"verdict.json": '{"version": 1, "findings": "x"}'}
    inputs = {"verdict": "verdict.json", "token": host.token}
    ran = act(shop, tmp_path, inputs, files, run_event(), told(host), "workflow_run")
    assert ran.outputs["exit-code"] == "2" and not host.comments, ran.log
