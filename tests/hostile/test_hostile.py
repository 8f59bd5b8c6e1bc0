"""Every hostile input ends with the right exit code, in bounded time and memory, and never with a traceback."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.inputs import INPUTS, Hostile

MOST_MEMORY = 1_500 * 1024 * 1024
MOST_SECONDS = 60


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


@pytest.mark.parametrize("hostile", INPUTS, ids=lambda hostile: hostile.name)
def test_it_ends_as_it_should(hostile: Hostile, tmp_path: Path) -> None:
    folder = tmp_path / "root"
    folder.mkdir()
    arguments = hostile.write(folder) or []
    command = [sys.executable, "-m", "gatepost", "check", "--today", "2026-11-21", "--format", "github", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, preexec_fn=_limited, timeout=4 * MOST_SECONDS)
    said = done.stdout.decode() + done.stderr.decode()
    assert "Traceback" not in said, said[-2000:]
    assert done.returncode == hostile.exit_code, said[-2000:]
    assert hostile.says in said
    _nothing_smuggled(done.stdout.decode())


def _nothing_smuggled(out: str) -> None:
    """What a file says never reaches the log as a command of the file's own."""
    assert "\x1b" not in out
    assert "##vso[" not in out
    for line in out.splitlines():
        assert not line.startswith(("::set-output", "::error::owned"))
