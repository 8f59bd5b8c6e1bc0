"""The JSON Schemas of rule and resource files: current, true of what is shipped, and stricter than nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gatepost.languages.positioned import read_yaml, read_yaml_all
from gatepost.rules.folders import yaml_below
from gatepost.rules.schema_resource import resource_schema
from gatepost.rules.schema_rule import rule_schema
from tests.policies.refresh import DOCS, POLICIES, made


@cache
def validator(kind):
    return Draft202012Validator(rule_schema() if kind == "rules" else resource_schema())


def faults(kind, plain):
    return [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]}"
            for fault in validator(kind).iter_errors(plain)]  # fmt: skip


@pytest.mark.parametrize("name", ["rule-list.md", "schemas/rule.schema.json", "schemas/resource.schema.json"])
def test_what_is_made_from_the_catalogue_is_current(name):
    assert (DOCS / name).read_text(encoding="utf-8") == made()[name], "run: python tests/policies/refresh.py"


@pytest.mark.parametrize("schema", [rule_schema, resource_schema])
def test_a_schema_is_one(schema):
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("kind", ["rules", "resources"])
def test_every_shipped_file_is_valid(kind):
    found = []
    for path in yaml_below(str(POLICIES / kind)):
        for node in read_yaml_all((POLICIES / kind / path).read_text(encoding="utf-8")):
            found += [f"{path}: {fault}" for fault in faults(kind, node.plain())]
    assert not found


RULE = """\
title: a
severity: low
category: network
why: b
applies_to: aws.ec2.instance
forbid: {a: 1}
"""


def test_a_small_rule_is_valid():
    assert faults("rules", read_yaml(RULE).plain()) == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("severity: low", "severity: grave"),
        ("why: b", "wy: b"),
        ("forbid: {a: 1}", ""),
        ("forbid: {a: 1}", "forbid: {a: 1}\nrequire: {a: 1}"),
        ("forbid: {a: 1}", "forbid: {a: {atleast: 1}}"),
        ("forbid: {a: 1}", "forbid: {a: {exists: yes}}"),
        ("forbid: {a: 1}", "forbid: {a: {origin: somewhere}}"),
        ("forbid: {a: 1}", "forbid: {a: {count: many}}"),
        ("forbid: {a: 1}", "forbid: {a: [1, 2]}"),
        ("forbid: {a: 1}", "forbid: {any: {a: 1}}"),
        ("applies_to: aws.ec2.instance", "applies_to: docker.FORM"),
        ("applies_to: aws.ec2.instance", "applies_to: instance"),
        ("why: b", "why: b\nfix: {set: {a: 1}}"),
        ("why: b", "why: b\nfix: {safety: safe}"),
        ("why: b", "why: b\nfix: {set: {a: 1}, safety: mostly}"),
        ("why: b", "why: b\nalso_known_as: [CKV_AWS_1]"),
        ("why: b", "why: b\nstandards: {cwe: [CWE-1]}"),
        ("why: b", "why: b\ncases: [{name: a}]"),
        ("why: b", 'why: b\ncases: [{name: a, terraform: "", dockerfile: ""}]'),
    ],
)
def test_a_fault_in_a_rule_is_seen(was, becomes):
    assert faults("rules", read_yaml(RULE.replace(was, becomes)).plain())


RESOURCE = "name: a.b\nfound_in: [{terraform: t, attributes: {a: PLACE}}]\nrelations: {r: {to: x.y, by: a}}\n"
PLACES = (
    "a.b", '"a[].b"', "{path: a, as: networks}", "{first: [a, {path: b, for: azurerm >= 4}]}", "{constant: linux}",
    "{each: a, attributes: {b: c}}", "{in: t, joined_by: j, attributes: {b: c}}", "{in: t, joined_by: j, path: p}",
    "{entries: e}", "{entries: e, key: k, value: v}", "{of: r, attribute: x}", "{range: {from: a, to: b}}",
    "{networks: {ipv4: a}}", "{path: a, default: [{value: 1, for: azurerm < 4}, {value: 2}]}",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_valid(place):
    assert faults("resources", read_yaml(RESOURCE.replace("PLACE", place)).plain()) == []


@pytest.mark.parametrize(
    "place",
    [
        "a b", "{}", "{path: a, first: [b]}", "{path: a, as: magic}", "{path: a, key: k}", "{in: t, path: a}",
        "{of: r}", "{range: {from: a}}", "{networks: {ipv5: a}}", "{path: a, for: new}", "{first: []}",
        "{path: a, attributes: {b: c}}", "{path: a, where: {b: 1}}", "{entries: a, key: k}", "{path: a, unit: days}",
        "{path: a, replaces: sometimes}", "{constant: [1]}", "{each: a, attributes: {b: {pth: c}}}",
    ],
)  # fmt: skip
def test_a_fault_in_a_place_is_seen(place):
    assert faults("resources", read_yaml(RESOURCE.replace("PLACE", place)).plain())


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("to: x.y, by: a", "to: x.y"),
        ("to: x.y, by: a", "all: x.y, by: a"),
        ("to: x.y, by: a", "to: x.y, from: x.y, by: a"),
        ("to: x.y, by: a", "from: x.y, by: a, where: {a: 1}"),
        ("terraform: t, ", ""),
        ("terraform: t, ", "terraform: t, where: {a: 1}, "),
        ("terraform: t", "terraform: t, cloudformation: T"),
        ("name: a.b", "name: a.b\ncases: [{name: a, terraform: b, write: {a: 1}}]"),
        ("name: a.b", "name: a.b\ntable: b"),
    ],
)
def test_a_fault_in_a_resource_file_is_seen(was, becomes):
    assert faults("resources", read_yaml(RESOURCE.replace("PLACE", "a").replace(was, becomes)).plain())


def test_the_first_line_of_a_file_leads_an_editor_to_the_schema():
    text = (Path(DOCS) / "rules.md").read_text(encoding="utf-8")
    assert "# yaml-language-server: $schema=" in text
