"""A verdict as logging commands of Azure Pipelines, what blocks first; never more of a kind than Azure keeps.

Source: learn.microsoft.com, "Logging commands": their form and what is escaped in it.
"""

from __future__ import annotations

import re
from functools import cache
from re import Pattern

from gatepost.model.decisions import Report, Verdict
from gatepost.model.problems import NOWHERE
from gatepost.reports.entries import because, plural, summary_parts, tally
from gatepost.reports.remarks import Remark, remarks, shown_and_left
from gatepost.reports.safe_text import plain
from gatepost.reports.view import View

NAME = "azure"
MEDIA_TYPE = "text/plain"
# The agent keeps so many issues of a kind for each step and only counts the others (its _maxIssueCount).
MOST = 10
_ESCAPES = {"%": "%AZP25", ";": "%3B", "\r": "%0D", "\n": "%0A", "]": "%5D"}


def render(verdict: Verdict, view: View) -> Report:  # noqa: ARG001  the same for every view
    """Return the commands: errors, warnings, and that the step succeeded with issues where it has warnings alone."""
    made = [one for one in remarks(verdict, by_cause=True) if one.action != "allow"]
    errors, warnings = [one for one in made if one.fails], [one for one in made if not one.fails]
    lines: list[str] = []
    for kind, found in (("error", errors), ("warning", warnings)):
        shown, left = shown_and_left(found, MOST)
        lines += [_issue(kind, one) for one in shown]
        if left:
            text = f"{plural(len(found), kind)} in all: {left} more are in the summary and in the other reports"
            lines.append(f"##vso[task.logissue type={kind};]{escaped(text)}")
    counts = ", ".join(summary_parts(tally(verdict))) or "nothing found"
    reason = f"{counts}: {because(verdict)}" if verdict.action != "passed" else counts
    lines.append(plain(f"Gatepost: {verdict.action}: {reason}"))
    if warnings and not verdict.exit_code:
        lines.append("##vso[task.complete result=SucceededWithIssues;]")
    return Report(NAME, MEDIA_TYPE, "\n".join(lines) + "\n")


def _issue(kind: str, one: Remark) -> str:
    properties = [f"type={kind}"]
    if one.path:
        properties.append(f"sourcepath={escaped(one.path)}")
        if one.location and one.location.region != NOWHERE:
            properties.append(f"linenumber={one.line}")
            properties.append(f"columnnumber={max(one.location.region.start_column, 1)}")
    properties.append(f"code={escaped(one.rule)}")
    return f"##vso[task.logissue {';'.join(properties)};]{escaped(one.sentence())}"


@cache
def _special() -> Pattern[str]:
    return re.compile("[%;\r\n\\]]")


def escaped(text: str) -> str:
    """Return text for a property or the message of a logging command; in one line, with no command in it."""
    return _special().sub(lambda found: _ESCAPES[found.group()], plain(text))
