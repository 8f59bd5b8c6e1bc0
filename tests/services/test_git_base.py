"""What git tells of a base: the commit, what differs, the lines, the files of then."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gatepost.services.git_base import GitRefused, Tree, base_commit, changed_lines, changes


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, files: dict[str, str | None], message: str = "x") -> str:
    for path, text in files.items():
        if text is None:
            (folder / path).unlink()
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def test_the_base_is_where_the_branches_part(repository: Path) -> None:
    first = commit(repository, {"a.tf": "1\n"})
    git(repository, "switch", "-q", "-c", "change")
    commit(repository, {"b.tf": "1\n"})
    git(repository, "switch", "-q", "main")
    commit(repository, {"c.tf": "1\n"})
    git(repository, "switch", "-q", "change")
    assert base_commit(str(repository), "main") == first


def test_a_commit_that_is_not_here_names_the_command_to_type(repository: Path) -> None:
    commit(repository, {"a.tf": "1\n"})
    with pytest.raises(GitRefused) as refused:
        base_commit(str(repository), "f" * 40)
    assert refused.value.hint.endswith(f"fetch --depth=1 origin {'f' * 40}")
    with pytest.raises(GitRefused) as refused:
        base_commit(str(repository), "origin/main")
    assert refused.value.hint.endswith("origin main:refs/remotes/origin/main")


def test_an_option_is_no_revision(repository: Path) -> None:
    commit(repository, {"a.tf": "1\n"})
    with pytest.raises(GitRefused):
        base_commit(str(repository), "--output=/tmp/x")


def test_what_differs_is_told_with_renames_and_untracked_files(repository: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(20))
    base = commit(repository, {"same.tf": "1\n", "gone.tf": "1\n", "old.tf": text, "other.tf": "1\n"})
    commit(repository, {"gone.tf": None, "old.tf": None, "new.tf": text + "more\n", "other.tf": "2\n"})
    (repository / "untracked äöü.tf").write_text("1\n")
    found = changes(str(repository), base)
    assert found.now == {"new.tf", "other.tf", "untracked äöü.tf"}
    assert found.before == {"gone.tf", "old.tf", "other.tf"}
    assert found.renamed == {"new.tf": "old.tf"}


def test_a_folder_of_the_repository_is_told_in_its_own_paths(repository: Path) -> None:
    base = commit(repository, {"live/a.tf": "1\n", "b.tf": "1\n"})
    commit(repository, {"live/a.tf": "2\n", "b.tf": "2\n"})
    assert changes(str(repository / "live"), base).now == {"a.tf"}
    with Tree(str(repository / "live"), base) as tree:
        assert tree.read("a.tf") == b"1\n"
        assert tree.paths() == ["a.tf"]


def test_lines_that_look_like_a_diff_are_lines(repository: Path) -> None:
    base = commit(repository, {"a.tf": "one\ntwo\nthree\n"})
    commit(repository, {"a.tf": "one\n++ b/other.tf\n@@ -1 +1 @@\nthree\n", 'odd "name".tf': "x\n"})
    found = changed_lines(str(repository), base)
    assert found == {"a.tf": [(2, 3)], 'odd "name".tf': [(1, 1)]}


def test_lines_that_are_only_gone_touch_nothing(repository: Path) -> None:
    base = commit(repository, {"a.tf": "one\ntwo\nthree\n"})
    commit(repository, {"a.tf": "one\nthree\n"})
    assert changed_lines(str(repository), base) == {"a.tf": []}


def test_files_of_then_are_read_one_after_the_other(repository: Path) -> None:
    base = commit(repository, {"a.tf": "1\n", "empty.tf": "", "dir/b.tf": "2"})
    commit(repository, {"a.tf": "other\n"})
    with Tree(str(repository), base) as tree:
        assert [tree.read(path) for path in ("a.tf", "none.tf", "empty.tf", "dir", "dir/b.tf", "a\nb.tf")] == [
            b"1\n", None, b"", None, b"2", None,
        ]  # fmt: skip


def test_attributes_that_call_a_file_binary_hide_none_of_its_lines(repository: Path) -> None:
    base = commit(repository, {"a.tf": "one\n"})
    commit(repository, {"a.tf": "one\ntwo\n", ".gitattributes": "*.tf binary\n"})
    assert changed_lines(str(repository), base)["a.tf"] == [(2, 2)]
