"""Results of Checkmarx' static analysis in its five forms, and the finding of one; never packages or infrastructure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gatepost.model.findings import Finding, Related, Suppression
from gatepost.model.records import NamedTuple
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import listed, mapping, name, text, weaknesses, whole
from gatepost.scans.xml_tree import Node

TOOL = "checkmarx"
# The states of CxSAST are numbers.
_STATES = ("to verify", "not exploitable", "confirmed", "urgent", "proposed not exploitable")


class _Step(NamedTuple):
    file: str
    line: int | None


class Flow(NamedTuple):
    """A result of static analysis, whichever form it was written in; its steps lead from source to sink."""

    rule: str
    severity: str
    steps: Sequence[_Step]
    state: str
    status: str
    cwe: tuple[int, ...]
    message: str = ""


def _state(found: object) -> str:
    number = whole(found)
    return _STATES[number] if number is not None and number < len(_STATES) else name(found)


def of_xml(root: Node) -> Iterator[Flow]:
    """Yield the results of CxSAST's XML."""
    for query in root.all("Query"):
        for result in query.all("Result"):
            nodes = result.all("Path", "PathNode")
            steps = [_Step(node.said("FileName"), whole(node.said("Line"))) for node in nodes]
            false = result.get("FalsePositive").lower() == "true"
            yield Flow(
                query.get("name"),
                result.get("Severity") or query.get("Severity"),
                steps or [_Step(result.get("FileName"), whole(result.get("Line")))],
                "not exploitable" if false else _state(result.get("state")),
                result.get("Status"),
                weaknesses(query.get("cweId")),
            )


def of_report(sast: Mapping[str, Any]) -> Iterator[Flow]:
    """Yield the results of a JSON report: queries by language, or (version 2) in one list."""
    queries = [query for one in map(mapping, listed(sast.get("languages"))) for query in listed(one.get("queries"))]
    for query in map(mapping, [*queries, *listed(sast.get("resultsList"))]):
        for row in map(mapping, listed(query.get("vulnerabilities"))):
            ends = [
                _Step(text(row.get("sourceFileName")), whole(row.get("sourceLine"))),
                _Step(text(row.get("destinationFileName")), whole(row.get("destinationLine"))),
            ]
            yield Flow(
                name(query.get("queryName")),
                name(row.get("severity")),
                ends if ends[1].file else _steps(row.get("nodes")),
                name(row.get("state")),
                name(row.get("status")),
                weaknesses(row.get("cweId")) or weaknesses(query.get("cweId")),
                text(query.get("description")),
            )


def of_row(row: Mapping[str, Any]) -> Flow:
    """Return a result of Checkmarx One's interface."""
    data = mapping(row.get("data"))
    return Flow(
        name(data.get("queryName")),
        name(row.get("severity")),
        _steps(data.get("nodes")),
        name(row.get("state")),
        name(row.get("status")),
        weaknesses(mapping(row.get("vulnerabilityDetails")).get("cweId")),
        text(row.get("description")),
    )


def of_cxflow(data: Mapping[str, Any]) -> Iterator[Flow]:
    """Yield the results in CxFlow's JSON: each issue of a file has one for each way through the code."""
    for issue in map(mapping, listed(data.get("xissues"))):
        details = mapping(issue.get("details"))
        for row in map(mapping, listed(mapping(issue.get("additionalDetails")).get("results"))):
            ends = [mapping(row.get("source")), mapping(row.get("sink"))]
            steps = [_Step(text(one.get("file")), whole(one.get("line"))) for one in ends]
            false = mapping(details.get(name(ends[0].get("line")))).get("falsePositive") is True
            yield Flow(
                name(issue.get("vulnerability")),
                name(issue.get("severity")),
                steps,
                "not exploitable" if false else _state(row.get("state")),
                "",
                weaknesses(issue.get("cwe")),
                text(issue.get("description")),
            )


def _steps(nodes: object) -> list[_Step]:
    return [_Step(text(one.get("fileName")), whole(one.get("line"))) for one in map(mapping, listed(nodes))]


def finding(reading: Reading, flow: Flow) -> Finding | None:
    """Return the finding of a flow at its sink, with its source related; None for one that was mended."""
    if flow.status.upper() == "FIXED":
        return None
    steps = [step for step in flow.steps if step.file]
    if not flow.rule or not steps:
        raise Unreadable("has no query or no place")
    # Checkmarx writes paths below the scanned folder with a slash in front.
    last, first = steps[-1], steps[0]
    place = reading.placing.file([last.file, last.file.lstrip("/\\")], last.line)
    source = reading.placing.file([first.file, first.file.lstrip("/\\")], first.line)
    title = flow.rule.replace("_", " ")
    return reading.finding(
        TOOL,
        flow.rule,
        place,
        title=title,
        message=flow.message or title,
        severity=severity_of(flow.severity),
        severity_said=flow.severity,
        category="code",
        cwe=flow.cwe,
        related=(Related(source.location, "where it comes from"),) if source.location != place.location else (),
        suppressions=suppressions(flow.state),
        content=place.line,
    )


def suppressions(state: str) -> tuple[Suppression, ...]:
    """Return the mark of a result that somebody has judged not exploitable."""
    word = state.lower().replace("_", " ")
    return (Suppression("external", TOOL, word),) if word == "not exploitable" else ()
