"""Who wrote the lines of a file, by git: the newest first, the change and its mailmap left out, never in silence."""

from __future__ import annotations

import subprocess
from pathlib import Path

from gatepost.services.git_history import History


def git(folder: Path, *arguments: str, who: str = "ann", day: int = 1) -> str:
    identity = ["-c", f"user.name={who}", "-c", f"user.email={who}@example.com", "-c", "commit.gpgsign=false"]
    when = {f"GIT_{kind}_DATE": f"2026-01-{day:02} 12:00:00 +0000" for kind in ("AUTHOR", "COMMITTER")}
    done = subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", **when},
    )
    return done.stdout.decode().strip()


def commit(folder: Path, text: str, who: str, day: int, name: str = "a.tf") -> str:
    if not (folder / ".git").exists():
        folder.mkdir(exist_ok=True)
        git(folder, "init", "-q", "-b", "main")
    (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x", who=who, day=day)
    return git(folder, "rev-parse", "HEAD")


def emails(history: History, lines: tuple[int, int] = (0, 0), path: str = "a.tf") -> list[str]:
    return [author.email.partition("@")[0] for author in history.authors(path, lines)]


def test_the_most_recent_author_of_the_lines_comes_first(tmp_path: Path) -> None:
    commit(tmp_path, "a\nb\nc\n", "ann", 1)
    commit(tmp_path, "a\nB\nc\n", "bob", 2)
    history = History(str(tmp_path))
    assert emails(history) == ["bob", "ann"]
    assert emails(history, (3, 3)) == ["ann"]
    assert emails(history, (2, 3)) == ["bob", "ann"]
    assert emails(history, (90, 91)) == []


def test_lines_that_are_not_committed_are_nobody_s(tmp_path: Path) -> None:
    commit(tmp_path, "a\n", "ann", 1)
    (tmp_path / "a.tf").write_text("a\nnew\n")
    assert emails(History(str(tmp_path)), (2, 2)) == []


def test_commits_of_the_change_do_not_count(tmp_path: Path) -> None:
    base = commit(tmp_path, "a\nb\n", "ann", 1)
    commit(tmp_path, "a\nB\n", "mallory", 2)
    assert emails(History(str(tmp_path), base)) == ["ann"]
    assert emails(History(str(tmp_path), base), (2, 2)) == []


def test_the_mailmap_of_the_commit_names_people(tmp_path: Path) -> None:
    commit(tmp_path, "a\n", "ann", 1)
    commit(tmp_path, "Ann Lee <lee@example.com> ann <ann@example.com>\n", "ann", 2, ".mailmap")
    (tmp_path / ".mailmap").write_text("Me <me@example.com> ann <ann@example.com>\n")
    assert [tuple(one)[:2] for one in History(str(tmp_path)).authors("a.tf", (0, 0))] == [
        ("Ann Lee", "lee@example.com")
    ]


def test_a_shallow_clone_says_so(tmp_path: Path) -> None:
    commit(tmp_path / "one", "a\n", "ann", 1)
    commit(tmp_path / "one", "b\n", "bob", 2)
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{tmp_path / 'one'}", "two")
    history = History(str(tmp_path / "two"))
    assert "shallow" in history.why
    assert emails(history) == []


def test_a_file_without_history_has_no_authors(tmp_path: Path) -> None:
    commit(tmp_path, "a\n", "ann", 1)
    (tmp_path / "new.tf").write_text("x\n")
    history = History(str(tmp_path))
    assert emails(history, path="new.tf") == emails(history, path="gone.tf") == emails(history, path="--help") == []


def test_patience_ends_and_is_told(tmp_path: Path) -> None:
    commit(tmp_path, "a\n", "ann", 1)
    history = History(str(tmp_path))
    history._left = 0  # pyright: ignore[reportPrivateUsage]
    assert emails(history) == []
    assert "took longer" in history.why


def test_a_folder_that_is_no_repository_says_so(tmp_path: Path) -> None:
    assert History(str(tmp_path)).why
