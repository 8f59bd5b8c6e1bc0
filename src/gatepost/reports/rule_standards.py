"""What the rules cover of a standard, and what they do not and why, for people and as data; never a rule file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

from gatepost.model.records import NamedTuple
from gatepost.reports.layout import BOLD, DIM, Page
from gatepost.reports.rule_table import RuleRow
from gatepost.reports.safe_text import plain
from gatepost.reports.standards import Framework, frameworks

_OPEN = "no rule speaks to it yet"


class Clause(NamedTuple):
    """A clause of a standard with the ids of the rules that name it; `why` is why there are none."""

    id: str
    title: str
    rules: tuple[str, ...]
    why: str


class Coverage(NamedTuple):
    """What is covered of a standard; `whole`: the clauses are all that it has. `left_out` is what is not listed."""

    key: str
    name: str
    clauses: tuple[Clause, ...]
    whole: bool
    left_out: str

    @property
    def covered(self) -> int:
        """How many clauses a rule names."""
        return sum(bool(clause.rules) for clause in self.clauses)


class ClauseShape(TypedDict):
    """A clause as data; `why` is null where there are rules."""

    id: str
    title: str | None
    rules: list[str]
    why: str | None


class CoverageShape(TypedDict):
    """A standard as data."""

    key: str
    name: str
    whole: bool
    left_out: str
    clauses: list[ClauseShape]


def coverage(key: str, rules: Iterable[RuleRow]) -> Coverage:
    """Return what some rules cover of the standard with a key, which need not be one that has a file of its own."""
    named: dict[str, list[str]] = {}
    for rule in rules:
        for clause in rule.standards.get(key, ()):
            named.setdefault(clause, []).append(rule.id)
    unknown = Framework(key, key, {}, (), "Every clause that no rule names: the list is not kept here.")
    framework = next((one for one in frameworks() if one.key == key), unknown)
    clauses = [
        Clause(
            id,
            framework.controls.get(id, ""),
            tuple(named.get(id, ())),
            "" if id in named else framework.aside.get(id, _OPEN),
        )
        for id in framework.in_order(named)
    ]
    return Coverage(key, framework.name, tuple(clauses), framework.whole, framework.left_out)


def write_coverage(page: Page, found: Coverage) -> None:
    """Add the clauses with their rules to a page, then those without, by the reason."""
    page.blank()
    page.add(page.paint(plain(found.name), BOLD))
    lacking: dict[str, list[Clause]] = {}
    for clause in found.clauses:
        if clause.rules:
            _clause(page, clause)
            for rule in clause.rules:
                page.add(f"            {plain(rule)}")
        else:
            lacking.setdefault(clause.why, []).append(clause)
    for why, clauses in lacking.items():
        page.blank()
        page.wrapped("", f"Not covered: {why}", 0, BOLD)
        for clause in clauses:
            _clause(page, clause)
    page.blank()
    total = f" of {len(found.clauses)}" if found.whole else ""
    page.add(f"{found.covered}{total} clauses are named by rules")
    page.wrapped("not listed: ", found.left_out, 12, DIM)


def _clause(page: Page, clause: Clause) -> None:
    page.wrapped(f"  {plain(clause.id):<10}", clause.title or "", 12)


def coverage_data(found: Coverage) -> CoverageShape:
    """Return what is covered as plain data."""
    return {
        "key": found.key,
        "name": found.name,
        "whole": found.whole,
        "left_out": found.left_out,
        "clauses": [_clause_data(clause) for clause in found.clauses],
    }


def _clause_data(clause: Clause) -> ClauseShape:
    rules: Sequence[str] = clause.rules
    return {"id": clause.id, "title": clause.title or None, "rules": list(rules), "why": clause.why or None}
