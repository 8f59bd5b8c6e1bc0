"""On how many resources each rule was judged; never the judging itself."""

from __future__ import annotations

from gatepost.rules.judge import EVERY, bases, elements, settings_of
from gatepost.rules.judgements import Judged, Unit
from gatepost.rules.rule import Rule


def looked_at(judged: Judged) -> tuple[tuple[str, int], ...]:
    """Return (rule, resources) for each rule that applied to something, in the order of the ids.

    A resource counts where the rule applies: there is what it speaks of, and `when` is not false. One that has no
    element of the list that a rule goes through does not count, though nothing can be wrong with it.
    """
    counts: dict[str, int] = {}
    before = judged.world.ledger.begin()
    for unit in judged.units.values():
        if unit.judgements or _applies(judged, judged.world.catalogue.rule(unit.key[0]), unit):
            counts[unit.key[0]] = counts.get(unit.key[0], 0) + 1
    judged.world.ledger.forget(before)
    return tuple(sorted(counts.items()))


def _applies(judged: Judged, rule: Rule, unit: Unit) -> bool:
    _, type, key = unit.key
    if type == EVERY:
        return True
    resource = judged.world.resource(type, key)
    if resource is None:
        return False
    when = rule.conditions[0]
    for base in bases(judged.world, rule, resource):
        for subject in elements(base, rule.applies.lists):
            if when is None or when.answer(subject.get, settings_of(rule, judged))[0] is not False:
                return True
    return False
