"""Where findings point."""

from __future__ import annotations

import pytest

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


DOCKER = """
title: t
severity: low
category: hardening
why: w
applies_to: docker.RUN
forbid: {stage.in_image: true, stage.image.tag: {exists: true}}
points_at: [POINTS]
no_fix: n
"""


def docker(points, applies="docker.RUN"):
    rule = (
        DOCKER.replace("POINTS", points)
        .replace("docker.RUN", applies)
        .replace("stage.", "" if applies == "docker.stage" else "stage.")
    )
    catalogue = load([("x/rule", Source("rule.yaml", rule, "rule"))], [])
    text = "ARG TAG=12\nFROM debian:${TAG}\nRUN true\n"
    return point(judge(read_document({"Dockerfile": text}), catalogue, {}, "2026-01-01").violated()[0])


def test_the_stage_that_an_instruction_stands_in_is_no_place_to_see_also():
    assert docker("text").related == ()
    assert [one.location.region.start_line for one in docker("text, stage.image").related] == [2]


def test_where_a_value_is_set_is_told_only_of_what_has_a_part_in_the_answer():
    assert docker("image", "docker.stage").origins == ()
    assert [step.what for step in docker("image.tag", "docker.stage").origins] != []


LISTED = """
name: x.thing
found_in:
  - cloudformation: "AWS::X::Thing"
    attributes:
      callers: {path: Callers, as: networks}
      also: {networks: {ipv4: "Rules[].Cidr", ipv6: "Rules[].Cidr6"}}
      names: Names
"""
LISTED_TEXT = """Resources:
  Thing:
    Type: AWS::X::Thing
    Properties:
      Callers:
        - 10.0.0.0/8
        - 0.0.0.0/0
      Rules:
        - Cidr: 10.0.0.0/8
        - Cidr: 0.0.0.0/0
      Names:
        - a
        - b
"""


def _line_of(condition: str, more: str = "") -> int:
    rule = RULE.replace("require: {others: {count: {at_least: 1}}}", f"forbid: {condition}{more}")
    catalogue = load([("x/one", Source("r.yaml", rule, "rule"))], [Source("t.yaml", LISTED, "rule")])
    (finding,) = judge(read_document({"t.yaml": LISTED_TEXT}), catalogue, {}, "2026-01-01").violated()
    return point(finding).location.region.start_line


def test_the_member_of_a_set_that_decides_is_shown_though_the_rule_names_the_whole():
    assert _line_of("{callers: {covers: internet}}") == 7
    assert _line_of("{callers: {covers: internet}}", "\npoints_at: [callers]") == 7
    assert _line_of("{also: {covers: internet}}", "\npoints_at: [also]") == 10


def test_the_member_of_a_list_that_decides_is_shown_though_the_rule_names_the_whole():
    assert _line_of("{names: {includes: b}}", "\npoints_at: [names]") == 13
    assert _line_of("{names: {some: b}}", "\npoints_at: [names]") == 13


NULLS = """
name: x.store
found_in:
  - terraform: x_store
    attributes:
      days: {path: days, default: 0}
      log: {first: [log.old, log.target]}
"""
OF_NULLS = """
title: The backups are not kept
severity: low
category: reliability
why: A mistake is noticed late.
applies_to: x.store
require: {days: {at_least: 7}}
fix: {set: {days: 7}, safety: safe}
"""


def of_null(rule, text):
    catalogue = load([("x/store", Source("r.yaml", rule, "rule"))], [Source("t.yaml", NULLS, "rule")])
    return point(judge(read_document({"main.tf": text}), catalogue, {}, "2026-01-01").violated()[0])


def test_a_null_is_shown_where_it_is_written_and_where_it_comes_from():
    text = 'resource "x_store" "a" {\n  name = "a"\n  days = var.days\n}\n\nvariable "days" {\n  default = null\n}\n'
    pointed = of_null(OF_NULLS, text)
    assert pointed.location.region.start_line == 3
    assert [(step.what, step.location.region.start_line) for step in pointed.origins] == [("var.days", 7)]


def test_nothing_written_points_at_the_resource():
    assert of_null(OF_NULLS, 'resource "x_store" "a" {\n  name = "a"\n}\n').location.region.start_line == 1


def test_a_null_in_one_of_several_places_is_shown_where_it_is_written():
    rule = OF_NULLS.replace("days: {at_least: 7}", "log: {exists: true}").replace("days: 7", "log: x")
    text = 'resource "x_store" "a" {\n  log {\n    target = null\n  }\n}\n'
    assert of_null(rule, text).location.region.start_line == 3


MAP_RULE = """
title: t
severity: low
category: network
why: w
applies_to: cloudformation.AWS::X::Thing
forbid: {Net: {exists: true}, Net.Open: {exists: false}}
points_at: [Net]
no_fix: n
"""


@pytest.mark.parametrize(
    ("net", "line"),
    [
        ("      Net:\n        Mode: a\n", 5),
        ("      Net:\n\n        # the mode\n        Mode: a\n", 5),
        ("      Net: {Mode: a}\n", 5),
        ("      Net: &net\n        Mode: a\n", 5),
    ],
)
def test_a_map_is_shown_at_its_key(net, line):
    catalogue = load([("x/net", Source("r.yaml", MAP_RULE, "rule"))], [])
    text = f"Resources:\n  A:\n    Type: AWS::X::Thing\n    Properties:\n{net}"
    judged = judge(read_document({"template.yaml": text}), catalogue, {}, "2026-01-01")
    (finding,) = judged.violated()
    assert point(finding).location.region.start_line == line
