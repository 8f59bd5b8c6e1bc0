"""Nosey Parker's JSON, one finding a line or a list of them; never the secrets it has found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Related, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.paging import without_end
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import is_list, listed, mapping, name, text, whole

NAME = "nosey-parker"
WRITTEN_BY = "`noseyparker report -f jsonl` (or `json`)"
UNIT = "one match of one rule at its first place; other places of the same content are related"
EMPTY_LIST_IS_CLEAN = True


class _Row(NamedTuple):
    finding: Mapping[str, Any]
    match: Mapping[str, Any]


def _rows(opened: Opened) -> Sequence[Any]:
    return listed(opened.data) if is_list(opened.data) else opened.documents


def recognises(opened: Opened) -> bool:
    """Whether the first row has a rule, and matches with their provenance."""
    first = mapping(next(iter(_rows(opened)), None))
    return "rule_name" in first and "provenance" in mapping(next(iter(listed(first.get("matches"))), None))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each match; rejected ones are marked. A Problem where matches were left out."""
    cut = without_end(reading, opened)
    if cut is not None:
        yield cut
    rows = _rows(opened)
    pairs = (_Row(row, mapping(match)) for row in map(mapping, rows) for match in listed(row.get("matches")))
    missing = sum(
        max(0, (whole(row.get("num_matches")) or 0) - len(listed(row.get("matches")))) for row in map(mapping, rows)
    )
    if missing:
        yield reading.problem(f"{missing} matches were left out of the report", "write it with --max-matches=-1")
    yield from reading.each(pairs, partial(_finding, reading))


def _where(provenance: Mapping[str, Any]) -> tuple[str, str]:
    """Return the path and the commit ("" for a file) of one place."""
    commit = mapping(provenance.get("first_commit") or provenance.get("commit_provenance"))
    if commit:
        return text(commit.get("blob_path")), name(mapping(commit.get("commit_metadata")).get("commit_id"))
    return text(provenance.get("path")), ""


def _finding(reading: Reading, row: _Row) -> Finding:
    span = mapping(mapping(row.match.get("location")).get("source_span"))
    start, end = mapping(span.get("start")), mapping(span.get("end"))
    places = [_where(mapping(one)) for one in listed(row.match.get("provenance"))]
    places = [place for place in dict.fromkeys(places) if place[0]]
    if not places:
        raise Unreadable("has no place")
    first, last = whole(start.get("line")), whole(end.get("line"))
    (path, commit), *others = places
    rejected = [name(one) for one in listed(row.finding.get("statuses")) or listed(row.match.get("statuses"))]
    marked = bool(rejected) and all(one.lower() == "reject" for one in rejected)
    why = name(row.finding.get("comment"))
    related = [Related(reading.placing.file([one], first, last).location, "the same content") for one, _ in others[:20]]
    return reading.secret(
        NAME,
        name(row.finding.get("rule_text_id")) or name(row.finding.get("rule_name")),
        reading.placing.file([path], first, last),
        name(row.finding.get("rule_name")),
        commit=commit,
        related=tuple(related),
        suppressions=(Suppression("external", NAME, "rejected", why),) if marked else (),
        content=name(row.finding.get("finding_id")) or name(row.match.get("blob_id")),
    )
