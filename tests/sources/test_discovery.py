"""What is found below a path, what is passed over, and that it is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.model.problems import UsageError
from gatepost.services.git import ignored_paths
from gatepost.sources.discovery import discover
from gatepost.sources.path_globs import matches_any


def put(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def find(root: Path, *paths: str, exclude: tuple[str, ...] = (), ignored: frozenset[str] = frozenset()):
    named = [str(root / path) for path in paths] or [str(root)]
    return discover(named, lambda path: matches_any(path, exclude), lambda _: ignored)


def test_files_are_found_by_their_names(tmp_path: Path) -> None:
    put(
        tmp_path,
        "a/main.tf",
        "b.tf.json",
        "prod.tfvars",
        "Dockerfile",
        "web.Dockerfile",
        "Dockerfile.dev",
        "Containerfile",
        "x.py",
    )
    found = find(tmp_path)
    assert found.files["terraform"] == ("a/main.tf",)
    assert found.files["terraform-json"] == ("b.tf.json",)
    assert found.files["dockerfile"] == ("Containerfile", "Dockerfile", "Dockerfile.dev", "web.Dockerfile")
    assert "x.py" not in str(found.files)


def test_folders_of_others_are_passed_over_and_counted(tmp_path: Path) -> None:
    put(tmp_path, ".terraform/modules/a.tf", "node_modules/x/Dockerfile", ".git/Dockerfile", "main.tf")
    found = find(tmp_path)
    assert found.files == {"terraform": ("main.tf",)}
    assert found.passed_over == ((".terraform", 1), ("node_modules", 1))


def test_a_path_given_explicitly_overrides_all_but_git(tmp_path: Path) -> None:
    put(tmp_path, "vendor/main.tf", ".git/Dockerfile")
    found = find(tmp_path, "vendor/main.tf", ".git", exclude=("vendor/**",))
    assert found.files == {"terraform": ("vendor/main.tf",)}
    assert found.given == {"vendor/main.tf"}


def test_the_policys_exclude_is_counted(tmp_path: Path) -> None:
    put(tmp_path, "vendor/main.tf", "main.tf")
    found = find(tmp_path, exclude=("vendor/**",))
    assert found.files == {"terraform": ("main.tf",)}
    assert found.passed_over == (("excluded by the policy", 1),)


def test_what_git_ignores_and_does_not_track_is_passed_over(tmp_path: Path) -> None:
    import subprocess

    put(tmp_path, "main.tf", "build/main.tf", "kept/main.tf")
    (tmp_path / ".gitignore").write_text("build/\nkept/\n")
    for command in (["init", "-q"], ["add", "-f", "kept/main.tf"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    assert find(tmp_path, ignored=ignored_paths(str(tmp_path))).files["terraform"] == ("kept/main.tf", "main.tf")


def test_links_are_not_followed_out_of_the_root(tmp_path: Path) -> None:
    put(tmp_path, "outside/main.tf", "root/main.tf")
    (tmp_path / "root/away").symlink_to(tmp_path / "outside")
    (tmp_path / "root/away.tf").symlink_to(tmp_path / "outside/main.tf")
    (tmp_path / "root/ring").symlink_to(tmp_path / "root")
    (tmp_path / "root/lost.tf").symlink_to(tmp_path / "nowhere.tf")
    found = find(tmp_path, "root")
    assert found.files == {"terraform": ("main.tf",)}
    assert found.passed_over == (("links out of the folder", 1), ("links that lead nowhere", 1))


def test_a_linked_terraform_file_is_part_of_its_folder(tmp_path: Path) -> None:
    put(tmp_path, "common/shared.tf", "common/more.txt")
    (tmp_path / "live").mkdir()
    (tmp_path / "live/shared.tf").symlink_to("../common/shared.tf")
    (tmp_path / "live/more.tf").symlink_to("../common/more.txt")
    found = find(tmp_path)
    assert found.files == {"terraform": ("common/shared.tf", "live/more.tf", "live/shared.tf")}


def test_a_link_into_git_is_never_read(tmp_path: Path) -> None:
    put(tmp_path, ".git/config", "main.tf")
    (tmp_path / "stolen.tf").symlink_to(".git/config")
    found = find(tmp_path)
    assert found.files == {"terraform": ("main.tf",)}
    assert "stolen.tf" in found.hidden


def test_a_linked_dockerfile_is_read_once_and_never_not_at_all(tmp_path: Path) -> None:
    put(tmp_path, "docker/Dockerfile", "node_modules/x/Dockerfile", "plain.txt")
    (tmp_path / "Dockerfile").symlink_to("docker/Dockerfile")
    (tmp_path / "a.Dockerfile").symlink_to("node_modules/x/Dockerfile")
    (tmp_path / "b.Dockerfile").symlink_to("plain.txt")
    found = find(tmp_path)
    assert found.files["dockerfile"] == ("a.Dockerfile", "b.Dockerfile", "docker/Dockerfile")
    assert ("links to files that are read anyway", 1) in found.passed_over


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file or folder"):
        find(tmp_path, "lost")
