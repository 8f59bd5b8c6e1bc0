"""OpenVEX documents (https://github.com/openvex/spec); never whether a statement is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.purls import from_purl, package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import addresses, is_list, listed, mapping, name, text
from gatepost.scans.vex import stated

NAME = "openvex"
WRITTEN_BY = "OpenVEX documents, of any tool"
UNIT = "one statement about one product (or its component); not_affected and fixed are marked"
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether the context is OpenVEX's."""
    data = mapping(opened.data)
    return "openvex.dev/ns" in name(data.get("@context")) and "statements" in data


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding with a statement for each product; a Problem where nothing is stated."""
    data = mapping(opened.data)
    author = name(data.get("author"))
    rows = listed(data.get("statements"))
    if not rows or not is_list(data.get("statements")):
        yield reading.problem("the VEX document states nothing", "see whether it is complete")
    for row in map(mapping, rows):
        yield from reading.each(_products(data, row), partial(_finding, reading, author, row))


def _products(data: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the products of a statement with each of their components ("" for the product itself)."""
    products = listed(row.get("products")) or listed(data.get("products"))
    for product in products or [None]:
        parts = listed(mapping(product).get("subcomponents")) or listed(row.get("subcomponents"))
        for part in parts or [None]:
            yield _identity(product), _identity(part)


def _identity(thing: object) -> str:
    known = mapping(thing)
    return name(mapping(known.get("identifiers")).get("purl")) or name(known.get("@id")) or name(thing)


def _finding(reading: Reading, author: str, row: Mapping[str, Any], product: tuple[str, str]) -> Finding:
    whole, part = product
    about = mapping(row.get("vulnerability"))
    identity = name(about.get("name")) or name(row.get("vulnerability")) or name(about.get("@id")).rpartition("/")[2]
    subject = part or whole
    if not subject:
        raise Unreadable("names no product")
    called, version = from_purl(subject)
    why = name(row.get("justification")) or text(row.get("impact_statement"))
    statement = stated(name(row.get("status")), why, author, NAME)
    if not statement:
        raise Unreadable("has no status of VEX")
    message = text(row.get("impact_statement")) or text(about.get("description")) or text(row.get("action_statement"))
    return reading.vulnerability(
        NAME,
        identity,
        reading.placing.manifest(),
        package_of(called or subject, version, purl=subject if subject.startswith("pkg:") else ""),
        aliases=[listed(about.get("aliases"))],
        message=message or f"{author or 'somebody'} states: {name(row.get('status'))}",
        advice=text(row.get("action_statement")),
        artifact=Artifact(whole, "image" if whole.startswith("pkg:oci/") else "archive") if part else None,
        references=addresses([about.get("@id")]),
        **statement,
    )
