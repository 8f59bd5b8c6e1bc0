"""ZAP's reports in XML and JSON, of every version; never its HTML or Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Confidence, Finding, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, listed, mapping, name, text, weaknesses, whole
from gatepost.scans.streaming import each
from gatepost.scans.xml_tree import Node

NAME = "zap"
WRITTEN_BY = "ZAP (`zap-baseline.py -x report.xml -J report.json`, the automation framework)"
UNIT = "one alert at one address, method and parameter"
EMPTY_LIST_IS_CLEAN = False
_RISKS: tuple[Severity, ...] = ("info", "low", "medium", "high")
_WORDS = ("Informational", "Low", "Medium", "High")
# 0 is what somebody has marked as a false positive.
_CONFIDENCES: tuple[Confidence, ...] = ("low", "low", "medium", "high", "high")


class _Alert(NamedTuple):
    row: Mapping[str, Any]
    instance: Mapping[str, Any]
    site: str
    version: str


def recognises(opened: Opened) -> bool:
    """Whether this is ZAP's XML, or JSON with ZAP's sites."""
    if opened.xml is not None:
        return opened.xml.tag == "OWASPZAPReport"
    data = mapping(opened.data)
    if "site" not in data or "vulnerabilities" in data:  # GitLab's reports of ZAP have both
        return False
    return "@programName" in data or data.keys() >= {"@generated", "@version"}


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each instance of each alert; a Problem where no site was looked at."""
    data = mapping(opened.data) if opened.xml is None else _plain(opened.xml)
    sites = data.get("site")
    rows = [mapping(one) for one in (listed(sites) or ([sites] if sites else []))]
    if not rows:
        yield reading.problem("ZAP has looked at no site", "see whether it reached the application")
    yield from reading.each(_alerts(rows, name(data.get("@version"))), partial(_finding, reading))


def _plain(root: Node) -> dict[str, Any]:
    """Return the XML in the shape of the JSON."""
    sites: list[dict[str, Any]] = []
    for site in root.all("site"):
        alerts = each(site.all("alerts", "alertitem"), _plain_alert)
        sites.append({"@name": site.get("name"), "alerts": alerts})
    return {"@version": root.get("version"), "site": sites}


def _plain_alert(item: Node) -> dict[str, Any]:
    return {**_texts(item), "instances": each(item.all("instances", "instance"), _texts)}


def _texts(node: Node) -> dict[str, str]:
    return {child.tag: child.text.strip() for child in node.children}


def _alerts(sites: list[Mapping[str, Any]], version: str) -> Iterator[_Alert]:
    for site in sites:
        for row in map(mapping, listed(site.get("alerts"))):
            # Before 2.5 an alert stood at one address and had no instances.
            for instance in listed(row.get("instances")) or [row]:
                yield _Alert(row, mapping(instance), name(site.get("@name")), version)


def _finding(reading: Reading, alert: _Alert) -> Finding:
    row, instance = alert.row, alert.instance
    address = text(instance.get("uri")) or alert.site
    risk, sure = whole(row.get("riskcode")), whole(row.get("confidence"))
    title = name(row.get("alert")) or name(row.get("name"))
    parameter = name(instance.get("param"))
    at = f" (parameter {parameter})" if parameter else ""
    return reading.finding(
        NAME,
        name(row.get("alertRef")) or name(row.get("pluginid")),
        reading.placing.artifact(_path(address)),
        title=title,
        message=f"{title}{at}",
        severity=_RISKS[risk] if risk is not None and risk < len(_RISKS) else "unknown",
        severity_said=_WORDS[risk] if risk is not None and risk < len(_WORDS) else "",
        confidence=_CONFIDENCES[sure] if sure is not None and sure < len(_CONFIDENCES) else "medium",
        category="web",
        version=alert.version,
        subject="resource",
        resource=f"{name(instance.get('method'))} {address}".strip(),
        why=_text(row.get("desc")),
        advice=_text(row.get("solution")),
        cwe=weaknesses(row.get("cweid")),
        references=addresses(_text(row.get("reference")).split()),
        suppressions=(Suppression("external", NAME, "false positive"),) if sure == 0 else (),
        artifact=Artifact(alert.site, "site"),
        content=parameter,
    )


def _path(address: str) -> str:
    """Return host and path of an address, without what follows a question mark."""
    return (address.partition("://")[2] or address).partition("?")[0]


def _text(found: object) -> str:
    """Return the text of a bit of HTML."""
    from html import unescape

    parts = (part.rpartition(">")[2] for part in unescape(text(found)).split("<"))
    return " ".join(" ".join(parts).split())
