"""Budgets as each report shows them; loaded only where a policy has some; never counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatepost.model.decisions import DecidedBudget
from gatepost.reports.entries import at
from gatepost.reports.layout import ACTION_COLOURS, Page
from gatepost.reports.safe_text import html, markdown, printable, xml
from gatepost.reports.terminal_entry import EntryWriter

_SHOWN = 5
_WORDS = {"block": "blocks", "warn": "warns", "allow": "kept"}


def limits_words(budget: DecidedBudget) -> str:
    """Return how many there are and how many there may be: "12 of at most 10, 11 at the base"."""
    parts = [f"{budget.counted} of at most {budget.at_most}" if budget.at_most is not None else str(budget.counted)]
    parts += [f"{budget.not_known} more not known to count"] if budget.not_known else []
    parts += [f"{budget.base} at the base"] if budget.base is not None else []
    unit = "causes" if budget.unit == "groups" else "findings"
    return f"{', '.join(parts)} ({unit})"


def state_words(budget: DecidedBudget) -> str:
    """Return whether a budget is kept, and what is to be told beside that."""
    told = [budget.broken] if budget.broken else []
    return "; ".join((*told, *budget.notes)) or "kept"


def held_words(budget: DecidedBudget) -> str:
    """Return the beginnings of the fingerprints that a broken budget holds to account, "" for none."""
    shown = ", ".join(one[:8] for one in budget.over[:_SHOWN])
    left = len(budget.over) - _SHOWN
    return shown + (f" and {left} more" if left > 0 else "")


def to_terminal(page: Page, budgets: Sequence[DecidedBudget]) -> None:
    """Write the budgets that are not kept; all of them when verbose."""
    for budget in budgets:
        if budget.action == "allow" and not page.view.verbose:
            continue
        if page.view.quiet:
            page.wrapped("budget    ", f"{budget.name}: {state_words(budget)}", 10)
            continue
        page.blank()
        writer = EntryWriter(page, {}, None)
        writer.heading("budget", ACTION_COLOURS[budget.action], budget.name, "")
        writer.row("counted", limits_words(budget))
        for told in (budget.broken, *budget.notes):
            if told:
                writer.row("found" if told == budget.broken else "note", told)
        if budget.over:
            writer.row("new", held_words(budget))
        where = f" ({at(budget.location)})" if budget.location else ""
        writer.row(_WORDS[budget.action], f"by {budget.policy}{where}", ACTION_COLOURS[budget.action])


def to_markdown(budgets: Sequence[DecidedBudget]) -> str:
    """Return a table of budgets, those that are not kept first."""
    lines = ["| budget | | counted | |", "|---|---|---|---|"]
    for budget in sorted(budgets, key=lambda one: one.action == "allow"):
        word = f"**{_WORDS[budget.action]}**" if budget.action == "block" else _WORDS[budget.action]
        told = "" if budget.action == "allow" and not budget.notes else state_words(budget)
        cells = (markdown(budget.name), word, markdown(limits_words(budget)), markdown(told))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def to_html(budgets: Sequence[DecidedBudget]) -> str:
    """Return a section with a table of budgets."""
    rows = "".join(
        f'<tr><td><b>{html(one.name)}</b></td><td><span class="tag {one.action}">{_WORDS[one.action]}</span></td>'
        f"<td>{html(limits_words(one))}</td><td>{html(state_words(one))}</td><td><code>{html(held_words(one))}</code></td></tr>"
        for one in sorted(budgets, key=lambda one: one.action == "allow")
    )
    head = "<tr><th>budget</th><th>decides</th><th>counted</th><th>state</th><th>new</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    return f'<section id="budgets"><h2>Budgets</h2><div class="scroll">{table}</div></section>'


def to_sarif(budget: DecidedBudget) -> dict[str, Any]:
    """Return a budget as a property of a SARIF run."""
    return {
        "name": printable(budget.name),
        "action": budget.action,
        "count": budget.counted,
        "atMost": budget.at_most,
        "base": budget.base,
        "broken": printable(budget.broken) or None,
    }


def to_junit(budget: DecidedBudget, enforced: bool) -> str:
    """Return a budget as a test case: one that blocks is a failure."""
    name, told = xml(budget.name.replace("\n", " ")), xml(f"{state_words(budget)}: {limits_words(budget)}")
    head = f'  <testcase classname="budget" name="{name}"'
    if budget.action == "allow":
        return f"{head}/>"
    if budget.action == "block" and enforced:
        return (
            f'{head}>\n    <failure type="budget" message="{told}">{xml(held_words(budget))}</failure>\n  </testcase>'
        )
    return f'{head}>\n    <skipped message="{told}"/>\n  </testcase>'
