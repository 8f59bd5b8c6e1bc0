"""The XML of Dependency-Check in the shape of its JSON; never what any of it means.

Schemas: https://jeremylong.github.io/DependencyCheck/dependency-check.*.xsd
"""

from __future__ import annotations

from typing import Any

from gatepost.scans.purls import purl_of
from gatepost.scans.streaming import each
from gatepost.scans.xml_tree import Node


def as_json(root: Node) -> dict[str, Any]:
    """Return a report as its JSON has it, of every version of the schema."""
    info = root.first("scanInfo")
    return {
        "scanInfo": {
            "engineVersion": info.said("engineVersion"),
            "analysisExceptions": [{"message": one.said("message")} for one in info.walk("exception")],
        },
        "dependencies": each(root.all("dependencies", "dependency"), _dependency),
    }


def _dependency(node: Node) -> dict[str, Any]:
    return {
        "fileName": node.said("fileName"),
        "filePath": node.said("filePath"),
        "packages": [*_packages(node.first("identifiers"))],
        "relatedDependencies": [
            {"filePath": one.said("filePath")} for one in node.all("relatedDependencies", "relatedDependency")
        ],
        "vulnerabilities": [_vulnerability(one) for one in node.all("vulnerabilities", "vulnerability")],
        "suppressedVulnerabilities": [
            _vulnerability(one) for one in node.all("vulnerabilities", "suppressedVulnerability")
        ],
    }


def _packages(identifiers: Node) -> list[dict[str, str]]:
    found = [{"id": one.said("id"), "confidence": one.get("confidence")} for one in identifiers.walk("package")]
    for one in () if found else identifiers.walk("identifier"):  # until version 1.8 of the schema
        parts = one.said("name").strip("()").split(":")
        if one.get("type") == "maven" and len(parts) == 3:
            purl = purl_of("maven", f"{parts[0]}:{parts[1]}", parts[2])
            found.append({"id": purl, "confidence": one.get("confidence")})
    return found


def _vulnerability(node: Node) -> dict[str, Any]:
    second = node.first("cvssV2")
    older = {
        "score": node.said("cvssScore"),
        "accessVector": node.said("cvssAccessVector"),
        "accessComplexity": node.said("cvssAccessComplexity"),
        "authenticationr": node.said("cvssAuthenticationr"),
        "confidentialImpact": node.said("cvssConfidentialImpact"),
        "integrityImpact": node.said("cvssIntegrityImpact"),
        "availabilityImpact": node.said("cvssAvailabilityImpact"),
    }
    cwes = [one.text for one in node.all("cwes", "cwe")] or [node.said("cwe")]
    return {
        "name": node.said("name"),
        "source": node.get("source"),
        "severity": node.said("severity"),
        "description": " ".join(node.said("description").split()),
        "notes": node.said("notes"),
        "cwes": [one.strip() for one in cwes if one.strip()],
        "cvssv4": {one.tag: one.text.strip() for one in node.first("cvssV4").children},
        "cvssv3": {one.tag: one.text.strip() for one in node.first("cvssV3").children},
        "cvssv2": {one.tag: one.text.strip() for one in second.children} or older,
        "knownExploitedVulnerability": {
            one.tag: one.text for one in node.first("knownExploitedVulnerability").children
        },
        "references": [{"url": one.said("url")} for one in node.all("references", "reference")],
    }
