from __future__ import annotations

from typing import Any

import pytest
from gate_samples import TODAY, assessed, at, context, decided, error, finding, policy, undecided
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.gate import Decided, Side, decide
from gatepost.model.decisions import ACTIONS, Assessment, Context, DecidedBudget, Decision
from gatepost.model.findings import Finding
from gatepost.model.places import Location

HIGHS = "budgets: [{name: highs, when: {severity: high, environment: production}, at_most: 2}]\nextends: recommended"
RATCHET = "budgets: [{name: highs, when: {severity: high}, never_more_than_base: true}]\ngate: []"
PRODUCTION = context("production")


def named(name: str, severity: str = "high", **facts: Any) -> Finding:
    return finding(severity, fingerprint=name, **facts)


def with_age(one: Finding, is_new: bool | None, where: Context = PRODUCTION) -> Assessment:
    return Assessment(one, where._replace(is_new=is_new))


def budget(result: Decided) -> DecidedBudget:
    (one,) = result.budgets
    return one


def against(text: str, now: list[Assessment], before: list[Finding]) -> Decided:
    then = [with_age(one, False) for one in before]
    return decide(Side(policy(text), now, before=then), today=TODAY)


def test_a_budget_is_kept_up_to_its_limit() -> None:
    found = [named(name) for name in "ab"] + [named("c", "low")]
    one = budget(decided(HIGHS, *found, where=PRODUCTION))
    assert (one.action, one.counted, one.at_most, one.broken, one.over) == ("allow", 2, 2, "", ())


def test_a_broken_budget_blocks_and_says_by_how_much() -> None:
    result = decided(HIGHS, *map(named, "abc"), where=PRODUCTION)
    one = budget(result)
    assert (one.action, one.counted, one.broken, one.over) == ("block", 3, "3 are more than 2", ("a", "b", "c"))
    assert one.policy == "gatepost.yaml" and one.location is not None and one.location.region.start_line == 2


def test_what_a_budget_holds_to_account_are_the_new_ones() -> None:
    text = HIGHS.replace("extends: recommended", "gate: []")
    found = [with_age(named("a"), False), with_age(named("b"), False), with_age(named("c"), True)]
    result = decide(Side(policy(text), found), today=TODAY)
    assert budget(result).over == ("c",)
    assert [one.action for one in result.decisions] == ["allow", "allow", "block"]
    blocked = result.decisions[2]
    assert blocked.because is not None and blocked.because.name == "highs"
    assert blocked.notes == ('over the budget "highs": 3 are more than 2',)


def test_what_is_waived_does_not_count() -> None:
    waiver = "waivers: [{rule: aws/s3/bucket-versioning, path: a.tf, until: 2027-01-01, why: x, by: y}]"
    found = [named("a", location=at("a.tf")), named("b"), named("c")]
    assert budget(decided(f"{HIGHS}\n{waiver}", *found, where=PRODUCTION)).counted == 2
    expired = waiver.replace("2027", "2020")
    assert budget(decided(f"{HIGHS}\n{expired}", *found, where=PRODUCTION)).counted == 3


def test_what_the_base_had_waived_did_not_count_there_either() -> None:
    waiver = "waivers: [{rule: aws/s3/bucket-versioning, path: a.tf, until: 2027-01-01, why: x, by: y}]"
    switched = "rules: {aws/ec2/ssh-open-to-internet: {enabled: false}}"
    text = f"{RATCHET}\n{waiver}\n{switched}"
    before = [named("a", location=at("a.tf")), named("b"), named("c", rule="aws/ec2/ssh-open-to-internet")]
    now = [with_age(one, False) for one in before]
    assert (budget(against(text, now, before)).counted, budget(against(text, now, before)).base) == (1, 1)
    assert budget(against(text, [*now, with_age(named("d"), True)], before)).action == "block"


def test_what_reaches_several_environments_counts_once() -> None:
    assert budget(decided(HIGHS, *map(named, "ab"), where=context("production", "staging"))).counted == 2
    assert budget(decided(HIGHS, *map(named, "ab"), where=context("staging"))).counted == 0


def test_never_more_than_the_base_had() -> None:
    old = [named(name) for name in "ab"]
    same = against(RATCHET, [with_age(one, False) for one in old], old)
    assert (budget(same).action, budget(same).counted, budget(same).base) == ("allow", 2, 2)
    swapped = against(RATCHET, [with_age(old[0], False), with_age(named("c"), True)], old)
    assert (budget(swapped).action, budget(swapped).base) == ("allow", 2)
    more = against(RATCHET, [*(with_age(one, False) for one in old), with_age(named("c"), True)], old)
    assert (budget(more).action, budget(more).broken) == ("block", "3 are more than the 2 of the base")
    assert budget(more).over == ("c",)


def test_what_became_worse_is_more_than_the_base_had() -> None:
    worse = against(RATCHET, [with_age(named("a"), False)], [named("a", "low")])
    assert (budget(worse).action, budget(worse).over) == ("block", ("a",))


def test_what_other_tools_see_is_not_known_to_be_new_so_it_warns() -> None:
    one = budget(against(RATCHET, [with_age(named("a"), None)], []))
    assert (one.action, one.broken) == ("warn", "")
    assert one.notes == ("not known to be kept: of 1 it is not known whether the base had them",)


def test_without_a_base_the_comparison_is_left_out_and_that_is_told() -> None:
    one = budget(decided(RATCHET, named("a")))
    assert (one.action, one.base, one.notes) == ("allow", None, ("there is no base to compare with",))


def test_what_may_count_is_not_taken_for_none() -> None:
    text = "budgets: [{name: ours, when: {owner: blue}, at_most: 0}]\ngate: []"
    one = budget(decided(text, named("a")))
    assert (one.action, one.counted, one.not_known) == ("warn", 0, 1)
    assert one.notes == ("not known to be kept: 0 count and 1 may, of at most 0",)


def test_groups_are_counted_by_their_cause() -> None:
    text = HIGHS.replace("at_most: 2", "at_most: 1, count: groups")
    image = [named(name, cause="Dockerfile#FROM 0") for name in "abc"]
    assert budget(decided(text, *image, where=PRODUCTION)).counted == 1
    more = budget(decided(text, *image, named("d"), where=PRODUCTION))
    assert (more.counted, more.action, more.unit) == (2, "block", "groups")


def test_undecided_rules_count_where_a_budget_is_about_them() -> None:
    text = "budgets: [{name: open, when: {undecided: true, severity: high}, at_most: 0}]\ngate: []"
    side = Side(policy(text), assessed(named("a")), [(undecided(), context())])
    assert budget(decide(side, today=TODAY)).counted == 1


def test_an_organisations_budget_counts_apart_and_by_its_own_severities() -> None:
    own = policy("gate: []\nrules: {aws/s3/bucket-versioning: {severity: low}}")
    theirs = policy("gate: []\nbudgets: [{name: highs, when: {severity: high}, at_most: 0}]", "company.yaml")
    found = assessed(named("a"))
    result = decide(Side(own, found), Side(theirs, found), today=TODAY)
    assert (budget(result).action, budget(result).policy) == ("block", "company.yaml")
    assert result.decisions[0].action == "block"
    observed = decide(Side(own, found), Side(theirs._replace(mode="observe"), found), today=TODAY)
    assert budget(observed).action == "warn"
    assert budget(observed).notes == ("would block under company.yaml, whose mode is observe",)


def test_a_waiver_of_the_repository_does_not_reach_the_budget_of_an_organisation() -> None:
    own = policy("gate: []\nwaivers: [{rule: 'aws/*', path: main.tf, until: 2027-01-01, why: x, by: y}]")
    theirs = policy("gate: []\nbudgets: [{name: highs, when: {severity: high}, at_most: 0}]", "company.yaml")
    (decision,) = decide(Side(own, assessed(named("a"))), Side(theirs, assessed(named("a"))), today=TODAY).decisions
    assert (decision.action, decision.waiver) == ("block", None)
    assert decision.notes[-1].endswith("does not keep it from being counted by company.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[{name: a, when: {severity: high}}]", 'the budget "a" has no limit'),
        ("[{name: a, when: {severity: high}, at_most: many}]", "has to be a whole number"),
        ("[{name: a, when: {severity: high}, at_most: 1.5}]", "has to be a whole number"),
        ("[{name: a, when: {severity: high}, at_most: 1, decide: allow}]", 'cannot be "allow"'),
        ("[{name: a, when: {severity: high}, at_most: 1, count: files}]", 'cannot be "files"'),
        ("[{name: a, when: {}, at_most: 1}, {name: a, when: {}, at_most: 1}]", "two budgets with the name"),
        ("[{when: {}, at_most: 1}]", "has no `name`"),
        ("{name: a}", "has to be a list"),
    ],
)
def test_a_fault_in_budgets_is_told(text: str, message: str) -> None:
    assert message in error(f"version: 1\nextends: recommended\nbudgets: {text}\n").message


def name_of(decision: Decision) -> str:
    return decision.assessment.finding.fingerprint


names = st.sampled_from("abcdefgh")
several = st.lists(st.tuples(names, st.sampled_from([True, False, None])), unique_by=lambda one: one[0], max_size=8)


@given(several, st.lists(names, unique=True, max_size=8), st.integers(0, 4), st.randoms())
@settings(max_examples=80, deadline=None)
def test_budgets_only_make_stricter_and_the_order_of_inputs_does_not_matter(now, before, limit, random) -> None:
    text = RATCHET.replace("never_more", f"at_most: {limit}, never_more")
    found = [with_age(named(name, location=Location(f"{name}.tf", at("x").region)), new) for name, new in now]
    result = against(text, found, list(map(named, before)))
    plain = decide(Side(policy(text)._replace(budgets=()), found), today=TODAY)
    pairs = zip(result.decisions, plain.decisions, strict=True)
    assert all(ACTIONS.index(one.action) >= ACTIONS.index(other.action) for one, other in pairs)
    shuffled = random.sample(found, len(found))
    again = against(text, shuffled, list(map(named, before)))
    assert sorted(again.decisions, key=name_of) == sorted(result.decisions, key=name_of)
    assert budget(again)._replace(over=()) == budget(result)._replace(over=())
    assert set(budget(again).over) == set(budget(result).over)
