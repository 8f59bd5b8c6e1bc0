"""A verdict as SARIF 2.1.0, within what GitHub's code scanning accepts; never a primaryLocationLineHash."""

from __future__ import annotations

import json
from typing import Any

from gatepost.model.changes import Fix
from gatepost.model.decisions import DecidedProblem, DecidedUndecided, Decision, Report, Verdict, Waiver
from gatepost.model.findings import Confidence, Finding, Severity
from gatepost.model.places import Location, Region
from gatepost.reports.entries import lacking, rank
from gatepost.reports.safe_text import json_text, printable
from gatepost.reports.sarif_rules import RuleTable, rule_id
from gatepost.reports.secrets import Secrets
from gatepost.reports.view import View
from gatepost.version import __version__

NAME = "sarif"
MEDIA_TYPE = "application/sarif+json"

# What one run may hold on GitHub (docs.github.com, "SARIF support for code scanning").
MOST_RESULTS = 25_000
MOST_RELATED = 99
MOST_FIX_BYTES = 20_000

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: dict[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
    "unknown": "warning",
}
_RANKS: dict[Confidence, float] = {"high": 90.0, "medium": 60.0, "low": 30.0}


def render(verdict: Verdict, view: View) -> Report:  # noqa: ARG001  the same for every view
    """Return the SARIF report. Beyond GitHub's limit the mildest results are left out, and a notification says so."""
    secrets = Secrets((d.assessment.finding for d in verdict.decisions), verdict.sources)
    table = RuleTable()
    decisions, undecided, left = _within_limit(verdict)
    with_waivers = any(decided.waiver for decided in (*decisions, *undecided))
    results = [_result(decision, table, secrets, with_waivers) for decision in decisions]
    results += [_open(item, table, with_waivers) for item in undecided]
    notifications = [_notification(item) for item in verdict.problems]
    if left:
        text = f"{left} results are left out: code hosts accept {MOST_RESULTS} in one run. The json report has all."
        notifications.append({"level": "warning", "message": {"text": text}})
    run: dict[str, Any] = {
        "tool": {"driver": _driver(table)},
        "automationDetails": {"id": "gatepost/"},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of what was scanned."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": verdict.action != "incomplete",
                "exitCode": verdict.exit_code,
                "toolExecutionNotifications": notifications,
            }
        ],
        "properties": {"verdict": verdict.action, "mode": verdict.mode, "leftOut": left},
    }
    if verdict.today:
        run["properties"]["today"] = verdict.today
    if verdict.budgets:
        from gatepost.reports.budgets import to_sarif

        run["properties"]["budgets"] = [to_sarif(budget) for budget in verdict.budgets]
    return Report(NAME, MEDIA_TYPE, _written(run, results))


def _within_limit(verdict: Verdict) -> tuple[list[Decision], list[DecidedUndecided], int]:
    decisions, undecided = list(verdict.decisions), list(verdict.undecided)
    left = max(0, len(decisions) + len(undecided) - MOST_RESULTS)
    if left:
        order = {id(d): number for number, d in enumerate(decisions)}
        undecided.sort(key=lambda u: u.action != "block")
        undecided = undecided[: max(MOST_RESULTS - len(decisions), min(len(undecided), MOST_RESULTS // 10))]
        decisions = sorted(decisions, key=rank)[: MOST_RESULTS - len(undecided)]
        decisions.sort(key=lambda d: order[id(d)])
    return decisions, undecided, left


def _written(run: dict[str, Any], results: list[dict[str, Any]]) -> str:
    encode = json.JSONEncoder(separators=(", ", ": "), allow_nan=False).encode
    rows = ",\n        ".join(map(encode, results))
    parts = [f'      "{key}": {encode(value)}' for key, value in run.items()]
    parts.append(f'      "results": [\n        {rows}\n      ]' if rows else '      "results": []')
    head = f'{{\n  "$schema": "{SCHEMA}",\n  "version": "2.1.0",\n  "runs": [\n    {{\n'
    return json_text(head + ",\n".join(parts) + "\n    }\n  ]\n}\n")


def _driver(table: RuleTable) -> dict[str, Any]:
    return {
        "name": "Gatepost",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": table.descriptors(),
        "notifications": [{"id": "problem", "shortDescription": {"text": "Something could not be read"}}],
    }


def _result(decision: Decision, table: RuleTable, secrets: Secrets, with_waivers: bool) -> dict[str, Any]:
    finding, context = decision.assessment.finding, decision.assessment.context
    properties: dict[str, Any] = {
        "action": decision.action,
        "because": (decision.because.name if decision.because else None) or None,
        "environments": [fact.name for fact in context.environments if fact.name],
        "owners": [fact.name for fact in context.owners or () if fact.name],
        "isNew": context.is_new,
        "detectors": [detector.id for detector in finding.detectors if detector.id],
    }
    if decision.due:
        properties |= {"due": decision.due.date or None, "overdue": decision.due.overdue}
    if finding.advice or finding.no_fix:
        properties["advice"] = printable(secrets.text(finding.advice or finding.no_fix))
    result: dict[str, Any] = {
        "ruleId": rule_id(finding.rule),
        "ruleIndex": table.index(finding),
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "rank": _RANKS[finding.confidence],
        "message": {"text": _message(decision, secrets)},
        "locations": [_located(finding.location, finding.resource)],
    }
    related = _related(finding, secrets)
    if related:
        result["relatedLocations"] = related
    if finding.fingerprint:
        result["partialFingerprints"] = {"gatepost/v1": finding.fingerprint}
        result["fingerprints"] = {"gatepost/v1": finding.fingerprint}
    if context.first_seen:
        result["provenance"] = {"firstDetectionTimeUtc": f"{context.first_seen.name}T00:00:00Z"}
    if with_waivers:
        result["suppressions"] = [_suppression(decision.waiver)] if decision.waiver else []
    fixes = [made for fix in finding.fixes if (made := _fix(fix, secrets))]
    if fixes:
        result["fixes"] = fixes
    return result | {"properties": properties}


def _open(item: DecidedUndecided, table: RuleTable, with_waivers: bool) -> dict[str, Any]:
    undecided = item.undecided
    reasons = "; ".join(lacking(undecided)) or "something is not known"
    hint = f" To decide it: {undecided.hint}." if undecided.hint else ""
    result: dict[str, Any] = {
        "ruleId": rule_id(undecided.rule),
        "ruleIndex": table.index_of_undecided(undecided),
        "kind": "open",
        "level": "none",
        "message": {"text": _text(f"Could not be decided: {reasons}.{hint}")},
        "locations": [_located(undecided.location, undecided.resource)],
    }
    if undecided.fingerprint:
        result["partialFingerprints"] = {"gatepost/v1": undecided.fingerprint}
        result["fingerprints"] = {"gatepost/v1": undecided.fingerprint}
    if with_waivers:
        result["suppressions"] = [_suppression(item.waiver)] if item.waiver else []
    return result | {"properties": {"action": item.action}}


def _message(decision: Decision, secrets: Secrets) -> str:
    finding, context = decision.assessment.finding, decision.assessment.context
    title, message = secrets.text(finding.title), secrets.text(finding.message)
    parts = [title if message in ("", title) else f"{title}: {message}"]
    if finding.package:
        fixed = finding.package.fixed_versions
        version = f" {finding.package.version}".rstrip()
        parts.append(f"{finding.package.name}{version}" + (f", mended in {' or '.join(fixed)}" if fixed else ""))
    if finding.mend:
        parts.append(secrets.text(finding.mend))
    reached = ", ".join(fact.name for fact in context.environments)
    parts.append(f"Environment: {reached}")
    if decision.waiver:
        parts.append(f"Waived until {decision.waiver.until} by {decision.waiver.by}: {decision.waiver.why.rstrip('.')}")
    elif decision.because:
        word = {"block": "Blocked", "warn": "Warned", "allow": "Allowed"}[decision.action]
        parts.append(f'{word} by "{decision.because.name}"')
    return _text(". ".join(part.rstrip(".") for part in parts) + ".")


def _text(text: str) -> str:
    # In a message "[text](target)" is a link; hostile text must not make one.
    return printable(text).replace("](", "] (")


def uri(path: str) -> str:
    """Return a path as a relative URI: no scheme, no root, nothing above the scanned folder."""
    from urllib.parse import quote

    steps = [step for step in path.replace("\\", "/").split("/") if step not in ("", ".", "..")]
    return "/".join(quote(step, safe="-._~!$&'()*+,;=@", errors="backslashreplace") for step in steps) or "."


def _artifact(path: str) -> dict[str, str]:
    return {"uri": uri(path), "uriBaseId": "%SRCROOT%"}


def _region(region: Region) -> dict[str, int]:
    line, column = max(region.start_line, 1), max(region.start_column, 1)
    end_line = max(region.end_line, line)
    end_column = max(region.end_column, column if end_line == line else 1)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _located(location: Location, resource: str) -> dict[str, Any]:
    place = {"artifactLocation": _artifact(location.path), "region": _region(location.region)}
    made: dict[str, Any] = {"physicalLocation": place}
    if resource:
        made["logicalLocations"] = [{"fullyQualifiedName": printable(resource), "kind": "resource"}]
    return made


def _related(finding: Finding, secrets: Secrets) -> list[dict[str, Any]]:
    places = [(step.location, step.what) for step in finding.origins if step.location]
    places += [(related.location, related.message) for related in finding.related]
    made: list[dict[str, Any]] = []
    for number, (location, what) in enumerate(places[:MOST_RELATED], start=1):
        message = {"text": _text(secrets.text(what)) or "related"}
        made.append({"id": number, **_located(location, ""), "message": message})
    return made


def _suppression(waiver: Waiver) -> dict[str, Any]:
    return {
        "kind": "inSource" if waiver.covers else "external",
        "status": "accepted",
        "justification": _text(f"{waiver.why} (until {waiver.until}, {waiver.by})"),
        "location": _located(waiver.location, ""),
    }


def _fix(fix: Fix, secrets: Secrets) -> dict[str, Any] | None:
    """Return a fix, None when it is not proved or too large, or would print a secret."""
    texts = [edit.replacement for edit in fix.edits]
    if fix.proof != "proved" or sum(map(len, texts)) > MOST_FIX_BYTES or any(secrets.text(t) != t for t in texts):
        return None
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        replacement: dict[str, Any] = {"deletedRegion": _region(edit.location.region)}
        if edit.replacement:
            replacement["insertedContent"] = {"text": edit.replacement}
        changes.setdefault(edit.location.path, []).append(replacement)
    title = _text(secrets.text(fix.title))
    why = f" ({fix.safety}: {fix.why_unsafe})" if fix.why_unsafe else f" ({fix.safety})"
    return {
        "description": {"text": (title or "Fix") + _text(why)},
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": replacements}
            for path, replacements in sorted(changes.items())
        ],
    }


def _notification(item: DecidedProblem) -> dict[str, Any]:
    problem = item.problem
    hint = f" ({problem.hint})" if problem.hint else ""
    made: dict[str, Any] = {
        "descriptor": {"id": "problem", "index": 0},
        "level": "error" if item.action == "block" else "warning",
        "message": {"text": _text(problem.what + hint) or "problem"},
    }
    if problem.location.path:
        made["locations"] = [_located(problem.location, "")]
    return made
