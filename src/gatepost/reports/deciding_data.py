"""What a policy decides, beside single findings, as plain data: counts, ages, budgets, groups; never text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast

from gatepost.model.decisions import ACTIONS, Action, Context, DecidedBudget, Decision, Verdict
from gatepost.model.findings import SEVERITIES, Severity
from gatepost.reports.entries import by_severity, tally
from gatepost.reports.secrets import Secrets

if TYPE_CHECKING:
    from gatepost.reports import shapes_deciding as shapes

PUBLISHED = "the vulnerability was published then"


def counts_data(verdict: Verdict) -> shapes.CountsShape:
    """Return how many there are of each."""
    counts, looked = tally(verdict), verdict.counts
    return {
        "block": counts.block,
        "warn": counts.warn,
        "allow": counts.allow,
        "waived": counts.waived,
        "not_new": counts.not_new,
        "undecided": counts.undecided,
        "problems": counts.problems,
        "severities": by_severity(verdict.decisions),
        "files": looked.files,
        "roots": looked.roots,
        "resources": looked.resources,
        "reports": looked.reports,
        "passed_over": [{"reason": reason, "files": files} for reason, files in looked.passed_over],
        "left_for_thorough": looked.left_for_thorough,
    }


def age_data(context: Context | None, published: str) -> shapes.AgeShape | None:
    """Return how old something is; `published` is the day of its vulnerability, "" for none."""
    if context is None or context.age is None:
        return None
    seen = context.first_seen
    if seen is not None:
        return {"days": context.age, "since": seen.name, "counted_from": "first_seen", "how": seen.how}
    return {"days": context.age, "since": published, "counted_from": "published", "how": PUBLISHED}


def budget_data(budget: DecidedBudget) -> shapes.BudgetShape:
    """Return one budget."""
    location = budget.location
    return {
        "name": budget.name,
        "policy": budget.policy,
        "line": {"path": location.path, "line": location.region.start_line} if location else None,
        "unit": cast('Literal["findings", "groups"]', budget.unit),
        "count": budget.counted,
        "not_known": budget.not_known,
        "at_most": budget.at_most,
        "base": budget.base,
        "broken": budget.broken or None,
        "action": budget.action,
        "over": list(budget.over),
        "notes": list(budget.notes),
    }


def groups_data(decisions: Sequence[Decision], secrets: Secrets) -> list[shapes.GroupShape]:
    """Return every cause that findings have, in the order of their first findings."""
    groups: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.assessment.finding.cause:
            groups.setdefault(decision.assessment.finding.cause, []).append(decision)
    return [_group(id, members, secrets) for id, members in groups.items()]


def _group(id: str, members: Sequence[Decision], secrets: Secrets) -> shapes.GroupShape:
    findings = [one.assessment.finding for one in members]
    cause = next((one.assessment.context.root_cause for one in members if one.assessment.context.root_cause), None)
    actions: list[Action] = [one.action for one in members]
    severities: list[Severity] = [one.severity for one in findings]
    mend = next((one.mend for one in findings if one.mend), "")
    return {
        "id": secrets.text(id),
        "cause": secrets.text(cause) if cause else None,
        "mend": secrets.text(mend) or None,
        "action": max(actions, key=ACTIONS.index),
        "severity": min(severities, key=SEVERITIES.index),
        "count": len(members),
        "findings": [one.fingerprint for one in findings],
    }
