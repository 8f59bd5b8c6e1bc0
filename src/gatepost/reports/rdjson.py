"""A verdict in the Diagnostic Format of reviewdog, with proved fixes as suggestions; never a fix that is not proved.

Source: github.com/reviewdog/reviewdog, proto/rdf. Columns count bytes of UTF-8 from 1; ends are exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.model.decisions import Report, Verdict
from gatepost.model.findings import Finding
from gatepost.model.places import Location, Source
from gatepost.model.problems import NOWHERE
from gatepost.reports.json import written
from gatepost.reports.remarks import Remark, remarks, secrets_of
from gatepost.reports.safe_text import markdown, printable
from gatepost.reports.secrets import Secrets
from gatepost.reports.suggestions import suggestion
from gatepost.reports.view import View

NAME = "rdjson"
MEDIA_TYPE = "application/json"


def render(verdict: Verdict, view: View) -> Report:  # noqa: ARG001  the same for every view
    """Return the diagnostics, what blocks first. What is allowed is left out: reviewdog would report it as wrong."""
    secrets = secrets_of(verdict)
    rows = [_row(one, verdict.sources, secrets) for one in remarks(verdict, secrets) if one.action != "allow"]
    return Report(NAME, MEDIA_TYPE, written({"source": {"name": "gatepost"}, "diagnostics": rows}))


def _row(one: Remark, sources: Mapping[str, Source], secrets: Secrets) -> dict[str, Any]:
    made: dict[str, Any] = {"message": _message(one), "location": {"path": one.path or "."}}
    if one.location and one.location.region != NOWHERE:
        made["location"]["range"] = _range(one.location, sources.get(one.location.path))
    made["severity"] = "ERROR" if one.fails else "WARNING"
    made["code"] = {"value": printable(one.rule) or "gatepost"}
    if one.decision is not None:
        suggested = _suggestions(one.decision.assessment.finding, sources, secrets)
        if suggested:
            made["suggestions"] = suggested
    return made


def _message(one: Remark) -> str:
    """Return the text; reviewdog hands it to code hosts, which read it as Markdown."""
    head = f"Undecided: {one.title}" if one.kind == "undecided" else one.title
    lines = [markdown(line) for line in (head, *one.details, one.decided) if line]
    return "\n\n".join(lines) or "gatepost"


def _range(location: Location, source: Source | None) -> dict[str, Any]:
    region = location.region
    first, last = max(region.start_line, 1), max(region.end_line, region.start_line, 1)
    if source is None:  # columns cannot be counted in bytes; without them whole lines are meant
        return {"start": {"line": first}, "end": {"line": last}}
    start = _position(source, first, region.start_column)
    end = _position(source, last, region.end_column if last == region.end_line else 1)
    return {"start": start, "end": max(start, end, key=lambda at: (at["line"], at["column"]))}


def _position(source: Source, line: int, column: int) -> dict[str, int]:
    before = source.line(line)[: max(column - 1, 0)]
    return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}


def _suggestions(finding: Finding, sources: Mapping[str, Source], secrets: Secrets) -> list[dict[str, Any]]:
    """Return the proved fix where it is whole lines of the file that the finding is in: no other can be told here."""
    for fix in finding.fixes:
        if any(edit.location.path != finding.location.path for edit in fix.edits):
            continue
        made = suggestion(fix, sources, secrets)
        if made is None or not all(map(_plain, made.lines)):
            continue
        if made.lines == ("",):  # the text of one empty line is that of none
            continue
        # Lines without columns are whole lines with their ends; reviewdog adds the last one.
        return [{"range": {"start": {"line": made.first}, "end": {"line": made.last}}, "text": "\n".join(made.lines)}]
    return []


def _plain(line: str) -> bool:
    return printable(line) == line.replace("\t", " ") and "\r" not in line
