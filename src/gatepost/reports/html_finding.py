"""One finding of the HTML page: source lines, origins, decision, fix; never the page around it."""

from __future__ import annotations

from collections.abc import Mapping

from gatepost.model.changes import Fix
from gatepost.model.decisions import Decision
from gatepost.model.findings import Finding, OriginStep
from gatepost.model.places import Location, Source
from gatepost.model.problems import NOWHERE
from gatepost.reports.diffs import FileDiff, diff, patch
from gatepost.reports.entries import WORST, Entry, at, due_words
from gatepost.reports.html_pictures import Register, environments_of, owners_of
from gatepost.reports.owner_words import owner_words
from gatepost.reports.safe_text import html, html_lines
from gatepost.reports.secrets import Secrets, is_secret
from gatepost.reports.terminal_entry import (
    evidence_words,
    exploitation,
    fix_words,
    package_text,
    place,
    seen_by,
    vex_words,
)

_AROUND = 2  # source lines shown before and after
_LINES = 16  # of a long region
_OPEN = 25  # entries that stand open at first; a browser is slow with thousands
_LONGEST = 400  # characters of a line


class FindingWriter:
    """Writes findings; ids of elements stay unique on the page."""

    def __init__(self, sources: Mapping[str, Source], secrets: Secrets, register: Register) -> None:
        self._sources = sources
        self._secrets = secrets
        self._register = register
        self._ids: dict[str, int] = {}
        self._opened = 0

    def entry(self, entry: Entry) -> str:
        """Return a finding, or all findings of one cause below one heading."""
        self._opened += 1
        opened = self._opened <= _OPEN
        if len(entry.decisions) == 1:
            return self._finding(entry.first, opened=opened and entry.action == "block")
        finding = entry.finding
        shown = "".join(self._finding(decision) for decision in entry.decisions[:WORST])
        rest = "".join(self._finding(decision) for decision in entry.decisions[WORST:])
        if rest:
            rest = f'<details class="rest"><summary>and {len(entry.decisions) - WORST} more</summary>{rest}</details>'
        head = (
            f'<span class="sev {finding.severity}">{finding.severity}</span> '
            f'<span class="title">{self._text(entry.title)}</span>{_action(entry.first)}'
        )
        where = f'<span class="path">{html(at(finding.location))}</span>'
        return (
            f'<details class="group"{" open" if opened else ""}><summary>{head}{where}</summary>{shown}{rest}</details>'
        )

    def _finding(self, decision: Decision, opened: bool = False) -> str:
        finding = decision.assessment.finding
        register = self._register
        env = " ".join(str(register.environments[name]) for name in environments_of(decision))
        own = " ".join(str(register.owners[name]) for name in owners_of(decision))
        group = register.causes.get(finding.cause, "") if finding.cause else ""
        package = f' <span class="package">{html(package_text(finding).strip())}</span>' if finding.package else ""
        head = (
            f'<span class="sev {finding.severity}">{finding.severity}</span> '
            f'<span class="title">{self._text(finding.title)}{package}</span>{_action(decision)}'
            f'<span class="path">{html(at(finding.location))}</span>'
        )
        return (
            f'<details class="finding {finding.severity}" id="{self._id(finding)}" data-env="{env}" data-own="{own}" '
            f'data-sev="{finding.severity}" data-act="{kind(decision)}" data-grp="{group}"{" open" if opened else ""}>'
            f"<summary>{head}</summary>{self._inside(decision)}</details>"
        )

    def _id(self, finding: Finding) -> str:
        wanted = "f-" + "".join(c for c in finding.fingerprint[:12] if c.isascii() and c.isalnum())
        number = self._ids[wanted] = self._ids.get(wanted, 0) + 1
        return wanted if number == 1 else f"{wanted}-{number}"  # no fingerprint has a hyphen here

    def _text(self, text: str) -> str:
        return html(self._secrets.text(text))

    def _inside(self, decision: Decision) -> str:
        finding = decision.assessment.finding
        message = (
            "" if finding.message in ("", finding.title) else f'<p class="message">{self._text(finding.message)}</p>'
        )
        resource = f' <code class="resource">{html(finding.resource)}</code>' if finding.resource else ""
        parts = [
            f'<p class="where"><code>{html(place(finding.location))}</code>{resource}</p>',
            message,
            self._excerpt(finding.location),
            self._origins(finding),
            f'<p class="why">{self._text(finding.why)}</p>' if finding.why else "",
            f"<dl>{self._facts(decision)}</dl>",
            "".join(self._fix(fix) for fix in finding.fixes),
            self._no_fix(finding),
        ]
        return f'<div class="inside">{"".join(parts)}</div>'

    def _excerpt(self, location: Location) -> str:
        source = self._sources.get(location.path)
        region = location.region
        if source is None or region == NOWHERE or region.start_line > source.line_count():
            return ""
        last = min(region.end_line, region.start_line + _LINES)
        rows: list[str] = []
        for number in range(max(1, region.start_line - _AROUND), min(source.line_count(), last + _AROUND) + 1):
            line = self._secrets.line(location.path, number, source.line(number))
            start = region.start_column - 1 if number == region.start_line else 0
            end = region.end_column - 1 if number == region.end_line else len(line)
            inside = region.start_line <= number <= region.end_line
            if inside and (start, end) == (0, 0) and region.start_line == region.end_line:
                end = len(line)  # only the line is known
            start = max(start, len(line) - len(line.lstrip()))
            rows.append(_row(number, line, start, end, inside and start < end))
        return f'<pre class="source" tabindex="0"><code>{"".join(rows)}</code></pre>'

    def _origins(self, finding: Finding) -> str:
        if not finding.origins:
            return ""
        steps = "".join(f"<li>{self._step(finding, step)}</li>" for step in finding.origins)
        heading = "The way to the place to mend" if finding.mend else "Where the value comes from"
        return f'<div class="origins"><h4>{heading}</h4><ol>{steps}</ol></div>'

    def _step(self, finding: Finding, step: OriginStep) -> str:
        where = f"<code>{html(at(step.location))}</code> " if step.location else ""
        hidden = is_secret(finding) or not step.text
        text = "" if hidden else f' <code class="set">{self._text(step.text)}</code>'
        return f"{where}{self._text(step.what)}{text}"

    def _facts(self, decision: Decision) -> str:
        finding, context = decision.assessment.finding, decision.assessment.context
        facts: list[tuple[str, str]] = [
            ("Environment", "; ".join(f"{f.name} ({f.how})" if f.how else f.name for f in context.environments)),
            ("Owner", owner_words(context)),
            ("Decision", decided_in_words(decision)),
            ("Due", due_words(decision.due) if decision.due else ""),
            ("First seen", f"{context.first_seen.name} ({context.first_seen.how})" if context.first_seen else ""),
            *(("Note", note) for note in decision.notes),
            ("Mend", self._secrets.text(finding.mend)),
            ("Package", package_text(finding).strip()),
            ("Exploitation", exploitation(finding)),
            *(("Evidence", self._secrets.text(evidence_words(one))) for one in finding.evidence),
            ("Stated", self._secrets.text(vex_words(finding.vex)) if finding.vex else ""),
            ("CVSS", f"{finding.cvss.score} {finding.cvss.vector}".strip() if finding.cvss else ""),
            *(("See also", f"{at(r.location)} {self._secrets.text(r.message)}") for r in finding.related),
            ("Rule", finding.rule),
            ("Seen by", seen_by(finding)),
            ("Identifiers", ", ".join((*finding.ids, *(f"CWE-{number}" for number in finding.cwe)))),
            ("Standards", "; ".join(f"{name} {', '.join(ids)}" for name, ids in finding.standards.items())),
            ("Read more", " ".join(finding.references)),
            ("Fingerprint", finding.fingerprint),
        ]
        return "".join(f"<div><dt>{name}</dt><dd>{html(text)}</dd></div>" for name, text in facts if text)

    def _fix(self, fix: Fix) -> str:
        files = diff(fix, self._sources, self._secrets, context=3)
        text = patch(files)
        shown = html_lines(text)
        # What is copied must be exactly what was proved: no button where something had to be hidden or made visible.
        masked = any(file.masked for file in files)
        exact = fix.proof == "proved" and not masked and _unchanged(text, shown, fix, self._sources)
        shown_diff = f'<pre class="diff" tabindex="0"><code>{_coloured(files)}</code></pre>' if fix.edits else ""
        button = '<button type="button" class="copy needs-js">Copy patch</button>' if exact else ""
        return (
            f'<div class="fix"><div class="head"><h4>{self._text(fix.title)}</h4>'
            f'<span class="tag {"plain" if fix.safety == "safe" else "warn"}">{html(fix_words(fix))}</span>'
            f"{button}</div>"
            f"{shown_diff}</div>"
        )

    def _no_fix(self, finding: Finding) -> str:
        shape = f'<p class="shape"><b>Shape of a fix:</b> {self._text(finding.advice)}</p>' if finding.advice else ""
        if finding.fixes or not finding.no_fix:
            return shape
        return f'{shape}<p class="shape"><b>No fix:</b> {self._text(finding.no_fix)}</p>'


def _unchanged(text: str, shown: str, fix: Fix, sources: Mapping[str, Source]) -> bool:
    from html import unescape

    return all(edit.location.path in sources for edit in fix.edits) and unescape(shown) == text


def _coloured(files: list[FileDiff]) -> str:
    rows: list[str] = []
    for line in patch(files).split("\n")[:-1]:
        first = line[:1]
        kind = "meta" if line.startswith(("--- ", "+++ ", "@@ ")) else {"+": "new", "-": "old"}.get(first, "same")
        rows.append(f'<span class="{kind}">{html_lines(line)}\n</span>')
    return "".join(rows)


def _row(number: int, line: str, start: int, end: int, marked: bool) -> str:
    left = max(0, start - 100) if len(line) > _LONGEST else 0
    right = left + _LONGEST
    before, middle, after = line[left:start], line[start : min(end, right)], line[max(end, left) : right]
    cut = "…" if len(line) > right else ""
    if marked:
        text = f"{html_lines(before)}<mark>{html_lines(middle)}</mark>{html_lines(after)}{cut}"
    else:
        text = html_lines(line[left:right]) + cut
    text = ("…" if left else "") + text
    return f'<span class="line{" at" if marked else ""}"><span class="no">{number}</span>{text}\n</span>'


def kind(decision: Decision) -> str:
    """Return which tile counts a decision: block, warn, waived, old or allow."""
    if decision.action != "allow":
        return decision.action
    return "waived" if decision.waiver else "old" if decision.assessment.context.is_new is False else "allow"


def _action(decision: Decision) -> str:
    word = {"block": "block", "warn": "warn", "waived": "waived", "old": "not new", "allow": "allowed"}[kind(decision)]
    return f' <span class="tag {decision.action}">{word}</span>'


def decided_in_words(decision: Decision) -> str:
    """Return what is decided and which line says so."""
    waiver = decision.waiver
    if waiver and decision.action == "allow":
        return f"waived until {waiver.until} by {waiver.by}: {waiver.why} ({at(waiver.location)})"
    word = {"block": "blocked", "warn": "warned", "allow": "allowed"}[decision.action]
    if decision.because is None:
        return f"{word}: no line of the policy matches"
    where = f" ({at(decision.because.location)})" if decision.because.location else ""
    return f"{word} by “{decision.because.name}”{where}"
