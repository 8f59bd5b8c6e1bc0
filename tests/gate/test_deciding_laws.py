"""Laws of deciding that hold for every policy: stricter stays stricter, order does not matter, unknown is not false."""

from __future__ import annotations

import json
from typing import Any

from gate_samples import TODAY, at, shipped
from gate_samples import finding as a_finding
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.gate import Decided, Policy, Side, decide, load
from gatepost.gate.asking import Lines
from gatepost.gate.attributes import About
from gatepost.gate.facts import FindingFacts, GivenFacts
from gatepost.model.decisions import ACTIONS, Assessment, Claim, Context, Decision, Fact
from gatepost.model.findings import SEVERITIES, Exploitability, Package
from gatepost.model.places import Source

KNOWN = SEVERITIES[:-1]
VALUES: dict[str, list[Any]] = {
    "severity": list(KNOWN),
    "epss": [0.0, 0.2, 0.9],
    "cvss": [0.0, 5.5, 9.8],
    "known_exploited": [True, False],
    "age": [0, 14, 400],
    "owner": [[], ["blue"], ["red", "blue"]],
    "base_image": ["python:3.9", "alpine"],
}
TESTS: dict[str, st.SearchStrategy[Any]] = {
    "severity": st.sampled_from(KNOWN) | st.sampled_from(KNOWN).map(lambda one: {"at_least": one}),
    "epss": st.sampled_from([{"at_least": 0.1}, {"at_most": 0.5}, {"not": {"at_least": 0.5}}]),
    "cvss": st.sampled_from([{"at_least": 9}, {"not": {"at_least": 5}}, {"in": [5.5]}]),
    "known_exploited": st.sampled_from([True, False, {"not": True}]),
    "age": st.sampled_from([{"at_least": "14 days"}, {"at_most": "2w"}, {"not": {"at_least": 30}}, {"exists": True}]),
    "owner": st.sampled_from(["blue", {"not": "blue"}, {"count": 0}, {"includes": "red"}, {"every": {"like": "b*"}}]),
    "base_image": st.sampled_from([{"like": "python:*"}, {"matches": "^alp"}, "alpine", {"exists": False}]),
}
leaves = st.sampled_from(sorted(TESTS)).flatmap(lambda name: TESTS[name].map(lambda test: {name: test}))
conditions = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=2).map(lambda listed: {"any": listed})
        | st.lists(inner, min_size=1, max_size=2).map(lambda listed: {"all": listed})
        | inner.map(lambda one: {"not": one})
    ),
    max_leaves=5,
)
actions = st.sampled_from(ACTIONS)
lines = st.lists(st.tuples(conditions, actions), max_size=4)

findings = st.builds(
    a_finding,
    st.sampled_from(SEVERITIES),
    location=st.builds(at, st.sampled_from(["a.tf", "b.tf"]), st.integers(1, 4)),
    package=st.sampled_from([None, Package("p", "1")]),
    exploitability=st.builds(Exploitability, st.sampled_from([None, True, False]), st.sampled_from([None, 0.0, 0.9])),
    cause=st.sampled_from(["", "one cause"]),
)
contexts = st.builds(
    Context,
    owners=st.sampled_from([None, (), (Claim("blue", "told"),)]),
    environments=st.sampled_from([(Fact("production", ""),), (Fact("staging", ""), Fact("production", ""))]),
    is_new=st.sampled_from([None, True, False]),
    age=st.sampled_from([None, 0, 400]),
)
several = st.lists(st.builds(Assessment, findings, contexts), max_size=5).map(
    lambda found: [
        one._replace(finding=one.finding._replace(fingerprint=f"{number:04x}")) for number, one in enumerate(found)
    ]
)


def made(lines: list[tuple[Any, str]], **more: Any) -> Policy:
    gate = [{"name": f"line {number}", "when": when, "decide": what} for number, (when, what) in enumerate(lines)]
    return load(Source("gatepost.yaml", json.dumps({"version": 1, "gate": gate, **more}), "policy"), shipped)


def decided(one: Policy, found: list[Assessment]) -> Decided:
    return decide(Side(one, found), today=TODAY)


def ranks(one: Policy, found: list[Assessment]) -> list[int]:
    return [ACTIONS.index(decision.action) for decision in decided(one, found).decisions]


@given(lines, conditions, st.integers(0, 4), several)
@settings(max_examples=80, deadline=None)
def test_one_more_line_that_blocks_never_lets_more_pass(given_lines, when, place, found) -> None:
    stricter = [*given_lines[:place], (when, "block"), *given_lines[place:]]
    pairs = zip(ranks(made(stricter), found), ranks(made(given_lines), found), strict=True)
    assert all(one >= other for one, other in pairs)


@given(lines, st.integers(0, 3), several)
@settings(max_examples=60, deadline=None)
def test_a_line_that_decides_more_strictly_never_lets_more_pass(given_lines, place, found) -> None:
    raised = [(when, "block" if number == place else what) for number, (when, what) in enumerate(given_lines)]
    pairs = zip(ranks(made(raised), found), ranks(made(given_lines), found), strict=True)
    assert all(one >= other for one, other in pairs)


@given(lines, conditions, st.integers(0, 3), st.integers(0, 3), several)
@settings(max_examples=60, deadline=None)
def test_a_smaller_budget_never_lets_more_pass(given_lines, when, most, more, found) -> None:
    def limited(limit: int) -> Policy:
        return made(given_lines, budgets=[{"name": "few", "when": when, "at_most": limit}])

    pairs = zip(ranks(limited(most), found), ranks(limited(most + more), found), strict=True)
    assert all(one >= other for one, other in pairs)
    small, large = (decided(limited(limit), found).budgets[0].action for limit in (most, most + more))
    assert ACTIONS.index(small) >= ACTIONS.index(large)


def name_of(decision: Decision) -> str:
    return decision.assessment.finding.fingerprint


@given(lines, conditions, several, st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_findings_never_matters(given_lines, when, found, random) -> None:
    whole = made(given_lines, budgets=[{"name": "few", "when": when, "at_most": 1, "count": "groups"}])
    shuffled = random.sample(found, len(found))
    one, other = decided(whole, found), decided(whole, shuffled)
    assert sorted(one.decisions, key=name_of) == sorted(other.decisions, key=name_of)
    assert one.budgets[0]._replace(over=()) == other.budgets[0]._replace(over=())


@given(several)
@settings(max_examples=40, deadline=None)
def test_what_is_new_and_what_is_old_are_all_there_is(found) -> None:
    split = made([({"is_new": True}, "block"), ({"is_new": False}, "warn")])
    counts = [ranks(split, found).count(rank) for rank in (2, 1, 0)]
    assert sum(counts[:2]) == len(found) and counts[2] == 0
    assert counts[1] == sum(one.context.is_new is False for one in found)


@given(conditions, st.data())
@settings(max_examples=200, deadline=None)
def test_unknown_is_never_taken_for_false_or_true(when, data) -> None:
    """What is decided without a fact is decided the same way whatever the fact turns out to be."""
    line = made([(when, "block")]).lines[0]
    known = {name: data.draw(st.sampled_from([None, *values]), label=name) for name, values in VALUES.items()}
    full = {name: data.draw(st.sampled_from(VALUES[name])) if known[name] is None else known[name] for name in VALUES}

    def truth(facts: dict[str, Any]) -> bool | None:
        return line.condition.judge(About(GivenFacts(facts), "production"), {"today": TODAY}).truth

    now, later = truth(known), truth(full)
    assert later is not None
    assert now is None or now is later


@given(conditions, several)
@settings(max_examples=60, deadline=None)
def test_a_condition_its_opposite_and_not_known_are_three_different_things(when, found) -> None:
    both = Lines(made([(when, "block"), ({"not": when}, "warn")]), TODAY)
    for one in found:
        facts = FindingFacts(one, one.finding.severity, TODAY)
        for environment in one.context.environments:
            answer = both.ask("finding", facts, (environment.name,))
            assert (answer.line is None) == bool(answer.not_known)
