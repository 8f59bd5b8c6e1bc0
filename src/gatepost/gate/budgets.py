"""How many there may be of something: reads the section, counts, says which limit is broken; never lists findings.

What is waived, switched off or honoured as another tool's exception is not counted. What cannot be told to count or
not is counted apart, so that a budget is kept, broken, or not known to be either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatepost.conditions import Condition
from gatepost.gate.lines import asked_by, read_condition
from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.decisions import Action, DecidedBudget
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple

KEYS = ("name", "when", "at_most", "never_more_than_base", "count", "decide")
UNITS = ("findings", "groups")
DECIDES: tuple[Action, ...] = ("warn", "block")
MOST = 1_000_000
MOST_BUDGETS = 200


class Budget(NamedTuple):
    """A limit on how many there are of what `condition` holds for; `ratchet`: never more than the base had."""

    name: str
    condition: Condition
    at_most: int | None
    ratchet: bool
    unit: str
    decide: Action
    attributes: frozenset[str]
    location: Location
    policy: str


class Member(NamedTuple):
    """Something that may count: `counts` None where that is not known, `is_new` None where that is not known.

    `group` is what is counted instead of it where groups are: its cause, else its fingerprint.
    """

    fingerprint: str
    group: str
    counts: bool | None
    is_new: bool | None


def read_budgets(page: Page, node: Node, policy: str) -> list[Budget]:
    """Return the entries of `budgets`; raises UsageError."""
    nodes = page.listed(node, "`budgets`")
    if len(nodes) > MOST_BUDGETS:
        page.fault(nodes[MOST_BUDGETS], f"there are more than {MOST_BUDGETS} budgets")
    budgets = [_budget(page, one, policy) for one in nodes]
    seen: set[str] = set()
    for one, budget in zip(nodes, budgets, strict=True):
        if budget.name in seen:
            page.fault(one.get("name") or one, f'there are two budgets with the name "{budget.name}"')
        seen.add(budget.name)
    return budgets


def _budget(page: Page, node: Node, policy: str) -> Budget:
    fields = page.fields(node, KEYS, "a budget")
    name = page.text(page.required(fields, "name", node, "this budget"), "the name of a budget")
    when = page.required(fields, "when", node, f'the budget "{name}"')
    condition = read_condition(page, when, "`when`")
    at_most = _number(page, fields["at_most"][1]) if "at_most" in fields else None
    ratchet = False
    if "never_more_than_base" in fields:
        ratchet = page.truth(fields["never_more_than_base"][1], "`never_more_than_base`")
    if at_most is None and not ratchet:
        hint = "write at_most: 10, or never_more_than_base: true"
        page.fault(node, f'the budget "{name}" has no limit', hint)
    unit = page.one_of(fields["count"][1], UNITS, "`count`") if "count" in fields else UNITS[0]
    decide = page.one_of(fields["decide"][1], DECIDES, "`decide`") if "decide" in fields else "block"
    return Budget(name, condition, at_most, ratchet, unit, decide, asked_by(condition), page.location(node), policy)


def _number(page: Page, node: Node) -> int:
    if node.kind != "number" or not isinstance(node.value, int) or not 0 <= node.value <= MOST:
        page.fault(node, f"`at_most` has to be a whole number up to {MOST}")
    return node.value


def judge_budget(budget: Budget, now: Sequence[Member], before: Sequence[Member] | None) -> DecidedBudget:
    """Return what is decided of a budget; `before` is what the base had, None where there is none to compare with."""
    sure = _names(budget, (one for one in now if one.counts))
    unsure = _names(budget, (one for one in now if one.counts is None)) - sure
    broken: list[str] = []
    doubtful: list[str] = []
    if budget.at_most is not None and len(sure) > budget.at_most:
        broken.append(f"{len(sure)} are more than {budget.at_most}")
    elif budget.at_most is not None and len(sure) + len(unsure) > budget.at_most:
        doubtful.append(f"{len(sure)} count and {len(unsure)} may, of at most {budget.at_most}")
    base, new = None, frozenset[str]()
    notes: list[str] = []
    if budget.ratchet and before is None:
        notes.append("there is no base to compare with")
    elif budget.ratchet and before is not None:
        had = _names(budget, (one for one in before if one.counts))
        may_have = _names(budget, (one for one in before if one.counts is None))
        untold = _names(budget, (one for one in now if one.counts is not False and one.is_new is None))
        new = sure - had - may_have - untold
        maybe_new = (sure | unsure) - had - new
        base = len(sure - new) + len(had - sure)
        if len(new) > len((had | may_have) - sure):
            broken.append(f"{len(sure)} are more than the {base} of the base")
        elif len(new) + len(maybe_new) > len(had - sure - unsure):
            doubtful.append(f"of {len(maybe_new)} it is not known whether the base had them")
    notes += [f"not known to be kept: {one}" for one in doubtful]
    return DecidedBudget(
        budget.name,
        budget.decide if broken else "warn" if doubtful else "allow",
        len(sure),
        len(unsure),
        budget.at_most,
        base,
        ", and ".join(broken),
        _held(budget, now, new) if broken else (),
        budget.unit,
        budget.policy,
        budget.location,
        tuple(notes),
    )


def _names(budget: Budget, members: Iterable[Member]) -> frozenset[str]:
    return frozenset(_name(budget, one) for one in members)


def _name(budget: Budget, member: Member) -> str:
    return member.group if budget.unit == "groups" else member.fingerprint


def _held(budget: Budget, now: Sequence[Member], new: frozenset[str]) -> tuple[str, ...]:
    """Return what a broken budget holds to account: what counts, and is new or not known to be old."""
    held = (one for one in now if one.counts and (one.is_new is not False or _name(budget, one) in new))
    return tuple(dict.fromkeys(one.fingerprint for one in held))
