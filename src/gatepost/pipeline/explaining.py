"""One decision of a recorded verdict, put to the policies again line by line; never decides anew.

Everything is told by the report: nothing is scanned again, and the policies are those of the work tree.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, cast

from gatepost.gate import Policy
from gatepost.gate.dates import is_date
from gatepost.gate.explaining import Explained, NearWaiver, explain_finding, explain_undecided
from gatepost.model.problems import UsageError
from gatepost.pipeline.policies import POLICY_FILE, load_whole
from gatepost.reports.explain_finding import Answer, TraceLine
from gatepost.reports.recorded import decision_of, undecided_of
from gatepost.reports.rows import BadReport, rows
from gatepost.sources.reading import printable_path

_HINT = "write one: gatepost check --format json=verdict.json"
_EMPTY: Mapping[str, Any] = {}
_OUTCOMES = {"match": True, "no match": False, "not known": None, "not asked": None}


def explained(
    fingerprint: str, path: str, policy: str | None, organisation: str | None
) -> tuple[Mapping[str, Any], list[Answer]]:
    """Return what the report has on a finding or undecided rule, and what each policy answers. Raises `UsageError`.

    `fingerprint` may be its beginning. `policy` is the file to go through, else gatepost.yaml, else the shipped one.
    """
    kind, row, verdict, budgets = _found(fingerprint, path)
    today = verdict.get("today")
    if not isinstance(today, str) or not is_date(today):
        raise UsageError(f"{path!r} does not tell by which day it judged", hint=_HINT)
    names = [policy or (POLICY_FILE if os.path.isfile(POLICY_FILE) else "recommended")]
    policies = [load_whole(name, None) for name in (*names, *([organisation] if organisation else []))]
    try:
        answers = [_answer(one, kind, row, today) for one in policies]
    except BadReport as error:
        raise UsageError(f"{path!r} cannot be used: {error.what}", hint=_HINT) from None
    return row, [
        _told(one, answer, _own_severity(kind, row), budgets) for one, answer in zip(policies, answers, strict=True)
    ]


def _found(
    fingerprint: str, path: str
) -> tuple[str, Mapping[str, Any], Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    verdict = _EMPTY
    budgets: list[Mapping[str, Any]] = []
    group = _EMPTY
    try:
        for key, value in rows(path):
            row = cast("Mapping[str, Any]", value) if isinstance(value, dict) else _EMPTY
            if key == "verdict":
                verdict = row
            elif key == "budgets":
                budgets.append(row)
            elif key == "groups" and found and row.get("id") == found[0][1].get("group"):
                group = row
            elif key in ("findings", "undecided") and str(row.get("fingerprint") or "").startswith(fingerprint):
                found.append((key, row))
    except OSError as error:
        raise UsageError(f"{path!r} cannot be read: {(error.strerror or '').lower()}") from None
    except BadReport as error:
        raise UsageError(f"{path!r} is not a verdict of Gatepost: {error.what}", hint=_HINT) from None
    if not found:
        raise UsageError(f"{path} has no finding with the fingerprint {fingerprint}")
    if len(found) > 1:
        raise UsageError(f"{len(found)} findings begin with {fingerprint}", hint="give more of the fingerprint")
    kind, row = found[0]
    return kind, {**row, "shared": group} if group else row, verdict, budgets


def _answer(policy: Policy, kind: str, row: Mapping[str, Any], today: str) -> Explained:
    if kind == "undecided":
        undecided = undecided_of(row)
        return explain_undecided(policy, undecided.undecided, undecided.context, today)
    decision = decision_of(row)
    assessment = decision.assessment
    if decision.own_severity is not None:  # each policy gives its own in its place
        assessment = assessment._replace(finding=assessment.finding._replace(severity=decision.own_severity))
    return explain_finding(policy, assessment, today)


def _own_severity(kind: str, row: Mapping[str, Any]) -> str:
    return str(row.get("severity")) if kind == "findings" else ""


def _told(policy: Policy, answer: Explained, severity: str, recorded: Sequence[Mapping[str, Any]]) -> Answer:
    lines = [
        TraceLine(step.line.name, _OUTCOMES[step.outcome], step.line.decide, step.why, step.outcome != "not asked")
        for step in answer.steps
    ]
    said = answer.severity if severity and answer.severity != severity else ""
    waivers = [_waiver_words(one) for one in answer.waivers]
    budgets = [_budget_words(name, counts, policy.name, recorded) for name, counts in answer.budgets]
    return Answer(answer.policy, answer.environment, lines, waivers, budgets, said)


def _waiver_words(near: NearWaiver) -> str:
    waiver = near.waiver
    where = f"{printable_path(waiver.location.path)}:{waiver.location.region.start_line}"
    if near.unmet:
        listed = ", ".join(waiver.of(near.unmet))
        return f"the one at {where} nearly covers it: its {near.unmet} ({listed}) does not match"
    if near.idle:
        return f"the one at {where} covers it and {near.idle}"
    only = waiver.of("environment")
    return f"the one at {where} covers it" + (f" in {', '.join(only)}" if only else "")


def _budget_words(name: str, counts: bool | None, policy: str, recorded: Sequence[Mapping[str, Any]]) -> str:
    words = {True: "this counts", False: "this does not count", None: "it is not known whether this counts"}
    named = [one for one in recorded if one.get("name") == name]
    # The policy of the verdict may have been called otherwise: "gatepost.yaml (origin/main)".
    found = next((one for one in named if one.get("policy") == policy), next(iter(named), _EMPTY))
    state = found.get("broken") or (f"kept with {found['count']}" if "count" in found else "")
    return f'"{name}": {words[counts]}' + (f"; {state}" if state else "")
