"""An element that is not known leaves a rule undecided only where it could be a finding."""

from __future__ import annotations

import pytest

from gatepost.model.places import Source
from gatepost.rules.catalogue import load
from gatepost.rules.judge import judge
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
