"""A copy of the example to work in, and a way to run one command as a shell would."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from gatepost.__main__ import main

TOP = Path(__file__).resolve().parents[2]


class Ran(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example, copied and made the working directory."""
    folder = tmp_path / "shop"
    shutil.copytree(TOP / "examples" / "shop", folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def gatepost(shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run gatepost with some arguments in the copy of the example; `--today` is given where a command takes it."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> Ran:
        given = list(arguments)
        if given[0] in ("check", "fix", "test") and "--today" not in given:
            given[1:1] = ["--today", "2026-11-22"]
        monkeypatch.setattr(sys, "argv", ["gatepost", *given])
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)
        code = 0
        try:
            main()
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        streams = capsys.readouterr()
        return Ran(code, streams.out, streams.err)

    return run
