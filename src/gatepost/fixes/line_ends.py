"""Proves fixes in files with Windows line ends for whichever line ends a code host writes; never changes a fix.

A host that puts a suggestion in may leave its lines with the ends of the file or with others (`reports.suggestions`).
A fix holds for either where, with each of them, it mends what it mends, brings nothing, and everything that the edited
parts say reads the same. In a here-document, or a text of several lines, the ends are a part of what is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.fixes.proving import Trials, require_proved, try_edits
from gatepost.model.changes import Edit, Fix
from gatepost.model.documents import Document, Edited
from gatepost.model.findings import Finding
from gatepost.model.places import Location, Region, Source
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Unknown, Value
from gatepost.reports.suggestions import Suggestion, outcomes, proved_text, stretch_of
from gatepost.rules.judgements import Judged, Judgement

# Each is tried up to four times; fixes beyond these are shown as differences.
MOST_FIXES = 400


def with_either_end(document: Document, judged: Judged, findings: Sequence[tuple[Judgement, Finding]]) -> list[Finding]:
    """Return the findings, their fixes marked that hold with either line end."""
    windows = {source.path: source for source in document.sources if "\r" in source.text}
    known: dict[tuple[Edit, ...], bool] = {}
    tried: Trials = {}
    shown: list[Finding] = []
    for judgement, finding in findings:
        fix = finding.fixes[0] if finding.fixes else None
        source = _source_of(fix, windows) if fix is not None else None
        if fix is not None and source is not None:
            if fix.edits not in known and len(known) < MOST_FIXES:
                known[fix.edits] = _reads_the_same(document, fix, source)
            if known.get(fix.edits) and _holds(document, judged, judgement, fix, source, tried):
                finding = finding._replace(fixes=(fix._replace(either_end=True), *finding.fixes[1:]))
        shown.append(finding)
    return shown


def _source_of(fix: Fix, windows: dict[str, Source]) -> Source | None:
    paths = {edit.location.path for edit in fix.edits}
    return windows.get(next(iter(paths))) if len(paths) == 1 and fix.proof == "proved" else None


def _ways(fix: Fix, source: Source) -> list[tuple[Edit, ...]]:
    """Return the edits that a host may make of a fix, those that were proved left out; empty for none it could."""
    made = stretch_of(fix, source)
    if made is None:
        return []
    place = Location(source.path, Region(made.first, 1, *_end_of(source, made)))
    proved = proved_text(fix, source)
    start, end = source.offset(made.first, 1), source.offset(*place.region[2:])
    before, after = source.text[:start], source.text[end:]
    ways = [(Edit(place, text),) for text in outcomes(source, made)]
    return [way for way in ways if before + way[0].replacement + after != proved] or ways[:1]


def _end_of(source: Source, made: Suggestion) -> tuple[int, int]:
    region = source.region(0, source.offset(made.last + 1, 1))
    return region.end_line, region.end_column


def _holds(document: Document, judged: Judged, judgement: Judgement, fix: Fix, source: Source, tried: Trials) -> bool:
    """Whether every way mends the finding and brings nothing."""
    for way in _ways(fix, source):
        found = tried.get(way)
        if found is None:
            found = tried[way] = try_edits(document, judged, way)
        try:
            require_proved(judgement, found)
        except CannotWrite:
            return False
    return True


def _reads_the_same(document: Document, fix: Fix, source: Source) -> bool:
    """Whether every way says what the proved edits say."""
    ways = _ways(fix, source)
    if not ways or _in_here_document(document, ways[0][0].location):
        return False
    try:
        wanted = document.edited(fix.edits)
        return all(_same(wanted, document.edited(way)) for way in ways)
    except CannotWrite:
        return False


def _same(one: Edited, other: Edited) -> bool:
    if [problem.what for problem in one.document.problems] != [problem.what for problem in other.document.problems]:
        return False
    items = frozenset(item for item, _ in one.changed | other.changed)
    return _said(one.document, items) == _said(other.document, items)


def _said(document: Document, items: frozenset[str]) -> list[tuple[str, str, object]]:
    before = document.ledger.begin()
    said = [(item, path, _literal(value)) for item, path, value in document.values_of(items)]
    document.ledger.forget(before)
    return said


def _literal(value: Value) -> object:
    literal = value.literal
    return (literal.why, literal.pieces) if isinstance(literal, Unknown) else (type(literal).__name__, literal)


def _in_here_document(document: Document, place: Location) -> bool:
    """Whether lines of a Dockerfile belong to an instruction with a here-document: a script is read word by word."""
    if document.language != "dockerfile":
        return False
    first, last = place.region.start_line, place.region.end_line - (place.region.end_column == 1)
    for type in ("RUN", "COPY", "ADD"):
        for resource in document.resources(type):
            region = resource.span.region
            if region.start_line <= last and first <= region.end_line and "<<" in resource.span.text:
                return True
    return False
