"""Judges a document by the rules, and judges again what an edit can change; never applies an edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from gatepost.conditions import Asked, Trace, fails, told
from gatepost.model.documents import NOTHING_ALIKE, Document, Edited, ReadKey, Reads, Resource
from gatepost.model.policy import RuleChoice
from gatepost.model.records import NamedTuple
from gatepost.model.values import Origin, Unknown, Value
from gatepost.rules.catalogue import Catalogue
from gatepost.rules.judgements import Judged, Judgement, Rejudged, Remembered, RuleSettings, Unit, UnitKey
from gatepost.rules.mentions import MENTION
from gatepost.rules.subjects import Subject
from gatepost.rules.world import JOIN, World, stand_in
from gatepost.rules.written_values import WrittenValue, with_secrets

if TYPE_CHECKING:
    from gatepost.rules.rule import Rule

_AS_SHIPPED = RuleChoice("")
EVERY = "*"
_NO_ITEMS = ("type:", "address:", "file:", JOIN, MENTION)


def judge(
    document: Document,
    catalogue: Catalogue,
    settings: RuleSettings,
    today: str,
    only: frozenset[str] | None = None,
    remembered: Remembered | None = None,
) -> Judged:
    """Judge a whole document by all rules (or `only` some ids); rules that it has no subjects for are not compiled.

    `today` is an ISO date, for rules about ages. `remembered` is what other documents have shown, and is added to.
    """
    world = World(document, catalogue)
    if remembered is not None and not remembered.fits(catalogue, settings, today):
        remembered = None
    judged = Judged(world, {}, settings, today, only, remembered)
    units = judged.units
    for unit in _all_units(world, judged):
        units[unit.key] = unit
    return judged


def _all_units(world: World, judged: Judged) -> Iterator[Unit]:
    language = world.document.language
    for type in world.document.types():
        rules = world.catalogue.rules_for(language, type)
        if rules:
            wanted = [rule for rule in rules if _wanted(judged, rule)]
            for resource in world.document.resources(type):
                yield from _units(world, judged, wanted, resource)
    rules = world.catalogue.rules_for(language, EVERY)
    if rules:
        document = world.document
        known = _known_items(world, judged, rules, world.alike)
        for units in known.values():
            yield from units
        values = document.values_of(frozenset(world.alike.keys() - known.keys())) if known else document.values()
        yield from _value_units(world, judged, rules, values)


def _known_items(
    world: World, judged: Judged, rules: Sequence[Rule], items: Iterable[str]
) -> dict[str, Sequence[Unit]]:
    """Return the units of those of some items of whose values all rules are known to say nothing."""
    found: dict[str, Sequence[Unit]] = {}
    remembered, alike = judged.remembered, world.alike
    if remembered is not None and alike:
        for item in items:
            likeness = alike.get(item, NOTHING_ALIKE)
            if likeness.text:
                known = remembered.of(likeness)
                kept = [known[rule.id] for rule in rules if rule.id in known]
                if len(kept) == len(rules):
                    found[item] = kept
    return found


def settings_of(rule: Rule, judged: Judged) -> Mapping[str, Any]:
    """Return a rule's settings as the policy has them, with today's date."""
    found = judged.given.get(rule.id)
    if found is None:
        given = judged.settings.get(rule.id, _AS_SHIPPED)
        found = judged.given[rule.id] = {**rule.settings, **given.settings, "today": judged.today}
    return found


def _wanted(judged: Judged, rule: Rule) -> bool:
    on = judged.settings.get(rule.id, _AS_SHIPPED).enabled is not False
    return on and (judged.only is None or rule.id in judged.only)


def _units(world: World, judged: Judged, rules: Sequence[Rule], resource: Resource) -> list[Unit]:
    """Return the units of one resource: those that are remembered, and for the other rules fresh ones."""
    remembered, likeness = judged.remembered, world.alike.get(resource.key, NOTHING_ALIKE)
    if remembered is None or not likeness.text:
        return [_fresh_unit(world, judged, rule, resource) for rule in rules]
    units: list[Unit] = []
    known = remembered.of(likeness)
    for rule in rules:
        unit = known.get(rule.id)
        if unit is None:
            unit = _fresh_unit(world, judged, rule, resource)
            remembered.keep(unit, likeness)
        units.append(unit)
    return units


def _fresh_unit(world: World, judged: Judged, rule: Rule, resource: Resource) -> Unit:
    key = (rule.id, resource.type, resource.key)
    untouched = _untouched(world, rule, resource)
    if untouched is not None:
        return Unit(key, (), untouched)
    ledger = world.ledger
    before = ledger.begin()
    settings = settings_of(rule, judged)
    judgements: list[Judgement] = []
    lists = rule.applies.lists
    for subject in bases(world, rule, resource):
        _on(rule, subject, lists, settings, judgements)
    return Unit(key, tuple(judgements), ledger.end(before))


def _untouched(world: World, rule: Rule, resource: Resource) -> Reads | None:
    """Return what was read to know that no element is one the rule speaks of; None when it has to be judged."""
    applies = rule.applies
    if applies.concept is not None or len(applies.lists) != 1 or not rule.guards:
        return None
    attribute, texts = rule.guards[0]
    return world.raw(resource).has_none(applies.lists[0], attribute, texts)


def bases(world: World, rule: Rule, resource: Resource) -> Sequence[Subject]:
    """Return what of a resource a rule speaks about, before it goes down into lists."""
    concept = rule.applies.concept
    return (world.raw(resource),) if concept is None else world.things_of(concept, resource)


# What an element says that is not written: nobody knows, and it is not set in the code.
_ANYTHING = Value(Unknown("it may be anything", True), origins=(Origin("what is not written", "input", None),))


def _on(
    rule: Rule, subject: Subject, lists: tuple[str, ...], settings: Mapping[str, Any], judgements: list[Judgement]
) -> None:
    """Add the judgements on a subject, or on the elements that `lists` lead to."""
    if not lists:
        found = _judge_one(rule, subject, settings)
        if found is not None:
            judgements.append(found)
        return
    value = subject.get(lists[0])
    if value is None:
        return
    unknown: list[Asked] = []
    if value.is_list:
        guards = rule.guards if len(lists) == 1 else ()
        for element in subject.elements_with(lists[0], *guards[0]) if guards else value.literal:
            if isinstance(element.literal, Subject):
                _on(rule, element.literal, lists[1:], settings, judgements)
            elif element.unknown is not None:
                unknown.append(Asked(lists[0], element, None))
    elif isinstance(value.literal, Subject):
        _on(rule, value.literal, lists[1:], settings, judgements)
    if not unknown and (value.open or value.unknown is not None):
        unknown.append(Asked(lists[0], value, None))
    if unknown and (lists[1:] or _may_matter(rule, subject, settings)):
        judgements.append(Judgement(rule, subject, "undecided", tuple(unknown)))


def _may_matter(rule: Rule, parent: Subject, settings: Mapping[str, Any]) -> bool:
    """Tell whether an element that is not known, of a list of `parent`, could be a finding, whatever it says."""

    def get(name: str, default: Any = None) -> Value | None:
        del default
        if name == "parent":
            return Value(parent, parent.resource.header)
        first, _, rest = name.partition(".")
        if first == "parent":
            return parent.get(rest)
        return parent.get(name) if first in ("provider", "root", "lifecycle") else _ANYTHING

    when, condition, _ = rule.conditions
    if when is not None and when.answer(get, settings)[0] is False:
        return False
    truth = condition.answer(get, settings)[0]
    return truth is None or truth != rule.requires


def subject_in(world: World, judgement: Judgement) -> Subject | None:
    """Return the subject of a judgement as it is in another world, such as that of an edited document."""
    resource = judgement.subject.resource
    now = world.resource(resource.type, resource.key)
    if now is None:
        return None
    rule = judgement.rule
    for base in bases(world, rule, now):
        for subject in elements(base, rule.applies.lists):
            if subject.label == judgement.subject.label:
                return subject
    return None


def elements(subject: Subject, lists: tuple[str, ...]) -> Iterator[Subject]:
    """Yield the elements that lists lead to, as far as they are known; the subject itself where there are no lists."""
    if not lists:
        yield subject
        return
    value = subject.get(lists[0])
    if value is not None:
        for inner in value.literal if value.is_list else (value,):
            if isinstance(inner.literal, Subject):
                yield from elements(inner.literal, lists[1:])


def _judge_one(rule: Rule, subject: Subject, settings: Mapping[str, Any]) -> Judgement | None:
    get, guards = subject.get, rule.guards
    if guards and fails(guards, get):
        return None
    when, condition, _ = rule.conditions
    unknown_when: Trace = ()
    if when is not None:
        truth, asked = when.answer(get, settings)
        if truth is False:
            return None
        if truth is None:
            unknown_when = asked
    truth, asked = condition.answer(get, settings)
    if truth is None:
        return Judgement(rule, subject, "undecided", told(unknown_when + asked))
    if truth == rule.requires:
        return None  # satisfied, whatever `when` would say
    if unknown_when:
        return Judgement(rule, subject, "undecided", told(unknown_when))
    return Judgement(rule, subject, "violated", told(asked))


# -- every written value ----------------------------------------------------------------------------------------------


def _value_units(
    world: World, judged: Judged, rules: Sequence[Rule], values: Iterator[tuple[str, str, Value]]
) -> Iterator[Unit]:
    """Yield a unit for each rule and each item that has values."""
    by_item: dict[str, list[tuple[str, Value]]] = {}
    before = world.ledger.begin()
    for item, path, value in values:
        by_item.setdefault(item, []).append((path, value))
    world.ledger.forget(before)
    for item, listed in by_item.items():
        for rule in rules:
            if _wanted(judged, rule):
                settings = settings_of(rule, judged)
                judgements = [
                    found
                    for path, value in (with_secrets(listed) if rule.of_secrets else listed)
                    if (found := _on_value(world, rule, item, path, value, settings))
                ]
                unit = Unit((rule.id, EVERY, item), tuple(judgements), frozenset([(item, EVERY)]))
                likeness = world.alike.get(item, NOTHING_ALIKE)
                if judged.remembered is not None and likeness.text:
                    judged.remembered.keep(unit, likeness)
                yield unit


def _on_value(
    world: World, rule: Rule, item: str, path: str, value: Value, settings: Mapping[str, Any]
) -> Judgement | None:
    found = _judge_one(rule, WrittenValue(world, stand_in(world, item, value), path, value), settings)
    if found is None:
        return None
    # Whose value it is costs a look at all resources, and only a judgement that is told needs it.
    return found._replace(subject=WrittenValue(world, world.owner(item, value), path, value))


# -- judging again ----------------------------------------------------------------------------------------------------


def judge_again(edited: Edited, before: Judged) -> Rejudged:
    """Judge again what read something that an edit changed; the rest stands as it was.

    Together with the units that did not change, the result equals a full run over the edited document.
    """
    world, changed, joined, created, removed = _world_after(edited, before)
    items = {item for item, _ in changed}
    affected: dict[UnitKey, None] = dict.fromkeys(before.reading(changed.union([(item, EVERY) for item in items])))
    gone = {(resource.type, resource.key) for resource in removed}
    for resource in removed:
        affected.update(dict.fromkeys(key for key in before.units if key[1:] == (resource.type, resource.key)))
    units = _again(world, before, [key for key in affected if key[1:] not in gone])
    units += _new_units(world, before, created)
    # An item that had no values before has no unit to tell of it.
    units += _values_again(world, before, {item for item in items if not item.startswith(_NO_ITEMS)}, created)
    return Rejudged(tuple(before.units[key] for key in affected), tuple(units), world, joined, created, removed)


def world_again(edited: Edited, before: Judged) -> World:
    """Return the world of an edited document as `judge_again` makes it, for who asks it and wants no judgement."""
    return _world_after(edited, before).world


class _After(NamedTuple):
    """The world of an edited document, and what an edit changed: reads, joins, resources that came and went."""

    world: World
    changed: set[ReadKey]
    joined: Mapping[ReadKey, Set[ReadKey]]
    created: Sequence[Resource]
    removed: Sequence[Resource]


def _world_after(edited: Edited, before: Judged) -> _After:
    document = edited.document
    changed: set[ReadKey] = set(edited.changed)
    world = World(document, before.world.catalogue, dict(before.world.indexes))
    created, removed = _types_changed(changed, document, before.world.document)
    for resource in (*created, *removed):
        changed.add((f"address:{resource.address}", EVERY))
    mentioned = world.mentions.differing(before.world.mentions, changed)
    changed.update(mentioned)
    joined = mentioned | _joins_changed(changed, world, created, removed)
    return _After(world, changed, joined, created, removed)


def _types_changed(
    changed: set[ReadKey], document: Document, before: Document
) -> tuple[list[Resource], list[Resource]]:
    """Return the resources that are there only after, and only before."""
    created: list[Resource] = []
    removed: list[Resource] = []
    for item in sorted([item for item, _ in changed if item.startswith("type:")]):
        came, went = document.came_and_went(before, item[5:], changed)
        created += came
        removed += went
    return created, removed


def _joins_changed(
    changed: set[ReadKey], world: World, created: Sequence[Resource], removed: Sequence[Resource]
) -> dict[ReadKey, set[ReadKey]]:
    """Make again what indexes have of resources that read something changed, and note for which targets they differ.

    Returns these, each with what was read to know it.
    """
    due = dict.fromkeys(world.indexes)
    joined: dict[ReadKey, set[ReadKey]] = {}
    again = True
    while again:
        again = False
        for name in list(due):
            differing = world.index_again(name, changed, created, removed)
            if differing is not None:
                del due[name]
                changed.update(differing)
                joined.update(differing)
                again = True
    return joined


def _again(world: World, before: Judged, keys: Sequence[UnitKey]) -> list[Unit]:
    rules: dict[tuple[str, str], list[Rule]] = {}
    for rule_id, type, key in keys:
        if type != EVERY:
            rules.setdefault((type, key), []).append(world.catalogue.rule(rule_id))
    units: list[Unit] = []
    for whose, listed in rules.items():
        resource = world.resource(*whose)
        if resource is not None:
            units += _units(world, before, listed, resource)
    return units


def _new_units(world: World, before: Judged, created: Sequence[Resource]) -> list[Unit]:
    units: list[Unit] = []
    for resource in created:
        rules = world.catalogue.rules_for(world.document.language, resource.type)
        units += _units(world, before, [rule for rule in rules if _wanted(before, rule)], resource)
    return units


def _values_again(world: World, before: Judged, items: set[str], created: Sequence[Resource]) -> list[Unit]:
    rules = world.catalogue.rules_for(world.document.language, EVERY)
    wanted = frozenset(items | {resource.key for resource in created})
    wanted -= _known_items(world, before, rules, wanted).keys()
    if not rules or not wanted:
        return []
    return list(_value_units(world, before, rules, world.document.values_of(wanted)))
