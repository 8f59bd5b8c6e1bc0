"""A rule leaves an unanswerable question to another one that asks the same; what it finds it still tells itself."""

from __future__ import annotations

import pytest

from gatepost.model.places import Source
from gatepost.model.policy import RuleChoice
from gatepost.model.problems import UsageError
from gatepost.rules.catalogue import load
from gatepost.rules.judge import judge
from gatepost.rules.telling import undecided_of
from gatepost.testing.documents import read_document

RESOURCE = """
name: x.thing
found_in:
  - terraform: x_thing
    attributes: {keys: {together: ["key[]"]}, role: role, parts: {each: part, attributes: {kind: kind}}}
---
name: x.other
found_in:
  - {terraform: x_other, attributes: {keys: key}}
"""
HEAD = "title: t\nseverity: low\ncategory: data\nwhy: w\nno_fix: n\napplies_to: x.thing\n"
OWNER = HEAD + "forbid: {keys: {includes: everybody}}\n"
LEAVES = HEAD + "forbid: {keys: {includes: bad}}\nleaves_undecided_to: [x/owner]\n"
OPEN = 'variable "more" {}\nresource "x_thing" "t" {\n  role = var.more\n  key  = concat([%s], var.more)\n}\n'


def judged(text, leaves=LEAVES, owner=OWNER, only=None, choices=None):
    files = [("x/leaves", Source("leaves.yaml", leaves, "rule")), ("x/owner", Source("owner.yaml", owner, "rule"))]
    catalogue = load(files, [Source("r.yaml", RESOURCE, "rule")])
    return judge(read_document({"main.tf": text}), catalogue, choices or {}, "2026-01-01", only)


def told(result):
    return [(one.rule.id, one.waiting) for one in result.undecided()]


def test_what_both_ask_is_told_by_the_one_and_names_the_other():
    result = judged(OPEN % '"a"')
    assert told(result) == [("x/owner", ("x/leaves",))]
    assert undecided_of(result.undecided()[0], result).waiting == ("x/leaves",)


def test_what_is_found_is_told_by_each():
    result = judged(OPEN % '"bad"')
    assert [one.rule.id for one in result.violated()] == ["x/leaves"]
    assert told(result) == [("x/owner", ())]
    result = judged(OPEN % '"everybody"')
    assert [one.rule.id for one in result.violated()] == ["x/owner"]
    assert told(result) == [("x/leaves", ())]


def test_who_asks_more_tells_it():
    more = LEAVES.replace("bad}}", "bad}, role: r}")
    assert told(judged(OPEN % '"a"', more)) == [("x/leaves", ()), ("x/owner", ())]


def test_who_lacks_something_else_tells_it():
    text = 'variable "a" {}\nvariable "b" {}\nresource "x_thing" "t" {\n  key = ["every${var.a}", "ba${var.b}"]\n}\n'
    assert told(judged(text)) == [("x/leaves", ()), ("x/owner", ())]


def test_a_rule_that_is_not_judged_owns_nothing():
    assert told(judged(OPEN % '"a"', only=frozenset({"x/leaves"}))) == [("x/leaves", ())]
    off = {"x/owner": RuleChoice("x/owner", enabled=False)}
    assert told(judged(OPEN % '"a"', choices=off)) == [("x/leaves", ())]


def test_a_milder_rule_owns_nothing():
    severe = {"x/leaves": RuleChoice("x/leaves", severity="high")}
    assert told(judged(OPEN % '"a"', choices=severe)) == [("x/leaves", ()), ("x/owner", ())]
    severe["x/owner"] = RuleChoice("x/owner", severity="critical")
    assert told(judged(OPEN % '"a"', choices=severe)) == [("x/owner", ("x/leaves",))]


THIRD = HEAD + "forbid: {keys: {includes: worse}}\nleaves_undecided_to: [x/owner, x/leaves]\n"


def three(key, leaves=LEAVES, owner=OWNER, third=THIRD):
    rules = {"x/leaves": leaves, "x/owner": owner, "x/third": third}
    files = [(id, Source(f"{id}.yaml", text, "rule")) for id, text in rules.items()]
    catalogue = load(files, [Source("r.yaml", RESOURCE, "rule")])
    return told(judge(read_document({"main.tf": OPEN % key}), catalogue, {}, "2026-01-01"))


def test_the_next_owner_tells_it_where_the_first_is_answered():
    assert three('"a"') == [("x/owner", ("x/leaves", "x/third"))]
    assert three('"everybody"') == [("x/leaves", ("x/third",))]
    assert three('"a"', third=THIRD.replace("x/owner, ", "")) == [("x/owner", ("x/leaves", "x/third"))]


def test_rules_that_leave_it_to_each_other_in_a_circle_all_tell_it():
    around = OWNER + "leaves_undecided_to: [x/third]\n"
    found = three('"a"', owner=around, third=THIRD.replace("x/owner, ", ""))
    assert found == [("x/leaves", ()), ("x/owner", ()), ("x/third", ())]


def test_another_resource_is_another_question():
    text = OPEN % '"a"' + 'resource "x_thing" "u" {\n  key = concat(["everybody"], var.more)\n}\n'
    assert told(judged(text)) == [("x/owner", ("x/leaves",)), ("x/leaves", ())]


@pytest.mark.parametrize(
    ("leaves", "owner", "what"),
    [
        (LEAVES, OWNER.replace("x.thing", "x.other"), "that rule applies to x.other, which is something else "),
        (LEAVES, OWNER + "leaves_undecided_to: [x/leaves]\n", "that rule leaves what is undecided to this one "),
        (LEAVES.replace("[x/owner]", "x/owner"), OWNER, "leaves_undecided_to is a list "),
    ],
)
def test_what_cannot_be_left_is_refused_at_its_place(leaves, owner, what):
    with pytest.raises(UsageError) as caught:
        judged(OPEN % '"a"', leaves, owner)
    assert f"{caught.value.message} {caught.value.hint}" == what
    assert caught.value.location.region.start_line == 8
