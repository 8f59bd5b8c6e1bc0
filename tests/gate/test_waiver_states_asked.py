from __future__ import annotations

import pytest
from gate_samples import TODAY, action, at, decided, finding, policy, undecided

from gatepost.gate import Side, decide
from gatepost.gate.cases import run_cases
from gatepost.model.decisions import Context

LINES = """\
gate:
  - {name: renew it, when: {waiver: expired}, decide: block}
  - {name: soon, when: {waiver: not_yet_valid}, decide: warn}
waivers:
  - {rule: "aws/*", path: main.tf, FROM until: UNTIL, why: x, by: y}
"""


def lines(since: str = "", until: str = "2027-01-01") -> str:
    return LINES.replace("FROM", f"from: {since}," if since else "").replace("UNTIL", until)


@pytest.mark.parametrize(
    ("since", "until", "decides"),
    [("", "2027-01-01", "allow"), ("", "2026-01-01", "block"), ("2026-12-01", "2027-01-01", "warn")],
)
def test_a_line_may_ask_what_became_of_the_waivers(since: str, until: str, decides: str) -> None:
    assert action(lines(since, until), finding()) == decides


def test_one_that_counts_goes_before_one_that_does_not() -> None:
    both = lines(until="2020-01-01") + "  - {rule: aws/*, path: main.tf, until: 2027-01-01, why: x, by: y}\n"
    assert action(both, finding()) == "allow"


def test_what_no_waiver_covers_has_none() -> None:
    text = lines().replace("waiver: expired", "waiver: none")
    assert action(text, finding(location=at("other.tf"))) == "block"
    side = Side(
        policy(lines(until="2020-01-01").replace("expired", "expired, undecided: true")), (), [(undecided(), Context())]
    )
    assert decide(side, today=TODAY).undecided[0].action == "block"


def test_budgets_and_cases_may_ask_too() -> None:
    text = "budgets: [{name: stale, when: {waiver: expired}, at_most: 0}]\n" + lines(until="2020-01-01")
    assert decided(text, finding()).budgets[0].counted == 1
    cased = (
        lines() + "cases: [{finding: {waiver: expired}, decides: block}, {finding: {severity: high}, decides: allow}]"
    )
    assert [one.failure for one in run_cases(policy(cased), TODAY)] == ["", ""]
