"""Every expression has the value, or the error, that `terraform console` gives; or Gatepost says that it is unknown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conformance.expressions_console import ROOT, expressions, record, recorded
from tests.conformance.expressions_gatepost import Answer, answers, is_wrong

HERE = Path(__file__).parent
LEAST = 600
MOST_UNKNOWN = 0.05


@pytest.fixture(scope="module")
def ours() -> dict[str, Answer]:
    return answers(expressions(), ROOT)


def test_the_suite_is_large_and_recorded() -> None:
    assert len(expressions()) >= LEAST
    assert list(recorded()) == expressions(), "run python -m tests.conformance.expressions_console"


def test_no_value_and_no_error_is_another_than_terraforms(ours: dict[str, Answer]) -> None:
    theirs = recorded()
    wrong = [
        f"{one}\n  Gatepost  {ours[one]}\n  Terraform {theirs[one]}" for one in ours if is_wrong(ours[one], theirs[one])
    ]
    assert not wrong, "\n".join(wrong)


def test_little_is_unknown_and_all_of_it_is_listed(ours: dict[str, Answer]) -> None:
    theirs = recorded()
    unknown = [one for one in ours if ours[one][0] == "unknown" and theirs[one][0] != "unknown"]
    print(f"{len(unknown)} of {len(ours)} expressions are unknown to Gatepost ({len(unknown) / len(ours):.1%})")
    listed = (HERE / "expressions_unknown.txt").read_text(encoding="utf-8").splitlines()
    assert sorted(one.replace("\n", "\\n") for one in unknown) == sorted(line for line in listed if line)
    assert len(unknown) < MOST_UNKNOWN * len(ours)


@pytest.mark.skipif(
    shutil.which("terraform") is None, reason="terraform is not here: compared with what it said when recorded"
)
def test_terraform_says_today_what_was_recorded() -> None:
    known = recorded()
    assert record(known) == known
