"""What `import gatepost` offers to other programs, and what it costs those who only ask for the version."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import gatepost

TOP = Path(__file__).parent.parent
TODAY = "2026-01-31"


def test_the_public_names_are_there_and_no_others() -> None:
    assert {name for name in gatepost.__all__ if getattr(gatepost, name).__module__.startswith("gatepost.")} == set(
        gatepost.__all__
    )
    assert set(gatepost.__all__) <= set(dir(gatepost))
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        _ = gatepost.chekc  # type: ignore[attr-defined]


def test_a_program_can_ask_for_a_verdict_and_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TOP / "examples" / "shop")
    verdict = gatepost.check(gatepost.Request(paths=("infra",), today=TODAY))
    assert verdict.action == "blocked" and verdict.exit_code == 1
    report = gatepost.render("json", verdict, gatepost.View())
    assert report.media_type == "application/json" and '"blocked"' in report.body


@pytest.mark.parametrize("today", ["", "today", "2026-02-30", "31.01.2026"])
def test_no_verdict_without_a_day_to_judge_by(today: str) -> None:
    with pytest.raises(gatepost.UsageError, match="the day to judge by is a date"):
        gatepost.check(gatepost.Request(paths=(str(TOP / "examples"),), today=today))


def test_asking_for_the_version_loads_nothing_else() -> None:
    code = "import sys, gatepost; gatepost.__version__; print([n for n in sys.modules if n.startswith('gatepost.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['gatepost.version']"
