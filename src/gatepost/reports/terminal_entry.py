"""One entry of the terminal report: heading, place, source line, facts, fix; never the summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatepost.model.changes import Fix
from gatepost.model.decisions import Action, Decision, PolicyLine, Waiver
from gatepost.model.findings import Evidence, Finding, OriginStep, Vex
from gatepost.model.places import Location, Region, Source
from gatepost.model.problems import NOWHERE
from gatepost.reports.diffs import DiffLine, FileDiff, diff
from gatepost.reports.entries import WORST, Entry, at, due_words
from gatepost.reports.excerpts import columns, excerpt
from gatepost.reports.layout import ACTION_COLOURS, BOLD, DIM, GREEN, RED, SEVERITY_COLOURS, Page
from gatepost.reports.owner_words import owner_words
from gatepost.reports.safe_text import plain
from gatepost.reports.secrets import Secrets, is_secret

DIFF_LINES = 24  # of one fix; the rest is counted
_TITLE_AT = 10
_DONE: dict[Action, str] = {"block": "blocked", "warn": "warned", "allow": "allowed"}


def place(location: Location) -> str:
    """Return "path:line:column", only the path where no line is known."""
    region = location.region
    return location.path if region == NOWHERE else f"{location.path}:{region.start_line}:{region.start_column}"


class EntryWriter:
    """Writes entries on a page; `gutter` is the width of the line numbers of the entry being written."""

    def __init__(self, page: Page, sources: Mapping[str, Source], secrets: Secrets | None) -> None:
        self.page = page
        self.sources = sources
        self.secrets = secrets
        self.gutter = 2

    def write(self, entry: Entry) -> None:
        """Write one entry in full."""
        finding = entry.finding
        self.page.blank()
        colour = SEVERITY_COLOURS[finding.severity]
        alone = len(entry.decisions) == 1
        same_rule = alone or len({d.assessment.finding.rule for d in entry.decisions}) == 1
        self.heading(finding.severity, colour, self._clean(entry.title), finding.rule if same_rule else "")
        self.pointer(finding.location, finding.resource if alone else "")
        self._source(finding, colour, finding.message if same_rule else "")
        if not alone:
            self._worst(entry)
        self._facts(entry, same_rule)
        self._decision(entry)
        self._fix(entry.mendable)

    def one_line(self, entry: Entry) -> None:
        """Write one line per entry."""
        finding = entry.finding
        severity = self.page.paint(finding.severity, SEVERITY_COLOURS[finding.severity])
        gap = " " * (_TITLE_AT - len(finding.severity))
        title = self._clean(entry.title)
        self.page.add(severity + gap + plain(f"{place(finding.location)}  {title}  {finding.rule}"))

    def heading(self, word: str, colour: str, title: str, rule: str) -> None:
        """Write severity, title and, at the right edge or on a line of its own, the rule."""
        page = self.page
        gap = max(_TITLE_AT - len(word), 2)
        head, indent = page.paint(word, colour) + " " * gap, len(word) + gap
        title, rule = plain(title), plain(rule)
        room = (page.width or 100) - indent - columns(title) - columns(rule)
        if rule and room >= 2:
            page.add(head + page.paint(title, BOLD) + " " * room + page.paint(rule, DIM))
            return
        page.wrapped(head, title, indent, BOLD)
        if rule:
            page.add(" " * indent + page.paint(rule, DIM))

    def pointer(self, location: Location, resource: str) -> None:
        """Write the place and the resource, on two lines if one is too short."""
        page = self.page
        where, resource = plain(place(location)), plain(resource)
        arrow = page.paint("  --> ", DIM)
        if resource and page.width and 9 + columns(where) + columns(resource) > page.width:
            page.add(arrow + where)
            page.add(" " * 6 + resource)
        else:
            page.add(arrow + where + (f"   {resource}" if resource else ""))

    def row(self, label: str, text: str, colour: str = "") -> None:
        """Write `= label: text`, wrapped below the text."""
        head = " " * (self.gutter + 1) + self.page.paint("= ", DIM) + f"{label + ':':<11}"
        self.page.wrapped(head, self._clean(text), self.gutter + 14, colour)

    def policy_line(self, action: Action, line: PolicyLine | None) -> None:
        """Write which line of which policy decided."""
        name = f'"{line.name}"' if line else "no line of the policy matches"
        where = f" ({at(line.location)})" if line and line.location else ""
        self.row(_DONE[action], name + where, ACTION_COLOURS[action])

    def waived(self, waiver: Waiver) -> None:
        """Write who answers for an exception, and until when."""
        self.row("waived", f"until {waiver.until} by {waiver.by}: {waiver.why} ({at(waiver.location)})")

    def _clean(self, text: str) -> str:
        return self.secrets.text(text) if self.secrets else text

    def _source(self, finding: Finding, colour: str, message: str) -> None:
        region = finding.location.region
        source = self.sources.get(finding.location.path)
        note = "" if message in ("", finding.title) else plain(self._clean(message))
        self.gutter = max(2, len(str(region.start_line)))
        line = source.line(region.start_line) if source and region != NOWHERE else ""
        if not line.strip():
            if note:
                self.row("found", note)
            return
        page, bar = self.page, self.page.paint("|", DIM)
        room = page.width - self.gutter - 3 if page.width else 0
        text = self.secrets.line(finding.location.path, region.start_line, line) if self.secrets else line
        start, end = _marked(region, text)
        shown = excerpt(text, start, end, room, page.ellipsis)
        margin = " " * (self.gutter + 1)
        page.add(margin + bar)
        page.add(page.paint(f"{region.start_line:>{self.gutter}} ", DIM) + bar + " " + shown.text)
        caret = margin + bar + " " * (shown.start + 1) + page.paint("^" * shown.width, colour)
        used = self.gutter + 3 + shown.start + shown.width
        beside = note and (not page.width or used + 1 + columns(note) <= page.width)
        page.add(caret + (" " + page.paint(note, colour) if beside else ""))
        if note and not beside:
            self.row("found", note)

    def _worst(self, entry: Entry) -> None:
        limit = len(entry.decisions) if self.page.view.verbose else WORST
        found = [decision.assessment.finding for decision in entry.decisions]
        if len({(one.rule, one.severity, one.title, one.package) for one in found}) == 1:
            self._elsewhere(entry.finding, found, limit)
            return
        for decision in entry.decisions[:limit]:
            finding = decision.assessment.finding
            where = "" if finding.location == entry.finding.location else f"  {place(finding.location)}"
            name = finding.ids[0] if finding.ids else finding.rule
            known = exploitation(finding)
            more = f" ({known})" if known else ""
            what = f"{name}{more}{package_text(finding)}{where}  {self._clean(headline(finding, name))}"
            head = " " * (self.gutter + 3) + self.page.paint(
                f"{finding.severity:<9}", SEVERITY_COLOURS[finding.severity]
            )
            room = self.page.width - self.gutter - 12 if self.page.width else 0
            self.page.add(head + plain(excerpt(what, 0, 0, room, self.page.ellipsis).text))
        left = len(entry.decisions) - limit
        if left > 0:
            self.page.wrapped(" " * (self.gutter + 3), f"and {left} more, listed with -v", self.gutter + 3)

    def _elsewhere(self, shown: Finding, found: Sequence[Finding], limit: int) -> None:
        """Say where else one rule finds the same."""
        places = [where for one in found if (where := place(one.location)) != place(shown.location)]
        places = list(dict.fromkeys(places))
        left = len(places) - limit
        if places:
            self.row("also at", ", ".join(places[:limit]) + (f" and {left} more, listed with -v" if left > 0 else ""))

    def _facts(self, entry: Entry, same_rule: bool) -> None:
        finding = entry.finding
        verbose = self.page.view.verbose
        for step in finding.origins if verbose else finding.origins[-2:]:
            last = "mend here" if finding.mend else "set here"
            self.row(last if step is finding.origins[-1] else "through", self._origin(finding, step))
        if finding.mend and len(entry.decisions) == 1:
            self.row("mend", finding.mend)
        if finding.package and len(entry.decisions) == 1:
            self.row("package", package_text(finding).strip())
        if finding.why and same_rule:
            self.row("why", finding.why)
        for related in finding.related[: None if verbose else 2]:
            self.row("see also", f"{place(related.location)}  {related.message}")
        exploited = exploitation(finding)
        if exploited and len(entry.decisions) == 1:
            self.row("exploited", exploited)
        for evidence in finding.evidence:
            self.row("evidence", evidence_words(evidence))
        if finding.vex is not None and len(entry.decisions) == 1:
            self.row("stated", vex_words(finding.vex))
        self._reach(entry.first)
        if verbose:
            self._verbose(finding)

    def _reach(self, decision: Decision) -> None:
        environments, owners = reach(decision)
        both = f"{environments}      owner: {owners}"
        width = self.page.width
        if owners and (not width or self.gutter + 14 + columns(plain(both)) <= width):
            self.row("reaches", both)
            return
        self.row("reaches", environments)
        if owners:
            self.row("owner", owners)

    def _origin(self, finding: Finding, step: OriginStep) -> str:
        text = step.text or step.what
        if is_secret(finding):
            text = step.what
        return f"{place_short(step.location)}  {text}" if step.location else text

    def _verbose(self, finding: Finding) -> None:
        seen = seen_by(finding)
        standards = "; ".join(f"{name} {', '.join(ids)}" for name, ids in finding.standards.items() if name != "cwe")
        cwe = ", ".join(f"CWE-{number}" for number in finding.cwe)
        rows = (("seen by", seen), ("also", ", ".join(finding.ids)), ("weakness", cwe), ("standards", standards))
        for label, text in (*rows, ("read", " ".join(finding.references)), ("id", finding.fingerprint)):
            if text:
                self.row(label, text)

    def _decision(self, entry: Entry) -> None:
        first = entry.first
        if first.waiver:
            self.waived(first.waiver)
        elif first.action == "allow" and first.assessment.context.is_new is False:
            self.row("allowed", "not new")
        else:
            self.policy_line(first.action, first.because)
        if first.due and (first.due.date or self.page.view.verbose):
            self.row("due", due_words(first.due))
        others = sum(d.action != first.action for d in entry.decisions)
        if others:
            self.row("others", f"{others} of them are decided more mildly")
        for note in first.notes:
            self.row("note", note)

    def _fix(self, finding: Finding) -> None:
        if finding.fixes:
            fix = finding.fixes[0]
            title = "" if fix.edits else f"{fix.title}; "
            self.row("fix", title + fix_words(fix), GREEN if fix.proof == "proved" else "")
            if finding.advice and fix.proof != "proved":
                self.row("do", finding.advice)
            self._diff(fix)
            for other in finding.fixes[1:]:
                self.row("or", f"{other.title}; {fix_words(other)}")
        elif finding.advice:
            self.row("shape", finding.advice)
        if finding.no_fix and not finding.fixes:
            self.row("no fix", finding.no_fix)

    def _diff(self, fix: Fix) -> None:
        page = self.page
        left = None if page.view.verbose else DIFF_LINES
        indent = " " * (self.gutter + 3)
        for file in diff(fix, self.sources, self.secrets):
            page.blank()
            page.add(indent + plain(file.path))
            shown, rest = _first_lines(file, left)
            widest = len(str(max((line.number for line in shown), default=1)))
            for line in shown:
                room = page.width - len(indent) - widest - 3 if page.width else 0
                text = excerpt(line.text, 0, 0, room, page.ellipsis).text
                colour = RED if line.mark == "-" else GREEN
                page.add(indent + page.paint(f"{line.number:>{widest}} {line.mark} {text}".rstrip(), colour))
            if rest:
                page.add(f"{indent}{page.ellipsis} {rest} more lines, shown by gatepost fix")


def _first_lines(file: FileDiff, limit: int | None) -> tuple[list[DiffLine], int]:
    lines = [line for hunk in file.hunks for line in hunk]
    return (lines, 0) if limit is None or len(lines) <= limit else (lines[:limit], len(lines) - limit)


def _marked(region: Region, line: str) -> tuple[int, int]:
    start = region.start_column - 1
    end = region.end_column - 1 if region.end_line == region.start_line else len(line)
    if (region.end_line > region.start_line and region.start_column == 1) or start == end == 0:
        start, end = len(line) - len(line.lstrip()), len(line)  # a whole line or block: its text, not its indentation
    return start, end


def place_short(location: Location | None) -> str:
    """Return "path:line", "" for no location."""
    return at(location) if location else ""


def package_text(finding: Finding) -> str:
    """Return "  name 1.0 -> 1.1" for a package, "" for none."""
    package = finding.package
    if not package:
        return ""
    fixed = f" -> {' or '.join(package.fixed_versions)}" if package.fixed_versions else ""
    return f"  {package.name} {package.version}".rstrip() + fixed


def headline(finding: Finding, name: str) -> str:
    """Return what a finding is about, beside its name: the title, else the first line of the message."""
    if not finding.title.startswith(name):
        return finding.title
    return finding.message.partition("\n")[0] or finding.title


def exploitation(finding: Finding) -> str:
    """Return what is known of exploitation in words, "" for nothing worth a line."""
    known = finding.exploitability
    parts = [{True: "shown to be usable", False: "shown not to be usable", None: ""}[known.validated]]
    parts.append("known to be exploited" if known.known_exploited else "")
    parts.append({"in the wild": "exploited in the wild", "poc": "exploit published"}.get(known.maturity or "", ""))
    parts.append(f"EPSS {known.epss:.1%}" if known.epss is not None and known.epss >= 0.01 else "")
    parts.append({True: "reachable", False: "not reachable", None: ""}[known.reachable])
    return ", ".join(part for part in parts if part)


def seen_by(finding: Finding) -> str:
    """Return the detectors, each with its own severity where they disagree: "grype/CVE-1 (high), trivy/CVE-1 (low)"."""
    disagree = len({one.severity for one in finding.detectors}) > 1
    shown = (f"{one.id or one.tool}{f' ({one.severity})' if disagree else ''}" for one in finding.detectors)
    return ", ".join(dict.fromkeys(shown))


def evidence_words(evidence: Evidence) -> str:
    """Return evidence in words: "can be used, says Red Team on 2026-11-02: A shell on the host"."""
    shown = "can be used" if evidence.validated else "cannot be used"
    more = f" ({evidence.reference})" if evidence.reference else ""
    return f"{shown}, says {evidence.by} on {evidence.on}: {evidence.what}{more}"


def vex_words(vex: Vex) -> str:
    """Return a statement in words: "not affected, says Example: vulnerable_code_not_present"."""
    by = f", says {vex.by}" if vex.by else ""
    why = f": {vex.justification}" if vex.justification else ""
    return f"{vex.status.replace('_', ' ')}{by}{why}"


def reach(decision: Decision) -> tuple[str, str]:
    """Return environments and owners with how each is known; owners are "" when nobody is known."""
    context = decision.assessment.context
    places = ", ".join(f"{fact.name} ({fact.how})" if fact.how else fact.name for fact in context.environments)
    return places, owner_words(context)


def fix_words(fix: Fix) -> str:
    """Return how good a fix is: "proved, unsafe: may lock somebody out"."""
    proof = "proved" if fix.proof == "proved" else "advice, only a new scan can prove it"
    why = f": {fix.why_unsafe}" if fix.safety == "unsafe" and fix.why_unsafe else ""
    return f"{proof}, {fix.safety}{why}"
