"""Where findings point."""

from __future__ import annotations

from gatepost.model.places import Source
from gatepost.rules.catalogue import load
from gatepost.rules.judge import judge
from gatepost.rules.pointing import point
from gatepost.testing.documents import read_document

RESOURCE = """
name: x.thing
found_in: [{cloudformation: "AWS::X::Thing", attributes: {size: Size}}]
relations: {others: {all: x.other}}
---
name: x.other
found_in: [{cloudformation: "AWS::X::Other", attributes: {size: Size}}]
"""
RULE = """
title: There is no other
severity: low
category: network
why: There has to be one.
applies_to: x.thing
require: {others: {count: {at_least: 1}}}
no_fix: It has to be made.
"""


def test_a_relation_that_finds_nothing_points_at_the_first_line_of_the_resource():
    catalogue = load(
        [("x/other", Source("policies/rules/x/other.yaml", RULE, "rule"))], [Source("r.yaml", RESOURCE, "rule")]
    )
    text = "Resources:\n  A:\n    Type: AWS::X::Thing\n    Properties:\n      Size: 1\n"
    judged = judge(read_document({"template.yaml": text}), catalogue, {}, "2026-01-01")
    (finding,) = judged.violated()
    assert point(finding).location.region.start_line == 2


def test_a_relation_of_the_whole_that_finds_nothing_is_no_place_to_see_also():
    resource = RESOURCE.replace(
        "{size: Size}}]\nrelations", "{size: Size, parts: {each: Parts, attributes: {n: N}}}}]\nrelations"
    )
    rule = RULE.replace("x.thing", "x.thing.parts").replace("{others", "{n: 1, parent.others")
    text = (
        "Resources:\n  Thing:\n    Type: AWS::X::Thing\n    Properties:\n      Size: 3\n      Parts:\n        - N: 1\n"
    )
    catalogue = load([("x/other", Source("r.yaml", rule, "rule"))], [Source("t.yaml", resource, "rule")])
    result = judge(read_document({"t.yaml": text}), catalogue, {}, "2026-01-01")
    pointed = point(result.violated()[0])
    assert (pointed.location.region.start_line, pointed.related) == (7, ())
