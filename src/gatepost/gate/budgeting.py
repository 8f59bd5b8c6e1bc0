"""Counts what each policy's budgets are about while it is decided, and holds to account what is over; never a limit."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.gate.attributes import OF_DEADLINES, Matter, Plain
from gatepost.gate.budgets import Member, judge_budget
from gatepost.gate.facts import ProblemFacts
from gatepost.gate.sections import Kind
from gatepost.gate.sides import Speaker, Word
from gatepost.gate.waivers import Inline
from gatepost.gate.waiving import at
from gatepost.model.decisions import (
    ACTIONS,
    Action,
    Assessment,
    Context,
    DecidedBudget,
    DecidedUndecided,
    Decision,
    Due,
    PolicyLine,
    Waiver,
)
from gatepost.model.findings import Undecided
from gatepost.model.problems import Problem

_NOT_PLAIN = frozenset(("environment", *OF_DEADLINES))


class Counting:
    """Counts for the budgets of one side, which are few, whatever it decides."""

    def __init__(self, speaker: Speaker, inline: Inline, *, organisation: bool, today: str) -> None:
        self._speaker = speaker
        self._inline = inline
        self._organisation = organisation
        self._today = today
        self._budgets = speaker.side.policy.budgets
        attributes = frozenset[str]().union(*(one.attributes for one in self._budgets))
        self._asked = tuple(sorted(attributes - _NOT_PLAIN))
        self._members: list[list[Member]] = [[] for _ in self._budgets]
        # What holds for something with these facts; the same are judged once.
        self._held: dict[tuple[Kind, str, tuple[Plain, ...], Due | None], tuple[bool | None, ...]] = {}

    def finding(self, assessment: Assessment, word: Word) -> None:
        """Count a finding with what its policy says of it."""
        finding = assessment.finding
        facts = self._speaker.facts_of(assessment, word.severity)
        is_new = assessment.context.is_new
        self._add("finding", facts, word, finding.fingerprint, finding.cause, is_new)

    def undecided(self, undecided: Undecided, context: Context, word: Word) -> None:
        """Count an undecided rule, where a budget is about those."""
        facts = self._speaker.facts_of_undecided(undecided, context, word.severity)
        self._add("undecided", facts, word, undecided.fingerprint, "", context.is_new)

    def problem(self, problem: Problem, context: Context, word: Word) -> None:
        """Count a problem, where a budget is about those."""
        self._add("problem", ProblemFacts(problem, context), word, "", "", context.is_new)

    def _add(self, kind: Kind, facts: Matter, word: Word, fingerprint: str, cause: str, is_new: bool | None) -> None:
        plain = tuple(facts.fact(attribute) for attribute in self._asked)
        held = [self._holding(kind, facts, environment, plain) for environment in word.open_in]
        for number, members in enumerate(self._members):
            answers = [one[number] for one in held]
            if any(answers) or None in answers:
                name = fingerprint or f"{kind} {len(members)}"
                members.append(Member(name, cause or name, True in answers or None, is_new))

    def _holding(
        self, kind: Kind, facts: Matter, environment: str, plain: tuple[Plain, ...]
    ) -> tuple[bool | None, ...]:
        """Return whether each budget's condition holds in one environment."""
        about = self._speaker.lines.about(facts, environment)
        key = (kind, environment, plain, about.due)
        held = self._held.get(key)
        if held is None:
            holds = self._speaker.lines.holds
            held = tuple(
                holds(one.condition, about) if kind == "finding" or kind in one.attributes else False
                for one in self._budgets
            )
            self._held[key] = held
        return held

    def decided(self) -> list[DecidedBudget]:
        """Return what is decided of each budget; those that compare count what the base had."""
        side = self._speaker.side
        before: list[list[Member]] | None = None
        if side.before is not None:
            then = Speaker(side, self._inline, organisation=self._organisation, today=self._today)
            counting = Counting(then, self._inline, organisation=self._organisation, today=self._today)
            for assessment in side.before:
                counting.finding(assessment, then.exempted(assessment))
            before = counting._members
        return [
            judge_budget(budget, self._members[number], before[number] if before is not None else None)
            for number, budget in enumerate(self._budgets)
        ]


def held_to_account(
    decisions: Sequence[Decision], undecided: Sequence[DecidedUndecided], budgets: Sequence[DecidedBudget]
) -> tuple[list[Decision], list[DecidedUndecided]]:
    """Return the decisions after budgets: what is over one is decided as strictly as it, and says so."""
    by_name: dict[str, list[DecidedBudget]] = {}
    for budget in budgets:
        for fingerprint in budget.over:
            by_name.setdefault(fingerprint, []).append(budget)
    if not by_name:
        return list(decisions), list(undecided)
    return (
        [_held(one, by_name.get(one.assessment.finding.fingerprint, ())) for one in decisions],
        [_held_undecided(one, by_name.get(one.undecided.fingerprint, ())) for one in undecided],
    )


def _held(decision: Decision, budgets: Sequence[DecidedBudget]) -> Decision:
    for budget in budgets:
        action, because, waiver, told = _stricter(decision, budget)
        notes = (*decision.notes, *told)
        decision = decision._replace(action=action, because=because, waiver=waiver, notes=notes)
    return decision


def _held_undecided(one: DecidedUndecided, budgets: Sequence[DecidedBudget]) -> DecidedUndecided:
    for budget in budgets:
        action, because, waiver, told = _stricter(one, budget)
        one = one._replace(action=action, because=because, waiver=waiver, notes=(*one.notes, *told))
    return one


def _stricter(
    one: Decision | DecidedUndecided, budget: DecidedBudget
) -> tuple[Action, PolicyLine | None, Waiver | None, tuple[str, ...]]:
    """Return action, line, waiver and what to tell of something after a budget that it is over."""
    told = f'over the budget "{budget.name}": {budget.broken}'
    if ACTIONS.index(budget.action) <= ACTIONS.index(one.action):
        return one.action, one.because, one.waiver, (told,)
    line = PolicyLine(budget.name, budget.location)
    if one.waiver is None:
        return budget.action, line, None, (told,)
    # One policy waives it; in the other, or in some of its environments, it counts all the same.
    waived = f"the waiver at {at(one.waiver.location)} does not keep it from being counted by {budget.policy}"
    return budget.action, line, None, (told, waived)
