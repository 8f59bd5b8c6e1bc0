"""Composes proved fixes until nothing more applies, in memory; never writes a file.

Each round judges, takes the proved fixes that do not touch each other, and puts them in. A round that brings a root
something new is taken back there and gone through one fix at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gatepost.fixes.applying import OverlapError, apply_all, overlap
from gatepost.model.changes import Edit, Fix
from gatepost.model.decisions import Decision, Verdict
from gatepost.model.findings import Finding
from gatepost.model.places import Source
from gatepost.model.records import NamedTuple
from gatepost.pipeline.request import Request, Watch
from gatepost.pipeline.steps import check
from gatepost.sources.discovery import scan_root
from gatepost.sources.reading import Files

# Every round mends at least one finding, so this bounds a fault of ours and not the user's work.
MOST_ROUNDS = 200


class Chosen(NamedTuple):
    """Which fixes are wanted: `rules` are ids (all when empty), `unsafe` takes unsafe ones too."""

    rules: tuple[str, ...] = ()
    unsafe: bool = False

    def fix_of(self, decision: Decision) -> Fix | None:
        """Return the fix to apply for a decision: proved, wanted, and for no finding that somebody has waived."""
        finding = decision.assessment.finding
        if decision.waiver is not None or (self.rules and finding.rule not in self.rules):
            return None
        for fix in finding.fixes:
            if fix.proof == "proved" and fix.edits and (self.unsafe or fix.safety == "safe"):
                return fix
        return None


class Applied(NamedTuple):
    """One fix that was put in, for the finding it mends."""

    finding: Finding
    fix: Fix


class Fixed(NamedTuple):
    """What fixing comes to: texts by path before and after, what was applied, and the verdicts before and after."""

    before: dict[str, str]
    after: dict[str, str]
    applied: tuple[Applied, ...]
    first: Verdict
    last: Verdict


class Draft(Files):
    """Files with texts laid over those on disk."""

    def __init__(self, root: str, hidden: frozenset[str], texts: dict[str, str]) -> None:
        super().__init__(root, hidden)
        self.texts = texts

    def read(self, path: str, kind: str = "") -> Source | None:
        """Return a file as it would be."""
        source = super().read(path, kind)
        if source is not None and path in self.texts:
            return Source(source.path, self.texts[path], source.kind)
        return source


def fix_all(request: Request, chosen: Chosen, watch: Watch | None = None) -> Fixed:
    """Return everything the wanted fixes come to. Raises `UsageError`."""
    texts: dict[str, str] = {}
    disk = Files(scan_root(request.paths))

    def judge() -> Verdict:
        return check(request, watch, lambda root, hidden: Draft(root, hidden, texts))

    first = last = judge()
    applied: list[Applied] = []
    refused: set[str] = set()
    one_by_one = False
    for _ in range(MOST_ROUNDS):
        batch = _batch(last, chosen, refused, one_by_one)
        if not batch:
            if not one_by_one:
                break
            one_by_one = False
            continue
        changed = _put_in(batch, texts, disk)
        verdict = judge()
        if _is_worse(last, verdict):
            texts.update({path: text for path, (text, _) in changed.items()})
            if len(batch) == 1:
                refused.add(batch[0].finding.fingerprint)
            one_by_one = True
            continue
        applied += batch
        last = verdict
    before = {path: _text(disk, path) for path in texts}
    after = {path: text for path, text in texts.items() if text != before[path]}
    return Fixed({path: before[path] for path in after}, after, tuple(applied), first, last)


def _batch(verdict: Verdict, chosen: Chosen, refused: set[str], one_by_one: bool) -> list[Applied]:
    batch: list[Applied] = []
    by_path: dict[str, list[Sequence[Edit]]] = {}
    for decision in verdict.decisions:
        fix = chosen.fix_of(decision)
        finding = decision.assessment.finding
        if fix is None or finding.fingerprint in refused:
            continue
        paths = {edit.location.path for edit in fix.edits}
        if any(overlap(fix.edits, other) for path in paths for other in by_path.get(path, ())):
            continue
        batch.append(Applied(finding, fix))
        if one_by_one:
            return batch
        for path in paths:
            by_path.setdefault(path, []).append(fix.edits)
    return batch


def _put_in(batch: Sequence[Applied], texts: dict[str, str], disk: Files) -> dict[str, tuple[str, str]]:
    """Lay the edits of a batch over the texts; returns (before, after) by path."""
    edits = [edit for one in batch for edit in one.fix.edits]
    sources = {path: Source(path, _current(disk, texts, path), "") for path in {e.location.path for e in edits}}
    try:
        new = apply_all(sources, edits)
    except OverlapError as error:
        raise AssertionError("fixes that were chosen apart meet") from error
    changed = {path: (sources[path].text, text) for path, text in new.items()}
    texts.update(new)
    return changed


def _current(disk: Files, texts: dict[str, str], path: str) -> str:
    return texts[path] if path in texts else _text(disk, path)


def _text(disk: Files, path: str) -> str:
    source = disk.read(path)
    if source is None:
        raise AssertionError(f"{path} was read before and cannot be read now")
    return source.text


def _is_worse(before: Verdict, after: Verdict) -> bool:
    """Whether there is more of anything than before: findings of a rule on a resource, undecided rules, problems.

    Fingerprints will not do: where there is no address, a fix changes the content that they are made of.
    """
    known = _counted(before)
    return any(count > known[key] for key, count in _counted(after).items())


def _counted(verdict: Verdict) -> Counter[tuple[str, ...]]:
    counted: Counter[tuple[str, ...]] = Counter()
    for decision in verdict.decisions:
        finding = decision.assessment.finding
        counted["finding", finding.rule, finding.location.path, finding.resource] += 1
    for one in verdict.undecided:
        counted["undecided", one.undecided.rule, one.undecided.location.path, one.undecided.resource] += 1
    for one in verdict.problems:
        counted["problem", one.problem.location.path, one.problem.what] += 1
    return counted
