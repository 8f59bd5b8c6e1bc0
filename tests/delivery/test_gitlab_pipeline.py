"""The GitLab job of the documentation, run by gitlab-ci-local against a stateful GitLab; never a real one."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.delivery.real_parts import TOP, commit_all, git, program, run
from tests.reviewing.gitlab_host import FakeGitLab
from tests.routing.hosts.host import serving

DATABASE = 'resource "aws_db_instance" "new" {\n  publicly_accessible = true\n}\n'
PATCH = "@@ -0,0 +1,3 @@\n" + "".join(f"+{line}\n" for line in DATABASE.splitlines())


def job() -> str:
    """Return the job of the documentation; what it installs is installed already, and comes from no network."""
    page = (TOP / "docs" / "reviews.md").read_text("utf-8")
    found = re.search(r"## GitLab\n.*?```yaml\n(gate:.*?)```", page, re.DOTALL)
    assert found is not None
    text, count = re.subn(r'pip install --quiet "gatepost\[gitlab\] @ [^"]*"', "gatepost --version", found[1])
    assert count == 1
    return text


@pytest.fixture
def host() -> Iterator[FakeGitLab]:
    with serving(FakeGitLab({"infra/new.tf": PATCH})) as made:
        yield cast("FakeGitLab", made)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose last commit brings a database; its origin has the base on a branch."""
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / ".gitlab-ci.yml").write_text(job(), "utf-8")
    (folder / ".gitignore").write_text(".gitlab-ci-local/\n")
    commit_all(folder)
    git(tmp_path, "clone", "-q", "--bare", str(folder), str(tmp_path / "shop.git"))
    git(folder, "remote", "add", "origin", "git@git.example:acme/shop.git")
    git(folder, "config", f"url.{tmp_path / 'shop.git'}.insteadOf", "git@git.example:acme/shop.git")
    git(folder, "checkout", "-q", "-b", "change")
    (folder / "infra").mkdir()
    (folder / "infra/new.tf").write_text(DATABASE, "utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a database")
    return folder


def pipeline(clone: Path, host: FakeGitLab, source: str = "merge_request_event") -> tuple[int, str]:
    """Run the pipeline of a merge request; return its exit code and log."""
    for name in ("gitlab-ci-local", "rsync", "node"):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed: npm install gitlab-ci-local@4.61.1, apt-get install rsync nodejs")
    host.head = git(clone, "rev-parse", "HEAD")
    variables = {
        "CI_PIPELINE_SOURCE": source,
        "GITLAB_CI": "true",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_PROJECT_PATH": "acme/shop",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(clone, "rev-parse", "main"),
        "CI_SERVER_URL": host.address,
        "CI_COMMIT_SHA": host.head,
        "GITLAB_TOKEN": host.token,
    }
    given = [part for name, value in variables.items() for part in ("--variable", f"{name}={value}")]
    command = [program("gitlab-ci-local"), "--force-shell-executor", "--no-color", *given]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = run(command, clone, {"PATH": path, "HOME": str(clone.parent), "GIT_CONFIG_GLOBAL": os.devnull})
    return done.returncode, done.stdout


def test_a_merge_request_is_judged_and_told(clone: Path, host: FakeGitLab) -> None:
    code, log = pipeline(clone, host)
    assert code != 0 and "BLOCKED" in log, log
    (note,) = (one for one in host.inline if "public address" in one["body"])
    assert note["position"]["new_line"] == 2, log
    assert "```suggestion:-0+0\n  publicly_accessible = false\n```" in note["body"]
    assert "### Gatepost: blocked" in host.summaries[0] and host.token not in log


def test_the_next_pipeline_writes_nothing_again(clone: Path, host: FakeGitLab) -> None:
    pipeline(clone, host)
    before = len(host.writes())
    assert before
    pipeline(clone, host)
    assert len(host.writes()) == before


def test_what_is_mended_passes_and_is_called_fixed(clone: Path, host: FakeGitLab) -> None:
    pipeline(clone, host)
    (clone / "infra/new.tf").write_text("locals {\n  a = 1\n}\n")
    git(clone, "commit", "-q", "-a", "-m", "no database")
    code, log = pipeline(clone, host)
    assert code == 0 and host.inline and all("fixed in" in one["body"] for one in host.inline), log
    assert all(one["resolved"] for one in host.inline) and "### Gatepost: passed" in host.summaries[0]


def test_a_branch_has_no_such_job(clone: Path, host: FakeGitLab) -> None:
    _, log = pipeline(clone, host, "push")
    assert "gate starting" not in log and not host.asked, log
