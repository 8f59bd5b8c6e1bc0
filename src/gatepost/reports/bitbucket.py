"""A verdict as Code Insights of Bitbucket Cloud: one report and its annotations; never sent from here.

Source: the API's own description (developer.atlassian.com, "Reports") and what the API refuses beyond it: a summary of
more than 450 characters, details of more than 2,000, more than 100 annotations in a request or 1,000 in a report.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from gatepost.model.decisions import Report, Verdict
from gatepost.model.findings import Severity
from gatepost.model.problems import NOWHERE
from gatepost.reports.entries import because, looked_at, summary_parts, tally
from gatepost.reports.json import written
from gatepost.reports.remarks import Remark, cut, remarks
from gatepost.reports.safe_text import printable
from gatepost.reports.view import View

NAME = "bitbucket"
MEDIA_TYPE = "application/json"
MOST, BATCH, MOST_SUMMARY, MOST_DETAILS = 1_000, 100, 450, 2_000
SEVERITIES: Mapping[Severity, str] = {
    "critical": "CRITICAL",
    "high": "HIGH",
    "medium": "MEDIUM",
    "low": "LOW",
    "info": "LOW",
    "unknown": "MEDIUM",
}


def render(verdict: Verdict, view: View) -> Report:  # noqa: ARG001  the same for every view
    """Return `report`, the body of one request, and `annotations`, a list of bodies of a hundred each.

    Beyond the limit the mildest are left out, and the details of the report say how many.
    """
    made = remarks(verdict)
    left = max(0, len(made) - MOST)
    seen: dict[str, int] = {}
    rows = [_annotation(one, seen) for one in made[:MOST]]
    batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    return Report(NAME, MEDIA_TYPE, written({"report": _report(verdict, left), "annotations": batches}))


def _report(verdict: Verdict, left: int) -> dict[str, Any]:
    counts = tally(verdict)
    told = [", ".join(summary_parts(counts)) or "nothing found", looked_at(verdict)]
    told += [because(verdict)] if verdict.action != "passed" else []
    told += ["mode observe: nothing is stopped"] if verdict.mode == "observe" else []
    told += [f"{left} of the mildest are left out here: the json report has all"] if left else []
    data: list[tuple[str, str, Any]] = [
        ("Decision", "TEXT", verdict.action),
        ("Block", "NUMBER", counts.block),
        ("Warn", "NUMBER", counts.warn),
        ("Waived", "NUMBER", counts.waived),
        ("Not new", "NUMBER", counts.not_new),
        ("Undecided", "NUMBER", counts.undecided),
        ("Problems", "NUMBER", counts.problems),
        ("Proved fixes", "NUMBER", counts.safe_fixes + counts.unsafe_fixes),
        ("Policy", "TEXT", cut(printable(verdict.policy), 100)),
    ]
    return {
        "title": "Gatepost",
        "details": cut(printable(". ".join(told) + "."), MOST_DETAILS),
        "report_type": "SECURITY",
        "reporter": "Gatepost",
        "result": "FAILED" if verdict.exit_code else "PASSED",
        "data": [{"title": title, "type": kind, "value": value} for title, kind, value in data],
    }


def _annotation(one: Remark, seen: dict[str, int]) -> dict[str, Any]:
    head = f"Undecided: {one.title}" if one.kind == "undecided" else one.title
    summary = ". ".join(part.rstrip(".") for part in (head, one.decided) if part) + "."
    made: dict[str, Any] = {
        "external_id": _id(one, seen),
        "annotation_type": "VULNERABILITY" if one.kind == "finding" else "BUG",
        "summary": cut(printable(summary), MOST_SUMMARY),
        "details": cut(one.sentence(), MOST_DETAILS),
        "severity": SEVERITIES[one.severity],
    }
    result = _result(one)
    if result:
        made["result"] = result
    if one.path:
        made["path"] = one.path
        if one.location and one.location.region != NOWHERE:
            made["line"] = one.line
    return made


def _result(one: Remark) -> str:
    """Return the state; "" for what is warned of, for which there is none."""
    if one.fails:
        return "FAILED"
    if one.action == "allow":
        return "IGNORED" if one.waiver else "PASSED"
    return ""


def _id(one: Remark, seen: dict[str, int]) -> str:
    parts = (one.kind, one.fingerprint) if one.fingerprint else (one.kind, one.rule, one.path, one.resource, one.title)
    key = sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    seen[key] = seen.get(key, 0) + 1
    return f"gatepost-{key}-{seen[key]}"
