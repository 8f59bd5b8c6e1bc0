"""`gatepost test --watch`: what is saved is run again, what failed too, and Ctrl-C ends it."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

RULE = """\
title: Runs as root
severity: medium
category: hardening
why: It may do anything.
applies_to: docker.USER
forbid: {{name: {name}}}
no_fix: Only people know.
cases:
  - name: root
    dockerfile: |
      FROM scratch
      # finding
      USER root
"""


class Watched:
    """A running `gatepost test --watch`, read line by line."""

    def __init__(self, process: subprocess.Popen[bytes], source: int) -> None:
        self.process, self._source, self.said = process, source, b""

    def until(self, words: str, times: int = 1) -> str:
        """Return all that was said once some words were said so often."""
        end = time.monotonic() + 60
        while self.said.count(words.encode()) < times:
            assert time.monotonic() < end, self.said.decode()
            try:
                read = os.read(self._source, 65536)
            except OSError:
                read = b""
            assert read, self.said.decode()
            self.said += read
        return self.said.decode()

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


@contextmanager
def watching(folder: Path, *paths: str, terminal: bool = False) -> Iterator[Watched]:
    ours, theirs = pty.openpty() if terminal else os.pipe()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "TERM": "xterm"}
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "gatepost", "test", "--watch", *paths]
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.STDOUT
    )
    os.close(theirs)
    try:
        yield Watched(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "policies/rules/acme"
    folder.mkdir(parents=True)
    for name in ("one", "two"):
        (folder / f"{name}.yaml").write_text(RULE.format(name="root"))
    return folder


def test_what_is_saved_is_run_again_and_what_failed_until_it_passes(rules: Path, tmp_path: Path) -> None:
    with watching(tmp_path) as watched:
        watched.until("2 passed, 0 failed; waiting")
        (rules / "one.yaml").write_text(RULE.format(name="nobody-at-all"))
        said = watched.until("0 passed, 1 failed")
        assert "saved: policies/rules/acme/one.yaml" in said
        assert "FAILED  policies/rules/acme/one.yaml:9: root" in said and "name: nobody-at-all  reads 'root'" in said
        (rules / "two.yaml").write_text(RULE.format(name="root") + "\n")
        watched.until("1 passed, 1 failed")
        (rules / "one.yaml").write_text(RULE.format(name="root") + "\n")
        watched.until("1 passed, 0 failed")
        assert "\x1b" not in watched.said.decode(), "no screen is cleared where there is none"
        assert watched.interrupt() == 0


def test_a_file_that_does_not_load_is_told_and_does_not_end_it(rules: Path, tmp_path: Path) -> None:
    with watching(tmp_path, "policies") as watched:
        watched.until("waiting")
        (rules / "one.yaml").write_text(RULE.format(name="root").replace("severity", "severty"))
        said = watched.until("waiting", 2)
        assert "one.yaml:2:1" in said and "did you mean" in said and "Traceback" not in said
        (rules / "one.yaml").unlink()
        watched.until("waiting", 3)
        (rules / "new.yaml").write_text(RULE.format(name="root"))
        watched.until("1 passed, 0 failed")
        assert watched.interrupt() == 0


def test_a_terminal_gets_a_clean_screen_each_time(rules: Path, tmp_path: Path) -> None:
    with watching(tmp_path, "policies/rules/acme/one.yaml", terminal=True) as watched:
        said = watched.until("waiting")
        assert said.count("\x1b[2J") == 1
        (rules / "one.yaml").write_text(RULE.format(name="root") + "\n")
        assert watched.until("waiting", 2).count("\x1b[2J") == 2
        assert watched.interrupt() == 0


def test_a_policy_is_watched_too(tmp_path: Path) -> None:
    text = "version: 1\nextends: recommended\ncases:\n  - {{finding: {{severity: critical}}, decides: {}}}\n"
    (tmp_path / "gatepost.yaml").write_text(text.format("block"))
    with watching(tmp_path) as watched:
        watched.until("1 passed, 0 failed")
        (tmp_path / "gatepost.yaml").write_text(text.format("allow"))
        assert "FAILED  gatepost.yaml:4" in watched.until("0 passed, 1 failed")
        (tmp_path / "gatepost.yaml").write_text("version: [\n")
        assert "gatepost.yaml:" in watched.until("waiting", 3)
        assert watched.interrupt() == 0
