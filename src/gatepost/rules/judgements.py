"""What judging yields: judgements, the units that are judged again together, and rules' settings; never how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from gatepost.conditions import Asked
from gatepost.model.documents import Likeness, ReadKey, Reads
from gatepost.model.findings import SEVERITIES
from gatepost.model.policy import RuleChoice
from gatepost.model.records import NamedTuple
from gatepost.model.values import gap_of

if TYPE_CHECKING:
    from gatepost.model.documents import Resource
    from gatepost.rules.catalogue import Catalogue
    from gatepost.rules.rule import Rule
    from gatepost.rules.subjects import Subject
    from gatepost.rules.world import World

State: TypeAlias = Literal["violated", "undecided"]
UnitKey: TypeAlias = tuple[str, str, str]  # rule, type and key of the resource


# What the policy says about rules, by id.
RuleSettings: TypeAlias = Mapping[str, RuleChoice]


class Judgement(NamedTuple):
    """One rule on one subject, when the answer is not "satisfied" or "not applicable".

    `asked` is what decided (violated) or exactly what is not known (undecided). `waiting` are the ids of the rules that
    leave it to this one to be told of as undecided; only `Judged.undecided` knows them.
    """

    rule: Rule
    subject: Subject
    state: State
    asked: tuple[Asked, ...]
    waiting: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[str, str, str]:
        """Rule, resource address and what is at fault, for comparing runs; no place."""
        return (self.rule.id, self.subject.resource.address, self.subject.label)


class Unit(NamedTuple):
    """All judgements of one rule on one resource and its elements, and what they read."""

    key: UnitKey
    judgements: tuple[Judgement, ...]
    reads: Reads


_NO_UNITS: Mapping[str, Unit] = {}


class Remembered:
    """Units without a judgement that depend on nothing but what `Document.alike` tells: good for every document.

    They hold for one catalogue under one policy on one day. Dockerfiles of one company have many instructions in
    common, and a fix is tried on a document that is almost the same as before.
    """

    __slots__ = ("_count", "_given", "_units")
    _MOST = 50_000

    def __init__(self, catalogue: Catalogue, settings: RuleSettings, today: str) -> None:
        self._given = (catalogue, settings, today)
        self._units: dict[str, dict[str, Unit]] = {}
        self._count = 0

    def fits(self, catalogue: Catalogue, settings: RuleSettings, today: str) -> bool:
        """Return whether it was made for just these."""
        known, chosen, day = self._given
        return known is catalogue and chosen is settings and day == today

    def of(self, likeness: Likeness) -> Mapping[str, Unit]:
        """Return the units of all that is alike, by rule."""
        return self._units.get(likeness.text, _NO_UNITS)

    def keep(self, unit: Unit, likeness: Likeness) -> None:
        """Remember a unit, if it has no judgement and read nothing else."""
        if not unit.judgements and self._count < self._MOST:
            own, covers = unit.key[2], likeness.covers
            if all(read[0] == own or read in covers for read in unit.reads):
                self._units.setdefault(likeness.text, {})[unit.key[0]] = unit
                self._count += 1


class Judged:
    """Every unit of one document, in the order of rules and of the file."""

    def __init__(
        self,
        world: World,
        units: dict[UnitKey, Unit],
        settings: RuleSettings,
        today: str,
        only: frozenset[str] | None = None,
        remembered: Remembered | None = None,
    ) -> None:
        self.world = world
        self.units = units
        self.settings = settings
        self.today = today
        self.only = only
        self.remembered = remembered
        self.given: dict[str, Mapping[str, Any]] = {}  # the settings of each rule, put together once
        self.tags: dict[tuple[str, str], Mapping[str, str]] = {}  # by type and key of a resource, where it was told of
        self._looked = 0
        self._readers: tuple[Sequence[UnitKey], dict[ReadKey, list[int]]] | None = None

    @property
    def judgements(self) -> list[Judgement]:
        """All judgements in order."""
        return [judgement for unit in self.units.values() for judgement in unit.judgements]

    def violated(self) -> list[Judgement]:
        """Return the judgements that are findings."""
        return [judgement for judgement in self.judgements if judgement.state == "violated"]

    def undecided(self) -> list[Judgement]:
        """Return the judgements that could not be made, without those that are left to another rule.

        One is left to a rule that asks all of that about the same subject, and is as severe: a policy that decides by
        severity decides no milder.
        """
        found = [judgement for judgement in self.judgements if judgement.state == "undecided"]
        by_subject = {(one.rule.id, one.subject.resource.key, one.subject.label): one for one in found}
        left: set[int] = set()
        told: dict[int, list[str]] = {}
        for one in found:
            owner = self._last_owner(one, by_subject)
            if owner is not None:
                left.add(id(one))
                told.setdefault(id(owner), []).append(one.rule.id)
        return [
            one._replace(waiting=tuple(told[id(one)])) if id(one) in told else one
            for one in found
            if id(one) not in left
        ]

    def _last_owner(self, one: Judgement, by_subject: Mapping[tuple[str, str, str], Judgement]) -> Judgement | None:
        """Return the judgement that is told in the place of an undecided one; None where that is told itself."""
        way = [one]
        while (owner := self._owner(way[-1], by_subject)) is not None:
            if any(owner is passed for passed in way):
                return None  # rules that leave it to each other all tell it
            way.append(owner)
        return way[-1] if len(way) > 1 else None

    def _owner(self, one: Judgement, by_subject: Mapping[tuple[str, str, str], Judgement]) -> Judgement | None:
        """Return the undecided judgement of another rule that an undecided one is left to."""
        owners: Sequence[str] = one.rule.plain.get("leaves_undecided_to", ())
        asked = _lacks(one)
        for id in owners:
            other = by_subject.get((id, one.subject.resource.key, one.subject.label))
            if other is None or self._rank(other) > self._rank(one):
                continue
            if asked <= _lacks(other):
                return other
        return None

    def _rank(self, judgement: Judgement) -> int:
        chosen = self.settings.get(judgement.rule.id)
        return SEVERITIES.index((chosen.severity if chosen is not None else None) or judgement.rule.severity)

    def reading(self, changed: Set[ReadKey]) -> list[UnitKey]:
        """Return which units read something of what changed, in their order."""
        if self._readers is None and self._looked < _LOOKS:
            self._looked += 1
            return [key for key, unit in self.units.items() if not unit.reads.isdisjoint(changed)]
        keys, readers = self._readers = self._readers or self._all_readers()
        return [keys[number] for number in sorted({number for one in changed for number in readers.get(one, ())})]

    def _all_readers(self) -> tuple[Sequence[UnitKey], dict[ReadKey, list[int]]]:
        readers: dict[ReadKey, list[int]] = {}
        for number, unit in enumerate(self.units.values()):
            for read in unit.reads:
                readers.setdefault(read, []).append(number)
        return (*self.units,), readers


# So often a look at each unit costs less than to note for all that is read who reads it.
_LOOKS = 8


def _lacks(judgement: Judgement) -> set[tuple[str, str]]:
    """Return what an undecided judgement lacks: attributes, and why their values are not known."""
    return {(asked.attribute, gap_of(asked.value or asked.element)) for asked in judgement.asked}


class Rejudged(NamedTuple):
    """What an edit changes: the units that were judged again, as they were and as they are.

    `world` is that of the edited document; `created` and `removed` are the resources that came and went. `joined` are
    the joins that differ, each with what was read to know it, now or before.
    """

    before: tuple[Unit, ...]
    after: tuple[Unit, ...]
    world: World
    joined: Mapping[ReadKey, Set[ReadKey]] = {}
    created: Sequence[Resource] = ()
    removed: Sequence[Resource] = ()

    def gone(self) -> list[Judgement]:
        """Return judgements that are there no more, those of one rule and resource counted against each other."""
        return _surplus(self.before, self.after)

    def added(self) -> list[Judgement]:
        """Return judgements that were not there before."""
        return _surplus(self.after, self.before)


def _surplus(these: tuple[Unit, ...], those: tuple[Unit, ...]) -> list[Judgement]:
    """Return what `these` have and `those` have not; elements that only moved up the list are the same."""
    if not any(unit.judgements for unit in these):
        return []
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
