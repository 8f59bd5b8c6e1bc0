"""Programs are run within limits, and what they leave behind does not hold us up."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from gatepost.services import processes
from gatepost.services.processes import Ran, find_program, run_program


def run(code: str, tmp_path: Path, seconds: float = 20, most: int = 1 << 20, given: bytes | None = None) -> Ran:
    command = [sys.executable, "-c", code]
    return run_program(command, folder=str(tmp_path), seconds=seconds, most_bytes=most, given=given)


def test_output_code_and_what_is_said_come_back(tmp_path: Path) -> None:
    ran = run("import sys; print('out'); print('said', file=sys.stderr); sys.exit(7)", tmp_path)
    assert (ran.code, ran.output.strip(), ran.said.strip(), ran.failed) == (7, b"out", "said", "")


def test_input_is_given(tmp_path: Path) -> None:
    assert run("print(input())", tmp_path, given=b"hello\n").output.strip() == b"hello"
    assert run("input()", tmp_path).code != 0
    assert run("pass", tmp_path, given=b"x" * 1_000_000).code == 0


def test_much_on_both_streams_does_not_hang(tmp_path: Path) -> None:
    ran = run("import sys; print('e' * 500_000, file=sys.stderr); print('o' * 500_000)", tmp_path)
    assert (len(ran.output), len(ran.said)) == (500_001, 65536)


def test_one_that_takes_too_long_is_stopped_with_what_it_started(tmp_path: Path) -> None:
    began = time.monotonic()
    ran = run("import subprocess; subprocess.run(['sleep', '60'])", tmp_path, seconds=0.5)
    assert (ran.failed, time.monotonic() - began < 8) == ("it took longer than 0 seconds", True)


def test_one_that_prints_too_much_is_stopped(tmp_path: Path) -> None:
    ran = run("while True: print('x' * 10_000)", tmp_path)
    assert (ran.failed, len(ran.output)) == ("it printed more than 1 MB", 1 << 20)


def test_one_that_leaves_its_output_open_does_not_hold_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_LAST_SECONDS", 0.5)
    code = "import subprocess; subprocess.Popen(['sleep', '4'], start_new_session=True)"
    assert run(code, tmp_path).failed == "it left something running that holds its output"


def test_what_cannot_be_started_is_told(tmp_path: Path) -> None:
    ran = run_program([str(tmp_path / "none")], folder=str(tmp_path), seconds=1, most_bytes=1)
    assert ran.failed.startswith("it cannot be started: no such file")
    assert run_program(["a\0b"], folder=str(tmp_path), seconds=1, most_bytes=1).failed


def test_programs_are_not_looked_for_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tool").write_text("#!/bin/sh\n")
    (tmp_path / "tool").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert find_program("tool", f".{os.pathsep}{os.pathsep}relative") is None
    assert find_program("tool", str(tmp_path)) == str(tmp_path / "tool")
