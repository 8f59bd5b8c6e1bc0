"""How one policy answers about one thing that it decided: its lines, waivers and budgets; never decides anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatepost.gate.asking import Lines, Step, stricter
from gatepost.gate.attributes import Matter
from gatepost.gate.facts import environments
from gatepost.gate.policy import Policy
from gatepost.gate.sections import Kind
from gatepost.gate.sides import Side, Speaker
from gatepost.gate.waivers import Inline, unmet
from gatepost.model.decisions import Assessment, Context, Due, Waiver
from gatepost.model.findings import Finding, Severity, Undecided
from gatepost.model.records import NamedTuple

MOST_NEAR = 5


class NearWaiver(NamedTuple):
    """A waiver that covers something, or would but for one key (`unmet`); `idle` says why one that does not count."""

    waiver: Waiver
    unmet: str = ""
    idle: str = ""


class Explained(NamedTuple):
    """One policy's answer in the environment that counts: every line, with those that were not asked.

    `budgets` are their names, with whether this counts (None: not known). `severity` is the policy's own.
    """

    policy: str
    environment: str
    steps: tuple[Step, ...]
    waivers: tuple[NearWaiver, ...]
    budgets: tuple[tuple[str, bool | None], ...]
    severity: Severity
    due: Due | None = None


def explain_finding(policy: Policy, assessment: Assessment, today: str) -> Explained:
    """Return how a policy answers about a finding in its context."""
    finding = assessment.finding
    severity = _severity(policy, finding.rule, finding.severity)
    facts = _speaker(policy, today).facts_of(assessment, severity)
    return _explained(policy, "finding", facts, assessment.context, today)._replace(
        severity=severity, waivers=_near(policy, finding, today)
    )


def explain_undecided(policy: Policy, undecided: Undecided, context: Context, today: str) -> Explained:
    """Return how a policy answers about an undecided rule in its context."""
    severity = _severity(policy, undecided.rule, undecided.severity)
    facts = _speaker(policy, today).facts_of_undecided(undecided, context, severity)
    return _explained(policy, "undecided", facts, context, today)._replace(
        severity=severity, waivers=_near(policy, undecided, today)
    )


def _speaker(policy: Policy, today: str) -> Speaker:
    return Speaker(Side(policy), Inline(), organisation=False, today=today)


def _severity(policy: Policy, rule: str, severity: Severity) -> Severity:
    choice = policy.rules.get(rule)
    return (choice.severity if choice else None) or severity


def _explained(policy: Policy, kind: Kind, facts: Matter, context: Context, today: str) -> Explained:
    lines = Lines(policy, today)
    names = environments(context)
    # The strictest environment counts; of equals the first.
    counting, answer = names[0], lines.ask(kind, facts, names[:1])
    for name in names[1:]:
        other = lines.ask(kind, facts, (name,))
        if stricter(other.action, answer.action):
            counting, answer = name, other
    due = lines.ask(kind, facts, names).due
    steps = tuple(lines.explain(kind, facts, counting))
    return Explained(
        policy.name, counting, steps, (), tuple(_budgets(policy, lines, kind, facts, names)), "unknown", due
    )


def _budgets(
    policy: Policy, lines: Lines, kind: Kind, facts: Matter, names: Sequence[str]
) -> Iterator[tuple[str, bool | None]]:
    for budget in policy.budgets:
        if kind != "finding" and kind not in budget.attributes:
            continue
        held = [lines.holds(budget.condition, lines.about(facts, name)) for name in names]
        yield budget.name, True if True in held else None if None in held else False


def _near(policy: Policy, matter: Finding | Undecided, today: str) -> tuple[NearWaiver, ...]:
    """Return the waivers that cover something, then a few of those that lack one key for it."""
    covering: list[NearWaiver] = []
    nearly: list[NearWaiver] = []
    for waiver in policy.waivers:
        missing = unmet(waiver, matter)
        if not missing:
            idle = f"expired on {waiver.until}" if waiver.until < today else ""
            idle = f"is not valid before {waiver.since}" if waiver.since > today else idle
            covering.append(NearWaiver(waiver, idle=idle))
        elif len(missing) == 1 and len(waiver.scope) > 1 and len(nearly) < MOST_NEAR:
            nearly.append(NearWaiver(waiver, missing[0]))
    return (*covering, *nearly)
