"""The policies that the documentation shows decide as their cases say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from gate_samples import TODAY, shipped

from gatepost.gate import load
from gatepost.gate.cases import run_cases
from gatepost.model.places import Source

DOCS = Path(__file__).parents[2] / "docs"
POLICIES = [
    (page.name, text)
    for page in sorted(DOCS.glob("*.md"))
    for text in re.findall(r"```yaml\n(version: 1\n.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    if "gate:" in text or "extends:" in text
]


@pytest.mark.parametrize(("page", "text"), POLICIES, ids=[page for page, _ in POLICIES])
def test_a_policy_of_the_documentation_loads_and_its_cases_hold(page: str, text: str) -> None:
    policy = load(Source(page, text, "policy"), shipped)
    assert [one.failure for one in run_cases(policy, TODAY) if one.failure] == []


def test_the_first_sentences_have_cases_and_routes() -> None:
    (text,) = [text for page, text in POLICIES if page == "deciding.md"]
    policy = load(Source("deciding.md", text, "policy"), shipped)
    assert len(policy.cases) >= 10 and policy.routes[0].destinations["jira"] == {
        "project": "SB",
        "team": "Search-Backend",
    }
    assert {line.name for line in policy.lines} >= {case.line for case in policy.cases if case.line}
