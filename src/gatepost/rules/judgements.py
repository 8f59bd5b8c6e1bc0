"""What judging yields: judgements, the units that are judged again together, and rules' settings; never how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from gatepost.conditions import Asked
from gatepost.model.documents import ReadKey
from gatepost.model.policy import RuleChoice
from gatepost.model.records import NamedTuple

if TYPE_CHECKING:
    from gatepost.rules.rule import Rule
    from gatepost.rules.subjects import Subject
    from gatepost.rules.world import World

State: TypeAlias = Literal["violated", "undecided"]
UnitKey: TypeAlias = tuple[str, str, str]  # rule, type and key of the resource


# What the policy says about rules, by id.
RuleSettings: TypeAlias = Mapping[str, RuleChoice]


class Judgement(NamedTuple):
    """One rule on one subject, when the answer is not "satisfied" or "not applicable".

    `asked` is what decided (violated) or exactly what is not known (undecided).
    """

    rule: Rule
    subject: Subject
    state: State
    asked: tuple[Asked, ...]

    @property
    def identity(self) -> tuple[str, str, str]:
        """Rule, resource address and what is at fault, for comparing runs; no place."""
        return (self.rule.id, self.subject.resource.address, self.subject.label)


class Unit(NamedTuple):
    """All judgements of one rule on one resource and its elements, and what they read."""

    key: UnitKey
    judgements: tuple[Judgement, ...]
    reads: frozenset[ReadKey]


class Judged:
    """Every unit of one document, in the order of rules and of the file."""

    def __init__(
        self,
        world: World,
        units: dict[UnitKey, Unit],
        settings: RuleSettings,
        today: str,
        only: frozenset[str] | None = None,
    ) -> None:
        self.world = world
        self.units = units
        self.settings = settings
        self.today = today
        self.only = only
        self.given: dict[str, Mapping[str, Any]] = {}  # the settings of each rule, put together once
        self._readers: dict[ReadKey, list[UnitKey]] | None = None

    @property
    def judgements(self) -> list[Judgement]:
        """All judgements in order."""
        return [judgement for unit in self.units.values() for judgement in unit.judgements]

    def violated(self) -> list[Judgement]:
        """Return the judgements that are findings."""
        return [judgement for judgement in self.judgements if judgement.state == "violated"]

    def undecided(self) -> list[Judgement]:
        """Return the judgements that could not be made."""
        return [judgement for judgement in self.judgements if judgement.state == "undecided"]

    def readers(self) -> Mapping[ReadKey, list[UnitKey]]:
        """Return which units read what; worked out once."""
        if self._readers is None:
            readers: dict[ReadKey, list[UnitKey]] = {}
            for key, unit in self.units.items():
                for read in unit.reads:
                    readers.setdefault(read, []).append(key)
            self._readers = readers
        return self._readers


class Rejudged(NamedTuple):
    """What an edit changes: the units that were judged again, as they were and as they are.

    `world` is that of the edited document.
    """

    before: tuple[Unit, ...]
    after: tuple[Unit, ...]
    world: World

    def gone(self) -> list[Judgement]:
        """Return judgements that are there no more, those of one rule and resource counted against each other."""
        return _surplus(self.before, self.after)

    def added(self) -> list[Judgement]:
        """Return judgements that were not there before."""
        return _surplus(self.after, self.before)


def _surplus(these: tuple[Unit, ...], those: tuple[Unit, ...]) -> list[Judgement]:
    """Return what `these` have and `those` have not; elements that only moved up the list are the same."""
    counted: dict[tuple[str, str, str], int] = {}
    for unit in those:
        for judgement in unit.judgements:
            key = _likeness(judgement)
            counted[key] = counted.get(key, 0) + 1
    surplus: list[Judgement] = []
    for unit in these:
        for judgement in unit.judgements:
            key = _likeness(judgement)
            if counted.get(key, 0):
                counted[key] -= 1
            else:
                surplus.append(judgement)
    return surplus


def _likeness(judgement: Judgement) -> tuple[str, str, str]:
    subject = judgement.subject
    text = ""
    if subject.label:
        span = subject.container.span
        text = " ".join(span.text.split()) if span is not None else subject.label
    return (f"{judgement.state} {judgement.rule.id}", subject.resource.address, text)
