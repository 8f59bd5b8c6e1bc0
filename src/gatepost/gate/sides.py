"""One policy's word on every finding: its severities, lines, waivers and honoured comments; never a second policy's."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.gate.asking import Lines
from gatepost.gate.attributes import Matter
from gatepost.gate.facts import FindingFacts, ProblemFacts, UndecidedFacts, environments
from gatepost.gate.lines import GateLine
from gatepost.gate.policy import Policy
from gatepost.gate.sections import Kind
from gatepost.gate.waivers import Ignored, Inline, ignore_covers
from gatepost.gate.waiving import WaiverOwners, Waiving, at
from gatepost.model.decisions import Action, Assessment, Context, Due, Waiver
from gatepost.model.findings import Finding, Severity, Undecided
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple


class Side(NamedTuple):
    """A policy and what it is to decide about, in the contexts that its own environments give.

    The sides of one run list the same findings, undecided and problems in the same order. `excluded` are paths that
    this policy excludes, though another one has them read. `owners` tells whose the files of waivers are.
    `before` is what the base of a change had, where a budget compares with it.
    """

    policy: Policy
    assessments: Sequence[Assessment] = ()
    undecided: Sequence[tuple[Undecided, Context]] = ()
    problems: Sequence[tuple[Problem, Context]] = ()
    excluded: frozenset[str] = frozenset()
    owners: WaiverOwners | None = None
    before: Sequence[Assessment] | None = None


class Word(NamedTuple):
    """What one policy says about one thing; `open_in` are the environments in which no exception is made for it."""

    action: Action
    line: GateLine | None = None
    waiver: Waiver | None = None
    notes: tuple[str, ...] = ()
    severity: Severity = "unknown"
    due: Due | None = None
    open_in: tuple[str, ...] = ()


class Speaker:
    """Speaks for one side; remembers which waivers were of use."""

    def __init__(self, side: Side, inline: Inline, *, organisation: bool, today: str) -> None:
        policy = side.policy
        self.side = side
        self.waiving = Waiving(policy, inline, organisation=organisation, today=today, owners=side.owners)
        self._today = today
        self.lines = Lines(policy, today)
        asked = (policy.attributes, *(one.attributes for one in (*policy.budgets, *policy.deadlines)))
        self._asks_waivers = any("waiver" in attributes for attributes in asked)
        self._ignored: dict[str, list[Ignored]] = {}
        for one in inline.ignored:
            self._ignored.setdefault(one.location.path, []).append(one)

    def on_finding(self, assessment: Assessment) -> Word:
        """Return this policy's word on a finding."""
        finding = assessment.finding
        severity, notes = self._severity(finding.rule, finding.severity)
        off = self._switched_off(finding)
        if off:
            return Word("allow", notes=(off,), severity=severity)
        names = environments(assessment.context)
        facts = self.facts_of(assessment, severity)
        answer = self.lines.ask("finding", facts, names)
        notes = (*notes, *answer.not_known)
        word = Word(answer.action, answer.line, None, notes, severity, answer.due, names)
        word = self._waived(word, finding, ("finding", facts), names)
        return word if word.waiver else self._honoured(word, finding)

    def exempted(self, assessment: Assessment) -> Word:
        """Return in which environments no exception is made for a finding; the lines are not asked."""
        finding = assessment.finding
        severity, _ = self._severity(finding.rule, finding.severity)
        if self._switched_off(finding):
            return Word("allow", severity=severity)
        names = environments(assessment.context)
        covering = self.waiving.covering(finding)
        if covering:
            heard = self.waiving.hear(covering, finding, severity, names, "allow")
            names = heard.left if heard.applied else names
        word = Word("allow", severity=severity, open_in=names)
        return self._honoured(word, finding) if names else word

    def on_undecided(self, undecided: Undecided, context: Context) -> Word:
        """Return this policy's word on a rule that could not be decided."""
        severity, _ = self._severity(undecided.rule, undecided.severity)
        off = self._switched_off(undecided)
        if off:
            return Word("allow", notes=(off,), severity=severity)
        names = environments(context)
        facts = self.facts_of_undecided(undecided, context, severity)
        answer = self.lines.ask("undecided", facts, names)
        word = Word(answer.action, answer.line, None, answer.not_known, severity, answer.due, names)
        return self._waived(word, undecided, ("undecided", facts), names)

    def on_problem(self, problem: Problem, context: Context) -> Word:
        """Return this policy's word on something that could not be read."""
        if problem.location.path in self.side.excluded:
            return Word("allow")
        answer = self.lines.ask("problem", ProblemFacts(problem, context), environments(context))
        return Word(answer.action, answer.line, open_in=environments(context))

    def facts_of(self, assessment: Assessment, severity: Severity) -> FindingFacts:
        """Return what can be asked of a finding; `severity` is this policy's."""
        return FindingFacts(assessment, severity, self._today, self._state(assessment.finding, severity, assessment[1]))

    def facts_of_undecided(self, undecided: Undecided, context: Context, severity: Severity) -> UndecidedFacts:
        """Return what can be asked of an undecided rule; `severity` is this policy's."""
        return UndecidedFacts(undecided, severity, context, self._today, self._state(undecided, severity, context))

    def _state(self, matter: Finding | Undecided, severity: Severity, context: Context) -> str:
        return self.waiving.state(matter, severity, environments(context)) if self._asks_waivers else "none"

    def _severity(self, rule: str, severity: Severity) -> tuple[Severity, tuple[str, ...]]:
        choice = self.side.policy.rules.get(rule)
        if choice is None or choice.severity is None or choice.severity == severity:
            return severity, ()
        return choice.severity, (f"severity {choice.severity} is from {at(choice.location)}, the rule says {severity}",)

    def _switched_off(self, matter: Finding | Undecided) -> str:
        policy = self.side.policy
        if not policy.wants(matter.rule, matter.audience):
            choice = policy.rules.get(matter.rule)
            if choice is None or choice.enabled is None:
                return f"the rule is for the audience {matter.audience}, and {policy.name} is for {policy.audience}"
            return f"the rule is switched off ({at(choice.location)})"
        return f"excluded by {policy.name}" if matter.location.path in self.side.excluded else ""

    def _waived(
        self, word: Word, matter: Finding | Undecided, asked: tuple[Kind, Matter], names: tuple[str, ...]
    ) -> Word:
        """Return the word after waivers; in environments that none is for, the lines count as before."""
        covering = self.waiving.covering(matter)
        if not covering:
            return word
        heard = self.waiving.hear(covering, matter, word.severity, names, word.action)
        if heard.applied is None:
            return word._replace(notes=(*word.notes, *heard.notes))
        word = word._replace(open_in=heard.left)
        if not heard.left:
            return word._replace(action="allow", waiver=heard.applied)
        answer = self.lines.ask(*asked, heard.left)
        if answer.action == "allow":
            return word._replace(action="allow", waiver=heard.applied)
        told = f"the waiver at {at(heard.applied.location)} does not hold in {', '.join(heard.left)}"
        notes = (*word.notes, *heard.notes, told)
        return word._replace(action=answer.action, line=answer.line, notes=tuple(dict.fromkeys(notes)))

    def _honoured(self, word: Word, finding: Finding) -> Word:
        """Return the word after other tools' ignore comments: honoured they allow, else they are told."""
        sayings = [(one.by, one.why, one.status, False) for one in finding.suppressions]
        inline = self.waiving.inline
        for one in self._ignored.get(finding.location.path, ()):
            if ignore_covers(one, finding):
                sayings.append((one.tool, one.why, f"comment at {at(one.location)}", inline.is_new(one.location)))
        notes: list[str] = []
        for tool, why, status, new in sayings:
            said = f"{tool} is told to ignore it ({status}{': ' + why if why else ''})"
            if new and not self.side.policy.inline.accept_new:
                notes.append(f"{said}; {self.side.policy.name} accepts none that the change itself brings")
            elif set(tool.split("/")) & set(self.side.policy.honour):
                return word._replace(
                    action="allow", notes=(*word.notes, f"{said}, which {self.side.policy.name} honours"), open_in=()
                )
            else:
                notes.append(f"{said}, which {self.side.policy.name} does not honour")
        return word._replace(notes=(*word.notes, *notes)) if notes else word
