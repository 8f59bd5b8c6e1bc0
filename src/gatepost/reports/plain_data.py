"""A verdict as plain data in the shape of the json report; never text, never a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Literal, cast

from gatepost.model.changes import Fix
from gatepost.model.decisions import Action, Claim, Context, Decision, Due, Fact, PolicyLine, Verdict, Waiver, WaiverUse
from gatepost.model.findings import Evidence, Exploitability, Finding, OriginStep
from gatepost.model.places import Location, Region, Source
from gatepost.model.problems import Problem
from gatepost.reports.deciding_data import age_data, budget_data, counts_data, groups_data
from gatepost.reports.finding_parts import artifact_data, cvss_data, package_data, vex_data
from gatepost.reports.secrets import Secrets

if TYPE_CHECKING:
    from gatepost.model.routing import Judged, Routed
    from gatepost.reports import shapes  # a hundred types, which cost time to make and do nothing here

VERSION = 1
_NOTHING_KNOWN = Exploitability()
_MOST_LINES = 60  # of a difference that a message shows a part of


def verdict_report(verdict: Verdict, keep: bool = True) -> shapes.VerdictReportShape:
    """Return a whole verdict; without `keep` the findings are an iterator, each made when it is asked for."""
    secrets = Secrets((d.assessment.finding for d in verdict.decisions), verdict.sources)
    findings = (_decided(decision, secrets, verdict.sources) for decision in verdict.decisions)
    return {
        "version": VERSION,
        "verdict": {
            "action": verdict.action,
            "mode": verdict.mode,
            "policy": verdict.policy,
            "counts": counts_data(verdict),
            "notes": list(verdict.notes),
            "feeds": [
                {"name": f.name, "path": f.path, "date": f.date or None, "age_days": f.age, "entries": f.entries}
                for f in verdict.feeds
            ],
            "unused_waivers": [waiver_data(waiver) for waiver in verdict.unused_waivers],
            "today": verdict.today or None,
        },
        "judged": _judged(verdict.judged) if verdict.judged else None,
        "routes": [_routed(route) for route in verdict.routes],
        "findings": list(findings) if keep else cast("list[shapes.FindingShape]", findings),
        "undecided": [
            {
                "rule": item.undecided.rule,
                "title": item.undecided.title,
                "severity": item.undecided.severity,
                "path": item.undecided.location.path,
                "region": _region(item.undecided.location.region),
                "resource": item.undecided.resource or None,
                "because": list(item.undecided.because),
                "hint": item.undecided.hint or None,
                "also": list(item.undecided.also),
                "waiting": list(item.undecided.waiting),
                "audience": _audience(item.undecided.audience),
                "category": item.undecided.category or None,
                "resource_type": item.undecided.resource_type or None,
                "tags": _tags(item.undecided.tags, secrets),
                "cwe": list(item.undecided.cwe),
                "standards": {name: list(ids) for name, ids in sorted(item.undecided.standards.items())},
                "context": _context(item.context, _NOTHING_KNOWN),
                "decision": _decision(item.action, item.because, item.waiver, item.notes, item.due),
                "fingerprint": item.undecided.fingerprint,
            }
            for item in verdict.undecided
        ],
        "problems": [
            _problem(item.problem, _decision(item.action, item.because), item.context) for item in verdict.problems
        ],
        "budgets": [budget_data(budget) for budget in verdict.budgets],
        "groups": groups_data(verdict.decisions, secrets),
        "waivers": [waiver_use_data(use) for use in verdict.waivers],
    }


def scan_report(
    scan_format: str, findings: Sequence[Finding], problems: Sequence[Problem], sources: Mapping[str, Source]
) -> shapes.ScanReportShape:
    """Return one scan report, normalised; nothing is assessed or decided in it."""
    secrets = Secrets(findings, sources)
    return {
        "version": VERSION,
        "format": scan_format,
        "findings": [_finding(finding, None, None, secrets) for finding in findings],
        "problems": [_problem(problem, None) for problem in problems],
    }


def _region(region: Region) -> shapes.RegionShape:
    return {
        "start_line": region.start_line,
        "start_column": region.start_column,
        "end_line": region.end_line,
        "end_column": region.end_column,
    }


def _place(location: Location) -> shapes.PlaceShape:
    return {"path": location.path, "region": _region(location.region)}


def _decided(decision: Decision, secrets: Secrets, sources: Mapping[str, Source]) -> shapes.FindingShape:
    shown = _decision(decision.action, decision.because, decision.waiver, decision.notes, decision.due)
    found = _finding(decision.assessment.finding, decision.assessment.context, shown, secrets)
    if decision.assessment.context.touched is not None and found["fixes"]:  # there is a change to comment on
        _suggest(found["fixes"], decision.assessment.finding, secrets, sources)
        found["diff"] = _diff(decision.assessment.finding, secrets, sources)
    found["own_severity"] = decision.own_severity
    if decision.routes:  # who is told later has the verdict alone
        found["routes"] = list(decision.routes)
        found["diff"] = _diff(decision.assessment.finding, secrets, sources)
    return found


def _diff(finding: Finding, secrets: Secrets, sources: Mapping[str, Source]) -> list[str] | None:
    """Return the lines that the first proved fix changes, below the place where each file changes; None without one."""
    fix = next((fix for fix in finding.fixes if fix.proof == "proved"), None)
    if fix is None:
        return None
    from gatepost.reports.diffs import diff

    lines: list[str] = []
    for file in diff(fix, sources, secrets):
        for hunk in file.hunks:
            if any(secrets.holds(file.path, line.number) for line in hunk if line.mark == "-"):
                continue  # what stands in its place may hold it too
            lines.append(f"{file.path}:{hunk[0].number}")
            lines += [f"{line.mark} {line.text}" for line in hunk]
    return lines[:_MOST_LINES]


def _suggest(shown: list[shapes.FixShape], finding: Finding, secrets: Secrets, sources: Mapping[str, Source]) -> None:
    from gatepost.reports.suggestions import blob_of, suggestion

    for fix, written in zip(finding.fixes, shown, strict=True):
        made = suggestion(fix, sources, secrets)
        if made is not None:
            written["suggestion"] = {
                "path": made.path,
                "start_line": made.first,
                "end_line": made.last,
                "lines": list(made.lines),
                "old": list(made.old),
                "blob": blob_of(sources[made.path].text),
            }


def _judged(judged: Judged) -> shapes.JudgedShape:
    return {
        "repository": judged.repository or None,
        "root": judged.root,
        "paths": list(judged.paths),
        "commit": judged.commit or None,
        "change": judged.change,
        "inputs": judged.inputs,
    }


def _routed(route: Routed) -> shapes.RouteShape:
    return {
        "name": route.name,
        "policy": route.policy,
        "line": _place(route.location),
        "destinations": {service: dict(settings) for service, settings in route.destinations.items()},
        "findings": list(route.fingerprints),
        "groups": list(route.groups),
    }


def _audience(audience: str) -> Literal["regular", "thorough"] | None:
    return cast('Literal["regular", "thorough"]', audience) if audience else None


def _finding(
    finding: Finding, context: Context | None, decision: shapes.DecisionShape | None, secrets: Secrets
) -> shapes.FindingShape:
    return {
        "rule": finding.rule,
        "title": secrets.text(finding.title),
        "message": secrets.text(finding.message),
        "severity": finding.severity,
        "confidence": finding.confidence,
        "audience": _audience(finding.audience),
        "category": finding.category,
        "subject": finding.subject,
        "path": finding.location.path,
        "region": _region(finding.location.region),
        "resource": finding.resource or None,
        "resource_type": finding.resource_type or None,
        "tags": _tags(finding.tags, secrets),
        "own_severity": None,
        "why": secrets.text(finding.why) or None,
        "detectors": [
            {"tool": d.tool, "id": d.id, "severity": d.severity, "version": d.version or None, "said": d.said or None}
            for d in finding.detectors
        ],
        "ids": list(finding.ids),
        "package": package_data(finding.package) if finding.package else None,
        "cwe": list(finding.cwe),
        "cvss": cvss_data(finding.cvss) if finding.cvss and isfinite(finding.cvss.score) else None,
        "scores": [cvss_data(one) for one in finding.scores if isfinite(one.score)],
        "published": finding.published or None,
        "artifact": artifact_data(finding.artifact) if finding.artifact else None,
        "vex": vex_data(finding.vex) if finding.vex else None,
        "evidence": [_evidence(one, secrets) for one in finding.evidence],
        "standards": {name: list(ids) for name, ids in sorted(finding.standards.items())},
        "also_known_as": list(finding.also_known_as),
        "references": list(finding.references),
        "context": _context(context, finding.exploitability, finding.published),
        "group": finding.cause or None,
        "mend": secrets.text(finding.mend) or None,
        "related": [
            {"path": r.location.path, "region": _region(r.location.region), "message": secrets.text(r.message)}
            for r in finding.related
        ],
        "origins": [_origin(step, secrets) for step in finding.origins],
        "suppressions": [{"kind": s.kind, "by": s.by, "status": s.status, "why": s.why} for s in finding.suppressions],
        "decision": decision,
        "fixes": [_fix(fix, secrets) for fix in finding.fixes],
        "advice": secrets.text(finding.advice) or None,
        "no_fix": finding.no_fix or None,
        "routes": [],
        "diff": None,
        "fingerprint": finding.fingerprint,
    }


def _evidence(evidence: Evidence, secrets: Secrets) -> shapes.EvidenceShape:
    return {
        "validated": evidence.validated,
        "by": evidence.by,
        "on": evidence.on,
        "what": secrets.text(evidence.what),
        "reference": evidence.reference or None,
        "origin": _place(evidence.location),
    }


def _tags(tags: Mapping[str, str], secrets: Secrets) -> dict[str, str]:
    return {secrets.text(name): secrets.text(value) for name, value in sorted(tags.items())}


def _context(context: Context | None, exploitability: Exploitability, published: str = "") -> shapes.ContextShape:
    known: shapes.ExploitabilityShape = {
        "known_exploited": exploitability.known_exploited,
        "exploited_by": exploitability.exploited_by,
        "epss": _finite(exploitability.epss),
        "epss_percentile": _finite(exploitability.epss_percentile),
        "epss_by": exploitability.epss_by,
        "epss_date": exploitability.epss_date,
        "reachable": exploitability.reachable,
        "maturity": exploitability.maturity,
        "validated": exploitability.validated,
    }
    return {
        "owners": _claims(context.owners) if context and context.owners is not None else None,
        "owners_disagree": bool(context and context.owners_disagree),
        "guessed_owners": _claims(context.guessed_owners) if context else [],
        "projects": _claims(context.projects) if context and context.projects is not None else None,
        "environments": _facts(context.environments) if context else None,
        "exploitability": known,
        "root_cause": context.root_cause if context else None,
        "is_new": context.is_new if context else None,
        "touched": context.touched if context else None,
        "affected": context.affected if context else None,
        "age": age_data(context, published),
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and isfinite(number) else None  # JSON has no word for the others


def _claims(claims: Sequence[Claim]) -> list[shapes.ClaimShape]:
    return [{"name": one.name, "how": one.how, "confidence": one.confidence} for one in claims]


def _facts(facts: Sequence[Fact]) -> list[shapes.FactShape]:
    return [{"name": fact.name, "how": fact.how} for fact in facts]


def _origin(step: OriginStep, secrets: Secrets) -> shapes.OriginShape:
    location = step.location
    return {
        "what": secrets.text(step.what),
        "path": location.path if location else None,
        "region": _region(location.region) if location else None,
        "text": secrets.text(step.text),
    }


def _fix(fix: Fix, secrets: Secrets) -> shapes.FixShape:
    edits: list[shapes.EditShape] = [
        {
            "path": edit.location.path,
            "region": _region(edit.location.region),
            # a replacement with a secret blotted out would be applied as it stands
            "replacement": edit.replacement if secrets.text(edit.replacement) == edit.replacement else None,
        }
        for edit in fix.edits
    ]
    title = secrets.text(fix.title)
    why = fix.why_unsafe or None
    return {
        "title": title,
        "safety": fix.safety,
        "proof": fix.proof,
        "why_unsafe": why,
        "edits": edits,
        "suggestion": None,
    }


def _decision(
    action: Action,
    because: PolicyLine | None,
    waiver: Waiver | None = None,
    notes: Sequence[str] = (),
    due: Due | None = None,
) -> shapes.DecisionShape:
    return {
        "action": action,
        "because": because.name if because else None,
        "line": _place(because.location) if because and because.location else None,
        "waiver": waiver_data(waiver) if waiver else None,
        "notes": list(notes),
        "due": (due.date or None) if due else None,
        "overdue": due.overdue if due else None,
        "due_how": due.how if due else None,
    }


def waiver_data(waiver: Waiver) -> shapes.WaiverShape:
    """Return a waiver in the shape of the json report."""
    return {
        "rule": waiver.rule or None,
        "path": waiver.path or None,
        "resource": waiver.resource or None,
        "scope": {key: list(alternatives) for key, alternatives in waiver.scope},
        "since": waiver.since or None,
        "until": waiver.until,
        "why": waiver.why,
        "by": waiver.by,
        "origin": _place(waiver.location),
        "ticket": waiver.ticket or None,
        "vex": {"status": waiver.status, "justification": waiver.justification or None, "by": waiver.by}
        if waiver.status
        else None,
    }


def waiver_use_data(use: WaiverUse) -> shapes.WaiverUseShape:
    """Return a waiver with what became of it in the shape of the json report."""
    return {
        **waiver_data(use.waiver),
        "state": use.state,
        "states": list(use.states),
        "covered": list(use.covered),
        "days_left": use.days_left,
        "notes": list(use.notes),
        "inline": use.waiver.covers is not None,
        "is_new": use.is_new,
        "policy": use.policy or None,
    }


def _problem(
    problem: Problem, decision: shapes.DecisionShape | None, context: Context | None = None
) -> shapes.ProblemShape:
    location = problem.location
    return {
        "path": location.path,
        "region": _region(location.region),
        "what": problem.what,
        "hint": problem.hint,
        "kind": problem.kind,
        "context": _context(context, _NOTHING_KNOWN) if context else None,
        "decision": decision,
    }
