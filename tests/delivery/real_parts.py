"""The real programs that the delivery is proved with, and small repositories for them; never a stand-in for one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
_BESIDE_PYTHON = Path(sys.executable).parent


def program(name: str) -> str:
    """Return the path of a program, looked for beside this Python and on the PATH; skips the test without it."""
    found = shutil.which(name, path=f"{_BESIDE_PYTHON}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip(f"{name} is not installed: pip install -e '.[delivery]'")
    return found


def run(
    command: list[str], folder: Path, environment: Mapping[str, str] | None = None, timeout: int = 300
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return what it wrote, both streams in stdout, and its exit code."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, as somebody; return what it prints."""
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    done = run(["git", *identity, *arguments], folder)
    assert done.returncode == 0, done.stdout
    return done.stdout.strip()


def commit_all(folder: Path) -> None:
    """Make a folder a repository with everything in it committed."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A", "--force")
    git(folder, "commit", "-q", "-m", "all")


def copy_delivered(to: Path, *names: str) -> None:
    """Copy files and folders of this repository, without what Python leaves behind."""
    for name in names:
        source, target = TOP / name, to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
