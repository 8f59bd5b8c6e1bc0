"""From what one or two policies say to the decisions; never softens what the stricter one says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gatepost.gate.asking import Lines, Step, stricter
from gatepost.gate.attributes import EXPLOITATION
from gatepost.gate.facts import FindingFacts, environments, is_vulnerability
from gatepost.gate.lines import GateLine
from gatepost.gate.policy import Policy
from gatepost.gate.sides import Side, Speaker, Word
from gatepost.gate.waivers import Inline
from gatepost.model.decisions import (
    Assessment,
    Context,
    DecidedBudget,
    DecidedProblem,
    DecidedUndecided,
    Decision,
    Mode,
    PolicyLine,
    Waiver,
    WaiverUse,
)
from gatepost.model.findings import Severity
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown

if TYPE_CHECKING:
    from gatepost.gate.budgeting import Counting

_NOTHING = Inline()
# How a problem ends that comes of a line of a policy, and of nothing that was read.
UNANSWERABLE = "which no feed and no report knows"
_BY_FEEDS = "give --feeds (gatepost feeds update fetches them), or a report that tells it, as Grype's does"
_BY_REPORTS = "give a report that tells it"
_TOLD_BY: Mapping[str, str] = dict.fromkeys(("known_exploited", "epss", "epss_percentile"), _BY_FEEDS)


class Decided(NamedTuple):
    """All decisions, in the order in which the findings, undecided and problems were given.

    Problems that come of the policy itself follow the given ones. `mode` and `policy` are the verdict's.
    """

    mode: Mode
    policy: str
    decisions: tuple[Decision, ...]
    undecided: tuple[DecidedUndecided, ...]
    problems: tuple[DecidedProblem, ...]
    unused_waivers: tuple[Waiver, ...]
    waivers: tuple[WaiverUse, ...] = ()
    budgets: tuple[DecidedBudget, ...] = ()


def decide(side: Side, organisation: Side | None = None, *, inline: Inline = _NOTHING, today: str) -> Decided:
    """Return what is decided about everything on `side`, and by an organisation's policy where there is one.

    `inline` is what stands beside the code (the Problems in it are the caller's to put on the sides); `today` is an
    ISO date. The contexts that decisions carry are those of `side`. The stricter of two decisions counts; a policy
    in `observe` warns at most, as long as the other enforces.
    """
    sides = (side,) if organisation is None else (side, organisation)
    speakers = [Speaker(one, inline, organisation=one is organisation, today=today) for one in sides]
    mode: Mode = "observe" if all(one.policy.mode == "observe" for one in sides) else "enforce"
    countings = _countings(speakers, organisation, inline, today)
    decisions = _findings(speakers, sides, mode, countings)
    undecided = _undecided(speakers, sides, mode, countings)
    problems = _problems(speakers, sides, mode, countings)
    budgets = _budgets(countings, sides, mode)
    if budgets:
        from gatepost.gate.budgeting import held_to_account

        decisions, undecided = held_to_account(decisions, undecided, budgets)
    uses = _uses(speakers, (assessment.context for assessment in side.assessments))
    return Decided(
        mode,
        " and ".join(one.policy.name for one in sides),
        tuple(decisions),
        tuple(undecided),
        problems,
        tuple(use.waiver for use in uses if "unused" in use.states),
        uses,
        budgets,
    )


def _findings(
    speakers: Sequence[Speaker], sides: Sequence[Side], mode: Mode, countings: Mapping[int, Counting]
) -> list[Decision]:
    decisions: list[Decision] = []
    for index, assessment in enumerate(sides[0].assessments):
        words = [speaker.on_finding(speaker.side.assessments[index]) for speaker in speakers]
        for number, counting in countings.items():
            counting.finding(sides[number].assessments[index], words[number])
        word = _strictest(words, sides, mode)
        finding = assessment.finding
        own = finding.severity if word.severity != finding.severity else None
        if own is not None:
            assessment = assessment._replace(finding=finding._replace(severity=word.severity))
        because = _because(word.line)
        decisions.append(Decision(assessment, word.action, because, word.waiver, word.notes, word.due, own))
    return decisions


def _undecided(
    speakers: Sequence[Speaker], sides: Sequence[Side], mode: Mode, countings: Mapping[int, Counting]
) -> list[DecidedUndecided]:
    decided: list[DecidedUndecided] = []
    for index, (matter, context) in enumerate(sides[0].undecided):
        words = [speaker.on_undecided(*speaker.side.undecided[index]) for speaker in speakers]
        for number, counting in countings.items():
            counting.undecided(*sides[number].undecided[index], words[number])
        word = _strictest(words, sides, mode)
        because = _because(word.line)
        decided.append(DecidedUndecided(matter, context, word.action, because, word.waiver, word.notes, word.due))
    return decided


def _countings(
    speakers: Sequence[Speaker], organisation: Side | None, inline: Inline, today: str
) -> Mapping[int, Counting]:
    """Return what counts for the budgets of each side that has any, by its number."""
    if not any(speaker.side.policy.budgets for speaker in speakers):
        return {}
    from gatepost.gate.budgeting import Counting

    return {
        number: Counting(speaker, inline, organisation=speaker.side is organisation, today=today)
        for number, speaker in enumerate(speakers)
        if speaker.side.policy.budgets
    }


def _budgets(countings: Mapping[int, Counting], sides: Sequence[Side], mode: Mode) -> tuple[DecidedBudget, ...]:
    """Return what is decided of every budget, each by its own policy."""
    decided: list[DecidedBudget] = []
    for number, counting in countings.items():
        for budget in counting.decided():
            if sides[number].policy.mode != mode and budget.action == "block":
                budget = budget._replace(action="warn", notes=(*budget.notes, _would_block(sides[number].policy)))
            decided.append(budget)
    return tuple(decided)


def _because(line: GateLine | None) -> PolicyLine | None:
    return PolicyLine(line.name, line.location) if line else None


def _strictest(words: Sequence[Word], sides: Sequence[Side], mode: Mode) -> Word:
    """Return the strictest word; the first of equals. What the others have to tell of it is among the notes."""
    heard = [_heard(word, side, mode) for word, side in zip(words, sides, strict=True)]
    best = heard[0]
    for word in heard[1:]:
        if stricter(word.action, best.action):
            notes = list(word.notes)
            if best.waiver and best.waiver.covers is None:  # of inline ones the stricter side has told itself
                where = best.waiver.location
                told = (
                    f"waived at {where.path}:{where.region.start_line}, which {word.line.policy if word.line else ''}"
                )
                notes.append(f"{told} does not accept")
            best = word._replace(notes=tuple(dict.fromkeys((*best.notes, *notes))))
    if len(words) > 1 and any(word.due for word in words):
        from gatepost.gate.deadlines import earliest

        best = best._replace(due=earliest([word.due for word in words]))
    return best


def _heard(word: Word, side: Side, mode: Mode) -> Word:
    """Return a word as it counts: what a policy in `observe` would block is a warning beside one that enforces."""
    if side.policy.mode == mode or word.action != "block":
        return word
    return word._replace(action="warn", notes=(*word.notes, _would_block(side.policy)))


def _would_block(policy: Policy) -> str:
    return f"would block under {policy.name}, whose mode is observe"


def _problems(
    speakers: Sequence[Speaker], sides: Sequence[Side], mode: Mode, countings: Mapping[int, Counting]
) -> tuple[DecidedProblem, ...]:
    matters: list[tuple[Problem, list[Context]]] = []
    for index, (problem, _) in enumerate(sides[0].problems):
        matters.append((problem, [one.problems[index][1] for one in sides]))
    matters.extend((problem, [Context()] * len(sides)) for problem in _unanswerable(sides))
    decided: list[DecidedProblem] = []
    for problem, contexts in matters:
        words = [speaker.on_problem(problem, context) for speaker, context in zip(speakers, contexts, strict=True)]
        for number, counting in countings.items():
            counting.problem(problem, contexts[number], words[number])
        word = _strictest(words, sides, mode)
        decided.append(DecidedProblem(problem, word.action, _because(word.line), contexts[0]))
    return tuple(decided)


def _unanswerable(sides: Sequence[Side]) -> Iterator[Problem]:
    """Yield a Problem for each line that asks about exploitation where nothing could know of it."""
    facts = [FindingFacts(one, "unknown") for one in sides[0].assessments if is_vulnerability(one)]
    if not facts:
        return
    known = {name for name in EXPLOITATION for fact in facts if not isinstance(fact.fact(name), Unknown)}
    for side in sides:
        does_without = frozenset[str]().union(*(line.does_without for line in side.policy.lines))
        for line in side.policy.lines:
            for name in sorted(line.needs - known - does_without):
                what = f'the line "{line.name}" asks for {name}, {UNANSWERABLE}'
                hint = f"{_TOLD_BY.get(name, _BY_REPORTS)}, or write a line with {name}: {{known: false}}"
                yield Problem(line.location, what, hint)


def _uses(speakers: Sequence[Speaker], contexts: Iterator[Context]) -> tuple[WaiverUse, ...]:
    if not any(speaker.waiving.waivers for speaker in speakers):
        return ()
    from gatepost.gate.waiver_states import uses_of

    compared = any(context.is_new is not None for context in contexts)
    return uses_of([speaker.waiving for speaker in speakers], compared)


def explain(policy: Policy, assessment: Assessment, today: str) -> tuple[Step, ...]:
    """Return how each line answers for a finding, in each of its environments, up to the line that decides."""
    choice = policy.rules.get(assessment.finding.rule)
    severity: Severity = (choice.severity if choice else None) or assessment.finding.severity
    lines, facts = Lines(policy, today), FindingFacts(assessment, severity, today)
    return tuple(step for name in environments(assessment.context) for step in lines.explain("finding", facts, name))
