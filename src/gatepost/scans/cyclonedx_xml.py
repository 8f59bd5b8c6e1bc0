"""CycloneDX in XML in the shape of its JSON, as far as vulnerabilities need it; never what any of it means."""

from __future__ import annotations

from typing import Any

from gatepost.scans.streaming import each
from gatepost.scans.xml_tree import Node


def as_json(root: Node) -> dict[str, Any]:
    """Return a document as its JSON has it; vulnerabilities of the extension for 1.2 and 1.3 among the others."""
    rows = each(root.all("vulnerabilities", "vulnerability"), _vulnerability)
    older = [
        _extension(one, component)
        for component in root.first("components").walk("component")
        for one in component.all("vulnerabilities", "vulnerability")
    ]
    metadata = root.first("metadata")
    tools = [*metadata.all("tools", "tool"), *metadata.all("tools", "components", "component")]
    return {
        "metadata": {
            "component": _component(metadata.first("component")),
            "tools": [{"name": one.said("name"), "version": one.said("version")} for one in tools],
        },
        "components": each(root.all("components", "component"), _component),
        "dependencies": [
            {"ref": one.get("ref"), "dependsOn": [each.get("ref") for each in one.all("dependency")]}
            for one in root.all("dependencies", "dependency")
        ],
        "vulnerabilities": [*rows, *older] if older else rows,
    }


def _component(node: Node) -> dict[str, Any]:
    return {
        "type": node.get("type"),
        "bom-ref": node.get("bom-ref"),
        "group": node.said("group"),
        "name": node.said("name"),
        "version": node.said("version"),
        "purl": node.said("purl"),
        "properties": [
            {"name": one.get("name"), "value": one.text.strip()} for one in node.all("properties", "property")
        ],
        "components": [_component(one) for one in node.all("components", "component")],
    }


def _source(node: Node) -> dict[str, str]:
    return {"name": node.said("name") or node.get("name"), "url": node.said("url")}


def _rating(node: Node) -> dict[str, Any]:
    points = node.first("score")
    return {
        "source": _source(node.first("source")),
        "score": points.said("base") or points.text.strip(),
        "severity": node.said("severity"),
        "method": node.said("method"),
        "vector": node.said("vector"),
    }


def _vulnerability(node: Node) -> dict[str, Any]:
    analysis = node.first("analysis")
    return {
        "bom-ref": node.get("bom-ref"),
        "id": node.said("id"),
        "source": _source(node.first("source")),
        "references": [{"id": one.said("id")} for one in node.all("references", "reference")],
        "ratings": [_rating(one) for one in node.all("ratings", "rating")],
        "cwes": [one.text.strip() for one in node.all("cwes", "cwe")],
        "description": node.said("description"),
        "detail": node.said("detail"),
        "recommendation": node.said("recommendation"),
        "workaround": node.said("workaround"),
        "advisories": [{"url": one.said("url")} for one in node.all("advisories", "advisory")],
        "published": node.said("published"),
        "analysis": {key: analysis.said(key) for key in ("state", "justification", "detail")},
        "affects": [_target(one) for one in node.all("affects", "target")],
    }


def _target(node: Node) -> dict[str, Any]:
    keys = ("version", "range", "status")
    versions = [{key: one.said(key) for key in keys} for one in node.all("versions", "version")]
    return {"ref": node.said("ref"), "versions": versions}


def _extension(node: Node, component: Node) -> dict[str, Any]:
    """Return a vulnerability of http://cyclonedx.org/schema/ext/vulnerability/1.0, which stands in its component."""
    return {
        "id": node.said("id"),
        "source": _source(node.first("source")),
        "ratings": [_rating(one) for one in node.all("ratings", "rating")],
        "cwes": [one.text.strip() for one in node.all("cwes", "cwe")],
        "description": node.said("description"),
        "recommendation": " ".join(one.text.strip() for one in node.all("recommendations", "recommendation")),
        "advisories": [{"url": one.text.strip()} for one in node.all("advisories", "advisory")],
        "affects": [{"ref": component.get("bom-ref") or node.get("ref") or component.said("purl")}],
    }
