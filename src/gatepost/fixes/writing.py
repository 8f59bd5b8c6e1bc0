"""Turns a proposal into edits; never says whether they mend anything.

Two changes of one fix may want the same lines (a column of equals signs moves for both). So each is written into the
document as the one before left it, and what the fix comes to is read off the texts.
"""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.model.changes import Change, Create, Edit, Set, Written
from gatepost.model.documents import Document, Edited
from gatepost.model.places import Source
from gatepost.model.problems import CannotWrite
from gatepost.rules.judge import subject_in, world_again
from gatepost.rules.judgements import Judged, Judgement
from gatepost.rules.proposals import NoFix, Proposal, propose


class NothingBetter(CannotWrite):
    """What the fix would write is what stands there."""


_CHANGED = "the parts of the fix do not go together"


def write_proposal(document: Document, judged: Judged, judgement: Judgement, proposal: Proposal) -> Written:
    """Return the edits of all changes of a proposal together; raises `CannotWrite`."""
    if len(proposal.changes) == 1:
        written = document.write(proposal.changes[0])
    else:
        written = _one_after_another(document, judged, judgement, proposal)
    if not written.edits:
        raise NothingBetter("nothing better is known than what is written there")
    return written


def _one_after_another(document: Document, judged: Judged, judgement: Judgement, proposal: Proposal) -> Written:
    from gatepost.fixes.differences import edits_between

    sources = {source.path: source for source in document.sources}
    texts: dict[str, str] = {}
    edits: tuple[Edit, ...] = ()
    shared = False
    now, changes = document, proposal.changes
    # What is set already is set again without a difference, so the changes may come in any number the second time;
    # elements would be added twice, so there their number has to be the same.
    by_number = any(not isinstance(change, Set | Create) for change in changes)
    index = 0
    while index < len(changes) and index <= 2 * len(proposal.changes):
        written = now.write(changes[index])
        index += 1
        before = dict(texts)
        _apply(written.edits, sources, texts)
        if texts == before:
            continue
        shared = shared or written.shared
        edits = tuple(edit for path in sorted(texts) for edit in edits_between(sources[path], texts[path]))
        if index == len(changes) and by_number:
            break
        now, changes = _proposed_after(document.edited(edits), judged, judgement)
        if by_number and len(changes) != len(proposal.changes):
            raise CannotWrite(_CHANGED)
        index = index if by_number else 0
    return Written(edits, shared)


def _proposed_after(edited: Edited, judged: Judged, judgement: Judgement) -> tuple[Document, tuple[Change, ...]]:
    """Return the edited document with the changes that the same fix makes there."""
    subject = subject_in(world_again(edited, judged), judgement)
    if subject is None:
        raise CannotWrite(_CHANGED)
    proposed = propose(judgement._replace(subject=subject), judged)
    if isinstance(proposed, NoFix):
        raise CannotWrite(_CHANGED)
    return edited.document, proposed.changes


def _apply(edits: Sequence[Edit], sources: dict[str, Source], texts: dict[str, str]) -> None:
    from gatepost.fixes.applying import apply_edits

    for path in {edit.location.path for edit in edits}:
        before = sources[path]
        source = Source(path, texts.get(path, before.text), before.kind)
        texts[path] = apply_edits(source, edits)
