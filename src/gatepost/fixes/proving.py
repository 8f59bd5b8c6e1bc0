"""Proves a proposed fix: applied in memory, read again, judged again; never offers one that was not.

A fix is proved when, after its edits, the finding is gone, no rule finds or leaves undecided anything that it did not
before, and the files read without a new problem. Only what read something that was edited is judged again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from gatepost.fixes.writing import write_proposal
from gatepost.model.changes import Edit, Fix
from gatepost.model.documents import Document, Edited
from gatepost.model.findings import Finding
from gatepost.model.problems import CannotWrite, Problem
from gatepost.rules.judge import judge_again
from gatepost.rules.judgements import Judged, Judgement, Rejudged
from gatepost.rules.proposals import NoFix, Proposal, propose
from gatepost.rules.telling import finding_of

SHARED = "the place that is written feeds other uses too"


class Tried:
    """What some edits come to: `refused` says why they cannot be made, else it is told what is gone and what is new.

    Instances of one block, and calls of one module, are often mended by one edit: it is tried once for all of them.
    """

    __slots__ = ("added", "again", "gone", "near", "refused")

    def __init__(self, document: Document, judged: Judged, edits: tuple[Edit, ...]) -> None:
        self.refused = ""
        self.gone: set[tuple[str, ...]] = set()
        self.near: set[tuple[str, ...]] = set()
        self.added = False
        self.again: Rejudged | None = None
        try:
            _apart(edits)
            edited = document.edited(edits)
            _no_new_problem(document, edited)
        except CannotWrite as error:
            self.refused = str(error)
            return
        again = judge_again(edited, judged)
        self.gone = {one.identity for one in again.gone() if one.state == "violated"}
        self.near = {identity[:2] for identity in self.gone}
        self.added = bool(again.added())
        if self.added:
            self.again = again


def with_fix(
    document: Document, judged: Judged, judgement: Judgement, tried: dict[tuple[Edit, ...], Tried] | None = None
) -> Finding:
    """Return the finding of a violated judgement with its fix proved, else with the reason why there is none.

    `tried` holds the edits that were tried on this document before, and takes those that are tried now.
    """
    finding = finding_of(judgement, judged)
    proposal = propose(judgement, judged)
    if isinstance(proposal, NoFix):
        return finding._replace(no_fix=proposal.reason, advice=proposal.advice)
    try:
        fix = prove(document, judged, judgement, proposal, tried)
    except CannotWrite as error:
        return finding._replace(no_fix=str(error), advice=proposal.title)
    return finding._replace(fixes=(fix,), no_fix="")


def prove(
    document: Document,
    judged: Judged,
    judgement: Judgement,
    proposal: Proposal,
    tried: dict[tuple[Edit, ...], Tried] | None = None,
) -> Fix:
    """Return the proved fix; raises `CannotWrite` with the reason when it cannot be written or is not proved."""
    edits, shared = write_proposal(document, judged, judgement, proposal)
    found = tried.get(edits) if tried is not None else None
    if found is None:
        found = Tried(document, judged, edits)
        if tried is not None:
            tried[edits] = found
    if found.refused:
        raise CannotWrite(found.refused)
    _finding_gone(judgement, found)
    if found.again is not None:
        _nothing_new(judgement, found.again)
    unsafe = proposal.safety == "unsafe" or shared
    why = proposal.why_unsafe or (SHARED if shared else "")
    return Fix(proposal.title, edits, "unsafe" if unsafe else "safe", "proved", why if unsafe else "")


def _apart(edits: tuple[Edit, ...]) -> None:
    places = sorted((edit.location.path, edit.location.region) for edit in edits)
    for (path, region), (next_path, following) in pairwise(places):
        if path == next_path and following[:2] < region[2:]:
            raise CannotWrite("two parts of the fix would write the same place")


def _no_new_problem(document: Document, edited: Edited) -> None:
    after = _problems(edited.document.problems)
    if not after:
        return
    before = _problems(document.problems)
    for what, count in after.items():
        if count > before[what]:
            raise CannotWrite(f"not proved: after the fix, {what}")


def _problems(problems: tuple[Problem, ...]) -> Counter[str]:
    return Counter(problem.what for problem in problems)


def _finding_gone(judgement: Judgement, tried: Tried) -> None:
    if judgement.identity in tried.gone:
        return
    # The elements of a list may have other names afterwards; then one finding fewer is what there is to see.
    if judgement.identity[:2] not in tried.near:
        raise CannotWrite("not proved: the finding is still there after the fix")


def _nothing_new(judgement: Judgement, again: Rejudged) -> None:
    for added in _added(judgement, again):
        what = "finds something" if added.state == "violated" else "cannot be decided"
        raise CannotWrite(f"not proved: after the fix, {added.rule.id} {what} at {added.subject.resource.address}")


def _added(judgement: Judgement, again: Rejudged) -> Iterator[Judgement]:
    """Yield what is there only after; an element that is still found, but reads otherwise now, is no news."""
    lost = Counter((gone.state, gone.identity) for gone in again.gone() if gone is not judgement)
    for added in again.added():
        key = (added.state, added.identity)
        if added.identity != judgement.identity and lost[key] > 0:
            lost[key] -= 1
        else:
            yield added
