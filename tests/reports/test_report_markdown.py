"""The Markdown report: fits into a comment and harms nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from verdict_builders import (
    PLAIN,
    a_bucket_finding,
    a_finding,
    a_problem,
    a_verdict,
    an_undecided,
    decided,
    in_environment,
    one_of_everything,
    ssh_finding,
)

from gatepost.reports import render
from gatepost.reports.markdown import BUDGET


def shown(verdict: Any) -> str:
    return render("markdown", verdict, PLAIN).body


def test_the_verdict_comes_first() -> None:
    assert shown(one_of_everything()).startswith(
        "### Gatepost: blocked\n\n1 finding stops this change from reaching **production**"
    )


def test_the_table_counts_by_environment_and_owner() -> None:
    text = shown(one_of_everything())
    assert "| production · `@acme/network` | **1** | 0 | 0 | 1 | 0 |" in text
    assert "| staging · `@acme/payments` | 0 | 1 | 0 | 0 | 0 |" in text


def test_warnings_undecided_and_problems_are_folded_not_dropped() -> None:
    text = shown(one_of_everything())
    for summary in ("8 warnings", "1 undecided", "1 problem", "1 waived", "1 allowed (1 not new)"):
        assert f"<summary>{summary}</summary>" in text
    assert text.count("<details>") == text.count("</details>")


@pytest.mark.parametrize("action", ["block", "warn", "allow"])
def test_what_does_not_fit_is_counted(action: str) -> None:
    long = "x" * 300
    many = [decided(a_finding(title=f"{n} {long}", fingerprint=str(n)), action) for n in range(3_000)]
    text = shown(a_verdict(*many, undecided=(an_undecided(),), problems=(a_problem(),)))
    assert len(text) <= BUDGET
    left = int(re.findall(r"(\d+) more left out", text)[0])
    assert left + len(re.findall(r"^- .*\d+ x{300}", text, re.MULTILINE)) == 3_000
    assert "**Left out, because a comment has a limit:" in text
    assert text.count("<details>") == text.count("</details>")


def test_the_order_is_blocking_first_when_room_is_short() -> None:
    many = [decided(a_bucket_finding(fingerprint=str(n), title=f"{n} " + "y" * 400), "warn") for n in range(1_000)]
    assert "SSH is open" in shown(a_verdict(*many, decided(ssh_finding())))


def test_many_owners_do_not_fill_the_page() -> None:
    many = [decided(a_finding(fingerprint=str(n)), "allow", in_environment(owner=f"@team-{n}")) for n in range(500)]
    assert "460 more rows left out" in shown(a_verdict(*many))


def test_an_owner_is_named_and_not_called() -> None:
    text = shown(one_of_everything())
    assert not re.search(r"(?<![`\w])@\w", text)
