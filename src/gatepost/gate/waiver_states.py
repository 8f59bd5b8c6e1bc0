"""The states of waivers after a run: expired, unused, shadowed …, with the reason of each; never a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatepost.conditions.globs import compile_glob
from gatepost.gate.dates import days_since
from gatepost.gate.waiver_sections import given
from gatepost.gate.waiving import Covered, WaiverOwners, Waiving, at
from gatepost.model.decisions import WAIVER_STATES, Waiver, WaiverState, WaiverUse
from gatepost.model.policy import WaiverRules

# What a line may ask that tells old from new: what it lets pass today, it may not let pass on the next change.
_OF_CHANGES = frozenset(("is_new", "touched", "affected"))


def breach(waiver: Waiver, rules: WaiverRules, policy: str, today: str, owners: WaiverOwners | None) -> str:
    """Return what of the rules of a policy a waiver does not keep, "" for nothing."""
    for name in rules.require:
        if not given(waiver, name):
            return f"{policy} requires `{name}`"
    if rules.longest is not None:
        begin = waiver.since or today
        if days_since(begin, waiver.until) > rules.longest:
            since = f"from {begin}" if waiver.since else "from today"
            return f"it runs to {waiver.until}, and {policy} allows {rules.longest} days {since}"
    who = waiver.by.lower()
    if rules.by and not any(compile_glob(glob.lower())(who) for glob in rules.by):
        return f"{policy} does not let {waiver.by} answer for one"
    if rules.codeowners:
        known = owners(waiver.location.path) if owners is not None else ()
        if who.lstrip("@") not in {one.lower().lstrip("@") for one in known}:
            told = f"its owners are {', '.join(known)}" if known else "CODEOWNERS names no owner of it"
            return f"{waiver.by} does not own {waiver.location.path}; {told}"
    return ""


def uses_of(waivings: Sequence[Waiving], compared: bool) -> tuple[WaiverUse, ...]:
    """Return what became of every waiver: each policy's own, then those beside the code as the first one hears them.

    `compared`: the run has a base, so that lines may let pass what was there before.
    """
    found: list[WaiverUse] = []
    for waiving in waivings:
        found.extend(_own(waiving, range(len(waiving.policy.waivers)), compared))
    first = waivings[0]
    beside = range(len(first.policy.waivers), len(first.waivers))
    for use in _own(first, beside, compared):
        new = first.inline.is_new(use.waiver.location) if first.inline.new is not None else None
        found.append(use._replace(is_new=new, policy=""))
    return tuple(found)


def _own(waiving: Waiving, numbers: Iterable[int], compared: bool) -> Iterable[WaiverUse]:
    shadows = _Shadows(waiving, compared)
    for number in numbers:
        waiver = waiving.waivers[number]
        states, notes = _states(waiving, shadows, number)
        covered = tuple(dict.fromkeys(one.fingerprint for one in waiving.covered.get(number, ())))
        left = days_since(waiving.today, waiver.until)
        yield WaiverUse(waiver, states, covered, left, tuple(notes), None, waiving.policy.name)


def _states(waiving: Waiving, shadows: _Shadows, number: int) -> tuple[tuple[WaiverState, ...], list[str]]:
    waiver, covered = waiving.waivers[number], waiving.covered.get(number, [])
    held: set[WaiverState] = set()
    notes: list[str] = []
    early, late = waiver.since > waiving.today, waiver.until < waiving.today
    if late:
        held.add("expired")
    if early:
        held.add("not_yet_valid")
    refusal = waiving.refusal(number)
    if refusal:
        held.add("refused")
        notes.append(refusal)
    elif covered and not (early or late or waiving.overflowed) and not any(one.counted for one in covered):
        held.add("refused")
        notes.append("refused for everything it covers")
    if not covered and not early:
        held.add("unused")
    if held.isdisjoint({"expired", "not_yet_valid", "refused"}):
        if days_since(waiving.today, waiver.until) <= waiving.policy.waiver_rules.warn_before:
            held.add("expiring")
        shadow = shadows.of(number)
        if shadow:
            held.add("shadowed")
            notes.append(shadow)
        elif number in waiving.fixes:
            held.add("fix_exists")
            notes.extend(waiving.fixes[number])
    return tuple(state for state in WAIVER_STATES if state in held) or ("active",), notes


class _Shadows:
    """Which waivers could go today without a difference, because of another one or of the lines."""

    def __init__(self, waiving: Waiving, compared: bool) -> None:
        self._waiving = waiving
        self._by_lines = not (compared and waiving.policy.attributes & _OF_CHANGES)
        self._by_thing: dict[int, dict[int, Covered]] = {}
        for number, listed in waiving.covered.items():
            for one in listed:
                if one.counted:
                    self._by_thing.setdefault(one.number, {})[number] = one
        self._gone: set[int] = set()

    def of(self, number: int) -> str:
        """Return why a waiver is not needed, "" when it is."""
        waiving = self._waiving
        if waiving.overflowed:
            return ""
        mine = [one for one in waiving.covered.get(number, ()) if one.counted]
        if not mine:
            return ""
        if self._by_lines and all(waiving.without[one.number] == "allow" for one in mine):
            return "all it covers would pass without it"
        waiver = waiving.waivers[number]
        others: set[int] | None = None
        for one in mine:
            near = self._by_thing[one.number]
            wide = {other for other, its in near.items() if its.environments >= one.environments}
            others = wide if others is None else others & wide
            if others <= {number}:
                return ""
        # Of two that cover the same, the one that lasts longer stays, else the first.
        lasting = sorted(
            other
            for other in (others or set()) - {number} - self._gone
            if waiving.waivers[other].until >= waiver.until and not self._outlives(number, other, len(mine))
        )
        if not lasting:
            return ""
        self._gone.add(number)
        return f"the waiver at {at(waiving.waivers[lasting[0]].location)} covers all it covers"

    def _outlives(self, number: int, other: int, things: int) -> bool:
        """Whether the other one is the one to go of two that cover the same for the same time."""
        theirs = sum(one.counted for one in self._waiving.covered[other])
        same = theirs == things and self._waiving.waivers[number].until == self._waiving.waivers[other].until
        return same and number < other
