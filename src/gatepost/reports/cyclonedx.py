"""Waived vulnerabilities as a CycloneDX 1.6 document (VEX); never a list of all components."""

from __future__ import annotations

from typing import Any

from gatepost.model.decisions import Report, Verdict
from gatepost.model.findings import Cvss, Finding
from gatepost.reports.json import written
from gatepost.reports.safe_text import printable
from gatepost.reports.vex_statements import Product, Statement, authors, identity, statements_of, today_of
from gatepost.reports.view import View
from gatepost.version import __version__

NAME = "cyclonedx"
MEDIA_TYPE = "application/vnd.cyclonedx+json"
# CycloneDX 1.6, impactAnalysisState; "affected" and "exploitable" are the words of OpenVEX and CycloneDX for the same.
_STATES = {
    "affected": "exploitable",
    "not_affected": "not_affected",
    "fixed": "resolved",
    "under_investigation": "in_triage",
}
# impactAnalysisJustification; what has no word of its own there is told in the detail alone.
_JUSTIFICATIONS = {
    "component_not_present": "code_not_present",
    "vulnerable_code_not_present": "code_not_present",
    "vulnerable_code_not_in_execute_path": "code_not_reachable",
    "inline_mitigations_already_exist": "protected_by_mitigating_control",
}
_METHODS = {"2.0": "CVSSv2", "3.0": "CVSSv3", "3.1": "CVSSv31", "4.0": "CVSSv4"}
_SOURCES = {"CVE": "NVD", "GHSA": "GitHub Advisories"}


def render(verdict: Verdict, view: View) -> Report:
    """Return the document."""
    statements = statements_of(verdict)
    products = sorted({product for one in statements for product in one.products})
    images = sorted({product.image for product in products if product.image})
    data: dict[str, Any] = {
        "components": [*(_image(one) for one in images), *map(_component, products)],
        "vulnerabilities": [_vulnerability(one) for one in statements],
    }
    metadata = {
        "timestamp": today_of(verdict, view),
        "tools": {"components": [{"type": "application", "name": "gatepost", "version": __version__}]},
        "authors": [{"name": one} for one in authors(statements)],
    }
    head = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": identity({**data, "timestamp": metadata["timestamp"]}),
        "version": 1,
        "metadata": metadata,
    }
    return Report(NAME, MEDIA_TYPE, written({**head, **data}))


def _ref(product: Product) -> str:
    return "#".join(part for part in (product.purl, product.image, product.file) if part)


def _image(purl: str) -> dict[str, Any]:
    return {"type": "container", "bom-ref": purl, "name": purl[8:].partition("?")[0].partition("@")[0], "purl": purl}


def _component(product: Product) -> dict[str, Any]:
    component: dict[str, Any] = {"type": "library", "bom-ref": _ref(product), "name": printable(product.name)}
    if product.version:
        component["version"] = printable(product.version)
    component["purl"] = product.purl
    where = (("gatepost:image", product.image), ("gatepost:path", product.file))
    properties = [{"name": name, "value": printable(value)} for name, value in where if value]
    return {**component, "properties": properties} if properties else component


def _vulnerability(one: Statement) -> dict[str, Any]:
    finding, waiver = one.finding, one.waiver
    analysis: dict[str, Any] = {"state": _STATES[one.status]}
    if one.justification in _JUSTIFICATIONS:
        analysis["justification"] = _JUSTIFICATIONS[one.justification]
    told = f"{one.justification}: {one.how}" if one.justification else one.how
    analysis["detail"] = told
    if waiver.since:
        analysis["firstIssued"] = f"{waiver.since}T00:00:00Z"
    row: dict[str, Any] = {"id": printable(one.vulnerability), "source": {"name": _source(one.vulnerability)}}
    if one.aliases:
        row["references"] = [{"id": printable(alias), "source": {"name": _source(alias)}} for alias in one.aliases]
    ratings = _ratings(finding)
    if ratings:
        row["ratings"] = ratings
    if finding.cwe:
        row["cwes"] = sorted(number for number in set(finding.cwe) if number > 0)
    row["description"] = printable(finding.title)
    row["analysis"] = analysis
    row["affects"] = [{"ref": _ref(product)} for product in one.products]
    return row


def _source(id: str) -> str:
    prefix = id.partition("-")[0]
    return printable(_SOURCES.get(prefix, prefix))


def _ratings(finding: Finding) -> list[dict[str, Any]]:
    rating: dict[str, Any] = {"severity": finding.severity}
    if finding.cvss is not None and 0 <= finding.cvss.score <= 10:
        rating |= _scored(finding.cvss)
    return [rating]


def _scored(cvss: Cvss) -> dict[str, Any]:
    found: dict[str, Any] = {"score": cvss.score, "method": _METHODS.get(cvss.version, "other")}
    return {**found, "vector": printable(cvss.vector)} if cvss.vector else found
