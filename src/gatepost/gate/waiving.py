"""What becomes of each waiver of one policy: whether it counts and what it covers; never a second policy's.

A waiver that does not count (too early, too late, refused) is told on what it covers, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from gatepost.gate.narrowing import WaiverIndex
from gatepost.gate.policy import Policy
from gatepost.gate.waivers import Inline, waived_environments, waiver_covers
from gatepost.model.decisions import Action, Waiver
from gatepost.model.findings import SEVERITIES, Finding, Severity, Undecided
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple

# Owners, by CODEOWNERS, of the file that a waiver is written in (its path as the waiver's location has it).
WaiverOwners = Callable[[str], Collection[str]]


class Heard(NamedTuple):
    """What the waivers say about one thing: the one that counts, the environments that none is for, notes."""

    applied: Waiver | None = None
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Covered(NamedTuple):
    """One thing that a waiver covers: its number among all, in which environments, whether the waiver counted."""

    number: int
    fingerprint: str
    environments: frozenset[str]
    counted: bool


class Waiving:
    """The waivers that one policy hears: its own, and those beside the code as far as it accepts them."""

    def __init__(
        self, policy: Policy, inline: Inline, *, organisation: bool, today: str, owners: WaiverOwners | None
    ) -> None:
        self.policy = policy
        self.inline = inline
        self.today = today
        self.waivers: list[Waiver] = [*policy.waivers]
        self.covered: dict[int, list[Covered]] = {}
        # Waivers that overlap on many findings are not kept track of to the end.
        self.overflowed = False
        # What would be decided without waivers, by the number of what is covered.
        self.without: dict[int, Action] = {}
        self.fixes: dict[int, list[str]] = {}
        self.refusals: dict[int, str] = {}
        self._owners = owners
        # What stands in the repository counts for an organisation's policy only when that policy says so.
        self._accepts = not organisation if policy.inline.accept is None else policy.inline.accept
        self._index = WaiverIndex(policy.waivers)
        # By path: first line, last line, number.
        self._beside: dict[str, list[tuple[int, int, int]]] = {}
        for waiver in inline.waivers:
            if waiver.covers is not None:
                region = waiver.covers.region
                lines = (region.start_line, region.end_line, len(self.waivers))
                self._beside.setdefault(waiver.covers.path, []).append(lines)
                self.waivers.append(waiver)
        self._heard = self._kept = 0

    def covering(self, matter: Finding | Undecided) -> list[int]:
        """Return the numbers of the waivers that speak about a finding or an undecided rule, in their order."""
        numbers = self._index.numbers(matter)
        beside = self._beside.get(matter.location.path)
        if beside:
            first, _, last, _ = matter.location.region
            numbers += [number for start, end, number in beside if start <= last and first <= end]
        return [number for number in numbers if waiver_covers(self.waivers[number], matter)]

    def hear(
        self,
        covering: Sequence[int],
        matter: Finding | Undecided,
        severity: Severity,
        names: Sequence[str],
        action: Action,
    ) -> Heard:
        """Return what waivers come to for something that would be decided as `action` in these environments."""
        notes: list[str] = []
        applied: Waiver | None = None
        left = dict.fromkeys(names)
        this, self._heard = self._heard, self._heard + 1
        self.without[this] = action
        for number in covering:
            waiver = self.waivers[number]
            where = waived_environments(waiver, names)
            if not where:
                continue
            idle = self._idle(number, severity, where)
            self._keep(number, Covered(this, matter.fingerprint, frozenset(where), not idle))
            if idle:
                notes.append(f"the waiver at {at(waiver.location)} {idle}")
                continue
            self._note_fix(number, matter)
            if any(name in left for name in where):
                applied = applied or waiver
                for name in where:
                    left.pop(name, None)
            if applied is not None and waiver.status and not applied.status and len(where) == len(names):
                applied = waiver  # who states more of it is the one to be quoted
        return Heard(applied, tuple(left), tuple(notes))

    def _keep(self, number: int, covered: Covered) -> None:
        listed = self.covered.setdefault(number, [])
        if not listed or self._kept < _MOST_COVERED:
            listed.append(covered)
            self._kept += 1
        else:
            self.overflowed = True

    def _idle(self, number: int, severity: Severity, names: Sequence[str]) -> str:
        """Return why a waiver does not count here, "" when it does."""
        waiver = self.waivers[number]
        if waiver.until < self.today:
            return f"expired on {waiver.until}"
        if waiver.since > self.today:
            return f"is not valid before {waiver.since}"
        refusal = self.refusal(number) or self._refused_here(waiver, severity, names)
        return f"is refused: {refusal}" if refusal else ""

    def state(self, matter: Finding | Undecided, severity: Severity, names: Sequence[str]) -> str:
        """Return what a policy can ask of the waivers of something: one that counts before those that do not."""
        found = "none"
        for number in self.covering(matter):
            where = waived_environments(self.waivers[number], names)
            if not where:
                continue
            if not self._idle(number, severity, where):
                return "active"
            waiver = self.waivers[number]
            late, early = waiver.until < self.today, waiver.since > self.today
            state = "expired" if late else "not_yet_valid" if early else "refused"
            found = state if found == "none" else found
        return found

    def refusal(self, number: int) -> str:
        """Return why a waiver counts nowhere, "" when it may."""
        found = self.refusals.get(number)
        if found is None:
            found = self.refusals[number] = self._refusal(self.waivers[number])
        return found

    def _refusal(self, waiver: Waiver) -> str:
        name = self.policy.name
        if waiver.covers is not None:
            if not self._accepts:
                return f"{name} accepts no waivers beside the code"
            if not self.policy.inline.accept_new and self.inline.is_new(waiver.location):
                return f"{name} accepts none that the change itself brings"
        rules = self.policy.waiver_rules
        if rules == _NO_RULES:
            return ""
        from gatepost.gate.waiver_states import breach

        return breach(waiver, rules, name, self.today, self._owners)

    def _refused_here(self, waiver: Waiver, severity: Severity, names: Sequence[str]) -> str:
        """Return why an inline waiver does not count for this, "" when it does."""
        if waiver.covers is None:
            return ""
        allowed, policy = self.policy.inline, self.policy.name
        if allowed.refuse_above is not None:
            if severity == "unknown":
                return f"{policy} refuses them above {allowed.refuse_above}, and the severity is not known"
            if SEVERITIES.index(severity) < SEVERITIES.index(allowed.refuse_above):
                return f"{policy} refuses them above {allowed.refuse_above}"
        where = next((name for name in names if name in allowed.refuse_in), "")
        return f"{policy} refuses them in {where}" if where else ""

    def _note_fix(self, number: int, matter: Finding | Undecided) -> None:
        if isinstance(matter, Undecided) or len(self.fixes.get(number, ())) >= _MOST_NOTES:
            return
        told = ""
        if any(fix.proof == "proved" for fix in matter.fixes):
            told = f"{matter.resource or at(matter.location)} has a proved fix"
        elif matter.package is not None and matter.package.fixed_versions:
            vulnerability = next(iter(matter.ids), matter.rule)
            told = f"{vulnerability} is fixed in {matter.package.name} {matter.package.fixed_versions[0]}"
        if told:
            listed = self.fixes.setdefault(number, [])
            if told not in listed:
                listed.append(told)


def at(location: Location | None) -> str:
    """Return "path:line"."""
    return f"{location.path}:{location.region.start_line}" if location else ""


_MOST_NOTES = 3
_MOST_COVERED = 1_000_000
_NO_RULES = Policy("").waiver_rules
