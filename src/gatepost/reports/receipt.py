"""A verdict as a receipt: an in-toto statement that somebody else signs; never a signature, never a clock."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatepost.model.decisions import Report, Verdict
from gatepost.model.traces import Input, Trace
from gatepost.reports.plain_data import verdict_report
from gatepost.reports.safe_text import json_text
from gatepost.version import __version__

if TYPE_CHECKING:
    from gatepost.reports import receipt_shapes as shapes
    from gatepost.reports.shapes import VerdictReportShape


MEDIA_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
# Nobody has a domain for Gatepost; a UUID is nobody else's, which is all that a type needs.
PREDICATE_TYPE = "urn:uuid:b93cfa8f-06da-45ac-8a32-05bca9ae0aa3#gatepost-receipt-v1"
_DIGEST = re.compile(r"(?:\A|@)(sha256|sha512):([0-9a-f]{64}|[0-9a-f]{128})\Z")


def render(verdict: Verdict) -> Report:
    """Return the receipt of a verdict that has a trace; the same inputs give the same bytes."""
    return Report("receipt", MEDIA_TYPE, json_text(json.dumps(statement_of(verdict), indent=2)) + "\n")


def statement_of(verdict: Verdict) -> shapes.StatementShape:
    """Return the statement; raises `ValueError` for a verdict without a trace."""
    trace = verdict.trace
    if trace is None:
        raise ValueError("a receipt needs the trace of the run")
    report = verdict_report(verdict)
    return {
        "_type": STATEMENT_TYPE,
        "subject": _subjects(verdict, trace),
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "version": 1,
            "today": trace.today,
            "tool": {"name": "gatepost", "version": __version__, "rules": {"sha256": trace.rules}},
            "policy": verdict.policy,
            "judged": _judged(verdict, trace),
            "inputs": [_input(one) for one in trace.inputs],
            "feeds": report["verdict"]["feeds"],
            "waivers": _waivers(report),
            "result": _result(verdict, report),
        },
    }


def inputs_digest(inputs: list[tuple[str, str]]) -> str:
    """Return the digest of (name, SHA-256) pairs, in their order: of the text that sha256sum would print of them."""
    digest = hashlib.sha256()
    for name, sha256 in inputs:
        digest.update(f"{sha256}  {name}\n".encode())
    return digest.hexdigest()


def _subjects(verdict: Verdict, trace: Trace) -> list[shapes.SubjectShape]:
    """Return the commit, unless something else was judged, the images that reports tell of, and the inputs."""
    subjects: list[shapes.SubjectShape] = []
    if trace.commit and not trace.dirty:
        subjects.append({"name": "commit", "digest": {"gitCommit": trace.commit}})
    images: dict[str, dict[str, str]] = {}
    for decision in verdict.decisions:
        artifact = decision.assessment.finding.artifact
        if artifact is not None and artifact.kind == "image":
            for text in artifact.digests:
                found = _DIGEST.search(text)
                if found is not None:
                    name = artifact.name.partition("@")[0]
                    images[f"{name}@{found[1]}:{found[2]}"] = {found[1]: found[2]}
    for image in trace.images:
        found = _DIGEST.search(image)
        if found is not None:
            images[image] = {found[1]: found[2]}
    for name in sorted(images):
        subjects.append({"name": name, "digest": images[name]})
    whole = inputs_digest([(one.name, one.sha256) for one in trace.inputs])
    subjects.append({"name": "inputs", "digest": {"sha256": whole}})
    return subjects


def _judged(verdict: Verdict, trace: Trace) -> shapes.JudgedShape:
    reached = {fact.name for one in verdict.decisions for fact in one.assessment.context.environments}
    return {
        "commit": trace.commit or None,
        "dirty": trace.dirty,
        "folder": trace.folder,
        "paths": list(trace.paths),
        "base": trace.base or None,
        "base_revision": trace.revision or None,
        "branch": trace.branch or None,
        "environment": trace.environment or None,
        "environments": sorted(reached),
        "given": list(trace.given),
        "detectors": list(trace.detectors),
    }


def _input(one: Input) -> shapes.InputShape:
    return {
        "name": one.name,
        "role": one.role,
        "digest": {"sha256": one.sha256},
        "in_commit": one.in_commit,
        "commit": one.commit or None,
    }


def _waivers(report: VerdictReportShape) -> list[shapes.UsedWaiverShape]:
    used: dict[str, shapes.UsedWaiverShape] = {}
    for one in (*report["findings"], *report["undecided"]):
        waiver = one["decision"]["waiver"] if one["decision"] else None
        if waiver is not None:
            used.setdefault(repr(waiver), {"waiver": waiver, "covers": []})["covers"].append(one["fingerprint"])
    for waiver in used.values():
        waiver["covers"] = sorted(set(waiver["covers"]))
    return [used[key] for key in sorted(used)]


def _result(verdict: Verdict, report: VerdictReportShape) -> shapes.ResultShape:
    lines = sorted(_lines(verdict))
    blocking = {line.partition(" ")[0] for line in lines if line.endswith(" block")}
    return {
        "action": verdict.action,
        "mode": verdict.mode,
        "exit_code": verdict.exit_code,
        "counts": report["verdict"]["counts"],
        "decisions": {"sha256": hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()},
        "blocking": sorted(blocking),
    }


def _lines(verdict: Verdict) -> Iterator[str]:
    for decision in verdict.decisions:
        yield f"{decision.assessment.finding.fingerprint} {decision.action}"
    for undecided in verdict.undecided:
        yield f"{undecided.undecided.fingerprint} {undecided.action}"
    for problem in verdict.problems:
        location = problem.problem.location
        told = f"{location.path}:{location.region.start_line}:{problem.problem.what}"
        yield f"problem:{hashlib.sha256(told.encode('utf-8', 'surrogateescape')).hexdigest()} {problem.action}"
