"""What a run evidences of each control: what looked, at how much, what was found; never that somebody complies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gatepost.model.decisions import Decision, Verdict
from gatepost.model.records import NamedTuple
from gatepost.model.traces import Looked
from gatepost.reports.standards import Framework, frameworks

# What a row comes to, the worst first.
STATES = ("findings", "undecided", "waived only", "nothing found", "not evidenced")


class Row(NamedTuple):
    """One control: the rules that judged something with their numbers of resources, and what came of it.

    `idle` are rules that speak to it and met nothing they are about, `off` those that the policy switched off or left
    out. `tools` maps other tools that reported something to how many. `open` findings are not waived; `blocked` of
    these block. `aside` is why no file can show it, where that is so.
    """

    control: str
    title: str
    rules: tuple[tuple[str, int], ...] = ()
    idle: int = 0
    off: int = 0
    open: int = 0
    blocked: int = 0
    waived: int = 0
    undecided: int = 0
    tools: tuple[tuple[str, int], ...] = ()
    aside: str = ""

    @property
    def state(self) -> str:
        """One of STATES."""
        if self.open:
            return "findings"
        if self.undecided:
            return "undecided"
        if self.waived:
            return "waived only"
        return "nothing found" if self.rules else "not evidenced"

    @property
    def lacking(self) -> str:
        """Why it is not evidenced; "" where it is."""
        if self.state != "not evidenced":
            return ""
        if self.aside and not (self.off or self.idle):
            return self.aside
        if self.off and not self.idle:
            return "the policy switches off, or leaves out, every rule that speaks to it"
        if self.idle:
            return "nothing of the kind that its rules are about was judged"
        return "no rule speaks to it, and no report names anything of it"


class Section(NamedTuple):
    """A framework with its rows, in order."""

    framework: Framework
    rows: tuple[Row, ...]


class _Gathering:
    """The numbers of one control while they are counted."""

    def __init__(self) -> None:
        self.rules: dict[str, int] = {}
        self.idle = self.off = self.open = self.blocked = self.waived = self.undecided = 0
        self.tools: dict[str, int] = {}

    def looked(self, one: Looked) -> None:
        if not one.enabled:
            self.off += 1
        elif one.resources:
            self.rules[one.rule] = one.resources
        else:
            self.idle += 1

    def found(self, decision: Decision) -> None:
        for tool in sorted({detector.tool for detector in decision.assessment.finding.detectors} - {"gatepost"}):
            self.tools[tool] = self.tools.get(tool, 0) + 1
        if decision.waiver is not None:
            self.waived += 1
        else:
            self.open += 1
            self.blocked += decision.action == "block"

    def row(self, control: str, title: str, aside: str) -> Row:
        rules, tools = tuple(sorted(self.rules.items())), tuple(sorted(self.tools.items()))
        counts = (self.open, self.blocked, self.waived, self.undecided)
        return Row(control, title, rules, self.idle, self.off, *counts, tools, aside)


def sections(verdict: Verdict) -> Iterator[Section]:
    """Yield what a verdict evidences of each framework; without a trace no rule counts as having looked."""
    looked = verdict.trace.looked if verdict.trace is not None else ()
    by_rule = {one.rule: one for one in looked}
    for framework in frameworks():
        gathered: dict[str, _Gathering] = {control: _Gathering() for control in framework.controls}
        for one in looked:
            for control in _of_rule(framework, one):
                gathered.setdefault(control, _Gathering()).looked(one)
        for decision in verdict.decisions:
            for control in _of_finding(framework, decision, by_rule):
                gathered.setdefault(control, _Gathering()).found(decision)
        for item in verdict.undecided:
            asked = (by_rule.get(id) for id in (item.undecided.rule, *item.undecided.waiting))
            controls = {control for rule in asked if rule is not None for control in _of_rule(framework, rule)}
            for control in sorted(controls):
                gathered[control].undecided += 1
        order = framework.in_order(gathered)
        titles, aside = framework.controls, framework.aside
        yield Section(framework, tuple(gathered[id].row(id, titles.get(id, ""), aside.get(id, "")) for id in order))


def _of_rule(framework: Framework, one: Looked) -> tuple[str, ...]:
    numbers = (int(text) for text in one.standards.get("cwe", ()) if text.isascii() and text.isdigit())
    return framework.controls_of(one.category, numbers, one.standards)


def _of_finding(framework: Framework, decision: Decision, by_rule: Mapping[str, Looked]) -> tuple[str, ...]:
    finding = decision.assessment.finding
    rule = by_rule.get(finding.rule)
    if rule is not None:
        return _of_rule(framework, rule)
    return framework.controls_of(finding.category, finding.cwe, finding.standards)
