"""A verdict as Markdown for a summary or a comment, within the length code hosts take; never a mention or a link."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gatepost.model.changes import Fix
from gatepost.model.decisions import Context, DecidedProblem, DecidedUndecided, Decision, Report, Verdict
from gatepost.reports.diffs import diff
from gatepost.reports.entries import (
    WORST,
    Entry,
    at,
    because,
    due_words,
    entries,
    lacking,
    looked_at,
    plural,
    summary_parts,
    tally,
)
from gatepost.reports.safe_text import code, fenced, markdown
from gatepost.reports.secrets import Secrets
from gatepost.reports.terminal import feeds_words, next_steps
from gatepost.reports.terminal_entry import exploitation, fix_words, headline, package_text
from gatepost.reports.view import View
from gatepost.reports.waiting import FIRST, FIRST_RULES, Waiting, also_at, some, waiting

NAME = "markdown"
MEDIA_TYPE = "text/markdown"

# A comment on GitHub takes 65,536 characters and is refused whole beyond; something is kept for what surrounds it.
BUDGET = 60_000
_ROWS = 40
_DIFF_LINES = 40
_TAIL = 300  # kept for saying what was left out


def render(verdict: Verdict, view: View) -> Report:
    """Return the Markdown report: verdict, table, what blocks, then folded what warns, what is undecided, problems."""
    page = _Page(BUDGET)
    counts = tally(verdict)
    page.add(f"### Gatepost: {verdict.action}\n")
    page.add(_sentence(verdict, counts.block + counts.undecided_block, view))
    if verdict.decisions or verdict.undecided:
        page.add(_table(verdict))
    if verdict.budgets:
        from gatepost.reports.budgets import to_markdown

        page.add(to_markdown(verdict.budgets))
    secrets = Secrets((d.assessment.finding for d in verdict.decisions), verdict.sources)
    writer = _Writer(verdict, secrets)
    blocking = entries([d for d in verdict.decisions if d.action == "block"])
    page.section("", [lambda e=entry: writer.full(e) for entry in blocking], "blocking entries")
    problems = sorted(verdict.problems, key=lambda p: p.action != "block")
    page.section(_heading(problems, "problem", "problems"), [lambda p=p: _problem(p) for p in problems], "problems")
    undecided = sorted(verdict.undecided, key=lambda u: u.action != "block")
    waits = waiting(undecided)
    title = _heading(undecided, "undecided", causes=counts.undecided_causes)
    page.section(title, [lambda w=one: _undecided(w) for one in waits], "undecided entries")
    warned = entries([d for d in verdict.decisions if d.action == "warn"])
    title = plural(sum(len(entry.decisions) for entry in warned), "warning") if warned else ""
    page.section(title, [lambda e=entry: writer.full(e) for entry in warned], "entries with warnings")
    waived = [d for d in verdict.decisions if d.action == "allow" and d.waiver]
    page.section(f"{len(waived)} waived" if waived else "", [lambda d=d: _waived(d) for d in waived], "waived findings")
    allowed = entries([d for d in verdict.decisions if d.action == "allow" and not d.waiver])
    number = sum(len(entry.decisions) for entry in allowed)
    title = f"{number} allowed ({counts.not_new} not new)" if counts.not_new else f"{number} allowed"
    page.section(title if allowed else "", [lambda e=entry: writer.brief(e) for entry in allowed], "allowed findings")
    for note in (*verdict.notes, *_of_waivers(verdict)):
        page.add(f"\n{markdown(note)}\n")
    feeds = f" · {markdown(feeds_words(verdict.feeds))}" if verdict.feeds else ""
    page.add(f"\n<sub>{looked_at(verdict)} · policy: {markdown(verdict.policy)}{feeds}</sub>\n")
    return Report(NAME, MEDIA_TYPE, page.body())


class _Page:
    """Collects text up to a budget; what does not fit is counted, never cut in the middle."""

    def __init__(self, budget: int) -> None:
        self._parts: list[str] = []
        self._left = budget - _TAIL
        self._out: list[str] = []

    def add(self, text: str) -> bool:
        """Add a piece if it fits."""
        if len(text) + 1 > self._left:
            return False
        self._parts.append(text)
        self._left -= len(text) + 1
        return True

    def section(self, title: str, items: list[Callable[[], str]], noun: str) -> None:
        """Add pieces, folded below `title` if there is one, as long as they fit."""
        if not items:
            return
        opened, closed = (f"\n<details><summary>{title}</summary>\n", "\n</details>\n") if title else ("", "")
        texts: list[str] = []
        room = self._left - len(opened) - len(closed) - 80
        for item in items:
            text = item()
            if len(text) + 1 > room:
                break
            texts.append(text)
            room -= len(text) + 1
        left = len(items) - len(texts)
        if left:
            self._out.append(f"{left} {noun}")
            texts.append(f"\n{left} more left out.\n")
        self.add("\n".join(text for text in (opened, *texts, closed) if text))

    def body(self) -> str:
        """Return all of it; the last line says what was left out."""
        text = "\n".join(self._parts)
        if self._out:
            text += (
                f"\n**Left out, because a comment has a limit: {', '.join(self._out)}. The other reports have all.**\n"
            )
        return text


def _sentence(verdict: Verdict, stopping: int, view: View) -> str:
    counts = tally(verdict)
    steps = (
        view.next_steps if view.next_steps is not None else next_steps(verdict, counts.safe_fixes, counts.unsafe_fixes)
    )
    offer = next((step for step in reversed(steps) if step.command.startswith("gatepost fix")), None)
    fixes = f" {code(offer.command)} {markdown(offer.effect)}." if offer else ""
    observed = " Mode observe: nothing fails." if verdict.mode == "observe" else ""
    summary = " · ".join(summary_parts(counts)) or "nothing found"
    if verdict.action == "passed":
        return f"{summary}.{fixes}{observed}\n"
    if verdict.action == "incomplete":
        return f"{plural(counts.problems_block, 'problem')} kept it from being decided: {summary}.{observed}\n"
    reached = dict.fromkeys(
        fact.name
        for decision in verdict.decisions
        if decision.action == "block"
        for fact in decision.assessment.context.environments
        if fact.name != "unknown"
    )
    names = ", ".join(f"**{markdown(name)}**" for name in list(reached)[:5])
    reaching = f" from reaching {names}" if names else ""
    verb = "stops" if stopping == 1 else "stop"
    return (
        f"{plural(stopping, 'finding')} {verb} this change{reaching}: {markdown(because(verdict))}.{fixes}{observed}\n"
    )


def _place_of(context: Context) -> str:
    places = ", ".join(markdown(fact.name) for fact in context.environments) or "unknown"
    owners = ", ".join(code(fact.name).replace("|", "\\|") for fact in context.owners or ())
    return f"{places} · {owners}" if owners else places


def _table(verdict: Verdict) -> str:
    names = ("block", "warn", "not new", "waived", "undecided")
    rows: dict[str, dict[str, int]] = {}
    for decision in verdict.decisions:
        row = rows.setdefault(_place_of(decision.assessment.context), dict.fromkeys(names, 0))
        name = decision.action
        if name == "allow":
            name = "waived" if decision.waiver else "not new" if decision.assessment.context.is_new is False else ""
        if name:
            row[name] += 1
    for item in verdict.undecided:
        rows.setdefault(_place_of(item.context), dict.fromkeys(names, 0))["undecided"] += 1
    ordered = sorted(rows.items(), key=lambda pair: (-pair[1]["block"], -pair[1]["warn"], pair[0]))
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for place, row in ordered[:_ROWS]:
        first = f"**{row['block']}**" if row["block"] else "0"
        lines.append(f"| {place} | {first} | {' | '.join(str(row[name]) for name in names[1:])} |")
    if len(ordered) > _ROWS:
        lines.append(f"| {len(ordered) - _ROWS} more rows left out |" + " |" * len(names))
    return "\n".join(lines) + "\n"


def _heading(
    items: Iterable[DecidedProblem | DecidedUndecided], one: str, many: str = "", causes: int | None = None
) -> str:
    listed = list(items)
    if not listed:
        return ""
    blocking = sum(item.action == "block" for item in listed)
    parts = [f"{blocking} blocking"] if blocking else []
    parts += [plural(causes, "cause")] if causes is not None and causes < len(listed) else []
    told = f" ({', '.join(parts)})" if parts else ""
    return f"{len(listed)} {one if len(listed) == 1 else many or one}{told}"


class _Writer:
    def __init__(self, verdict: Verdict, secrets: Secrets) -> None:
        self._sources = verdict.sources
        self._secrets = secrets

    def full(self, entry: Entry) -> str:
        """Return an entry with its place, reason and fix."""
        finding, context = entry.finding, entry.first.assessment.context
        title = markdown(self._secrets.text(entry.title))
        lines = [f"- **{title}** · {finding.severity} · {code(at(finding.location))}"]
        if finding.resource and len(entry.decisions) == 1:
            lines[0] += f" {code(finding.resource)}"
        told = [self._secrets.text(finding.message) if finding.message not in ("", finding.title) else "", finding.why]
        if len(entry.decisions) == 1:
            lines += [f"  {markdown(text)}" for text in told if text]
        lines += [f"  {line}" for line in self._worst(entry)]
        if finding.origins and finding.origins[-1].location:
            verb = "Mend" if finding.mend else "Set"
            lines.append(f"  {verb} at {code(at(finding.origins[-1].location))}.")
        lines.append(f"  <sub>{markdown(finding.rule)} · {_place_of(context)}{_by(entry.first)}</sub>")
        due = entry.first.due
        lines += [f"  Due {markdown(due_words(due))}"] if due and due.date else []
        lines += [f"  {markdown(note)}" for note in entry.first.notes]
        mended = entry.mendable
        fix = self._fix(mended.fixes[0], mended.advice) if mended.fixes else _no_fix(finding.advice, finding.no_fix)
        return "  \n".join(lines) + "\n" + fix

    def brief(self, entry: Entry) -> str:
        """Return an entry in one line."""
        finding = entry.finding
        title = markdown(self._secrets.text(entry.title))
        return f"- {title} · {finding.severity} · {code(at(finding.location))}{_by(entry.first)}"

    def _worst(self, entry: Entry) -> list[str]:
        if len(entry.decisions) == 1:
            text = package_text(entry.finding).strip() or exploitation(entry.finding)
            return [markdown(text)] if text else []
        lines: list[str] = []
        for decision in entry.decisions[:WORST]:
            finding = decision.assessment.finding
            name = finding.ids[0] if finding.ids else finding.rule
            known = exploitation(finding)
            told = f"{name}{package_text(finding)}  {self._secrets.text(headline(finding, name))}" + (
                f", {known}" if known else ""
            )
            lines.append(f"{finding.severity}: {markdown(told)}")
        if len(entry.decisions) > WORST:
            lines.append(f"and {len(entry.decisions) - WORST} more")
        return lines

    def _fix(self, fix: Fix, advice: str) -> str:
        lines: list[str] = []
        head = f"{markdown(fix.title)} ({markdown(fix_words(fix))})"
        then = f"\n  {markdown(advice)}\n" if advice and fix.proof != "proved" else ""
        if not fix.edits:
            return f"\n  Fix: {head}\n{then}"
        for file in diff(fix, self._sources, self._secrets):
            lines.append(f"--- {file.path}")
            lines += [line.mark + line.text for hunk in file.hunks for line in hunk]
        more = len(lines) - _DIFF_LINES
        if more > 0:
            lines = [*lines[:_DIFF_LINES], f"… {more} more lines"]
        block = fenced([line[:500] for line in lines], "diff").replace("\n", "\n  ")
        return f"\n  <details><summary>Fix: {head}</summary>\n\n  {block}\n\n  </details>\n{then}"


def _no_fix(advice: str, reason: str) -> str:
    text = f"Fix: {advice}" if advice else f"No fix: {reason}" if reason else ""
    return f"\n  {markdown(text)}\n" if text else ""


def _by(decision: Decision) -> str:
    if decision.because is None:
        return ""
    word = {"block": "blocked", "warn": "warned", "allow": "allowed"}[decision.action]
    return f" · {word} by “{markdown(decision.because.name)}”"


def _problem(item: DecidedProblem) -> str:
    problem = item.problem
    return f"- {code(at(problem.location))} {markdown(problem.what)}. {markdown(problem.hint)}".rstrip()


def _undecided(entry: Waiting) -> str:
    item = entry.first
    undecided = item.undecided
    hint = f" {code(entry.hint)}" if entry.hint else ""
    place = f"{code(at(undecided.location))} {code(undecided.resource) if undecided.resource else ''}".rstrip()
    waiver = f" Waived until {item.waiver.until} by {item.waiver.by}: {item.waiver.why}" if item.waiver else ""
    if entry.alone:
        told = markdown("; ".join(lacking(undecided)))
        return f"- {markdown(undecided.title)} · {place}: {told}.{hint}{markdown(waiver)}"
    told = markdown("; ".join(entry.because))
    places = some([code(one) for one in (at(undecided.location), *also_at(entry))], FIRST)
    rules = some([markdown(rule) for rule in entry.rules], FIRST_RULES)
    return f"- {markdown(entry.title)} · {places}: {told}.{hint}{markdown(waiver)}  \n  <sub>{rules}</sub>"


def _waived(decision: Decision) -> str:
    finding, waiver = decision.assessment.finding, decision.waiver
    told = f"until {waiver.until} by {waiver.by}: {waiver.why}" if waiver else ""
    return f"- {markdown(finding.title)} · {code(at(finding.location))}: {markdown(told)}"


def _of_waivers(verdict: Verdict) -> list[str]:
    if not verdict.unused_waivers and not verdict.waivers:
        return []
    from gatepost.reports.waiver_words import waiver_subject, waivers_words

    words = waivers_words(verdict.waivers)
    told = [f"The waiver of {waiver_subject(w)} ({at(w.location)}) matches nothing." for w in verdict.unused_waivers]
    return [*told, f"Waivers: {words}."] if words else told
