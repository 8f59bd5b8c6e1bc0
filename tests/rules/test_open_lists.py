"""An element that is not known leaves a rule undecided only where it could be a finding."""

from __future__ import annotations

import pytest

from gatepost.model.places import Source
from gatepost.rules.catalogue import load
from gatepost.rules.judge import judge
from gatepost.rules.telling import undecided_of
from gatepost.testing.documents import read_document

RESOURCE = """
name: x.thing
found_in:
  - terraform: x_thing
    attributes: {size: size, parts: {each: part, attributes: {kind: kind}}}
"""
RULE = """
title: t
severity: low
category: data
why: w
applies_to: x.thing.parts
when: {WHEN}
forbid: {kind: bad}
no_fix: n
"""
THING = """
variable "parts" {}
resource "x_thing" "t" {
  size = 1
  dynamic "part" {
    for_each = var.parts
    content {
      kind = part.value
    }
  }
}
"""


@pytest.mark.parametrize(
    ("when", "undecided"),
    [
        ("{parent.size: 1}", True),
        ("{parent.size: 2}", False),
        ("{kind: {exists: true}}", True),
        ("{kind: {origin: code}}", False),
    ],
)
def test_what_surely_does_not_apply_is_not_undecided(when, undecided):
    rule = ("x/rule", Source("rule.yaml", RULE.replace("{WHEN}", when), "rule"))
    catalogue = load([rule], [Source("r.yaml", RESOURCE, "rule")])
    judged = judge(read_document({"main.tf": THING}), catalogue, {}, "2026-01-01")
    assert bool(judged.undecided()) is undecided


TOGETHER = """
name: x.thing
found_in:
  - terraform: x_thing
    attributes: {parts: {together: [{each: first, attributes: {kind: kind}}, {each: part, attributes: {kind: kind}}]}}
"""


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ('dynamic "part" {\n    for_each = var.parts\n    content {\n      kind = part.value\n    }\n  }', 7),
        ("part = concat([{ kind = 1 }], var.parts)", 7),
    ],
)
def test_a_list_that_may_have_more_is_undecided_once_and_where_it_is_not_known(part, line):
    rule = ("x/rule", Source("rule.yaml", RULE.replace("when: {WHEN}\n", ""), "rule"))
    catalogue = load([rule], [Source("r.yaml", TOGETHER, "rule")])
    text = 'variable "parts" {}\nresource "x_thing" "t" {\n  first {\n    kind = "good"\n  }\n\n  ' + part + "\n}\n"
    judged = judge(read_document({"main.tf": text}), catalogue, {}, "2026-01-01")
    (found,) = judged.undecided()
    assert undecided_of(found, judged).location.region.start_line == line
