"""Every case of every shipped rule and resource file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from gatepost.languages.positioned import read_yaml_all
from gatepost.rules.catalogue import load
from gatepost.rules.folders import policy_files, rule_id, yaml_below
from gatepost.testing.cases import run_rule_case
from gatepost.testing.resource_cases import run_resource_case

POLICIES = Path(__file__).parent.parent.parent / "policies"


@cache
def catalogue():
    return load(*policy_files(str(POLICIES)))


def rule_cases():
    for path in yaml_below(str(POLICIES / "rules")):
        plain = read_yaml_all((POLICIES / "rules" / path).read_text())[0].plain()
        for case in plain.get("cases", ()):
            yield pytest.param(rule_id(path), case, id=f"{rule_id(path)}: {case['name']}")


def resource_cases():
    for path in yaml_below(str(POLICIES / "resources")):
        for node in read_yaml_all((POLICIES / "resources" / path).read_text()):
            plain = node.plain()
            for case in plain.get("cases", ()):
                yield pytest.param(path, plain["name"], case, id=f"{plain['name']}: {case['name']}")


@pytest.mark.parametrize(("id", "case"), list(rule_cases()))
def test_a_rule_answers_its_case(id, case):
    result = run_rule_case(id, case, catalogue())
    assert result.passed, result.difference


@pytest.mark.parametrize(("path", "name", "case"), list(resource_cases()))
def test_a_resource_file_reads_and_writes_its_case(path, name, case):
    result = run_resource_case(path, name, case, catalogue())
    assert result.passed, result.difference
