"""The list of `gatepost rules`, for people and as JSON; never reads a rule file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatepost.model.decisions import Report
from gatepost.model.records import NamedTuple
from gatepost.reports.excerpts import columns
from gatepost.reports.layout import BOLD, DIM, SEVERITY_COLOURS, Page
from gatepost.reports.safe_text import plain
from gatepost.reports.view import View


class RuleRow(NamedTuple):
    """What the list tells about a rule. `fix` is "safe", "unsafe" or "" for none."""

    id: str
    title: str
    severity: str
    category: str = ""
    languages: Sequence[str] = ()
    fix: str = ""
    also_known_as: Sequence[str] = ()
    audience: str = "regular"
    confidence: str = "high"
    standards: Mapping[str, Sequence[str]] = {}


def render(name: str, rules: Sequence[RuleRow], view: View, standard: str | None = None) -> Report:
    """Return the list as "terminal" or "json", in the order given; raises `KeyError` for another name.

    With the key of a standard it is what the rules cover of that, and what they do not.
    """
    if standard is not None and name == "terminal":
        from gatepost.reports.rule_standards import coverage, write_coverage

        page = Page(view)
        write_coverage(page, coverage(standard, rules))
        return Report("terminal", "text/plain", page.body())
    return _text(rules, view) if name == "terminal" else {"json": _json}[name](rules, standard)


def _text(rules: Sequence[RuleRow], view: View) -> Report:
    page = Page(view)
    provider = ""
    for rule in rules:
        first = rule.id.split("/", 1)[0]
        if first != provider:
            page.blank()
            page.add(page.paint(plain(first), BOLD))
            provider = first
        _line(page, rule)
    page.blank()
    fixed = sum(1 for rule in rules if rule.fix)
    thorough = sum(rule.audience == "thorough" for rule in rules)
    told = f", {thorough} for the audience thorough" if thorough else ""
    page.add(f"{len(rules)} rule{'s' * (len(rules) != 1)}, {fixed} with a fix{told}")
    return Report("terminal", "text/plain", page.body())


def _line(page: Page, rule: RuleRow) -> None:
    colours = {**SEVERITY_COLOURS}
    severity = page.paint(f"{rule.severity:<9}", next((c for s, c in colours.items() if s == rule.severity), ""))
    name, title = plain(rule.id), plain(rule.title)
    if rule.audience != "regular":
        title = f"{title} ({plain(rule.audience)})"
    gap = max(2, 40 - columns(name))
    indent = 11
    if page.width and indent + columns(name) + gap + columns(title) > page.width:
        page.add(f"  {severity}{name}")
        page.wrapped(" " * (indent + 2), title, indent + 2, DIM)
    else:
        page.add(f"  {severity}{name}{' ' * gap}{page.paint(title, DIM)}")


def _json(rules: Sequence[RuleRow], standard: str | None) -> Report:
    from gatepost.reports.json import written
    from gatepost.reports.rule_standards import coverage, coverage_data

    rows = [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity,
            "confidence": rule.confidence,
            "audience": rule.audience,
            "category": rule.category,
            "languages": list(rule.languages),
            "fix": rule.fix or None,
            "also_known_as": list(rule.also_known_as),
            "standards": {name: list(clauses) for name, clauses in sorted(rule.standards.items())},
        }
        for rule in rules
    ]
    told: dict[str, object] = {"version": 1, "rules": rows}
    if standard is not None:
        told["standard"] = coverage_data(coverage(standard, rules))
    return Report("json", "application/json", written(told))
