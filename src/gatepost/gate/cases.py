"""Runs the cases of a policy, so that a policy is tested like code; never prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from gatepost.gate.asking import Lines
from gatepost.gate.facts import GivenFacts
from gatepost.gate.policy import Policy
from gatepost.gate.sections import Case
from gatepost.model.decisions import Action
from gatepost.model.records import NamedTuple


class CaseResult(NamedTuple):
    """How a case went: what was decided by which line ("" for none); `failure` is "" where that is what it says."""

    case: Case
    decided: Action
    line: str
    failure: str


def run_cases(policy: Policy, today: str) -> tuple[CaseResult, ...]:
    """Return the results of a policy's own cases, in their order; waivers and modes do not take part."""
    lines = Lines(policy, today)
    return tuple(_run(case, lines, policy, today) for case in policy.cases)


def _run(case: Case, lines: Lines, policy: Policy, today: str) -> CaseResult:
    given: dict[str, Any] = {"is_new": True, "waiver": "none", "undecided": False, "problem": False, **case.given}
    if case.kind != "finding":
        given[case.kind] = True
    reached = given.pop("environment", None) or "unknown"
    names = tuple(str(one) for one in cast("list[Any]", reached)) if isinstance(reached, list) else (str(reached),)
    facts = GivenFacts(given)
    answer = lines.ask(case.kind, facts, names)
    line = answer.line.name if answer.line else ""
    failure = ""
    if answer.action != case.decides:
        by = f'by "{line}"' if line else "because no line matches"
        failure = f"decides {answer.action} ({by}), the case says {case.decides}"
    elif case.line and case.line != line:
        failure = f'decided by "{line}", the case says "{case.line}"' if line else f'no line matches, not "{case.line}"'
    elif case.routes is not None:
        failure = _routed(case.routes, policy, facts, names, answer.action, today)
    if failure and answer.not_known:
        failure = f"{failure}; {'; '.join(answer.not_known)}"
    return CaseResult(case, answer.action, line, failure)


def _routed(
    wanted: Sequence[str], policy: Policy, facts: GivenFacts, names: Sequence[str], action: Action, today: str
) -> str:
    """Return why the routes that a finding takes are not the wanted ones, "" where they are."""
    from gatepost.gate.routes import Routes

    taken = Routes(policy, today).of_case(facts, names, action)
    if set(taken) == set(wanted):
        return ""
    shown = [", ".join(f'"{name}"' for name in some) or "no route" for some in (taken, wanted)]
    return f"takes {shown[0]}, the case says {shown[1]}"
