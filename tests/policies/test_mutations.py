"""The cases of the shipped rules notice when a rule is changed; what a mutant is, is tried on a rule of its own."""

from __future__ import annotations

from functools import cache

from gatepost.languages.positioned import read_yaml_all
from tests.policies import mutants
from tests.policies.equivalent import EQUIVALENT
from tests.policies.mutations import everything, names, run, share_of

# The least share of mutants that has to be caught, and how many of all are tried here: all of them are tried by
# `python -m tests.policies.mutations`.
LEAST = 0.95
TRIED = 0.35


@cache
def results():
    return [run(name, share=TRIED, seed=1) for name in names()]


def test_nearly_every_change_of_a_rule_is_noticed_by_its_cases():
    survivors = [f"{result.name}: {what}" for result in results() for what in result.survived]
    assert share_of(results()) >= LEAST, "\n".join(survivors)


def test_what_is_said_to_change_nothing_is_a_mutant():
    made = {name: {what for what, _ in everything(name)} for name in {name for name, _ in EQUIVALENT}}
    assert [key for key in EQUIVALENT if key[1] not in made[key[0]]] == []


RULE = {
    "when": {"kind": "a"},
    "forbid": {
        "any": [{"open": True}, {"days": {"at_least": 7, "not": {"in": [8, 9]}}}],
        "names": {"some": {"like": "x*"}},
    },
    "fix": {"set": {"open": False, "days": 3}, "safety": "safe"},
    "points_at": ["open"],
}


def test_each_part_of_a_rule_has_a_mutant():
    made = dict(mutants.of_rule(RULE))
    assert made["when dropped"]["forbid"] == RULE["forbid"]
    assert made["when: kind: not added"]["when"] == {"kind": {"not": "a"}}
    assert made["require and forbid turned"]["require"] == RULE["forbid"]
    assert made["forbid: any dropped"]["forbid"] == {"names": {"some": {"like": "x*"}}}
    assert made["forbid: any 1 dropped"]["forbid"]["any"] == RULE["forbid"]["any"][1:]
    assert made["forbid: any 1: open: flipped"]["forbid"]["any"][0] == {"open": False}
    assert made["forbid: any 2: days: at_least: turned"]["forbid"]["any"][1]["days"]["at_most"] == 7
    assert made["forbid: any 2: days: at_least: -1"]["forbid"]["any"][1]["days"]["at_least"] == 6
    assert made["forbid: any 2: days: not: in: 8 dropped"]["forbid"]["any"][1]["days"]["not"] == {"in": [9]}
    assert made["forbid: any 2: days: not: removed"]["forbid"]["any"][1]["days"] == {"at_least": 7, "in": [8, 9]}
    assert made["forbid: names: some: turned"]["forbid"]["names"] == {"every": {"like": "x*"}}
    assert made["forbid: names: some: like: always matches"]["forbid"]["names"] == {"some": {"like": "*"}}
    assert made["fix: set: open: flipped"]["fix"]["set"] == {"open": True, "days": 3}
    assert made["fix: set: days dropped"]["fix"]["set"] == {"open": False}
    assert "points_at" not in made["points_at dropped"]
    assert all(plain != RULE for plain in made.values())


def test_a_part_that_an_alias_repeats_is_changed_in_all_places_at_once():
    text = "forbid: {any: [{a: &kept {origin: [code, input]}}, {b: *kept}]}\nfix: {}"
    made = dict(mutants.of_rule(mutants.shared(read_yaml_all(text)[0], {})))
    assert made["forbid: any 1: a: origin: code dropped"]["forbid"] == {
        "any": [{"a": {"origin": ["input"]}}, {"b": {"origin": ["input"]}}]
    }
    assert not any("any 2: b" in what for what in made)


RESOURCE = """\
name: a.thing
found_in:
  - terraform: a_thing
    attributes: &all
      on: {path: enabled, values: {"yes": true, "no": false}, default: [{value: true, for: a < 4}, {value: false}]}
      inside: {each: parts, attributes: {days: {path: days, default: 7}}}
  - terraform: a_second_thing
    attributes: *all
"""


def test_a_default_and_a_meaning_that_are_written_once_are_changed_everywhere_at_once():
    made = {what: plain for what, plain, _ in mutants.of_concept(read_yaml_all(RESOURCE)[0])}
    assert list(made) == [
        "a_thing: on: default: a < 4: flipped",
        "a_thing: on: default: else: flipped",
        "a_thing: on: values: yes: flipped",
        "a_thing: on: values: no: flipped",
        "a_thing: inside: days: default: +1",
        "a_thing: inside: days: default: -1",
    ]
    changed = made["a_thing: inside: days: default: +1"]["found_in"]
    assert [entry["attributes"]["inside"]["attributes"]["days"]["default"] for entry in changed] == [8, 8]
