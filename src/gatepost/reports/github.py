"""A verdict as GitHub workflow annotations, what blocks first; never more of a kind than GitHub shows."""

from __future__ import annotations

from gatepost.model.decisions import Report, Verdict
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE
from gatepost.model.records import NamedTuple
from gatepost.reports.entries import because, entries, lacking, plural, summary_parts, tally
from gatepost.reports.safe_text import workflow_message, workflow_property
from gatepost.reports.secrets import Secrets
from gatepost.reports.terminal_entry import package_text, place
from gatepost.reports.view import View
from gatepost.reports.waiting import FIRST, FIRST_RULES, also_at, some, waiting

NAME = "github"
MEDIA_TYPE = "text/plain"

# GitHub drops more than ten annotations of a kind and step without a word.
MOST = 10
KINDS = ("error", "warning", "notice")


class _Annotation(NamedTuple):
    kind: str
    title: str
    message: str
    location: Location | None


def render(verdict: Verdict, view: View) -> Report:  # noqa: ARG001  the same for every view
    """Return workflow commands: errors for what blocks, warnings, notices; the last of a full kind counts the rest."""
    by_kind: dict[str, list[_Annotation]] = {kind: [] for kind in KINDS}
    for annotation in _annotations(verdict):
        by_kind[annotation.kind].append(annotation)
    lines: list[str] = []
    for kind in KINDS:
        room = MOST - 1 if kind == "notice" else MOST  # the last notice is the verdict
        found = by_kind[kind]
        shown = found if len(found) <= room else found[: room - 1]
        lines += map(_command, shown)
        if len(found) > len(shown):
            more = f"{len(found) - len(shown)} more are in the job summary and in the other reports"
            lines.append(_command(_Annotation(kind, f"Gatepost: {plural(len(found), kind)} in all", more, None)))
    counts = ", ".join(summary_parts(tally(verdict))) or "nothing found"
    reason = f"{counts}: {because(verdict)}" if verdict.action != "passed" else counts
    lines.append(_command(_Annotation("notice", f"Gatepost: {verdict.action}", reason, None)))
    return Report(NAME, MEDIA_TYPE, "\n".join(lines) + "\n")


def _annotations(verdict: Verdict) -> list[_Annotation]:
    kinds = {"block": "error" if verdict.mode == "enforce" else "warning", "warn": "warning", "allow": "notice"}
    secrets = Secrets((d.assessment.finding for d in verdict.decisions), verdict.sources)
    made: list[_Annotation] = []
    for entry in entries([d for d in verdict.decisions if d.action != "allow"]):
        finding, context = entry.finding, entry.first.assessment.context
        parts = [finding.message] if finding.message not in ("", entry.title) else []
        parts += [package_text(finding).strip()] if finding.package else []
        parts += [finding.why] if finding.why and len(entry.decisions) == 1 else []
        parts.append("Environment: " + ", ".join(fact.name for fact in context.environments))
        parts += [f'Decided by "{entry.first.because.name}"'] if entry.first.because else []
        proved = next((fix for fix in finding.fixes if fix.proof == "proved"), None)
        parts += [f"Proved fix: {proved.title}"] if proved else []
        message = secrets.text("\n".join(parts) + f"\n{finding.rule} {finding.fingerprint[:8]}".rstrip())
        title = f"{finding.severity}: {secrets.text(entry.title)}"
        made.append(_Annotation(kinds[entry.action], title, message, finding.location))
    for item in sorted(verdict.problems, key=lambda p: p.action != "block"):
        message = f"{item.problem.what}\n{item.problem.hint}".rstrip()
        made.append(_Annotation(kinds[item.action], "Could not be read", message, item.problem.location))
    for entry in waiting(sorted(verdict.undecided, key=lambda u: u.action != "block")):
        item = entry.first.undecided
        lacks = lacking(item) if entry.alone else entry.because
        also = also_at(entry)
        more = [f"Rules: {some(entry.rules, FIRST_RULES)}"] if len(entry.rules) > 1 else []
        more += [f"Also at {some(also, FIRST)}"] if also else []
        message = "\n".join((*lacks, *more, entry.hint)).rstrip()
        made.append(_Annotation(kinds[entry.first.action], f"Undecided: {entry.title}", message, item.location))
    for budget in verdict.budgets:
        if budget.action != "allow":
            from gatepost.reports.budgets import limits_words, state_words

            message = f"{state_words(budget)}\n{limits_words(budget)}"
            made.append(_Annotation(kinds[budget.action], f"Budget: {budget.name}", message, budget.location))
    return made


def _command(annotation: _Annotation) -> str:
    properties: list[str] = []
    location = annotation.location
    message = annotation.message
    if location and location.path:
        region = location.region
        properties.append(f"file={workflow_property(location.path)}")
        properties.append(f"line={region.start_line}")
        properties.append(f"endLine={max(region.end_line, region.start_line)}")
        if region.end_line == region.start_line and region != NOWHERE:  # columns are refused across lines
            properties.append(f"col={region.start_column}")
            properties.append(f"endColumn={max(region.end_column, region.start_column)}")
        message = f"{message}\n{place(location)}"
    properties.append(f"title={workflow_property(annotation.title)}")
    return f"::{annotation.kind} {','.join(properties)}::{workflow_message(message)}"
