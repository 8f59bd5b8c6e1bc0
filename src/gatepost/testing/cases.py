"""Runs the cases of rules: where they find, where they are undecided, and what their fix writes; never the pipeline."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from gatepost.fixes.proving import prove
from gatepost.model.changes import Change, Edit
from gatepost.model.documents import Document
from gatepost.model.policy import RuleChoice
from gatepost.model.problems import CannotWrite
from gatepost.model.records import NamedTuple
from gatepost.rules.catalogue import Catalogue
from gatepost.rules.judge import judge
from gatepost.rules.judgements import Judged, Judgement
from gatepost.rules.proposals import NoFix, propose
from gatepost.rules.telling import finding_of, undecided_of
from gatepost.testing.documents import apply, read_document, texts_of
from gatepost.testing.telling import what_it_saw, where_they_differ

TODAY = "2026-01-01"
MARKS = {"# finding": "finding", "# undecided": "undecided", "// finding": "finding", "// undecided": "undecided"}
_MOST_FIXES = 12


class CaseResult(NamedTuple):
    """One case: whether it passed, and what differs, in lines for people.

    `path` is the file it stands in, and `line` (1-based, 0 where that is not known) where.
    """

    file: str
    name: str
    passed: bool
    difference: str = ""
    path: str = ""
    line: int = 0


def strip_marks(text: str) -> tuple[str, dict[int, str]]:
    """Return the text without its marks, and what is expected on which 1-based line."""
    kept: list[str] = []
    expected: dict[int, str] = {}
    due = ""
    for line in text.splitlines(keepends=True):
        mark = MARKS.get(line.strip())
        if mark is not None:
            due = mark
            continue
        kept.append(line)
        if due:
            expected[len(kept)] = due
            due = ""
    return "".join(kept), expected


def run_rule_cases(id: str, plain: Mapping[str, Any], catalogue: Catalogue) -> list[CaseResult]:
    """Return the result of every case of a rule."""
    return [run_rule_case(id, case, catalogue) for case in plain.get("cases", ())]


def run_rule_case(id: str, case: Mapping[str, Any], catalogue: Catalogue) -> CaseResult:
    """Run one case of a rule."""
    return run_prepared(id, prepared(case), catalogue)


class Prepared(NamedTuple):
    """A case that is read once and can be run as often as wanted: its files without marks, and what is expected."""

    case: Mapping[str, Any]
    texts: Mapping[str, str]
    expected: Mapping[tuple[str, int], str]
    document: Document


def prepared(case: Mapping[str, Any]) -> Prepared:
    """Return a case with its marks taken out and its files read."""
    texts: dict[str, str] = {}
    expected: dict[tuple[str, int], str] = {}
    for path, text in texts_of(case).items():
        texts[path], marks = strip_marks(text)
        expected.update({(path, line): mark for line, mark in marks.items()})
    return Prepared(case, texts, expected, read_document(texts))


def run_prepared(id: str, ready: Prepared, catalogue: Catalogue) -> CaseResult:
    """Run one case of a rule: where it finds, and then what its fix writes."""
    judged = judged_by(id, ready, catalogue)
    differences = marks_differ(ready, judged)
    if differences:
        differences += what_it_saw(catalogue.rule(id), judged)
    else:
        differences = fix_differs(ready, judged)
    return CaseResult(id, ready.case["name"], not differences, "\n".join(differences))


def judged_by(id: str, ready: Prepared, catalogue: Catalogue) -> Judged:
    """Return what one rule says of a case, with the settings and the day of the case."""
    settings = dict(ready.case.get("settings", {}))
    today = str(settings.pop("today", TODAY))
    return judge(ready.document, catalogue, {id: RuleChoice(id, settings=settings)}, today, frozenset([id]))


def marks_differ(ready: Prepared, judged: Judged) -> list[str]:
    """Return lines that say where a case expects something else than was found; none when all is as marked."""
    differences = [f"line {p.location.region.start_line} cannot be read: {p.what}" for p in ready.document.problems]
    differences += where_they_differ(ready.expected, seen(judged), ready.texts)
    for judgement in judged.judgements:
        if judgement.state == "undecided" and "undecided" not in ready.expected.values():
            differences.append("undecided because " + "; ".join(undecided_of(judgement, judged).because))
    return differences


def fix_differs(ready: Prepared, judged: Judged) -> list[str]:
    """Return lines that say where the fixes write something else than a case shows, or are there where none should."""
    differences = _fixed(ready.case, ready.texts, judged) if "fixed" in ready.case else []
    if "no_fix" in ready.case and not differences:
        differences = _not_fixed(str(ready.case["no_fix"]), judged)
    return differences


def seen(judged: Judged) -> dict[tuple[str, int], str]:
    """Return what the judgements say on which line."""
    found: dict[tuple[str, int], str] = {}
    for judgement in judged.judgements:
        if judgement.state == "violated":
            location = finding_of(judgement, judged).location
            found[location.path, location.region.start_line] = "finding"
        else:
            location = undecided_of(judgement, judged).location
            found.setdefault((location.path, location.region.start_line), "undecided")
    return found


def _fixed(case: Mapping[str, Any], texts: Mapping[str, str], judged: Judged) -> list[str]:
    wanted = wanted_texts(case, texts)
    now = dict(texts)
    refused: list[str] = []
    for _ in range(_MOST_FIXES):
        violated = judged.violated()
        edits, refused = _first_edits(violated, judged)
        if not edits:
            break
        now = apply(now, edits)
        only = frozenset(judgement.rule.id for judgement in violated)
        judged = judge(read_document(now), judged.world.catalogue, judged.settings, judged.today, only)
    differences = [f"no fix: {reason}" for reason in refused]
    if judged.violated() and not refused:
        differences.append("the finding is still there after the fix")
    for path, text in wanted.items():
        differences += difference(text, now.get(path, ""))
    return differences


def wanted_texts(case: Mapping[str, Any], texts: Mapping[str, str]) -> Mapping[str, str]:
    """Return what a case says the files are after the fix, by path."""
    fixed: Any = case["fixed"]
    return cast("dict[str, str]", fixed) if isinstance(fixed, dict) else {next(iter(texts)): fixed}


def _first_edits(violated: Sequence[Judgement], judged: Judged) -> tuple[Sequence[Edit], list[str]]:
    refused: list[str] = []
    for judgement in violated:
        proposal = propose(judgement, judged)
        if isinstance(proposal, NoFix):
            refused.append(proposal.reason)
            continue
        try:
            return prove(judged.world.document, judged, judgement, proposal).edits, refused
        except CannotWrite as error:
            refused.append(str(error))
    return (), refused


def edits_of(document: Document, changes: Sequence[Change]) -> list[Edit]:
    """Return the edits of some changes together; raises `CannotWrite`."""
    return [edit for change in changes for edit in document.write(change).edits]


def _not_fixed(reason: str, judged: Judged) -> list[str]:
    for judgement in judged.violated():
        proposal = propose(judgement, judged)
        if isinstance(proposal, NoFix):
            if reason not in proposal.reason:
                return [f'expected no fix because "{reason}", got "{proposal.reason}"']
        else:
            try:
                prove(judged.world.document, judged, judgement, proposal)
            except CannotWrite as error:
                if reason in str(error):
                    continue
                return [f'expected no fix because "{reason}", got "{error}"']
            return [f'expected no fix because "{reason}", got a fix: {proposal.title}']
    return []


def difference(wanted: str, got: str) -> list[str]:
    """Return a small diff, nothing when both are the same."""
    if wanted == got:
        return []
    lines = difflib.unified_diff(
        wanted.splitlines(), got.splitlines(), "fixed, as the case says", "as it was written", lineterm=""
    )
    return [*lines] or ["the texts differ only in their line breaks"]
