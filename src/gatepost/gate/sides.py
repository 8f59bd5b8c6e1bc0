"""One policy's word on every finding: its severities, lines, waivers and honoured comments; never a second policy's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatepost.gate.asking import Lines
from gatepost.gate.facts import FindingFacts, ProblemFacts, UndecidedFacts, environments
from gatepost.gate.lines import GateLine
from gatepost.gate.narrowing import WaiverIndex
from gatepost.gate.policy import Policy
from gatepost.gate.waivers import Ignored, Inline, ignore_covers, waiver_covers
from gatepost.model.decisions import Action, Assessment, Context, Waiver
from gatepost.model.findings import SEVERITIES, Finding, Severity, Undecided
from gatepost.model.places import Location
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple


class Side(NamedTuple):
    """A policy and what it is to decide about, in the contexts that its own environments give.

    The sides of one run list the same findings, undecided and problems in the same order. `excluded` are paths that
    this policy excludes, though another one has them read.
    """

    policy: Policy
    assessments: Sequence[Assessment] = ()
    undecided: Sequence[tuple[Undecided, Context]] = ()
    problems: Sequence[tuple[Problem, Context]] = ()
    excluded: frozenset[str] = frozenset()


class Word(NamedTuple):
    """What one policy says about one thing."""

    action: Action
    line: GateLine | None = None
    waiver: Waiver | None = None
    notes: tuple[str, ...] = ()
    severity: Severity = "unknown"


def _at(location: Location | None) -> str:
    return f"{location.path}:{location.region.start_line}" if location else ""


class Speaker:
    """Speaks for one side; remembers which waivers were of use."""

    def __init__(self, side: Side, inline: Inline, *, organisation: bool, today: str) -> None:
        policy = side.policy
        self.side = side
        self.used: set[Waiver] = set()
        self._today = today
        self._lines = Lines(policy, today)
        self._waivers = WaiverIndex(policy.waivers)
        # What stands in the repository counts for an organisation's policy only when that policy says so.
        self._permission = policy.inline
        self._accepts = not organisation if policy.inline.accept is None else policy.inline.accept
        self._inline: dict[str, list[Waiver]] = {}
        self._ignored: dict[str, list[Ignored]] = {}
        for waiver in inline.waivers:
            if waiver.covers is not None:
                self._inline.setdefault(waiver.covers.path, []).append(waiver)
        for one in inline.ignored:
            self._ignored.setdefault(one.location.path, []).append(one)

    def on_finding(self, assessment: Assessment) -> Word:
        """Return this policy's word on a finding."""
        finding = assessment.finding
        severity, notes = self._severity(finding.rule, finding.severity)
        off = self._switched_off(finding.rule, finding.location.path)
        if off:
            return Word("allow", notes=(off,), severity=severity)
        names = environments(assessment.context)
        answer = self._lines.ask("finding", FindingFacts(assessment, severity, self._today), names)
        word = Word(answer.action, answer.line, None, (*notes, *answer.not_known), severity)
        word = self._waived(word, finding, severity, names)
        return word if word.waiver else self._honoured(word, finding)

    def on_undecided(self, undecided: Undecided, context: Context) -> Word:
        """Return this policy's word on a rule that could not be decided."""
        severity, _ = self._severity(undecided.rule, undecided.severity)
        off = self._switched_off(undecided.rule, undecided.location.path)
        if off:
            return Word("allow", notes=(off,), severity=severity)
        names = environments(context)
        answer = self._lines.ask("undecided", UndecidedFacts(undecided, severity, context, self._today), names)
        word = Word(answer.action, answer.line, None, answer.not_known, severity)
        return self._waived(word, undecided, severity, names)

    def on_problem(self, problem: Problem, context: Context) -> Word:
        """Return this policy's word on something that could not be read."""
        if problem.location.path in self.side.excluded:
            return Word("allow")
        answer = self._lines.ask("problem", ProblemFacts(problem, context), environments(context))
        return Word(answer.action, answer.line)

    def _severity(self, rule: str, severity: Severity) -> tuple[Severity, tuple[str, ...]]:
        choice = self.side.policy.rules.get(rule)
        if choice is None or choice.severity is None or choice.severity == severity:
            return severity, ()
        return choice.severity, (
            f"severity {choice.severity} is from {_at(choice.location)}, the rule says {severity}",
        )

    def _switched_off(self, rule: str, path: str) -> str:
        choice = self.side.policy.rules.get(rule)
        if choice is not None and not choice.enabled:
            return f"the rule is switched off ({_at(choice.location)})"
        return f"excluded by {self.side.policy.name}" if path in self.side.excluded else ""

    def _waived(self, word: Word, matter: Finding | Undecided, severity: Severity, names: tuple[str, ...]) -> Word:
        notes: list[str] = []
        applied: Waiver | None = None
        for waiver in (*self._waivers.about(matter), *self._inline.get(matter.location.path, ())):
            if not waiver_covers(waiver, matter):
                continue
            refused = self._refused(waiver, severity, names)
            self.used.add(waiver)
            if waiver.until < self._today:
                notes.append(f"the waiver at {_at(waiver.location)} expired on {waiver.until}")
            elif refused:
                notes.append(f"the waiver at {_at(waiver.location)} is refused: {refused}")
            elif applied is None:
                applied = waiver
        if applied is not None:
            return word._replace(action="allow", waiver=applied)
        return word._replace(notes=(*word.notes, *notes))

    def _refused(self, waiver: Waiver, severity: Severity, names: Iterable[str]) -> str:
        """Return why an inline waiver does not count, "" when it does."""
        if waiver.covers is None:
            return ""
        allowed, policy = self._permission, self.side.policy.name
        if not self._accepts:
            return f"{policy} accepts no waivers beside the code"
        if allowed.refuse_above is not None:
            if severity == "unknown":
                return f"{policy} refuses them above {allowed.refuse_above}, and the severity is not known"
            if SEVERITIES.index(severity) < SEVERITIES.index(allowed.refuse_above):
                return f"{policy} refuses them above {allowed.refuse_above}"
        where = next((name for name in names if name in allowed.refuse_in), "")
        return f"{policy} refuses them in {where}" if where else ""

    def _honoured(self, word: Word, finding: Finding) -> Word:
        """Return the word after other tools' ignore comments: honoured they allow, else they are told."""
        sayings = [(one.by, one.why, one.status) for one in finding.suppressions]
        for one in self._ignored.get(finding.location.path, ()):
            if ignore_covers(one, finding):
                sayings.append((one.tool, one.why, f"comment at {_at(one.location)}"))
        notes: list[str] = []
        for tool, why, status in sayings:
            said = f"{tool} is told to ignore it ({status}{': ' + why if why else ''})"
            if set(tool.split("/")) & set(self.side.policy.honour):
                return word._replace(
                    action="allow", notes=(*word.notes, f"{said}, which {self.side.policy.name} honours")
                )
            notes.append(f"{said}, which {self.side.policy.name} does not honour")
        return word._replace(notes=(*word.notes, *notes))
