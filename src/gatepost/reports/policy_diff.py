"""What a changed policy would decide otherwise, as text or JSON; never works it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatepost.model.findings import SEVERITIES
from gatepost.model.records import NamedTuple
from gatepost.reports.entries import plural
from gatepost.reports.layout import BOLD, DIM, GREEN, RED, YELLOW, Page
from gatepost.reports.safe_text import plain
from gatepost.reports.view import View

FORMATS = ("text", "json")
VERSION = 1
MOST_REPOSITORIES = 10
KINDS = ("newly blocked", "newly passed", "newly warned", "no longer warned")
_COLOURS = {"newly blocked": RED, "newly passed": GREEN, "newly warned": YELLOW, "no longer warned": GREEN}
_ORDER = (*SEVERITIES, "undecided", "problem", "budget")


class Changed(NamedTuple):
    """Decisions of one repository that differ: what becomes of how many, by the line that makes the difference.

    `severity` is that of findings, or "undecided", "problem" or "budget". `examples` are fingerprints, paths, names.
    """

    repository: str
    change: str
    line: str
    where: str
    severity: str
    number: int = 1
    examples: tuple[str, ...] = ()


class Turned(NamedTuple):
    """A repository whose verdict becomes another one: passed, blocked or incomplete."""

    repository: str
    old: str
    new: str


class Difference(NamedTuple):
    """All of it. `unread` are files that are no verdicts, with the reason; `notes` say what verdicts cannot tell."""

    old: str
    new: str
    verdicts: int
    changes: tuple[Changed, ...]
    turned: tuple[Turned, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, change: str) -> int:
        """Return how many decisions change in one way."""
        return sum(one.number for one in self.changes if one.change == change)


def render(difference: Difference, form: str, view: View) -> str:
    """Return a difference in one of FORMATS."""
    if form == "json":
        from gatepost.reports.json import written

        return written(_data(difference))
    page = Page(view)
    parts = [f"{difference.of(kind)} {kind}" for kind in KINDS if difference.of(kind)]
    verdicts = plural(difference.verdicts, "verdict")
    page.wrapped("", f"{verdicts}: {', '.join(parts) or 'no decision differs'}", 0, BOLD)
    page.wrapped("", f"{difference.old} -> {difference.new}", 0, DIM)
    for kind in KINDS:
        _kind(page, kind, [one for one in difference.changes if one.change == kind])
    if difference.turned:
        page.blank()
        page.add(page.paint("verdicts that change", BOLD))
        for turned in difference.turned[:MOST_REPOSITORIES]:
            page.wrapped("  ", f"{turned.repository}: {turned.old} -> {turned.new}", 4)
        _left(page, len(difference.turned) - MOST_REPOSITORIES)
    if difference.unread or difference.notes:
        page.blank()
    for path, what in difference.unread[:MOST_REPOSITORIES]:
        page.wrapped("unread:  ", f"{path}: {what}", 9)
    _left(page, len(difference.unread) - MOST_REPOSITORIES)
    for note in difference.notes:
        page.wrapped("note:    ", note, 9)
    return page.body()


def _kind(page: Page, kind: str, changes: Sequence[Changed]) -> None:
    if not changes:
        return
    page.blank()
    page.add(page.paint(kind, _COLOURS[kind]))
    by_line: dict[tuple[str, str], list[Changed]] = {}
    for one in changes:
        by_line.setdefault((one.line, one.where), []).append(one)
    for (line, where), listed in sorted(by_line.items(), key=lambda pair: (-_sum(pair[1]), pair[0])):
        repositories: dict[str, list[Changed]] = {}
        for one in listed:
            repositories.setdefault(one.repository, []).append(one)
        told = f'"{line}" ({where}): {_severities(listed)} in {plural(len(repositories), "repository", "repositories")}'
        page.wrapped("  ", told, 4)
        most = sorted(repositories.items(), key=lambda pair: (-_sum(pair[1]), pair[0]))
        widest = min(max(len(plain(name)) for name, _ in most[:MOST_REPOSITORIES]), 40)
        for name, ones in most[:MOST_REPOSITORIES]:
            examples = ", ".join(example[:8] for one in ones for example in one.examples)
            page.wrapped("    ", f"{name:<{widest}}  {_severities(ones)}  {examples}".rstrip(), 6)
        _left(page, len(most) - MOST_REPOSITORIES)


def _left(page: Page, left: int) -> None:
    if left > 0:
        page.wrapped("    ", f"and {left} more, listed with --format json", 4)


def _sum(changes: Sequence[Changed]) -> int:
    return sum(one.number for one in changes)


def _severities(changes: Sequence[Changed]) -> str:
    counts: dict[str, int] = {}
    for one in changes:
        counts[one.severity] = counts.get(one.severity, 0) + one.number
    return ", ".join(f"{counts[name]} {name}" for name in _ORDER if name in counts)


def _change(one: Changed) -> dict[str, Any]:
    return {
        "repository": one.repository,
        "change": one.change,
        "line": one.line,
        "where": one.where,
        "severity": one.severity,
        "count": one.number,
        "examples": list(one.examples),
    }


def _data(difference: Difference) -> dict[str, Any]:
    changes = sorted(
        difference.changes,
        key=lambda one: (KINDS.index(one.change), one.repository, one.line, one.where, _ORDER.index(one.severity)),
    )
    return {
        "version": VERSION,
        "old": difference.old,
        "new": difference.new,
        "verdicts": difference.verdicts,
        "counts": {kind.replace(" ", "_"): difference.of(kind) for kind in KINDS},
        "changes": [_change(one) for one in changes],
        "turned": [one._asdict() for one in difference.turned],
        "unread": [{"path": path, "what": what} for path, what in difference.unread],
        "notes": list(difference.notes),
    }
