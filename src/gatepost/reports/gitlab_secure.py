"""What the three security reports of GitLab have in common; never which findings belong to which.

Source: gitlab.com/gitlab-org/security-products/security-report-schemas, version 15.2.1, as GitLab itself validates by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, urlsplit

from gatepost.model.decisions import Report, Verdict
from gatepost.model.findings import Cvss, Finding, Severity
from gatepost.reports.json import written
from gatepost.reports.remarks import Remark, cut, mending, package_words, remarks, secrets_of
from gatepost.reports.safe_text import markdown, printable
from gatepost.reports.secrets import Secrets
from gatepost.reports.vex_statements import identity, today_of
from gatepost.reports.view import View
from gatepost.version import __version__

Kind: TypeAlias = Literal["sast", "dependency_scanning", "container_scanning"]
MEDIA_TYPE = "application/json"
VERSION = "15.2.1"
# The lengths are the schema's; of identifiers GitLab keeps twenty.
MOST_NAME, MOST_SOLUTION, MOST_DESCRIPTION, MOST_IDENTIFIERS, MOST_LINKS = 255, 7_000, 60_000, 20, 20
SEVERITIES: Mapping[Severity, str] = {
    "critical": "Critical",
    "high": "High",
    "medium": "Medium",
    "low": "Low",
    "info": "Info",
    "unknown": "Unknown",
}
_SCHEMAS = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw"
_FILES: Mapping[Kind, str] = {
    "sast": "sast-report-format.json",
    "dependency_scanning": "dependency-scanning-report-format.json",
    "container_scanning": "container-scanning-report-format.json",
}
_OURSELVES = {"id": "gatepost", "name": "Gatepost", "vendor": {"name": "Gatepost"}}
_VECTOR = re.compile(
    r"CVSS:3[.][01](?:/(?:AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]"
    r"|[CIA]R:[XLMH]|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])){5,}"
)
_CVE = re.compile(r"CVE-\d{4}-\d{4,}")
_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}")

Place: TypeAlias = Callable[[Remark, Finding], dict[str, Any]]


def document(kind: Kind, verdict: Verdict, view: View, place: Place) -> Report:
    """Return the report of one kind. What is waived is left out and counted in a message, as GitLab knows no waiver.

    One that states of a vulnerability that it does not concern us stays in, with the flag that GitLab has for it.
    """
    secrets = secrets_of(verdict)
    everything = remarks(verdict, secrets)
    chosen = [one for one in everything if one.decision and kind_of(one.decision.assessment.finding) == kind]
    kept = [one for one in chosen if one.waiver is None or one.action != "allow" or _flagged(one)]
    seen: dict[str, int] = {}
    time = today_of(verdict, view)[:19]
    data: dict[str, Any] = {
        "version": VERSION,
        "schema": f"{_SCHEMAS}/v{VERSION}/dist/{_FILES[kind]}",
        "scan": {
            "analyzer": {**_OURSELVES, "version": __version__},
            "scanner": {**_OURSELVES, "version": __version__},
            "type": kind,
            "start_time": time,
            "end_time": time,
            "status": "failure" if any(item.action == "block" for item in verdict.problems) else "success",
            "messages": _messages(everything, len(chosen) - len(kept)),
        },
        "vulnerabilities": [_vulnerability(one, secrets, seen, place) for one in kept],
    }
    return Report(f"gitlab-{kind.partition('_')[0]}", MEDIA_TYPE, written(data))


def kind_of(finding: Finding) -> Kind:
    """Return the report that a finding belongs to: packages of an image, other packages, everything else."""
    if finding.package is None:
        return "sast"
    return "container_scanning" if finding.artifact and finding.artifact.kind == "image" else "dependency_scanning"


def text(value: str, most: int = 1_000) -> str:
    """Return plain text that is never empty."""
    return cut(printable(value), most).strip() or "unknown"


def dependency(finding: Finding) -> dict[str, Any]:
    """Return a package as the schemas describe a dependency."""
    package = finding.package
    name, version = (package.name, package.version) if package else ("", "")
    made: dict[str, Any] = {"package": {"name": text(name)}, "version": text(version)}
    if package and package.direct is not None:
        made["direct"] = package.direct
    return made


def _messages(everything: Sequence[Remark], left: int) -> list[dict[str, str]]:
    made: list[dict[str, str]] = []
    if left:
        waived = f"{left} waived {'finding is' if left == 1 else 'findings are'} left out: the json report has all."
        made.append({"level": "info", "value": waived})
    made += [{"level": "warn", "value": one.sentence()} for one in everything if one.kind in ("problem", "undecided")]
    return made


def _flagged(one: Remark) -> bool:
    return one.waiver is not None and one.waiver.status == "not_affected"


def _vulnerability(one: Remark, secrets: Secrets, seen: dict[str, int], place: Place) -> dict[str, Any]:
    assert one.decision is not None
    finding = one.decision.assessment.finding
    made: dict[str, Any] = {
        "id": _id(one, seen),
        "name": text(one.title, MOST_NAME),
        "description": cut(_description(one, finding, secrets), MOST_DESCRIPTION),
        "severity": SEVERITIES[one.severity],
        "identifiers": _identifiers(finding),
        "location": place(one, finding),
        "details": _details(one),
    }
    solution = markdown(secrets.text(mending(finding)))
    if solution:
        made["solution"] = cut(solution, MOST_SOLUTION)
    links = [{"url": url} for url in finding.references if _is_link(url)]
    if links:
        made["links"] = links[:MOST_LINKS]
    vectors = _vectors(finding)
    if vectors:
        made["cvss_vectors"] = vectors
    if one.waiver and _flagged(one):
        why = markdown(one.decided)
        made["flags"] = [{"type": "flagged-as-likely-false-positive", "origin": "gatepost", "description": why}]
    return made


def _id(one: Remark, seen: dict[str, int]) -> str:
    key = one.fingerprint or f"{one.rule}\0{one.path}\0{one.resource}"
    seen[key] = seen.get(key, 0) + 1
    return identity({"fingerprint": key, "number": seen[key]})[9:]


def _description(one: Remark, finding: Finding, secrets: Secrets) -> str:
    parts = [finding.message or finding.title, package_words(finding), finding.why]
    parts += [f"Resource: {one.resource}"] if one.resource else []
    return "\n\n".join(markdown(secrets.text(part)) for part in parts if part) or "unknown"


def _details(one: Remark) -> dict[str, Any]:
    assert one.decision is not None
    context = one.decision.assessment.context
    facts = {
        "decision": ("Decision", one.decided),
        "environment": ("Environment", ", ".join(fact.name for fact in context.environments)),
        "owner": ("Owner", ", ".join(claim.name for claim in context.owners or ())),
        "fingerprint": ("Gatepost fingerprint", one.fingerprint),
    }
    return {
        key: {"name": name, "type": "text", "value": printable(value)} for key, (name, value) in facts.items() if value
    }


def _identifiers(finding: Finding) -> list[dict[str, str]]:
    """Return what a finding is known as, at most as many as GitLab keeps; the first is what it compares by."""
    made: list[dict[str, str]] = []
    for name in finding.ids:
        if _CVE.fullmatch(name):
            made.append({"type": "cve", "name": name, "value": name, "url": f"https://nvd.nist.gov/vuln/detail/{name}"})
        elif _GHSA.fullmatch(name):
            made.append(
                {"type": "ghsa", "name": name, "value": name, "url": f"https://github.com/advisories/{quote(name)}"}
            )
    made.sort(key=lambda one: one["type"])
    rule = text(finding.rule)
    made.append({"type": "gatepost", "name": rule, "value": rule})
    for number in finding.cwe:
        url = f"https://cwe.mitre.org/data/definitions/{number}.html"
        made.append({"type": "cwe", "name": f"CWE-{number}", "value": str(number), "url": url})
    return made[:MOST_IDENTIFIERS]


def _is_link(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " <>\"'`\\#["):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _vectors(finding: Finding) -> list[dict[str, str]]:
    given: list[Cvss] = [*([finding.cvss] if finding.cvss else []), *finding.scores]
    made: dict[tuple[str, str], None] = {}
    for one in given:
        if len(one.vector) <= 128 and _VECTOR.fullmatch(one.vector):
            made[text(one.source, 100), one.vector] = None
    return [{"vendor": vendor, "vector": vector} for vendor, vector in list(made)[:10]]
