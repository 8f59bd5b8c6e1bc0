"""The pictures of the HTML page that show numbers and filter when they are clicked; never a finding's text."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.model.decisions import Decision
from gatepost.model.findings import SEVERITIES, Severity
from gatepost.reports.entries import entries
from gatepost.reports.safe_text import html

NOBODY = "nobody known"
_ROWS = 12  # of a picture before the rest is folded
_WIDTH = 240  # of the longest bar, in the picture's own units


class Register:
    """Numbers for environments, owners and causes: hostile names never become part of an attribute's grammar."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        self.environments: dict[str, int] = {}
        self.owners: dict[str, int] = {}
        self.causes: dict[str, int] = {}
        for decision in decisions:
            for name in environments_of(decision):
                self.environments.setdefault(name, len(self.environments))
            for name in owners_of(decision):
                self.owners.setdefault(name, len(self.owners))
            cause = decision.assessment.finding.cause
            if cause:
                self.causes.setdefault(cause, len(self.causes))


def environments_of(decision: Decision) -> list[str]:
    """Return the names of the environments a finding reaches, at least one."""
    return [fact.name for fact in decision.assessment.context.environments] or ["unknown"]


def owners_of(decision: Decision) -> list[str]:
    """Return the names of a finding's owners, at least one."""
    return [fact.name for fact in decision.assessment.context.owners or ()] or [NOBODY]


def grid(decisions: Sequence[Decision], register: Register) -> str:
    """Return the picture environment × severity; each cell and each heading is a button that filters."""
    counts: dict[tuple[str, Severity], int] = {}
    for decision in decisions:
        for name in environments_of(decision):
            key = (name, decision.assessment.finding.severity)
            counts[key] = counts.get(key, 0) + 1
    severities: list[Severity] = [name for name in SEVERITIES if any(key[1] == name for key in counts)]
    names = sorted(register.environments, key=lambda n: (-_weight(counts, n), n))
    head = "".join(f'<th scope="col">{_pick("", severity, severity)}</th>' for severity in severities)
    rows: list[str] = []
    for name in names:
        number = register.environments[name]
        cells = "".join(_cell(number, name, severity, counts.get((name, severity), 0)) for severity in severities)
        rows.append(f'<tr><th scope="row">{_pick(str(number), "", name)}</th>{cells}</tr>')
    table = f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    caption = "<figcaption>Environment and severity</figcaption>"
    return f'<figure class="grid">{caption}<div class="scroll">{table}</div></figure>'


def _weight(counts: dict[tuple[str, Severity], int], name: str) -> int:
    worth = {"critical": 1_000_000, "high": 10_000, "medium": 100}
    return sum(number * worth.get(key[1], 1) for key, number in counts.items() if key[0] == name)


def _pick(environment: str, severity: str, text: str) -> str:
    return (
        f'<button type="button" class="pick {severity}" data-env="{environment}" data-sev="{severity}" '
        f'aria-pressed="false">{html(text)}</button>'
    )


def _cell(environment: int, name: str, severity: Severity, number: int) -> str:
    if not number:
        return '<td class="zero">·</td>'
    heat = min(4, len(str(number)) + (number > 4))
    return (
        f'<td><button type="button" class="cell {severity} heat{heat}" data-env="{environment}" data-sev="{severity}" '
        f'aria-pressed="false" aria-label="{number} {severity} in {html(name)}">{number}</button></td>'
    )


def owners(decisions: Sequence[Decision], register: Register) -> str:
    """Return the picture of owners, a bar of severities each."""
    counts: dict[str, dict[Severity, int]] = {}
    for decision in decisions:
        for name in owners_of(decision):
            row = counts.setdefault(name, dict.fromkeys(SEVERITIES, 0))
            row[decision.assessment.finding.severity] += 1
    rows = [("own", register.owners[name], name, row) for name, row in counts.items()]
    return _bars("Owners", rows)


def causes(decisions: Sequence[Decision], register: Register) -> str:
    """Return the picture of causes: how much one edit would clear; "" when no two findings share one."""
    rows: list[tuple[str, int, str, dict[Severity, int]]] = []
    for entry in entries(decisions):
        if len(entry.decisions) > 1:
            row: dict[Severity, int] = dict.fromkeys(SEVERITIES, 0)
            for decision in entry.decisions:
                row[decision.assessment.finding.severity] += 1
            rows.append(("grp", register.causes[entry.finding.cause], entry.cause, row))
    return _bars("What one edit clears", rows) if rows else ""


def _bars(title: str, rows: list[tuple[str, int, str, dict[Severity, int]]]) -> str:
    rows.sort(key=lambda row: (-sum(row[3].values()), row[2]))
    longest = max(sum(row[3].values()) for row in rows)
    lines = [_bar(kind, number, name, counts, longest) for kind, number, name, counts in rows]
    more = ""
    if len(lines) > _ROWS:
        folded = "".join(lines[_ROWS:])
        more = f"<details><summary>{len(lines) - _ROWS} more</summary>{folded}</details>"
    return f'<figure class="bars"><figcaption>{title}</figcaption>{"".join(lines[:_ROWS])}{more}</figure>'


def _bar(kind: str, number: int, name: str, counts: dict[Severity, int], longest: int) -> str:
    total = sum(counts.values())
    at = 0.0
    pieces: list[str] = []
    for severity, count in counts.items():
        if count:
            width = max(_WIDTH * count / longest, 2.0)
            pieces.append(f'<rect class="{severity}" x="{at:.1f}" y="0" width="{width:.1f}" height="8"/>')
            at += width
    told = ", ".join(f"{count} {severity}" for severity, count in counts.items() if count)
    return (
        f'<button type="button" class="row" data-{kind}="{number}" aria-pressed="false" title="{told}">'
        f'<span class="name">{html(name)}</span><span class="count">{total}</span>'
        f'<svg viewBox="0 0 {_WIDTH} 8" preserveAspectRatio="none" role="img" aria-label="{told}">'
        f"{''.join(pieces)}</svg></button>"
    )
