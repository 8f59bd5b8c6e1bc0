"""Composes proved fixes until nothing more applies, in memory; never writes a file.

Each round judges what changed, takes the proved fixes that do not touch each other, and puts them in. Where a round
brings something new to a file, it is taken back there, and that file is gone through one fix at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence, Set

from gatepost.fixes.applying import OverlapError, apply_all, overlap
from gatepost.model.changes import Edit, Fix
from gatepost.model.decisions import Decision, Verdict
from gatepost.model.findings import Finding
from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.plan import Root
from gatepost.pipeline.request import Request, Watch
from gatepost.pipeline.roots import Result
from gatepost.pipeline.steps import check
from gatepost.sources.discovery import scan_root
from gatepost.sources.overlay import Overlay
from gatepost.sources.reading import Files

# Every round mends at least one finding, so this bounds a fault of ours and not the user's work.
MOST_ROUNDS = 2_000


class Chosen(NamedTuple):
    """Which fixes are wanted: `rules` are ids (all when empty), `unsafe` takes unsafe ones too.

    `unproved` takes edits, too, that only a new scan can prove. `only` says of a decision whether it is one to mend.
    """

    rules: tuple[str, ...] = ()
    unsafe: bool = False
    unproved: bool = False
    only: Callable[[Decision], bool] | None = None

    def fix_of(self, decision: Decision) -> Fix | None:
        """Return the fix to apply for a decision: wanted, with edits, and for no finding that somebody has waived."""
        finding = decision.assessment.finding
        if decision.waiver is not None or (self.rules and finding.rule not in self.rules):
            return None
        if self.only is not None and not self.only(decision):
            return None
        for fix in finding.fixes:
            proved = fix.proof == "proved" or self.unproved
            if proved and fix.edits and (self.unsafe or fix.safety == "safe"):
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


def fix_all(request: Request, chosen: Chosen, watch: Watch | None = None) -> Fixed:
    """Return everything the wanted fixes come to. Raises `UsageError`."""
    if request.detectors:
        hint = "leave --run out, or see what the scanners find with gatepost check"
        raise UsageError("fixes come of Gatepost's own rules, so no scanner is run for them", hint=hint)
    request = request._replace(run_detectors=False)
    texts: dict[str, str] = {}
    disk = Files(scan_root(request.paths))
    known: dict[Root, Result] = {}

    def judge(changed: Set[str]) -> Verdict:
        for root in [root for root, result in known.items() if not changed.isdisjoint(result.files)]:
            del known[root]
        return check(request, watch, lambda root, hidden: Overlay(root, hidden, texts), known)

    first = last = judge(frozenset())
    applied: list[Applied] = []
    refused: set[str] = set()
    careful: set[str] = set()  # files in which fixes did not go together: one at a time there
    for _ in range(MOST_ROUNDS):
        batch = _batch(last, chosen, refused, careful)
        if not batch:
            break
        before = _put_in(batch, texts, disk)
        verdict = judge(before.keys())
        bad = _worse_paths(last, verdict)
        if bad:
            # Whatever shares a file with what went wrong is taken back; the rest of the batch stands.
            taken_back, batch = _parted(batch, bad)
            back = {edit.location.path for one in taken_back for edit in one.fix.edits} or set(before)
            texts.update({path: before[path] for path in back if path in before})
            if all(_paths(one) <= careful for one in taken_back):
                refused.update(one.finding.fingerprint for one in taken_back)
            careful |= back
            batch = [one for one in batch if not _paths(one) & back]
            verdict = judge(back)
        applied += batch
        last = verdict
        # What only a new scan can prove is still found, so it is done once for each cause.
        done = {one.finding.cause for one in batch if one.fix.proof != "proved"}
        refused.update(one.finding.fingerprint for one in batch if one.fix.proof != "proved")
        for decision in last.decisions if done else ():
            if decision.assessment.finding.cause in done:
                refused.add(decision.assessment.finding.fingerprint)
    old = {path: _text(disk, path) for path in texts}
    after = {path: text for path, text in texts.items() if text != old[path]}
    return Fixed({path: old[path] for path in after}, after, tuple(applied), first, last)


def _paths(one: Applied) -> set[str]:
    return {edit.location.path for edit in one.fix.edits}


def _parted(batch: Sequence[Applied], bad: set[str]) -> tuple[list[Applied], list[Applied]]:
    """Return the fixes to take back and the others; fixes that share a file with a bad one go with it."""
    back = [one for one in batch if _paths(one) & bad or one.finding.location.path in bad]
    touched = {path for one in back for path in _paths(one)}
    grown = True
    while grown:
        more = [one for one in batch if one not in back and _paths(one) & touched]
        grown = bool(more)
        back += more
        touched |= {path for one in more for path in _paths(one)}
    back = back or list(batch)
    return back, [one for one in batch if one not in back]


def _batch(verdict: Verdict, chosen: Chosen, refused: set[str], careful: set[str]) -> list[Applied]:
    batch: list[Applied] = []
    by_path: dict[str, list[Sequence[Edit]]] = {}
    for decision in verdict.decisions:
        fix = chosen.fix_of(decision)
        finding = decision.assessment.finding
        if fix is None or finding.fingerprint in refused:
            continue
        one = Applied(finding, fix)
        paths = _paths(one)
        if any(path in by_path and path in careful for path in paths):
            continue
        if any(overlap(fix.edits, other) for path in paths for other in by_path.get(path, ())):
            continue
        batch.append(one)
        for path in paths:
            by_path.setdefault(path, []).append(fix.edits)
    return batch


def _put_in(batch: Sequence[Applied], texts: dict[str, str], disk: Files) -> dict[str, str]:
    """Lay the edits of a batch over the texts; returns the texts before by path."""
    edits = [edit for one in batch for edit in one.fix.edits]
    sources = {path: Source(path, _current(disk, texts, path), "") for path in {e.location.path for e in edits}}
    try:
        texts.update(apply_all(sources, edits))
    except OverlapError as error:
        raise AssertionError("fixes that were chosen apart meet") from error
    return {path: source.text for path, source in sources.items()}


def _current(disk: Files, texts: dict[str, str], path: str) -> str:
    return texts[path] if path in texts else _text(disk, path)


def _text(disk: Files, path: str) -> str:
    source = disk.read(path)
    if source is None:
        raise AssertionError(f"{path} was read before and cannot be read now")
    return source.text


def _worse_paths(before: Verdict, after: Verdict) -> set[str]:
    """Return the files in which there is more of anything than before: of a rule's findings on a resource, of problems.

    Fingerprints will not do: where there is no address, a fix changes the content that they are made of.
    """
    known = _counted(before)
    return {key[1] for key, count in _counted(after).items() if count > known[key]}


def _counted(verdict: Verdict) -> Counter[tuple[str, ...]]:
    counted: Counter[tuple[str, ...]] = Counter()
    for decision in verdict.decisions:
        finding = decision.assessment.finding
        counted["finding", finding.location.path, finding.rule, finding.resource] += 1
    for one in verdict.undecided:
        counted["undecided", one.undecided.location.path, one.undecided.rule, one.undecided.resource] += 1
    for one in verdict.problems:
        counted["problem", one.problem.location.path, one.problem.what] += 1
    return counted
