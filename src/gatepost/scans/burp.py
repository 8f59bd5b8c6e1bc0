"""Burp's XML of issues; never the requests and responses in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from gatepost.model.findings import Artifact, Confidence, Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading
from gatepost.scans.severities import WORDS, severity_of
from gatepost.scans.shapes import addresses
from gatepost.scans.xml_tree import Node

NAME = "burp"
WRITTEN_BY = "Burp Suite's report of issues in XML"
UNIT = "one issue at one location"
EMPTY_LIST_IS_CLEAN = False
_CWE = re.compile(r"CWE-(\d{1,5})")
_LINK = re.compile(r"href=\"([^\"]{1,400})\"")
_CONFIDENCES: dict[str, Confidence] = {"certain": "high", "firm": "medium", "tentative": "low"}


def recognises(opened: Opened) -> bool:
    """Whether these are issues of a version of Burp."""
    return opened.xml is not None and opened.xml.tag == "issues" and "burpVersion" in opened.xml.attributes


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each issue; false positives are marked."""
    root = opened.xml
    if root is not None:
        yield from reading.each(root.all("issue"), partial(_finding, reading, root.get("burpVersion")))


def _finding(reading: Reading, version: str, issue: Node) -> Finding:
    host, path = issue.said("host"), issue.said("path")
    where = f"{host.partition('://')[2] or host}{path}"
    said = issue.said("severity")
    title = issue.said("name")
    location = issue.said("location")
    links = issue.said("references") + issue.said("vulnerabilityClassifications")
    return reading.finding(
        NAME,
        issue.said("type"),
        reading.placing.artifact(where.partition("?")[0]),
        title=title,
        message=_plain(issue.said("issueDetail")) or f"{title} at {location or where}",
        severity=severity_of(said, {**WORDS, "information": "info", "false positive": "info"}),
        severity_said=said,
        confidence=_CONFIDENCES.get(issue.said("confidence").lower(), "medium"),
        category="web",
        version=version,
        subject="resource",
        resource=f"{host}{path}",
        why=_plain(issue.said("issueBackground")),
        advice=_plain(issue.said("remediationDetail")) or _plain(issue.said("remediationBackground")),
        cwe=tuple(dict.fromkeys(int(one) for one in _CWE.findall(links))),
        references=addresses(_LINK.findall(links)),
        suppressions=(Suppression("external", NAME, "false positive"),) if said.lower() == "false positive" else (),
        artifact=Artifact(host, "site"),
        content=location,
    )


def _plain(found: str) -> str:
    """Return the text of some HTML."""
    from html import unescape

    parts = (part.rpartition(">")[2] for part in found.split("<"))
    return " ".join(unescape(" ".join(parts)).split())[:4000]
