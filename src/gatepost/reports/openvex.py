"""Waived vulnerabilities as an OpenVEX document, version 0.2.0 (https://github.com/openvex/spec); never a finding."""

from __future__ import annotations

from typing import Any

from gatepost.model.decisions import Report, Verdict
from gatepost.reports.json import written
from gatepost.reports.safe_text import printable
from gatepost.reports.vex_statements import Product, Statement, authors, file_iri, identity, statements_of, today_of
from gatepost.reports.view import View
from gatepost.version import __version__

NAME = "openvex"
MEDIA_TYPE = "application/json"
CONTEXT = "https://openvex.dev/ns/v0.2.0"


def render(verdict: Verdict, view: View) -> Report:
    """Return the document; where nothing is waived its list of statements is empty."""
    statements = statements_of(verdict)
    rows = [_statement(one) for one in statements]
    data: dict[str, Any] = {
        "@context": CONTEXT,
        "author": ", ".join(authors(statements)) or "gatepost",
        "timestamp": today_of(verdict, view),
        "version": 1,
        "tooling": f"Gatepost {__version__}",
        "statements": rows,
    }
    data = {"@context": CONTEXT, "@id": identity({**data, "tooling": ""}), **data}
    return Report(NAME, MEDIA_TYPE, written(data))


def _statement(one: Statement) -> dict[str, Any]:
    vulnerability: dict[str, Any] = {"name": printable(one.vulnerability)}
    if one.aliases:
        vulnerability["aliases"] = [printable(alias) for alias in one.aliases]
    row: dict[str, Any] = {
        "vulnerability": vulnerability,
        "products": [_product(product) for product in one.products],
        "status": one.status,
    }
    if one.waiver.since:
        row["timestamp"] = f"{one.waiver.since}T00:00:00Z"
    if one.justification:
        row["justification"] = one.justification
    row["action_statement" if one.status == "affected" else "status_notes"] = one.how
    return row


def _product(product: Product) -> dict[str, Any]:
    package = {"@id": product.purl, "identifiers": {"purl": product.purl}}
    if product.image:
        return {"@id": product.image, "identifiers": {"purl": product.image}, "subcomponents": [package]}
    if product.file:
        return {"@id": file_iri(product.file), "subcomponents": [package]}
    return package
