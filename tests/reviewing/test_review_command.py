"""`gatepost review` finds the pull request that is built, and never changes what the gate decided."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from gatepost.cli.verdict_file import read_verdict
from gatepost.model.problems import UsageError
from gatepost.reviewing.places import Where, where
from tests.reviewing.github_host import HEAD, FakeGitHub
from tests.reviewing.hosts import finding, suggested, verdict
from tests.routing.hosts.host import Answer, serving

PATCH = "@@ -1,2 +1,3 @@\n a\n+open\n c"


@pytest.fixture
def host() -> Iterator[FakeGitHub]:
    with serving(FakeGitHub({"main.tf": PATCH})) as made:
        yield cast("FakeGitHub", made)


def run(host: FakeGitHub, folder: Path, *options: str, token: bool = True, **event: Any) -> tuple[int, str]:
    (folder / "verdict.json").write_text(json.dumps(verdict(finding(fixes=[suggested()]))))
    (folder / "event.json").write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": HEAD}}, **event}))
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_API_URL": host.address,
        **({"GITHUB_TOKEN": host.token} if token else {}),
    }
    done = subprocess.run(
        [sys.executable, "-m", "gatepost", "review", str(folder / "verdict.json"), *options],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert host.token not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def test_the_pull_request_of_the_event_is_told(host: FakeGitHub, tmp_path: Path) -> None:
    code, said = run(host, tmp_path)
    assert code == 0 and len(host.line_comments) == 1 and "1 new" in said


def test_a_dry_run_shows_everything_and_writes_nothing(host: FakeGitHub, tmp_path: Path) -> None:
    code, said = run(host, tmp_path, "--dry-run")
    assert code == 0 and not host.line_comments and not host.comments
    assert "--- comment main.tf:2" in said and "```suggestion" in said and "### Gatepost: blocked" in said


def test_without_a_credential_it_says_so_once_and_passes(host: FakeGitHub, tmp_path: Path) -> None:
    code, said = run(host, tmp_path, token=False)
    assert code == 0 and said.count("GITHUB_TOKEN") == 1
    assert run(host, tmp_path, "--review-required", token=False)[0] == 3


def test_a_host_that_does_not_let_us_write_never_changes_the_exit_code_unasked(
    host: FakeGitHub, tmp_path: Path
) -> None:
    host.fail("POST", "/", Answer(403, {"message": "Resource not accessible by integration"}), times=20)
    assert run(host, tmp_path)[0] == 0
    assert run(host, tmp_path, "--review-required")[0] == 3


def test_a_verdict_that_is_none_is_an_error_of_usage(host: FakeGitHub, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("[1]")
    done = subprocess.run(
        [sys.executable, "-m", "gatepost", "review", str(tmp_path / "other.json")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "json report" in done.stderr


EVENT = {"pull_request": {"number": 7, "head": {"sha": "abc"}}}
RUN = {"workflow_run": {"event": "pull_request", "head_sha": "abc", "head_repository": {"owner": {"login": "ada"}}}}
BUILDS: dict[str, tuple[dict[str, str], Any, Where | None]] = {
    "a pull request of GitHub": (
        {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_NAME": "pull_request"},
        EVENT,
        Where("github", "https://api.github.com", "a/b", 7, "abc"),
    ),
    "a workflow after another one": (
        {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_NAME": "workflow_run"},
        RUN,
        Where("github", "https://api.github.com", "a/b", 0, "abc", "ada:abc"),
    ),
    "a push": ({"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_NAME": "push"}, {}, None),
    "Forgejo": (
        {
            "GITHUB_ACTIONS": "true",
            "FORGEJO_ACTIONS": "true",
            "GITHUB_API_URL": "https://code.example/api/v1",
            "GITHUB_REPOSITORY": "a/b",
            "GITHUB_EVENT_NAME": "pull_request",
        },
        EVENT,
        Where("gitea", "https://code.example/api/v1", "a/b", 7, "abc"),
    ),
    "a merge request of GitLab": (
        {
            "GITLAB_CI": "true",
            "CI_MERGE_REQUEST_IID": "3",
            "CI_PROJECT_PATH": "a/b",
            "CI_SERVER_URL": "https://git.example",
            "CI_COMMIT_SHA": "abc",
        },
        None,
        Where("gitlab", "https://git.example", "a/b", 3, "abc"),
    ),
    "a pull request of Bitbucket": (
        {"BITBUCKET_PR_ID": "3", "BITBUCKET_REPO_FULL_NAME": "a/b", "BITBUCKET_COMMIT": "abc"},
        None,
        Where("bitbucket", "https://api.bitbucket.org", "a/b", 3, "abc"),
    ),
    "a pull request of Azure": (
        {
            "TF_BUILD": "True",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "3",
            "SYSTEM_COLLECTIONURI": "https://dev.azure.example/acme/",
            "SYSTEM_TEAMPROJECT": "shop",
            "BUILD_REPOSITORY_ID": "1234",
            "SYSTEM_PULLREQUEST_SOURCECOMMITID": "abc",
        },
        None,
        Where("azure", "https://dev.azure.example/acme", "shop/1234", 3, "abc"),
    ),
    "no build": ({}, None, None),
}


@pytest.mark.parametrize("build", BUILDS)
def test_the_build_tells_which_pull_request_it_is(build: str) -> None:
    environment, event, found = BUILDS[build]
    assert where(environment, lambda _: event) == found


def test_the_summary_is_written_to_a_file_as_the_host_has_it(host: FakeGitHub, tmp_path: Path) -> None:
    run(host, tmp_path, "--summary-to", str(tmp_path / "told.md"))
    told = (tmp_path / "told.md").read_text()
    assert told.startswith("### Gatepost: blocked") and told.strip() in host.comments[0]["body"]


def test_a_verdict_without_an_end_is_refused_within_bounds() -> None:
    with pytest.raises(UsageError, match="larger than 1 MB"):
        read_verdict("/dev/zero", 1 << 20)
