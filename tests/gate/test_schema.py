from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_samples import GATES
from jsonschema import Draft202012Validator

from gatepost.gate import SHIPPED
from gatepost.gate.schema import policy_schema, waiver_file_schema
from gatepost.gate.waiver_sections import read_waiver_file
from gatepost.languages.positioned import read_yaml
from gatepost.model.places import Source
from gatepost.model.problems import UsageError

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


def test_the_stored_schema_of_waiver_files_is_the_one_that_is_made() -> None:
    stored = json.loads(STORED.with_name("gatepost-waivers.schema.json").read_text(encoding="utf-8"))
    assert stored == waiver_file_schema()
    Draft202012Validator.check_schema(stored)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("waivers: []", True),
        ("{}", True),
        ("version: 1\nwaivers: [{rule: [a, b], until: 2027-01-01, why: x, by: y, from: 2026-01-01}]", True),
        ("waivers: [{environment: a, until: 2027-01-01, why: x, by: y}]", False),
        ("waivers: [{rule: a, until: soon, why: x, by: y}]", False),
        ("gate: []", False),
    ],
)
def test_the_schema_of_waiver_files_says_what_the_loader_says(text: str, valid: bool) -> None:
    assert Draft202012Validator(waiver_file_schema()).is_valid(read_yaml(text).plain()) == valid
    try:
        read_waiver_file(Source("w.yaml", text, "policy"))
        loaded = True
    except UsageError:
        loaded = False
    assert loaded == valid
