"""GitHub's code scanning alerts, from the REST API; never its Dependabot or secret scanning alerts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.paging import full_page, pages
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import LEVELS_OF, SARIF_LEVELS, severity_of
from gatepost.scans.shapes import addresses, listed, mapping, name, text, weaknesses, whole

NAME = "github-code-scanning"
WRITTEN_BY = "`gh api --paginate --slurp repos/OWNER/REPO/code-scanning/alerts`"
UNIT = "one alert, at its last place"
EMPTY_LIST_IS_CLEAN = True
_ALERT = frozenset(("rule", "tool", "most_recent_instance"))


def recognises(opened: Opened) -> bool:
    """Whether this is a list of alerts with a rule, a tool and a most recent instance."""
    return mapping(next(iter(pages(opened.data)), None)).keys() >= _ALERT


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield open alerts, and dismissed ones marked; mended ones are no findings."""
    more = full_page(reading, opened.data)
    if more is not None:
        yield more
    yield from reading.each(pages(opened.data), partial(_finding, reading))


def _finding(reading: Reading, row: Any) -> Finding | None:
    alert = mapping(row)
    rule, tool, instance = (mapping(alert.get(key)) for key in ("rule", "tool", "most_recent_instance"))
    # An alert that is open elsewhere may be mended on the branch of its last instance; the alert's own state counts.
    state = name(alert.get("state")).lower()
    if state in ("fixed", "closed") and not alert.get("dismissed_at"):
        return None
    called = name(tool.get("name")).lower().replace(" ", "-")
    if not called:
        raise Unreadable("has no tool")
    location = mapping(instance.get("location"))
    place = reading.placing.file(
        [text(location.get("path"))], whole(location.get("start_line")), whole(location.get("end_line"))
    )
    title = name(rule.get("description")) or name(rule.get("id"))
    tags = [name(tag).rpartition("/")[2] for tag in listed(rule.get("tags")) if "cwe" in name(tag).lower()]
    return reading.finding(
        called,
        rule.get("id"),
        place,
        title=title,
        message=text(mapping(instance.get("message")).get("text")) or title,
        severity=_severity(called, rule.get("security_severity_level"), rule.get("severity")),
        severity_said=_given(rule.get("security_severity_level")) or rule.get("severity"),
        category="code",
        version=_given(tool.get("version")),
        cwe=weaknesses(tags),
        references=addresses([alert.get("html_url"), rule.get("help_uri")]),
        suppressions=_suppressions(alert) if state == "dismissed" else (),
        content=place.line or name(alert.get("number")),
    )


def _severity(tool: str, security: object, level: object):
    if _given(security):
        return severity_of(security)
    return severity_of(level, LEVELS_OF.get(tool, SARIF_LEVELS))


def _given(found: object) -> str:
    """Return a word; "" for the word None, which some scripts write for what is not there."""
    word = name(found)
    return "" if word == "None" else word


def _suppressions(alert: Any) -> tuple[Suppression, ...]:
    said = (_given(alert.get("dismissed_reason")), _given(alert.get("dismissed_comment")))
    return (Suppression("external", NAME, "dismissed", ": ".join(one for one in said if one)),)
