from __future__ import annotations

from typing import Any

import pytest
from gate_samples import TODAY, action, context, decided, error, finding, policy
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.gate.cases import run_cases
from gatepost.model.decisions import Due, Fact
from gatepost.model.findings import Package

PLAIN = "deadlines: {critical: 7 days, high: 30 days}\ngate: [{name: late, when: {overdue: true}, decide: block}]"
VULNERABLE = {"package": Package("p", "1"), "ids": ("CVE-2026-1",)}


def seen(day: str, *environments: str) -> Any:
    return context(*environments, first_seen=Fact(day, "told"), age=1)


def due(text: str, *findings: Any, where: Any = None) -> Due | None:
    return decided(text, *findings, where=where).decisions[0].due


@pytest.mark.parametrize(
    ("day", "date", "overdue"),
    [("2026-11-21", "2026-12-21", False), ("2026-10-22", "2026-11-21", False), ("2026-10-21", "2026-11-20", True)],
)
def test_a_deadline_is_counted_from_the_day_of_first_sight_and_holds_to_its_end(day, date, overdue) -> None:
    told = due(PLAIN, finding("high"), where=seen(day))
    assert told == Due(date, "30 days for high since it was first seen (gatepost.yaml:2)", overdue)
    assert action(PLAIN, finding("high"), where=seen(day)) == ("block" if overdue else "allow")


def test_a_severity_without_days_is_never_due() -> None:
    assert due(PLAIN, finding("low"), where=seen("2020-01-01")) is None
    assert action(PLAIN, finding("low"), where=seen("2020-01-01")) == "allow"


def test_a_deadline_that_is_not_known_is_neither_kept_nor_past() -> None:
    either = PLAIN.replace("overdue: true", "overdue: {in: [true, false]}")
    assert due(PLAIN, finding("high")).overdue is None  # type: ignore[union-attr]
    assert action(either, finding("high")) == "allow"
    told = decided(either, finding("high")).decisions[0].notes
    assert told == (
        '"late" could not be decided: the deadline (gatepost.yaml:2) is not known: when it was first seen and when it '
        "was published are not known",
    )
    asked = PLAIN.replace("overdue: true", "overdue: {known: false}, severity: high")
    assert action(asked, finding("high")) == "block"


def test_without_a_severity_it_is_not_known_which_deadline_there_is() -> None:
    assert due(PLAIN, finding("unknown"), where=seen("2020-01-01")).date == ""  # type: ignore[union-attr]
    given_days = PLAIN.replace("high: 30 days", "unknown: 3 days")
    assert due(given_days, finding("unknown"), where=seen("2020-01-01")).overdue  # type: ignore[union-attr]


def test_the_day_of_publication_counts_where_nothing_was_seen_before_or_where_it_is_asked_for() -> None:
    old = finding("high", published="2026-01-01", **VULNERABLE)
    assert due(PLAIN, old).date == "2026-01-31"  # type: ignore[union-attr]
    assert due(PLAIN, old, where=seen("2026-11-01")).date == "2026-12-01"  # type: ignore[union-attr]
    by_publication = PLAIN.replace("{critical", "{from: published, critical")
    assert due(by_publication, old, where=seen("2026-11-01")).date == "2026-01-31"  # type: ignore[union-attr]
    assert due(by_publication, finding("high"), where=seen("2026-11-01")).date == ""  # type: ignore[union-attr]
    only_seen = PLAIN.replace("{critical", "{from: first_seen, critical")
    assert due(only_seen, old).date == ""  # type: ignore[union-attr]


def test_the_first_deadline_that_applies_counts_and_the_earliest_of_all_environments() -> None:
    text = """\
        deadlines:
          - {high: 2 days, only: {environment: production}}
          - {high: 30 days, medium: 90 days}
        gate: [{name: late, when: {overdue: true}, decide: block}]
        """
    assert due(text, finding("high"), where=seen("2026-11-01", "staging")).date == "2026-12-01"  # type: ignore[union-attr]
    both = seen("2026-11-01", "staging", "production")
    assert due(text, finding("high"), where=both).date == "2026-11-03"  # type: ignore[union-attr]
    assert action(text, finding("high"), where=both) == "block"
    assert due(text, finding("medium"), where=both).date == "2027-01-30"  # type: ignore[union-attr]


def test_a_condition_of_a_deadline_that_is_not_known_makes_it_not_known() -> None:
    text = PLAIN.replace("{critical", "{only: {owner: blue}, critical")
    assert due(text, finding("high"), where=seen("2020-01-01")).date == ""  # type: ignore[union-attr]
    owned = seen("2020-01-01")._replace(owners=(Fact("red", "told"),))
    assert due(text, finding("high"), where=owned) is None


@pytest.mark.parametrize(("test", "decides"), [("{at_most: 3 days}", "warn"), ("{at_most: 0}", "allow")])
def test_a_line_may_ask_how_many_days_are_left(test: str, decides: str) -> None:
    text = f"deadlines: {{high: 10d}}\ngate: [{{name: soon, when: {{due_in: {test}}}, decide: warn}}]"
    assert action(text, finding("high"), where=seen("2026-11-14")) == decides


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gate: [{name: a, when: {overdue: true}, decide: block}]", "and the policy has no `deadlines`"),
        ("budgets: [{name: a, when: {due_in: 3}, at_most: 1}]", "and the policy has no `deadlines`"),
        ("deadlines: {high: soon}", "a deadline is a number of whole days"),
        ("deadlines: {high: 12 hours}", "a deadline is a number of whole days"),
        ("deadlines: {high: -3}", "a deadline is a number of whole days"),
        ("deadlines: {hihg: 3 days}", 'unknown key "hihg" in `deadlines`'),
        ("deadlines: {from: published}", "gives no severity its days"),
        ("deadlines: {high: 3d, from: today}", 'cannot be counted from "today"'),
        ("deadlines: {high: 3d, only: {overdue: true}}", "which comes of the deadline itself"),
        ("deadlines: []", "`deadlines` is an empty list"),
        (
            "environments: {production: {path: a}}\ndeadlines: {high: 3d, only: {environment: prodution}}",
            "unknown environ",
        ),
    ],
)
def test_a_fault_in_deadlines_is_told(text: str, message: str) -> None:
    assert message in error(f"version: 1\nextends: recommended\n{text}\n").message


def test_a_case_gives_what_is_overdue_or_how_old_it_is() -> None:
    text = (
        PLAIN
        + """
cases:
  - {finding: {severity: high, overdue: true}, decides: block}
  - {finding: {severity: high, age: 31}, decides: block}
  - {finding: {severity: high, age: 30}, decides: allow}
  - {finding: {severity: high, age: null}, decides: allow}
"""
    )
    assert [one.failure for one in run_cases(policy(text), TODAY)] == [""] * 4


@given(st.integers(0, 400), st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_more_days_are_never_due_earlier(one: int, more: int) -> None:
    short, long = (
        due(PLAIN.replace("30 days", f"{days} days"), finding("high"), where=seen("2026-08-01"))
        for days in (one, one + more)
    )
    assert short is not None and long is not None and short.date <= long.date
    assert short.overdue or not long.overdue
