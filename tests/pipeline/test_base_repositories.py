"""A base in every kind of repository and clone that real git makes: judged, or refused with the command to type."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gatepost.model.decisions import Verdict
from gatepost.model.problems import UsageError
from gatepost.pipeline import check
from tests.pipeline.stories import request
from tests.pipeline.test_base import PUBLIC, commit, git, news, of_rule, write

OLD = {"aws_db_instance.old": False, "aws_db_instance.new": True}


def story(folder: Path, *options: str) -> Path:
    """Make a repository whose branch `change` adds a finding to the one that main has."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main", *options)
    write(folder, main_tf=PUBLIC.format(name="old", value="true"))
    commit(folder)
    git(folder, "switch", "-q", "-c", "change")
    write(folder, other_tf=PUBLIC.format(name="new", value="true"))
    commit(folder)
    return folder


def at(folder: Path, monkeypatch: pytest.MonkeyPatch, base: str = "main") -> Verdict:
    monkeypatch.chdir(folder)
    return check(request(base=base))


def clone(source: Path, target: Path, *options: str) -> Path:
    git(source, "config", "uploadpack.allowFilter", "true")
    git(source.parent, "clone", "-q", *options, f"file://{source}", str(target))
    return target


def refusal(verdict: Verdict) -> tuple[str, str]:
    """Return what is wrong and the command to type, of a verdict that is incomplete."""
    assert (verdict.action, verdict.exit_code) in (("incomplete", 3), ("blocked", 1))
    (problem,) = [one for one in verdict.problems if one.problem.what.startswith("the base ")]
    assert problem.action == "block"
    return problem.problem.what, problem.problem.hint


def test_a_repository_of_sha_256(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert news(at(story(tmp_path / "r", "--object-format=sha256"), monkeypatch)) == OLD


def test_a_detached_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = story(tmp_path / "r")
    git(folder, "switch", "-q", "--detach")
    assert news(at(folder, monkeypatch)) == OLD


def test_the_merge_that_a_host_checks_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = story(tmp_path / "r")
    git(folder, "switch", "-q", "main")
    write(folder, later_tf=PUBLIC.format(name="later", value="true"))
    commit(folder)
    git(folder, "switch", "-q", "--detach")
    git(folder, "merge", "-q", "--no-ff", "-m", "x", "change")
    assert news(at(folder, monkeypatch)) == {**OLD, "aws_db_instance.later": False}


def test_a_work_tree_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = story(tmp_path / "r")
    git(folder, "switch", "-q", "main")
    git(folder, "worktree", "add", "-q", str(tmp_path / "w"), "change")
    assert news(at(tmp_path / "w", monkeypatch)) == OLD


def test_a_submodule_is_a_repository_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner, outer = story(tmp_path / "inner"), tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q", "-b", "main")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")
    git(outer / "sub", "fetch", "-q", "origin", "main:main")
    assert news(at(outer / "sub", monkeypatch)) == OLD


def test_a_shallow_clone_compares_with_the_tip_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = clone(story(tmp_path / "r"), tmp_path / "c", "--depth=1", "--branch=change")
    what, hint = refusal(at(folder, monkeypatch, "origin/main"))
    assert "is not in this clone" in what
    git(folder, *hint.split()[3:])
    verdict = at(folder, monkeypatch, "origin/main")
    assert news(verdict) == OLD
    (note,) = [note for note in verdict.notes if "shallow" in note]
    assert note.endswith("git fetch --unshallow")


def test_histories_that_have_nothing_in_common_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = story(tmp_path / "r")
    git(folder, "switch", "-q", "--orphan", "alone")
    write(folder, main_tf="# again\n" + PUBLIC.format(name="old", value="true"))
    commit(folder)
    verdict = at(folder, monkeypatch)
    assert news(verdict) == {"aws_db_instance.old": False}
    assert any("no commit in common" in note for note in verdict.notes)


def test_a_partial_clone_fetches_nothing_in_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = story(tmp_path / "r")
    write(source, main_tf=PUBLIC.format(name="old", value="false"))
    commit(source)
    folder = clone(source, tmp_path / "c", "--filter=blob:none", "--branch=change")
    what, hint = refusal(at(folder, monkeypatch, "origin/main"))
    assert "partial" in what
    git(folder, *hint.split()[3:])
    assert news(at(folder, monkeypatch, "origin/main")) == {"aws_db_instance.new": True}


def test_a_folder_that_git_does_not_trust_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = story(tmp_path / "r")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    told = subprocess.run(["git", "status"], cwd=folder, capture_output=True, text=True, check=False)
    if "dubious ownership" not in told.stderr:
        pytest.skip("this git trusts everybody")
    _, hint = refusal(at(folder, monkeypatch))
    assert hint == f"git config --global --add safe.directory {os.path.realpath(folder)}"


def test_without_git_the_verdict_is_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = story(tmp_path / "r")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(at(folder, monkeypatch))[1] == "install git"


def test_a_bare_repository_has_no_files_to_compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = clone(story(tmp_path / "r"), tmp_path / "bare.git", "--bare")
    write(folder, main_tf=PUBLIC.format(name="a", value="true"))
    with pytest.raises(UsageError, match="--base needs a git repository"):
        at(folder, monkeypatch)


def test_a_run_above_the_checkout_is_told_where_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = story(tmp_path / "r")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as raised:
        check(request("r", base="main"))
    assert raised.value.hint == f"run it in the checkout: cd {folder}"


def test_a_repository_without_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, main_tf=PUBLIC.format(name="a", value="true"))
    assert "is not in this clone" in refusal(at(tmp_path, monkeypatch))[0]


def test_a_file_that_is_renamed_and_edited_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    blocks = "".join(PUBLIC.format(name=f"a{number}", value="true") for number in range(8))
    write(tmp_path, main_tf=blocks)
    commit(tmp_path)
    git(tmp_path, "mv", "main.tf", "db.tf")
    write(tmp_path, db_tf=blocks + PUBLIC.format(name="b", value="true"))
    found = news(at(tmp_path, monkeypatch))
    assert [name for name, is_new in found.items() if is_new] == ["aws_db_instance.b"]


def test_what_cannot_be_read_of_the_base_is_exit_3_also_where_all_else_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, main_tf='resource "random_pet" "a" {}\n')
    commit(tmp_path)
    verdict = at(tmp_path, monkeypatch, "f" * 40)
    assert (verdict.exit_code, of_rule(verdict)) == (3, {})
