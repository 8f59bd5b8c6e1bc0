"""The waivers of a run as a list for a person or a program, or as statements (VEX); never decides, never hides one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.model.decisions import Report, Verdict, Waiver, WaiverUse
from gatepost.model.findings import Finding, Undecided
from gatepost.reports.entries import at, plural
from gatepost.reports.layout import BOLD, DIM, GREEN, RED, YELLOW, Page
from gatepost.reports.safe_text import plain
from gatepost.reports.view import View
from gatepost.reports.waiver_words import COUNTED, state_words, waiver_subject

FORMATS = ("terminal", "json", "openvex", "cyclonedx")
_COLOURS = {"expired": RED, "refused": RED, "active": GREEN}


def render_waivers(name: str, verdict: Verdict, doubts: Mapping[Waiver, str], view: View) -> Report:
    """Return the list called `name` (one of FORMATS); `doubts` say why it is not sure that a waiver covers nothing."""
    if name == "json":
        return _json(verdict, doubts)
    if name != "terminal":
        from gatepost.reports import render

        return render(name, verdict, view)
    page = Page(view)
    titles = _titles(verdict)
    for use in sorted(verdict.waivers, key=_order):
        if not view.quiet or use.state != "active":
            _write(page, use, doubts.get(use.waiver, ""), titles)
    page.blank()
    _summary(page, verdict)
    return Report("terminal", "text/plain", page.body())


def _order(use: WaiverUse) -> tuple[Any, ...]:
    waiver = use.waiver
    return waiver.until, waiver.location, waiver.scope


def _titles(verdict: Verdict) -> dict[str, str]:
    """Return what each finding and undecided rule is called, by its fingerprint."""
    titles: dict[str, str] = {}
    for decision in verdict.decisions:
        finding = decision.assessment.finding
        titles[finding.fingerprint] = _title(finding.severity, finding)
    for one in verdict.undecided:
        titles[one.undecided.fingerprint] = _title("undecided", one.undecided)
    return titles


def _title(word: str, matter: Finding | Undecided) -> str:
    return f"{word} {at(matter.location)} {matter.rule} {matter.resource}".rstrip()


def _write(page: Page, use: WaiverUse, doubt: str, titles: Mapping[str, str]) -> None:
    waiver = use.waiver
    page.blank()
    colour = _COLOURS.get(use.state, YELLOW)
    words = state_words(use)
    page.add(page.paint(plain(words), colour) + "  " + page.paint(plain(waiver_subject(waiver)), BOLD))
    page.add(page.paint("  --> ", DIM) + plain(at(waiver.location)) + (" (new in this change)" if use.is_new else ""))
    since = f"from {waiver.since} " if waiver.since else ""
    ticket = f" ({waiver.ticket})" if waiver.ticket else ""
    rows = [("holds", f"{since}until {waiver.until}, by {waiver.by}"), ("why", f"{waiver.why}{ticket}")]
    if waiver.status:
        justified = f", {waiver.justification}" if waiver.justification else ""
        rows.append(("states", f"{waiver.status}{justified}"))
    rows += [("note", note) for note in use.notes]
    if doubt:
        rows.append(("unsure", f"it covers nothing that was looked at, and {doubt}"))
    shown = use.covered if page.view.verbose else use.covered[:3]
    rows += [("covers", titles.get(one, one)) for one in shown]
    if len(shown) < len(use.covered):
        rows.append(("covers", f"and {len(use.covered) - len(shown)} more, listed with -v"))
    for name, text in rows:
        page.wrapped(f"  {name:<8}", text, 10)


def _summary(page: Page, verdict: Verdict) -> None:
    if not verdict.waivers:
        page.add("no waivers")
        return
    counts: dict[str, int] = {}
    for use in verdict.waivers:
        counts[COUNTED[use.state]] = counts.get(COUNTED[use.state], 0) + 1
    told = ", ".join(f"{number} {word}" for word, number in counts.items())
    page.wrapped("", f"{plural(len(verdict.waivers), 'waiver')}: {told}", 0)


def _json(verdict: Verdict, doubts: Mapping[Waiver, str]) -> Report:
    from gatepost.reports.json import pieces
    from gatepost.reports.plain_data import VERSION, waiver_use_data

    rows = [{**waiver_use_data(use), "doubt": doubts.get(use.waiver) or None} for use in verdict.waivers]
    data = {"version": VERSION, "policy": verdict.policy, "waivers": rows}
    return Report("json", "application/json", lambda: pieces(data))
