"""Fortify's results: an FPR archive with its audit, or an FVDL document alone; never a PDF or the server's pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from gatepost.model.findings import Finding, Related, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened, Unopened
from gatepost.scans.placing import Place
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import score, weaknesses, whole
from gatepost.scans.xml_tree import Node

NAME = "fortify"
WRITTEN_BY = "`sourceanalyzer … -scan -f result.fpr` (also `audit.fvdl` alone)"
UNIT = "one vulnerability instance at the last node of its trace"
EMPTY_LIST_IS_CLEAN = False
_RESULTS, _AUDIT = "audit.fvdl", "audit.xml"
# The tag that says what an auditor thinks of an issue.
_ANALYSIS = "87f2364f-dcd4-49e6-861d-f8d3f351686b"
_MARKUP = re.compile(r"<(?:Replace\s[^>]{0,300}?key=\"([^\"]{1,100})\"[^>]{0,300}|/?[A-Za-z][^>]{0,300})>")
_HALF = 2.5


class _Context(NamedTuple):
    rules: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, Node]
    nodes: Mapping[str, Node]
    audits: Mapping[str, Node]
    version: str


def recognises(opened: Opened) -> bool:
    """Whether this is an FVDL document or an archive with one."""
    return _RESULTS in opened.members or (opened.xml is not None and opened.xml.tag == "FVDL")


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each instance, suppressed ones marked; a Problem for each error of the analysis."""
    root = opened.member(_RESULTS).xml if opened.members else opened.xml
    if root is None or root.tag != "FVDL":
        yield reading.problem("the archive's audit.fvdl is no FVDL document")
        return
    if not root.all("EngineData") and not root.all("Vulnerabilities"):
        yield reading.problem("the document has neither results nor data of an engine")
    for error in root.all("EngineData", "Errors", "Error"):
        yield reading.problem(f"Fortify reports: {error.text.strip() or error.get('code')}")
    audits: dict[str, Node] = {}
    if _AUDIT in opened.members:
        try:
            found = opened.member(_AUDIT).xml
        except Unopened as error:
            yield reading.problem(f"the audit cannot be read: {error.what}")
            found = None
        audits = {one.get("instanceId"): one for one in found.all("IssueList", "Issue")} if found else {}
    context = _Context(
        {
            rule.get("id"): {one.get("name"): one.text.strip() for one in rule.all("MetaInfo", "Group")}
            for rule in root.all("EngineData", "RuleInfo", "Rule")
        },
        {one.get("classID"): one for one in root.all("Description")},
        {one.get("id"): one for one in root.all("UnifiedNodePool", "Node")},
        audits,
        root.said("EngineData", "EngineVersion"),
    )
    yield from reading.each(root.all("Vulnerabilities", "Vulnerability"), partial(_finding, reading, context))


def _finding(reading: Reading, context: _Context, row: Node) -> Finding | None:
    about, instance = row.first("ClassInfo"), row.first("InstanceInfo")
    kind, subtype, class_id = about.said("Type"), about.said("Subtype"), about.said("ClassID")
    audit = context.audits.get(instance.said("InstanceID"))
    if audit is not None and audit.get("removed") == "true":
        return None
    if not kind:
        raise Unreadable("has no type")
    rule = context.rules.get(class_id, {})
    title = f"{kind}: {subtype}" if subtype else kind
    places = _places(reading, context, row)
    said = _priority(rule, instance)
    place = places[-1] if places else reading.placing.manifest()
    source = places[0].location if len(places) > 1 and places[0].location != place.location else None
    return reading.finding(
        NAME,
        f"{kind}/{subtype}" if subtype else kind,
        place,
        title=title,
        message=_text(context.texts.get(class_id), row) or title,
        severity=said or "unknown",
        severity_said=said,
        category="code",
        version=context.version,
        cwe=weaknesses([one.replace("CWE ID ", "CWE-").strip() for one in rule.get("altcategoryCWE", "").split(",")]),
        related=(Related(source, "where it comes from"),) if source else (),
        suppressions=_suppressions(audit),
        content=place.line or instance.said("InstanceID"),
    )


def _priority(rule: Mapping[str, str], instance: Node) -> Severity | None:
    """Return Fortify's priority: critical, high, medium, low by impact and likelihood, each above or below its half."""
    own = {one.get("name"): one.text.strip() for one in instance.all("MetaInfo", "Group")}
    known = [score(own.get(key) or rule.get(key), 5) for key in ("Impact", "Accuracy", "Probability")]
    impact, accuracy, probability = known
    sure = score(instance.said("Confidence"), 5)
    if impact is None or accuracy is None or probability is None or sure is None:
        return None
    likely = accuracy * sure * probability / 25 >= _HALF
    if impact >= _HALF:
        return "critical" if likely else "high"
    return "medium" if likely else "low"


def _places(reading: Reading, context: _Context, row: Node) -> list[Place]:
    """Return the places of a trace, in its order."""
    nodes: list[Node] = []
    for entry in row.all("AnalysisInfo", "Unified", "Trace", "Primary", "Entry"):
        nodes += entry.all("Node")
        nodes += [found for one in entry.all("NodeRef") if (found := context.nodes.get(one.get("id"))) is not None]
    chosen = [one for one in nodes if one.get("isDefault") == "true"]
    sources = [location for one in [*nodes, *chosen] for location in one.all("SourceLocation")]
    return [
        reading.placing.file([one.get("path")], whole(one.get("line")), whole(one.get("lineEnd")))
        for one in sources
        if one.get("path")
    ]


def _text(description: Node | None, row: Node) -> str:
    """Return what the report says about a kind of weakness, with what stands for the instance's own names put in."""
    if description is None:
        return ""
    own = {one.get("key"): one.get("value") for one in row.walk("Def")}
    plain = _MARKUP.sub(lambda match: own.get(match[1], "") if match[1] else "", description.said("Abstract")[:8000])
    return " ".join(plain.split())


def _suppressions(audit: Node | None) -> tuple[Suppression, ...]:
    if audit is None:
        return ()
    comments = [one.said("Content") for one in audit.all("ThreadedComments", "Comment")]
    why = next(iter(comments), "")
    if audit.get("suppressed") == "true":
        return (Suppression("external", NAME, "suppressed", why),)
    thinks = next((one.said("Value") for one in audit.all("Tag") if one.get("id") == _ANALYSIS), "")
    return (Suppression("external", NAME, "not an issue", why),) if thinks.lower() == "not an issue" else ()
