"""Asks the lines of one policy, top to bottom, and tells how each answered; never knows waivers or a second policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from gatepost.conditions import Asked, Outcome
from gatepost.gate.attributes import About, Matter, Plain
from gatepost.gate.lines import GateLine
from gatepost.gate.narrowing import LineIndex
from gatepost.gate.policy import Policy
from gatepost.gate.sections import Kind
from gatepost.model.decisions import ACTIONS, Action
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value


class Answer(NamedTuple):
    """What the lines say in one environment: the first that matches, and those that could not be decided before it."""

    action: Action
    line: GateLine | None
    environment: str
    not_known: tuple[str, ...] = ()


class Step(NamedTuple):
    """One line as it was asked, for `explain`; `outcome` is "match", "no match" or "not known"."""

    number: int
    line: GateLine
    environment: str
    outcome: Literal["match", "no match", "not known"]
    why: str


def stricter(one: Action, other: Action) -> bool:
    """Whether the first action is stricter than the other."""
    return ACTIONS.index(one) > ACTIONS.index(other)


class Lines:
    """The lines of a policy as they are asked on one day (an ISO date); the same facts are asked once."""

    __slots__ = ("_answers", "_attributes", "_index", "_lines", "_settings")

    def __init__(self, policy: Policy, today: str) -> None:
        self._settings = {"today": today}
        self._attributes = tuple(sorted(policy.attributes - {"environment"}))
        self._lines: dict[Kind, list[GateLine]] = {
            "finding": list(policy.lines),
            # A line is about these only when it says so: severity alone never blocks what could not be decided.
            "undecided": [line for line in policy.lines if "undecided" in line.attributes],
            "problem": [line for line in policy.lines if "problem" in line.attributes],
        }
        self._index = {kind: LineIndex(lines) for kind, lines in self._lines.items()}
        self._answers: dict[tuple[Kind, str, tuple[Plain, ...]], Answer] = {}

    def ask(self, kind: Kind, matter: Matter, environments: Sequence[str]) -> Answer:
        """Return the strictest answer over all environments; of equal ones the first."""
        facts = tuple(matter.fact(name) for name in self._attributes)
        best: Answer | None = None
        for environment in environments:
            answer = self._answers.get((kind, environment, facts))
            if answer is None:
                answer = self._ask(kind, About(matter, environment))
                self._answers[kind, environment, facts] = answer
            if best is None or stricter(answer.action, best.action):
                best = answer
        return best if best is not None else Answer("allow", None, "")

    def _ask(self, kind: Kind, about: About) -> Answer:
        not_known: dict[str, list[str]] = {}
        environment = str(about.fact("environment"))
        for line in self._index[kind].lines(about.get):
            outcome = line.condition.judge(about, self._settings)
            if outcome.truth:
                return Answer(line.decide, line, environment, _notes(not_known))
            if outcome.truth is None:
                not_known.setdefault(_reasons(outcome), []).append(f'"{line.name}"')
        return Answer("allow", None, environment, _notes(not_known))

    def explain(self, kind: Kind, matter: Matter, environment: str) -> Iterator[Step]:
        """Yield each line as it answers in one environment, up to the one that decides."""
        about = About(matter, environment)
        for number, line in enumerate(self._lines[kind], 1):
            outcome = line.condition.judge(about, self._settings)
            if outcome.truth:
                yield Step(number, line, environment, "match", _evidence(outcome))
                return
            if outcome.truth is None:
                yield Step(number, line, environment, "not known", _reasons(outcome))
            else:
                yield Step(number, line, environment, "no match", _evidence(outcome))


def _notes(not_known: dict[str, list[str]]) -> tuple[str, ...]:
    """Return a sentence for each reason, with the lines that could not be decided for it."""
    return tuple(f"{', '.join(lines)} could not be decided: {reason}" for reason, lines in not_known.items())


def _reasons(outcome: Outcome) -> str:
    """Return what is not known, once each."""
    reasons = [_why(asked) for asked in outcome.unknowns]
    return ", ".join(dict.fromkeys(reasons))


def _why(asked: Asked) -> str:
    for value in (asked.element, asked.value):
        if value is not None and isinstance(value.literal, Unknown):
            return value.literal.why
    return f"{asked.attribute} is not known"


def _evidence(outcome: Outcome) -> str:
    """Return what decided ("severity is medium, environment is production")."""
    return ", ".join(dict.fromkeys(_told(asked) for asked in outcome.evidence))


def _told(asked: Asked) -> str:
    value = asked.value
    if value is None:
        return f"{asked.attribute} is not there"
    if isinstance(value.literal, Unknown):
        return value.literal.why
    return f"{asked.attribute} is {_plain(value)}"


def _plain(value: Value) -> str:
    literal: Any = value.literal
    if value.is_list:
        return "[" + ", ".join(_plain(one) for one in literal) + "]"
    if isinstance(literal, bool):
        return "true" if literal else "false"
    return str(literal)
