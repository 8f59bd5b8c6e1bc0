"""`gatepost fix --pull-request`: where the repository, the credential and the exit code come from."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.reviewing.fixes_host import FakeFixes
from tests.reviewing.gitea_fixes_host import FakeGiteaFixes
from tests.reviewing.gitlab_fixes_host import FakeGitLabFixes
from tests.routing.hosts.host import Answer, serving

DATABASE = b'resource "aws_db_instance" "d" {\n  storage_encrypted = false\n}\n'
FILES = {"CODEOWNERS": b"* @acme/payments\n", "live/main.tf": DATABASE}
RULE = ("--unsafe", "--rule", "aws/rds/storage-encrypted")


def a_commit_of(folder: Path) -> str:
    """Make a repository of the files; return the id of its commit."""
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    who = {f"GIT_{one}_{what}": "ada@x.example" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for command in ("init -q -b main", "add -A", "commit -q -m one"):
        subprocess.run(
            ["git", *command.split()], cwd=folder, env={"PATH": os.environ["PATH"], **who}, check=True, timeout=30
        )
    command = ["git", "rev-parse", "HEAD"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=30).stdout.strip()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[FakeFixes]:
    with serving(FakeFixes()) as made:
        fake = cast("FakeFixes", made)
        fake.push("main", FILES, id=a_commit_of(tmp_path))
        yield fake


def fix(host: FakeFixes, folder: Path, *options: str, token: bool = True, built: bool = True) -> tuple[int, str, str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    if built:
        environment |= {
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_API_URL": host.address,
        }  # fmt: skip
    else:
        environment["GATEPOST_HOST_URL"] = host.address
    if token:
        environment["GITHUB_TOKEN"] = host.token
    done = subprocess.run(
        [sys.executable, "-m", "gatepost", "fix", *options],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert host.token not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_in_a_build_of_the_default_branch_it_is_one_command(host: FakeFixes, tmp_path: Path) -> None:
    code, out, said = fix(host, tmp_path, "--pull-request", *RULE)
    assert (code, out.split()[:2]) == (0, ["opened", "#1"]), said
    (one,) = host.pulls
    assert host.content(one["branch"], "live/main.tf") == DATABASE.replace(b"false", b"true").decode()
    assert host.asked_reviews == ["acme/payments"] and one["labels"] == ["gatepost"]
    assert (tmp_path / "live/main.tf").read_bytes() == DATABASE
    assert fix(host, tmp_path, "--pull-request", *RULE)[:2] == (0, f"unchanged #1 {one['branch']}\n")


GITLAB = {"GITLAB_CI": "true", "CI_PROJECT_PATH": "acme/shop", "CI_SERVER_URL": "{address}", "GITLAB_TOKEN": "{token}"}
FORGEJO = {
    "GITHUB_ACTIONS": "true", "FORGEJO_ACTIONS": "true", "GITHUB_EVENT_NAME": "push",
    "GITHUB_REPOSITORY": "acme/shop", "GITHUB_API_URL": "{address}", "FORGEJO_TOKEN": "{token}",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "build"), [(FakeGitLabFixes, GITLAB), (FakeGiteaFixes, FORGEJO)])
def test_in_a_build_of_another_host_it_is_the_same_command(
    kind: type[FakeFixes], build: dict[str, str], tmp_path: Path
) -> None:
    with serving(kind()) as made:
        fake = cast("FakeFixes", made)
        fake.push("main", FILES, id=a_commit_of(tmp_path))
        told = {name: value.format(address=fake.address, token=fake.token) for name, value in build.items()}
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), **told}
        for word in ("opened", "unchanged"):
            done = subprocess.run(
                [sys.executable, "-m", "gatepost", "fix", "--pull-request", *RULE],
                cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            assert (done.returncode, done.stdout.split()[:2]) == (0, [word, "#1"]), done.stderr
            assert fake.token not in done.stdout + done.stderr
        (one,) = fake.pulls
        assert fake.content(one["branch"], "live/main.tf") == DATABASE.replace(b"false", b"true").decode()
        assert one["labels"] == ["gatepost"] and fake.changed(one["branch"]) == {"live/main.tf"}


def test_a_dry_run_shows_everything_and_writes_nothing(host: FakeFixes, tmp_path: Path) -> None:
    where = ("--host", "github", "--repository", "acme/shop")
    code, out, _ = fix(host, tmp_path, "--pull-request", "--dry-run", *where, *RULE, built=False)
    assert code == 0 and not host.pulls and not [one for one in host.writes() if one.path != "/graphql"]
    assert "--- new pull request gatepost/fix-" in out and "--- file live/main.tf" in out and "**Proved:**" in out


def test_a_folder_below_the_top_mends_files_by_their_paths_from_the_top(host: FakeFixes, tmp_path: Path) -> None:
    code, out, said = fix(host, tmp_path / "live", "--pull-request", "--dry-run", *RULE)
    assert code == 0 and "--- file live/main.tf" in out, said


def test_what_is_missing_or_refused_is_3(host: FakeFixes, tmp_path: Path) -> None:
    code, _, said = fix(host, tmp_path, "--pull-request", *RULE, token=False)
    assert code == 3 and "GITHUB_TOKEN" in said
    assert fix(host, tmp_path, "--pull-request", *RULE, built=False)[0] == 3
    host.fail("POST", "/git/blobs", Answer(403, {"message": "Resource not accessible by integration"}))
    code, _, said = fix(host, tmp_path, "--pull-request", *RULE)
    assert code == 3 and "the credential may not do this" in said and not host.pulls


@pytest.mark.parametrize(
    "options",
    [("--pull-request", "--write"), ("--most", "3"), ("--dry-run",), ("--pull-request", "--needs-rescan", "--unsafe")],
)
def test_options_that_do_not_go_together_are_errors_of_usage(options: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gatepost", "fix", *options],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "pull" in done.stderr
