"""What is evidenced of each control, and what is not, as Markdown; never a statement that somebody complies."""

from __future__ import annotations

from gatepost.model.decisions import Report, Verdict
from gatepost.reports.entries import plural
from gatepost.reports.evidenced import Row, Section, sections
from gatepost.reports.safe_text import code, markdown
from gatepost.reports.view import View

NAME = "compliance"
MEDIA_TYPE = "text/markdown"
_RULES = 5


def render(verdict: Verdict, view: View) -> Report:
    """Return the Markdown page: for each framework what is evidenced, then what is not and why."""
    parts = [_head(verdict, view)]
    for section in sections(verdict):
        parts.append(_framework(section))
    return Report(NAME, MEDIA_TYPE, "\n".join(parts))


def _head(verdict: Verdict, view: View) -> str:
    trace = verdict.trace
    day = markdown((trace.today if trace is not None else view.today) or "an unknown day")
    commit = (
        f", commit {code(trace.commit[:12])}{' with changes' if trace.dirty else ''}" if trace and trace.commit else ""
    )
    lines = [
        "# What is evidenced",
        "",
        f"As of {day}{commit}: the verdict is **{verdict.action}** by {markdown(verdict.policy)}.",
        "",
        "This page says what the rules named here looked at and what was found. It is no statement of compliance: a"
        " control asks for more than files show, and one that is *not evidenced* here is neither met nor missed.",
    ]
    if trace is None:
        lines += ["", "What the rules looked at was not recorded, so that only findings are told."]
    if verdict.counts.reports:
        lines += ["", "Of other tools' reports only what they name is told: what else they looked at is not known."]
    if verdict.problems:
        lines += [
            "",
            f"**{plural(len(verdict.problems), 'problem')}**: something could not be read or relied on, and what it"
            " would have shown is evidenced nowhere.",
        ]
    return "\n".join([*lines, ""])


def _framework(section: Section) -> str:
    seen = [row for row in section.rows if row.state != "not evidenced"]
    lines = [f"## {markdown(section.framework.name)}", ""]
    if seen:
        lines += ["| control | | evidence |", "|---|---|---|"]
        lines += [f"| {markdown(row.control)} {markdown(row.title)} | {row.state} | {_evidence(row)} |" for row in seen]
        lines.append("")
    reasons: dict[str, list[str]] = {}
    for row in section.rows:
        if row.lacking:
            reasons.setdefault(row.lacking, []).append(row.control)
    lines += ["Not evidenced:", ""]
    lines += [f"- {', '.join(map(markdown, controls))}: {reason}." for reason, controls in reasons.items()]
    return "\n".join([*lines, f"- Not listed: {markdown(section.framework.left_out)}", ""])


def _evidence(row: Row) -> str:
    parts: list[str] = []
    if row.rules:
        total = sum(count for _, count in row.rules)
        named = ", ".join(code(rule).replace("|", "\\|") for rule, _ in row.rules[:_RULES])
        more = f" and {len(row.rules) - _RULES} more" if len(row.rules) > _RULES else ""
        parts.append(f"{plural(len(row.rules), 'rule')} looked {plural(total, 'time')}: {named}{more}")
    if row.open:
        blocked = f", {row.blocked} of them blocked" if row.blocked else ""
        parts.append(f"**{plural(row.open, 'finding')}**{blocked}")
    parts += [f"{number} {word}" for number, word in ((row.waived, "waived"), (row.undecided, "undecided")) if number]
    if row.tools:
        parts.append("reported by " + ", ".join(f"{markdown(tool)} ({count})" for tool, count in row.tools))
    if row.off:
        parts.append(f"{plural(row.off, 'rule')} switched off or left out by the policy")
    if row.idle:
        parts.append(f"{plural(row.idle, 'rule')} met nothing to judge")
    return "; ".join(parts)
