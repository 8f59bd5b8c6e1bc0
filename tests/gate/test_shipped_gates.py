from __future__ import annotations

import pytest
from gate_samples import TODAY, shipped

from gatepost.gate import SHIPPED, load_shipped
from gatepost.gate.cases import run_cases


@pytest.mark.parametrize("name", SHIPPED)
def test_the_cases_of_a_shipped_policy_hold(name: str) -> None:
    results = run_cases(load_shipped(name, shipped), TODAY)
    assert results
    assert [f"{result.case.name}: {result.failure}" for result in results if result.failure] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_line_of_a_shipped_policy_is_shown_by_a_case(name: str) -> None:
    policy = load_shipped(name, shipped)
    shown = {result.line for result in run_cases(policy, TODAY)}
    own = {line.name for line in policy.lines if line.policy == f"{name} (shipped)"}
    assert own <= shown


def test_a_case_that_does_not_hold_says_what_was_decided_by_which_line() -> None:
    from gate_samples import policy

    text = """\
        gate: [{name: a, when: {severity: high}, decide: block}, {name: b, when: {epss: {at_least: 0.5}}, decide: warn}]
        cases:
          - {finding: {severity: high}, decides: warn}
          - {finding: {severity: high}, decides: block, line: b}
          - {name: nobody knows, finding: {epss: null}, decides: warn}
        """
    assert [result.failure for result in run_cases(policy(text), TODAY)] == [
        'decides block (by "a"), the case says warn',
        'decided by "a", the case says "b"',
        'decides allow (because no line matches), the case says warn; "b" could not be decided: epss is not known',
    ]
