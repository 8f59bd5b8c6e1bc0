"""What is wrong in a rule or resource file is told with its place and the nearest valid word."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.rules.catalogue import load
from tests.fuzz.rule_files import fuzz

POLICIES = Path(__file__).parent.parent.parent / "policies"

RESOURCE = """\
name: x.thing
identity: [id]
found_in:
  - terraform: x_thing
    attributes:
      open: {path: open, default: false}
      size: {path: size, replaces: true}
      parts: {each: part, attributes: {name: name}}
      ports: {path: ports, as: ports}
relations:
  other: {to: x.thing, by: size}
"""

RULE = """\
title: A thing is open
severity: high
category: network
why: Because.
applies_to: x.thing
forbid: {open: true}
fix: {set: {open: false}, safety: safe}
"""


def fails(rule=RULE, resource=RESOURCE):
    with pytest.raises(UsageError) as caught:
        load([("x/open", Source("open.yaml", rule, "rule"))], [Source("thing.yaml", resource, "rule")])
    error = caught.value
    assert error.location is not None
    at = error.location.region
    return f"{error.location.path}:{at.start_line}:{at.start_column} {error.message} | {error.hint}"


def test_files_that_are_right_load():
    assert load([("x/open", Source("", RULE, ""))], [Source("", RESOURCE, "")]).ids() == ("x/open",)


def test_siblings_of_an_element_have_its_attributes():
    rule = RULE.replace("x.thing", "docker.RUN.commands").replace("open: true", "after: {some: {program: rm}}")
    rule = rule.replace("fix: {set: {open: false}, safety: safe}", "no_fix: None.")
    assert load([("x/open", Source("", rule, ""))], []).ids() == ("x/open",)
    assert "no attribute" in fails(rule.replace("program: rm", "progam: rm"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("severity: high", "severty: high", 'open.yaml:2:1 a rule has no key "severty" | did you mean "severity"?'),
        ("severity: high", "severity: hihg", 'open.yaml:2:11 severity cannot be "hihg" | did you mean "high"?'),
        ("why: Because.\n", "", 'open.yaml:1:1 a rule needs "why"'),
        ("{open: true}", "{opne: true}", "open.yaml:6:10 there is no attribute 'opne' here"),
        ("{open: true}", "{open: {mathces: x}}", "open.yaml:6:17"),
        ("{open: true}", "{open: {at_least: 3}}", "open.yaml:6:17"),
        ("forbid: {open: true}", "when: {open: true}", 'a rule has either "require" or "forbid"'),
        ("applies_to: x.thing", "applies_to: x.thin", 'did you mean "x.thing"?'),
        ("applies_to: x.thing", "applies_to: x.thing.size", "is no list"),
        ("applies_to: x.thing", "applies_to: docker.RUNN", "is no instruction"),
        (
            "set: {open: false}",
            "set: {opn: false}",
            'open.yaml:7:13 there is no attribute "opn" here | did you mean "open"?',
        ),
        ("set: {open: false}", "set: {size: 3}", "cannot be safe"),
        ("safety: safe", "safety: maybe", 'safety cannot be "maybe"'),
        ("forbid: {open: true}", "forbid: {open: true}\nmessage: '${nmae}'", 'there is no attribute "nmae" here'),
        ("forbid: {open: true}", "forbid: {open: true}\npoints_at: [opeen]", 'did you mean "open"?'),
        ("why: Because.", "why: Because.\ncases: [{name: a}]", "a case has the text of a file"),
        ("why: Because.", "why: [", "open.yaml:"),
    ],
)
def test_a_fault_in_a_rule_is_told(old, new, told):
    assert told in fails(RULE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("found_in:", "foundin:", 'thing.yaml:3:1 a resource file has no key "foundin" | did you mean "found_in"?'),
        ("{path: open, default: false}", "{pth: open}", 'a place has no key "pth" | did you mean "path"?'),
        ("{path: open, default: false}", "{default: false}", "a place needs a form"),
        ("{path: open, default: false}", "{path: a, first: [b]}", "a place has one form"),
        ("{path: open, default: false}", "{path: a b}", '"a b" is no path'),
        ("as: ports", "as: prots", 'as cannot be "prots" | did you mean "ports"?'),
        ("replaces: true", "for: azurerm 4", "is no version clause"),
        ("replaces: true", "values: words", 'there is no table "words"'),
        ("    attributes:", "    where: {open: true}\n    attributes:", 'where" stands only beside "each'),
        ("to: x.thing", "to: x.thig", 'no resource file declares "x.thig" | did you mean "x.thing"?'),
        ("by: size", "by: sise", 'there is no attribute "sise" here | did you mean "size"?'),
        ("{path: size, replaces: true}", "{of: othr, attribute: open}", '"of" names the relation "othr"'),
        ("{path: size, replaces: true}", "{of: other, attribute: opn}", 'there is no attribute "opn" here'),
        ("{path: size, replaces: true}", "{in: y, path: a}", 'a companion needs "joined_by"'),
        ("{each: part,", "{each: part, where: {a: {liek: b}},", "thing.yaml:8"),
        ("terraform: x_thing", "teraform: x_thing", 'did you mean "terraform"?'),
    ],
)
def test_a_fault_in_a_resource_file_is_told(old, new, told):
    assert told in fails(resource=RESOURCE.replace(old, new))


@pytest.mark.parametrize("old", ["to: x.other", "values: words"])
def test_a_fault_in_a_concept_that_another_one_leads_to_is_told(old):
    new = {"to: x.other": "to: x.nothing", "values: words": "values: wrds"}[old]
    other = (
        "name: x.other\nidentity: [id]\nfound_in:\n  - terraform: x_other\n    attributes:\n"
        "      id: id\n      size: {path: size, values: words}\nrelations:\n  next: {to: x.other, by: size}\n"
        "---\ntable: words\nvalues: {a: b}\n"
    )
    thing = RESOURCE.replace("{to: x.thing, by: size}", "{to: x.other, by: size}").replace(
        "{path: size, replaces: true}", "{of: other, attribute: size}"
    )
    with pytest.raises(UsageError, match=r"x\.nothing|wrds"):
        load([], [Source("thing.yaml", thing, ""), Source("z.yaml", other.replace(old, new), "")])


def test_files_that_are_cut_or_mixed_up_raise_nothing_else():
    rng = random.Random(7)
    texts = [path.read_bytes() for path in sorted(POLICIES.rglob("*.yaml"))][:25]
    for text in texts:
        for _ in range(6):
            at, to = sorted(rng.randrange(len(text)) for _ in range(2))
            fuzz(text[:at] + rng.choice([b"", b"{", b"- ", b": ", b"[a", b"&a *a", b"\x00"]) + text[to:])
    for text in (b"", b"\xff\xfe", b"[" * 5000, b"---\n---\n", b"a: &a [*a]", b"name: 3\nfound_in: [3]", b"3"):
        fuzz(text)
