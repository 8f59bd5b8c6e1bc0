"""Proves a proposed fix: applied in memory, read again, judged again; never offers one that was not.

A fix is proved when, after its edits, the finding is gone, no rule finds or leaves undecided anything that it did not
before, and the files read without a new problem. Only what read something that was edited is judged again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

from gatepost.fixes.writing import NothingBetter, write_proposal
from gatepost.model.changes import Edit, Fix, Written
from gatepost.model.documents import Document, Edited
from gatepost.model.findings import Finding
from gatepost.model.problems import CannotWrite
from gatepost.model.records import NamedTuple
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

    def __init__(self, refused: str, again: Rejudged | None = None) -> None:
        self.refused = refused
        gone = again.gone() if again is not None else ()
        self.gone = {one.identity for one in gone if one.state == "violated"}
        self.near = {identity[:2] for identity in self.gone}
        self.added = bool(again.added()) if again is not None else False
        self.again = again if self.added else None


Trials: TypeAlias = "dict[tuple[Edit, ...], Tried]"


def try_edits(document: Document, judged: Judged, edits: tuple[Edit, ...]) -> Tried:
    """Put edits in, in memory, and see what they come to."""
    try:
        require_apart(edits)
        edited = document.edited(edits)
        _no_new_problem(document, edited)
    except CannotWrite as error:
        return Tried(str(error))
    return Tried("", judge_again(edited, judged))


class Draft(NamedTuple):
    """A finding with what is proposed for it: the edits, or no proposal and the reason in the finding."""

    judgement: Judgement
    finding: Finding
    proposal: Proposal | None = None
    written: Written = Written(())


def draft(document: Document, judged: Judged, judgement: Judgement) -> Draft:
    """Return the finding of a violated judgement with the edits that are to mend it, not yet tried."""
    finding = finding_of(judgement, judged)
    proposal = propose(judgement, judged)
    if isinstance(proposal, NoFix):
        return Draft(judgement, finding._replace(no_fix=proposal.reason, advice=proposal.advice))
    try:
        return Draft(judgement, finding, proposal, write_proposal(document, judged, judgement, proposal))
    except NothingBetter as error:
        return Draft(judgement, finding._replace(no_fix=str(error)))  # "set runtime to go1.x" would be no advice
    except CannotWrite as error:
        return Draft(judgement, finding._replace(no_fix=str(error), advice=proposal.title))


def finished(document: Document, judged: Judged, one: Draft, tried: Trials) -> Finding:
    """Return a finding with its fix proved, else with the reason why there is none."""
    if one.proposal is None:
        return one.finding
    try:
        fix = _proved(document, judged, one.judgement, one.proposal, one.written, tried)
    except CannotWrite as error:
        return one.finding._replace(no_fix=str(error), advice=one.proposal.title)
    return one.finding._replace(fixes=(fix,), no_fix="")


def with_fix(document: Document, judged: Judged, judgement: Judgement, tried: Trials | None = None) -> Finding:
    """Return the finding of a violated judgement with its fix proved, else with the reason why there is none.

    `tried` holds the edits that were tried on this document before, and takes those that are tried now.
    """
    return finished(document, judged, draft(document, judged, judgement), {} if tried is None else tried)


def prove(document: Document, judged: Judged, judgement: Judgement, proposal: Proposal) -> Fix:
    """Return the proved fix; raises `CannotWrite` with the reason when it cannot be written or is not proved."""
    return _proved(document, judged, judgement, proposal, write_proposal(document, judged, judgement, proposal), {})


def _proved(
    document: Document, judged: Judged, judgement: Judgement, proposal: Proposal, written: Written, tried: Trials
) -> Fix:
    edits, shared = written
    found = tried.get(edits)
    if found is None:
        found = tried[edits] = try_edits(document, judged, edits)
    require_proved(judgement, found)
    unsafe = proposal.safety == "unsafe" or shared
    why = proposal.why_unsafe or (SHARED if shared else "")
    return Fix(proposal.title, edits, "unsafe" if unsafe else "safe", "proved", why if unsafe else "")


def require_proved(judgement: Judgement, tried: Tried) -> None:
    """Raise `CannotWrite` with the reason where what was tried does not mend a finding, or brings something."""
    if tried.refused:
        raise CannotWrite(tried.refused)
    _finding_gone(judgement, tried)
    if tried.again is not None:
        _nothing_new(judgement, tried.again)


def require_apart(edits: tuple[Edit, ...]) -> None:
    """Raise `CannotWrite` where two edits would write the same place."""
    places = sorted((edit.location.path, edit.location.region) for edit in edits)
    for (path, region), (next_path, following) in pairwise(places):
        if path == next_path and following[:2] < region[2:]:
            raise CannotWrite("two parts of the fix would write the same place")


def _no_new_problem(document: Document, edited: Edited) -> None:
    after = problems_of(edited.document)
    if not after:
        return
    before = problems_of(document)
    for what, count in after.items():
        if count > before[what]:
            raise CannotWrite(f"not proved: after the fix, {what}")


def problems_of(document: Document) -> Counter[str]:
    """Return how often a document has each problem."""
    return Counter(problem.what for problem in document.problems)


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
