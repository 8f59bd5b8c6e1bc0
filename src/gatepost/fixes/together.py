"""Tries many fixes of one document at once where they do not meet; never says anything that each alone would not.

Each fix is proved as if it were put in alone (see `proving`). Most fixes, though, change what is written inside one
block, each inside another one, and no judgement reads two of these blocks. Then one document with all of them shows
what each alone would, because

- what reads differently are attributes of these blocks and nothing else: no block came or went, nobody is joined to
  anybody else than before, and the files have the problems they had;
- a judgement that is made again read one of the blocks, before and after. Alone, that block reads as it does here, and
  everything else that was read is as it was in both; so the judgement is the same;
- every other judgement read nothing that changed, here and alone.

What is not so is tried in halves, and in the end one by one. What brings anything new is tried alone as well, so that
the reason is the one that it has alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from gatepost.fixes.proving import Draft, Trials, Tried, draft, finished, problems_of, require_apart
from gatepost.model.changes import Edit
from gatepost.model.documents import Document, Edited, Resource
from gatepost.model.findings import Finding
from gatepost.model.problems import CannotWrite
from gatepost.rules.judge import judge_again
from gatepost.rules.judgements import Judged, Judgement, Rejudged, Unit, UnitKey

# Edits by the block (the item, as `ReadKey` has it) that they are written in.
Wave: TypeAlias = "dict[str, tuple[Edit, ...]]"

# How often a wave is halved before each of its fixes is tried alone.
_HALVINGS = 4


def with_fixes(document: Document, judged: Judged, judgements: Sequence[Judgement]) -> list[Finding]:
    """Return the findings of violated judgements, each with its fix proved or with the reason why there is none."""
    drafts = [draft(document, judged, judgement) for judgement in judgements]
    tried: Trials = {}
    if document.language != "dockerfile":  # a stage is read as a whole: there, fixes always meet
        for wave in _waves(drafts):
            _try(document, judged, wave, tried)
    return [finished(document, judged, one, tried) for one in drafts]


def _waves(drafts: Sequence[Draft]) -> list[Wave]:
    """Return the edits that are written inside one block, at most one fix for each block in a wave."""
    by_item: dict[str, dict[tuple[Edit, ...], None]] = {}
    for one in drafts:
        edits = one.written.edits
        resource = one.judgement.subject.resource
        if edits and not resource.key.endswith("]") and _inside(edits, resource):
            by_item.setdefault(resource.key, {})[edits] = None
    waves: list[Wave] = []
    for item, listed in by_item.items():
        for number, edits in enumerate(listed):
            if number == len(waves):
                waves.append({})
            waves[number][item] = edits
    return waves


def _inside(edits: tuple[Edit, ...], resource: Resource) -> bool:
    source, start, end = resource.span
    for location, _ in edits:
        region = location.region
        if location.path != source.path or not (
            start < source.offset(*region[:2]) and source.offset(*region[2:]) < end
        ):
            return False
    try:
        require_apart(edits)
    except CannotWrite:
        return False
    return True


def _try(document: Document, judged: Judged, wave: Wave, tried: Trials, halvings: int = _HALVINGS) -> None:
    """Note what the edits of a wave come to, each as if alone; what cannot be told is left out."""
    if len(wave) < 2 or halvings < 0:
        return
    edited = document.edited(tuple(edit for edits in wave.values() for edit in edits))
    shares = _shares(document, judged, wave, edited)
    if shares is None:
        listed = list(wave.items())
        for half in (listed[: len(listed) // 2], listed[len(listed) // 2 :]):
            _try(document, judged, dict(half), tried, halvings - 1)
        return
    for item, again in shares.items():
        found = Tried("", again)
        if not found.added:
            tried[wave[item]] = found


def _shares(document: Document, judged: Judged, wave: Wave, edited: Edited) -> Mapping[str, Rejudged] | None:
    """Return the part of each block's edits in what is judged again; blocks that a judgement reads two of are left out.

    None where something else than these blocks reads differently.
    """
    readers = judged.readers()
    for key in edited.changed:
        if key[0] not in wave and not (key[0].startswith("file:") and key not in readers):
            return None
    if problems_of(document) != problems_of(edited.document):
        return None
    again = judge_again(edited, judged)
    if again.joined:
        return None
    touched: dict[UnitKey, set[str]] = {}
    for unit in (*again.before, *again.after):
        touched.setdefault(unit.key, set()).update(item for item, _ in unit.reads if item in wave)
    meeting = {item for items in touched.values() if len(items) > 1 for item in items}
    if not all(touched.values()):
        return None
    before, after = _by_item(again.before, touched), _by_item(again.after, touched)
    return {
        item: Rejudged(tuple(before.get(item, ())), tuple(after.get(item, ())), again.world)
        for item in wave
        if item not in meeting
    }


def _by_item(units: Sequence[Unit], touched: Mapping[UnitKey, set[str]]) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for unit in units:
        for item in touched[unit.key]:
            found.setdefault(item, []).append(unit)
    return found
