"""Decisions as people read them: one entry per cause, the worst first, and how many of each; never drops one."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.model.decisions import ACTIONS, Action, Decision, Due, Verdict
from gatepost.model.findings import SEVERITIES, Finding, Severity, Undecided
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple

WORST = 5  # how many findings of one cause are spelt out


class Entry(NamedTuple):
    """One finding, or all findings that one edit would mend (`cause` says what is to be edited), worst first."""

    decisions: tuple[Decision, ...]
    cause: str = ""

    @property
    def first(self) -> Decision:
        """The worst of them."""
        return self.decisions[0]

    @property
    def finding(self) -> Finding:
        """The finding of the worst of them."""
        return self.decisions[0].assessment.finding

    @property
    def mendable(self) -> Finding:
        """The worst of them that has a fix, else the worst."""
        found = (decision.assessment.finding for decision in self.decisions)
        return next((finding for finding in found if finding.fixes), self.finding)

    @property
    def action(self) -> Action:
        """The strictest decision among them."""
        return self.decisions[0].action

    @property
    def title(self) -> str:
        """One line that says what is wrong."""
        if len(self.decisions) == 1:
            return self.finding.title
        if self.finding.mend:
            return f"{self.finding.mend} ({len(self.decisions)} findings)"
        if len({d.assessment.finding.rule for d in self.decisions}) == 1:
            return f"{self.finding.title} ({len(self.decisions)} times, one cause)"
        noun = "vulnerabilities" if all(d.assessment.finding.package for d in self.decisions) else "findings"
        return f"{len(self.decisions)} {noun} from {self.cause}"


class Tally(NamedTuple):
    """How many of each. `waived` and `not_new` are among the allowed ones; fixes are of what is not.

    `block_causes` is how many edits would mend what blocks, as far as findings share a cause; `undecided_causes` is how
    many different things are missing.
    """

    block: int
    warn: int
    allow: int
    waived: int
    not_new: int
    undecided: int
    undecided_block: int
    problems: int
    problems_block: int
    safe_fixes: int
    unsafe_fixes: int
    block_causes: int = 0
    budgets_block: int = 0
    budgets_warn: int = 0
    undecided_causes: int = 0


def rank(decision: Decision) -> tuple[int, int, int]:
    """Return a sorting key: what blocks comes first, then the worse severity, then what is known to be exploited."""
    finding = decision.assessment.finding
    exploited = finding.exploitability.known_exploited is True
    return -ACTIONS.index(decision.action), SEVERITIES.index(finding.severity), 0 if exploited else 1


def entries(decisions: Sequence[Decision]) -> list[Entry]:
    """Return the entries of some decisions, worst first; within one rank the order of the verdict stays."""
    causes: dict[str, list[Decision]] = {}
    for decision in decisions:
        cause = decision.assessment.finding.cause
        if cause:
            causes.setdefault(cause, []).append(decision)
    made: list[Entry] = []
    for decision in decisions:
        same = causes.get(decision.assessment.finding.cause, [])
        if len(same) < 2:
            made.append(Entry((decision,)))
        elif decision is same[0]:
            made.append(Entry(tuple(sorted(same, key=rank)), _cause(same)))
    made.sort(key=lambda entry: rank(entry.first))
    return made


def _cause(decisions: Sequence[Decision]) -> str:
    named = next((d.assessment.context.root_cause for d in decisions if d.assessment.context.root_cause), None)
    if named:
        return named
    finding = decisions[0].assessment.finding
    place = next((step.location for step in reversed(finding.origins) if step.location), finding.location)
    return f"one cause ({at(place)})"


def at(location: Location) -> str:
    """Return "path:line"."""
    return f"{location.path}:{location.region.start_line}"


def tally(verdict: Verdict) -> Tally:
    """Count a verdict."""
    by_action: dict[str, int] = {"allow": 0, "warn": 0, "block": 0}
    waived = not_new = safe = unsafe = 0
    for decision in verdict.decisions:
        by_action[decision.action] += 1
        if decision.action == "allow":
            waived += decision.waiver is not None
            not_new += decision.waiver is None and decision.assessment.context.is_new is False
            continue
        proved = [fix for fix in decision.assessment.finding.fixes if fix.proof == "proved"]
        if any(fix.safety == "safe" for fix in proved):
            safe += 1
        elif proved:
            unsafe += 1
    return Tally(
        by_action["block"],
        by_action["warn"],
        by_action["allow"],
        waived,
        not_new,
        len(verdict.undecided),
        sum(u.action == "block" for u in verdict.undecided),
        len(verdict.problems),
        sum(p.action == "block" for p in verdict.problems),
        safe,
        unsafe,
        len({d.assessment.finding.cause or id(d) for d in verdict.decisions if d.action == "block"}),
        sum(budget.action == "block" for budget in verdict.budgets),
        sum(budget.action == "warn" for budget in verdict.budgets),
        len({(item.undecided.because, item.undecided.hint) for item in verdict.undecided}),
    )


def by_severity(decisions: Sequence[Decision]) -> dict[Severity, int]:
    """Count findings of each severity, worst first, all severities present."""
    counts: dict[Severity, int] = dict.fromkeys(SEVERITIES, 0)
    for decision in decisions:
        counts[decision.assessment.finding.severity] += 1
    return counts


def plural(number: int, noun: str, many: str = "") -> str:
    """Return "1 file", "2 files"."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"


def summary_parts(counts: Tally) -> list[str]:
    """Return the parts of the summary line, the strictest first, without those that are zero."""
    allowed = [f"{n} {word}" for n, word in ((counts.not_new, "not new"), (counts.waived, "waived")) if n]
    parts = [
        _by_cause(counts.block, counts.block_causes) if counts.block else "",
        f"{counts.warn} warn" if counts.warn else "",
        f"{counts.allow} allowed" + (f" ({', '.join(allowed)})" if allowed else "") if counts.allow else "",
        _undecided(counts) if counts.undecided else "",
        _with_blocking(counts.problems, "problem" if counts.problems == 1 else "problems", counts.problems_block)
        if counts.problems
        else "",
        f"{plural(counts.budgets_block, 'budget')} broken" if counts.budgets_block else "",
        f"{plural(counts.budgets_warn, 'budget')} to look at" if counts.budgets_warn else "",
    ]
    return [part for part in parts if part]


def _by_cause(blocking: int, causes: int) -> str:
    return f"{blocking} block" + (f" ({plural(causes, 'cause')})" if 0 < causes < blocking else "")


def due_words(due: Due) -> str:
    """Return until when something has to be mended, and how that comes about."""
    if not due.date:
        return due.how
    return f"{due.date}{', which is past' if due.overdue else ''} ({due.how})"


def _undecided(counts: Tally) -> str:
    told = _with_blocking(counts.undecided, "undecided", counts.undecided_block)
    if not 0 < counts.undecided_causes < counts.undecided:
        return told
    causes = plural(counts.undecided_causes, "cause")
    return f"{told[:-1]}, {causes})" if counts.undecided_block else f"{told} ({causes})"


def _with_blocking(number: int, word: str, blocking: int) -> str:
    if not blocking:
        return f"{number} {word}"
    return f"{number} {word} ({'blocks' if number == 1 else f'{blocking} block'})"


def looked_at(verdict: Verdict) -> str:
    """Return "48 files, 7 roots, 212 resources, 3 reports" without what is zero (files are always told)."""
    counts = verdict.counts
    parts = [plural(counts.files, "file")]
    more = ((counts.roots, "root"), (counts.resources, "resource"), (counts.reports, "report"))
    parts += [plural(number, noun) for number, noun in more if number]
    return ", ".join(parts)


def because(verdict: Verdict) -> str:
    """Return one sentence (no full stop) that says why the verdict is what it is."""
    names: dict[str, int] = {}
    blocking = [d for d in (*verdict.decisions, *verdict.undecided, *verdict.problems) if d.action == "block"]
    for item in blocking:
        name = item.because.name if item.because else "the gate"
        names[name] = names.get(name, 0) + 1
    if not blocking and any(budget.action == "block" for budget in verdict.budgets):
        return ", ".join(f'the budget "{one.name}" is broken' for one in verdict.budgets if one.action == "block")
    if not blocking:
        return "nothing here is blocked by the policy"
    parts = [f'{count} blocked by "{name}"' for name, count in sorted(names.items(), key=lambda p: (-p[1], p[0]))]
    more = f" and more by {plural(len(parts) - 3, 'other line')}" if len(parts) > 3 else ""
    return ", ".join(parts[:3]) + more


def lacking(undecided: Undecided) -> tuple[str, ...]:
    """Return what an undecided rule lacks, and the other instances and rules that lack the same."""
    also = (f"the same for {', '.join(undecided.also)}",) if undecided.also else ()
    waiting = (f"{', '.join(undecided.waiting)} {_waits(undecided)} for it, too",) if undecided.waiting else ()
    return (*undecided.because, *also, *waiting)


def _waits(undecided: Undecided) -> str:
    return "waits" if len(undecided.waiting) == 1 else "wait"
