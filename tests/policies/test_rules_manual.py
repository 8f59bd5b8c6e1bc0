"""docs/rules.md: its examples load and pass their cases, and it tells of everything there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gatepost.conditions import compile_condition
from gatepost.conditions.operators import ORIGINS
from gatepost.languages.dockerfile.attributes import INSTRUCTIONS
from gatepost.languages.positioned import read_yaml
from gatepost.model.places import Source
from gatepost.rules import loading
from gatepost.rules.catalogue import add_files
from gatepost.rules.readers import READERS
from gatepost.rules.schema_condition import OPERATORS
from gatepost.rules.subjects import BUILT_IN
from gatepost.testing.cases import run_rule_cases
from gatepost.testing.resource_cases import run_resource_cases
from tests.policies.refresh import catalogue

MANUAL = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"^```yaml\n# a (rule|condition|resource)(?: file|, | on )(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
EXAMPLES = [match.groups() for match in EXAMPLE.finditer(MANUAL)]
KEYS = sorted({
    *loading.RULE_KEYS, *loading.FIX_KEYS, *loading.CASE_KEYS, *loading.FOUND_KEYS, *loading.FORM_KEYS,
    *loading.PLACE_KEYS, *loading.RELATION_KEYS, *loading.RESOURCE_CASE_KEYS, *loading.RESOURCE_KEYS,
})  # fmt: skip


def test_there_are_examples_of_every_kind():
    assert {kind for kind, _, _ in EXAMPLES} == {"rule", "condition", "resource"}


@pytest.mark.parametrize(("kind", "name", "text"), EXAMPLES)
def test_an_example_loads_and_its_cases_pass(kind, name, text):
    shipped = catalogue()
    source = Source("example.yaml", text, "rule")
    if kind == "condition":
        compile_condition(read_yaml(text).plain(), shipped.concept(name).schema(), ())
        return
    if kind == "rule":
        add_files(shipped, [(name, source)], [])
        results = run_rule_cases(name, shipped.rule(name).plain, shipped)
    else:
        add_files(shipped, [], [source])
        plain = read_yaml(text).plain()
        results = run_resource_cases("example.yaml", plain, shipped)
    assert results
    assert [result.difference for result in results if not result.passed] == []


@pytest.mark.parametrize(
    "word",
    [*OPERATORS, *KEYS, *READERS, *ORIGINS, *BUILT_IN, "any", "today", "all", "internet", "private", "size"],
)
def test_the_manual_tells_of_every_word_of_the_language(word):
    assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", MANUAL)


def test_the_manual_has_a_line_for_every_operator_and_reader():
    rows = [line.split("|")[1] for line in MANUAL.splitlines() if line.startswith(("| `", "| *("))]
    said = " ".join(rows)
    for word in (*OPERATORS, *READERS, "set", "add", "remove", "to", "from", "all", *loading.FORM_KEYS[1:]):
        assert re.search(rf"[`{{ ,]{word}[`: ,]", said), word


def test_the_manual_tells_of_every_instruction_of_a_dockerfile():
    for name in INSTRUCTIONS:
        assert name in MANUAL or name in ("STOPSIGNAL", "MAINTAINER"), name
