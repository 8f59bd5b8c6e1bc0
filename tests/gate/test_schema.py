from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_samples import GATES
from jsonschema import Draft202012Validator

from gatepost.gate import SHIPPED
from gatepost.gate.schema import policy_schema
from gatepost.languages.positioned import read_yaml

STORED = Path(__file__).parents[2] / "docs" / "schemas" / "gatepost.schema.json"
VALIDATOR = Draft202012Validator(policy_schema())


def faults(text: str) -> list[str]:
    return [fault.message for fault in VALIDATOR.iter_errors(read_yaml(text).plain())]


def test_the_stored_schema_is_the_one_that_is_made() -> None:
    assert json.loads(STORED.read_text(encoding="utf-8")) == policy_schema(), "write it again: docs/policy.md says how"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(policy_schema())


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_is_valid(name: str) -> None:
    assert faults((GATES / f"{name}.yaml").read_text(encoding="utf-8")) == []


def test_a_policy_that_uses_every_section_is_valid() -> None:
    text = (Path(__file__).parent / "samples" / "everything.yaml").read_text(encoding="utf-8")
    assert faults(text) == []
    assert set(read_yaml(text).plain()) == set(policy_schema()["properties"])


@pytest.mark.parametrize(
    "text",
    [
        "version: 1",
        "extends: strict",
        "{version: 1, extends: strict, gaet: []}",
        "{version: 1, gate: [{name: a, when: {severty: high}, decide: block}]}",
        "{version: 1, gate: [{name: a, when: {severity: {atleast: high}}, decide: block}]}",
        "{version: 1, extends: strict, waivers: [{rule: a, until: soon, why: x, by: y}]}",
        "{version: 1, extends: strict, environments: {a: {infer: true}}}",
    ],
)
def test_a_fault_is_seen(text: str) -> None:
    assert faults(text)
