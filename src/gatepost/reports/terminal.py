"""A verdict for a person at a terminal: what, where, why, what to type next; never more than the screen is wide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gatepost.model.decisions import DecidedProblem, DecidedUndecided, Feed, Report, Verdict
from gatepost.model.findings import Finding
from gatepost.model.places import Source
from gatepost.model.problems import NOWHERE, Problem
from gatepost.reports.entries import at, entries, looked_at, plural, summary_parts, tally
from gatepost.reports.layout import ACTION_COLOURS, BOLD, DIM, GREEN, RED, SEVERITY_COLOURS, YELLOW, Page
from gatepost.reports.safe_text import plain
from gatepost.reports.secrets import Secrets
from gatepost.reports.terminal_entry import EntryWriter, place
from gatepost.reports.view import NextStep, View

if TYPE_CHECKING:
    from gatepost.reports.waiting import Waiting

NAME = "terminal"
MEDIA_TYPE = "text/plain"


def render(verdict: Verdict, view: View) -> Report:
    """Return the report: what blocks and warns in full (what is allowed too when verbose), then the summary."""
    page = Page(view)
    secrets = Secrets((d.assessment.finding for d in verdict.decisions), verdict.sources)
    writer = EntryWriter(page, verdict.sources, secrets)
    shown = [d for d in verdict.decisions if d.action != "allow" or view.verbose]
    for entry in entries(shown):
        if view.quiet:
            writer.one_line(entry)
        else:
            writer.write(entry)
    if verdict.undecided:
        _all_undecided(page, verdict.undecided)
    for problem in verdict.problems:
        _problem(page, problem)
    if verdict.budgets:
        from gatepost.reports.budgets import to_terminal

        to_terminal(page, verdict.budgets)
    _notes(page, verdict)
    _summary(page, verdict)
    return Report(NAME, MEDIA_TYPE, page.body())


def render_scan(
    scan_format: str,
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    sources: Mapping[str, Source],
    view: View,
) -> Report:
    """Return what one scan report says, without any decision."""
    page = Page(view)
    secrets = Secrets(findings, sources)
    for finding in findings:
        severity = page.paint(finding.severity, SEVERITY_COLOURS[finding.severity])
        package = f"  {finding.package.name} {finding.package.version}".rstrip() if finding.package else ""
        page.wrapped(f"{severity}{' ' * (10 - len(finding.severity))}", secrets.text(finding.title), 10, BOLD)
        page.add(plain(f"          {place(finding.location)}  {finding.rule}{package}"))
    for problem in problems:
        _problem(page, DecidedProblem(problem, "allow"))
    page.blank()
    told = f", {len(problems)} problem{'s' * (len(problems) != 1)}" if problems else ""
    page.add(plain(f"{scan_format}: {len(findings)} finding{'s' * (len(findings) != 1)}{told}"))
    return Report(NAME, MEDIA_TYPE, page.body())


def _all_undecided(page: Page, items: Sequence[DecidedUndecided]) -> None:
    from gatepost.reports.waiting import Waiting, waiting

    for entry in [Waiting((item,)) for item in items] if page.view.verbose else waiting(items):
        if page.view.quiet:
            named = entry.rules[0] if len(entry.rules) == 1 else plural(len(entry.rules), "rule")
            more = f" (and {plural(len(entry.places) - 1, 'place')} more)" if len(entry.places) > 1 else ""
            page.add(plain(f"undecided {place(entry.first.undecided.location)}  {named}{more}"))
        else:
            _undecided(page, entry)


def _undecided(page: Page, entry: Waiting) -> None:
    from gatepost.reports.waiting import FIRST, FIRST_RULES, also_at, some

    item, rules = entry.first, entry.rules
    undecided = item.undecided
    everything, left_to = page.view.verbose, ", listed with -v"
    page.blank()
    writer = EntryWriter(page, {}, None)
    one_rule = undecided.rule if entry.alone or len(rules) == 1 else ""
    writer.heading("undecided", YELLOW, entry.title, one_rule)
    writer.pointer(undecided.location, undecided.resource if entry.alone or len(entry.resources) == 1 else "")
    writer.gutter = 2
    for reason in entry.because[: None if everything else 5]:
        writer.row("unknown", reason)
    if len(entry.because) > 5 and not everything:
        writer.row("unknown", f"and {len(entry.because) - 5} more, listed with -v")
    if not one_rule:
        writer.row("rules", some(rules, FIRST_RULES, left_to))
    if one_rule and undecided.waiting:
        writer.row("waiting", some(undecided.waiting, FIRST_RULES, left_to))
    others, places = undecided.also if entry.alone else (), also_at(entry)
    if places:
        writer.row("also at", some(places, FIRST, left_to))
    if others:
        writer.row("also", some(others, len(others) if everything else FIRST, left_to))
    if entry.hint:
        writer.row("decide it", entry.hint)
    if item.waiver:
        writer.waived(item.waiver)
    elif item.action != "allow":
        writer.policy_line(item.action, item.because)
    for note in item.notes:
        writer.row("note", note)


def _problem(page: Page, item: DecidedProblem) -> None:
    problem = item.problem
    known = problem.location.region != NOWHERE
    where = place(problem.location) if known else problem.location.path
    if page.view.quiet:
        page.add(plain(f"problem   {where or '.'}  {problem.what}"))
        return
    page.blank()
    writer = EntryWriter(page, {}, None)
    writer.heading("problem", RED if item.action == "block" else YELLOW, problem.what, "")
    page.add(page.paint("  --> ", DIM) + plain(where or "."))
    writer.gutter = 2
    if problem.hint:
        writer.row("do", problem.hint)
    if item.action != "allow":
        writer.policy_line(item.action, item.because)


def _notes(page: Page, verdict: Verdict) -> None:
    if page.view.quiet:
        return
    first = len(page.lines)
    for note in verdict.notes:
        page.wrapped("note:    ", note, 9)
    if verdict.unused_waivers or verdict.waivers:
        _waivers(page, verdict)
    if len(page.lines) > first and first and page.lines[first - 1]:
        page.lines.insert(first, "")


def _waivers(page: Page, verdict: Verdict) -> None:
    from gatepost.reports.waiver_words import waiver_subject, waivers_words

    for waiver in verdict.unused_waivers:
        page.wrapped("unused:  ", f"the waiver of {waiver_subject(waiver)} ({at(waiver.location)}) matches nothing", 9)
    words = waivers_words(verdict.waivers)
    if words:
        page.wrapped("waivers: ", words, 9)


def _summary(page: Page, verdict: Verdict) -> None:
    counts = tally(verdict)
    parts = summary_parts(counts)
    seconds = f", {page.view.seconds:.2f} s" if page.view.seconds is not None else ""
    looked = looked_at(verdict) + seconds
    shipped = "(shipped)" in verdict.policy
    colour = {"passed": "1;" + GREEN, "blocked": ACTION_COLOURS["block"], "incomplete": "1;" + YELLOW}[verdict.action]
    word = page.paint(verdict.action.upper(), colour)
    head = f"{word}  "
    indent = len(verdict.action) + 2
    quiet_pass = verdict.action == "passed" and not parts and not page.lines
    page.blank()
    if quiet_pass:
        policy = f", policy: {plain(verdict.policy)}" if shipped else ""
        if page.width and indent + len(looked + policy) > page.width:
            page.wrapped(head, looked, indent)
            page.wrapped(" " * indent, policy[2:], indent)
        else:
            page.add(head + looked + policy)
        return
    page.wrapped(head, page.dot.join(parts) or "nothing found", indent)
    over = sum(number for _, number in verdict.counts.passed_over)
    if over and not page.view.quiet:
        reasons = ", ".join(f"{number} {reason}" for reason, number in verdict.counts.passed_over)
        looked += f"; passed over {over}" + (f" ({reasons})" if page.view.verbose else "")
    page.wrapped(" " * indent, looked, indent)
    if verdict.feeds:
        page.wrapped(" " * indent, feeds_words(verdict.feeds), indent)
    if verdict.mode == "observe":
        page.wrapped(" " * indent, "mode observe: nothing fails, the exit code is 0", indent)
    if shipped or page.view.verbose:
        page.wrapped(" " * indent, f"policy: {verdict.policy}", indent)
    if page.view.verbose and verdict.counts.left_for_thorough:
        left = f"{verdict.counts.left_for_thorough} rules for the audience thorough were not judged"
        page.wrapped(" " * indent, left, indent)
    if counts.allow and not page.view.verbose and not page.view.quiet:
        page.wrapped(" " * indent, "what is allowed is listed with -v", indent)
    if not page.view.quiet:
        _next(page, verdict, counts.safe_fixes, counts.unsafe_fixes)


def feeds_words(feeds: Sequence[Feed]) -> str:
    """Return which feeds were used and how old they are: "KEV of 2026-11-20 (2 days old)"."""
    return "feeds: " + ", ".join(_feed_words(feed) for feed in feeds)


def _feed_words(feed: Feed) -> str:
    if feed.age is None:
        return f"{feed.name} without a date"
    age = "today" if feed.age == 0 else f"{feed.age} day{'s' * (feed.age != 1)} old"
    return f"{feed.name} of {feed.date} ({age})"


def _next(page: Page, verdict: Verdict, safe: int, unsafe: int) -> None:
    steps = page.view.next_steps
    if steps is None:
        steps = next_steps(verdict, safe, unsafe, page.view.verdict_file)
    widest = max((len(step.command) for step in steps), default=0) + 3
    for number, step in enumerate(steps):
        head = "next:    " if number == 0 else " " * 9
        line = f"{plain(step.command):{widest}}{plain(step.effect)}"
        if page.width and len(head) + len(line) > page.width:
            page.add(head + plain(step.command))
            page.wrapped(" " * 13, step.effect, 13)
        else:
            page.add(head + line)


def next_steps(verdict: Verdict, safe: int, unsafe: int, verdict_file: str = "") -> tuple[NextStep, ...]:
    """Return what is worth typing after a verdict; `safe` and `unsafe` are numbers of findings with proved fixes."""
    steps: list[NextStep] = []
    if safe:
        steps.append(NextStep("gatepost fix", f"shows {_fixes(safe)}"))
    if unsafe:
        steps.append(NextStep("gatepost fix --unsafe", f"shows {_fixes(safe + unsafe)}"))
    first = next((d for d in verdict.decisions if d.action == "block"), None)
    if first and verdict_file and first.assessment.finding.fingerprint:
        short = first.assessment.finding.fingerprint[:8]
        steps.append(NextStep(f"gatepost explain {short} --verdict {verdict_file}", "why this one blocks"))
    elif first and "/" in first.assessment.finding.rule:
        steps.append(NextStep(f"gatepost explain {first.assessment.finding.rule}", "what the rule is about"))
    return tuple(steps)


def _fixes(number: int) -> str:
    return f"{number} proved fix" + ("es" if number != 1 else "")
