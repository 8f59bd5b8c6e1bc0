"""Asks the lines of one policy, top to bottom, and tells how each answered; never knows waivers or a second policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from gatepost.conditions import Asked, Condition, Outcome
from gatepost.gate.attributes import OF_DEADLINES, About, Matter, Plain
from gatepost.gate.lines import GateLine
from gatepost.gate.narrowing import LineIndex
from gatepost.gate.policy import Policy
from gatepost.gate.sections import Kind
from gatepost.model.decisions import ACTIONS, Action, Due
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value

if TYPE_CHECKING:
    from gatepost.gate.deadlines import Reckoned

_NOT_ASKED = frozenset(("environment", *OF_DEADLINES))


class Answer(NamedTuple):
    """What the lines say in one environment: the first that matches, and those that could not be decided before it.

    `due` is the earliest of all environments.
    """

    action: Action
    line: GateLine | None
    environment: str
    not_known: tuple[str, ...] = ()
    due: Due | None = None


class Step(NamedTuple):
    """One line as it was asked, for `explain`; `outcome` is "match", "no match", "not known" or "not asked"."""

    number: int
    line: GateLine
    environment: str
    outcome: Literal["match", "no match", "not known", "not asked"]
    why: str


def stricter(one: Action, other: Action) -> bool:
    """Whether the first action is stricter than the other."""
    return ACTIONS.index(one) > ACTIONS.index(other)


class Lines:
    """The lines of a policy as they are asked on one day (an ISO date); the same facts are asked once."""

    __slots__ = ("_answers", "_attributes", "_dating", "_index", "_lines", "_policy", "_reckoned", "_settings")

    def __init__(self, policy: Policy, today: str) -> None:
        self._settings = {"today": today}
        self._policy = policy
        self._attributes = tuple(sorted(policy.attributes - _NOT_ASKED))
        self._lines: dict[Kind, list[GateLine]] = {
            "finding": list(policy.lines),
            # A line is about these only when it says so: severity alone never blocks what could not be decided.
            "undecided": [line for line in policy.lines if "undecided" in line.attributes],
            "problem": [line for line in policy.lines if "problem" in line.attributes],
        }
        self._index = {kind: LineIndex(lines) for kind, lines in self._lines.items()}
        self._answers: dict[tuple[Kind, str, tuple[Plain, ...], Due | None], Answer] = {}
        self._reckoned: dict[tuple[str, tuple[Plain, ...]], Reckoned] = {}
        self._dating: tuple[str, ...] = ()
        if policy.deadlines:
            from gatepost.gate.deadlines import attributes_of

            self._dating = tuple(sorted(attributes_of(policy.deadlines) - _NOT_ASKED))

    def ask(self, kind: Kind, matter: Matter, environments: Sequence[str]) -> Answer:
        """Return the strictest answer over all environments; of equal ones the first."""
        facts = tuple(map(matter.fact, self._attributes))
        best: Answer | None = None
        dues: list[Due | None] = []
        for environment in environments:
            about = self.about(matter, environment)
            dues.append(about.due)
            answer = self._answers.get((kind, environment, facts, about.due))
            if answer is None:
                answer = self._ask(kind, about)
                self._answers[kind, environment, facts, about.due] = answer
            if best is None or stricter(answer.action, best.action):
                best = answer
        if best is None:
            return Answer("allow", None, "")
        return best if not self._policy.deadlines else best._replace(due=_earliest(dues))

    def about(self, matter: Matter, environment: str) -> About:
        """Return what conditions are asked about: a matter in one environment, with what is due of it there."""
        deadlines = self._policy.deadlines
        if not deadlines or matter.fact("overdue") is not None or matter.fact("due_in") is not None:
            return About(matter, environment)  # a case may give them itself
        key = (environment, tuple(matter.fact(name) for name in self._dating))
        known = self._reckoned.get(key)
        if known is None:
            from gatepost.gate.deadlines import reckon

            known = reckon(deadlines, matter, environment, self._settings, self._settings["today"])
            self._reckoned[key] = known
        return About(matter, environment, known.facts, known.due)

    def holds(self, condition: Condition, about: About) -> bool | None:
        """Return whether a condition beside the lines holds, None where that is not known."""
        return condition.judge(about, self._settings).truth

    def _ask(self, kind: Kind, about: About) -> Answer:
        not_known: dict[str, list[str]] = {}
        for line in self._index[kind].lines(about.get):
            outcome = line.condition.judge(about, self._settings)
            if outcome.truth:
                return Answer(line.decide, line, about.environment, _notes(not_known))
            if outcome.truth is None:
                not_known.setdefault(_reasons(outcome), []).append(f'"{line.name}"')
        return Answer("allow", None, about.environment, _notes(not_known))

    def explain(self, kind: Kind, matter: Matter, environment: str) -> Iterator[Step]:
        """Yield each line as it answers in one environment; those after the one that decides are not asked."""
        about = self.about(matter, environment)
        decided = False
        for number, line in enumerate(self._lines[kind], 1):
            if decided:
                yield Step(number, line, environment, "not asked", "")
                continue
            outcome = line.condition.judge(about, self._settings)
            if outcome.truth:
                decided = True
                yield Step(number, line, environment, "match", _evidence(outcome))
            elif outcome.truth is None:
                yield Step(number, line, environment, "not known", _reasons(outcome))
            else:
                yield Step(number, line, environment, "no match", _evidence(outcome))


def _earliest(dues: Sequence[Due | None]) -> Due | None:
    from gatepost.gate.deadlines import earliest

    return earliest(dues)


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
