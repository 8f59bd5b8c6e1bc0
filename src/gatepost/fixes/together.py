"""Tries many fixes of one document at once where they do not meet; never says anything that each alone would not.

Each fix is proved as if it were put in alone (see `proving`). Most fixes, though, change what is written inside one
block or put another one behind it, and no judgement reads what two of them change. Then one document with all of them
shows what each alone would, because

- what reads differently are attributes of these blocks, the new blocks, and who is joined to whom by them; what else
  differs (which blocks of a type there are) nobody read, before or after, and the files have the problems they had;
- a judgement that is made again read what one of the fixes changes, before and after. Alone, this fix changes it just
  so, and everything else that was read is as it was in both; so the judgement is the same;
- every other judgement read nothing that changed, here and alone.

A join differs by a fix if what was read to know it does. One that is looked up for the first time shows no such thing,
so then nothing is said. What is not so is tried in halves, and in the end one by one. What brings anything new is tried
alone as well, so that the reason is the one that it has alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TypeAlias

from gatepost.fixes.proving import Draft, Trials, Tried, draft, finished, problems_of, require_apart
from gatepost.model.changes import Edit
from gatepost.model.documents import Document, Edited, ReadKey, Resource
from gatepost.model.findings import Finding
from gatepost.model.problems import CannotWrite
from gatepost.rules.judge import judge_again
from gatepost.rules.judgements import Judged, Judgement, Rejudged, Unit, UnitKey

# Edits by the block (the item, as `ReadKey` has it) that they are written in.
Wave: TypeAlias = "dict[str, tuple[Edit, ...]]"

# How often a wave is halved before each of its fixes is tried alone.
_HALVINGS = 4
_DEEPEST_JOINS = 4


def with_fixes(document: Document, judged: Judged, judgements: Sequence[Judgement]) -> list[Finding]:
    """Return the findings of violated judgements, each with its fix proved or with the reason why there is none."""
    drafts = [draft(document, judged, judgement) for judgement in judgements]
    tried: Trials = {}
    if document.language != "dockerfile":  # a stage is read as a whole: there, fixes always meet
        for wave in _waves(drafts):
            _try(document, judged, wave, tried)
    findings = [finished(document, judged, one, tried) for one in drafts]
    if any("\r" in source.text for source in document.sources):
        from gatepost.fixes.line_ends import with_either_end

        return with_either_end(document, judged, list(zip(judgements, findings, strict=True)))
    return findings


def _waves(drafts: Sequence[Draft]) -> list[Wave]:
    """Return the edits that concern one block, at most one fix for each block in a wave."""
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
    """Whether edits stand inside a block, or are put in right behind it."""
    source, start, end = resource.span
    for location, _ in edits:
        if location.path != source.path:
            return False
        first, last = source.offset(*location.region[:2]), source.offset(*location.region[2:])
        behind = first == last >= end and not source.text[end:first].strip()
        if not (start < first and last < end) and not behind:
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
    """Return the part of each block's edits in what is judged again; those that a judgement reads two of are left out.

    None where it cannot be told what an edit changed.
    """
    if problems_of(document) != problems_of(edited.document):
        return None
    again = judge_again(edited, judged)
    owners = _owners(document, wave, again)
    if owners is None or again.world.indexes.keys() != judged.world.indexes.keys():
        return None
    if not again.world.mentions.found.keys() <= judged.world.mentions.found.keys():
        return None
    general = {key for key in edited.changed if key[0] not in owners}
    if judged.reading(general) or any(not general.isdisjoint(unit.reads) for unit in again.after):
        return None
    touched: dict[UnitKey, set[str]] = {}
    for unit in (*again.before, *again.after):
        found = touched.setdefault(unit.key, set())
        for read in unit.reads:
            owner = owners.get(read[0])
            if owner is not None:
                found.add(owner)
            elif read in again.joined:
                _touch(read, owners, again.joined, found)
    if not all(touched.values()):
        return None
    meeting = {item for items in touched.values() if len(items) > 1 for item in items}
    before, after = _by_item(again.before, touched), _by_item(again.after, touched)
    return {
        item: Rejudged(tuple(before.get(item, ())), tuple(after.get(item, ())), again.world)
        for item in wave
        if item not in meeting
    }


def _owners(document: Document, wave: Wave, again: Rejudged) -> dict[str, str] | None:
    """Return by item the block whose edits change it, new blocks and their addresses included; None: not known."""
    owners = {item: item for item in wave}
    if again.removed:
        return None
    stretches = _stretches(document, wave) if again.created else {}
    for resource in again.created:
        source, start, _ = resource.span
        for first, last, item in stretches.get(source.path, ()):
            if first <= start < last:
                owners[resource.key] = owners[f"address:{resource.address}"] = item
                break
        else:
            return None
    return owners


def _stretches(document: Document, wave: Wave) -> dict[str, list[tuple[int, int, str]]]:
    """Return by path where the new text of each edit stands afterwards, and whose it is."""
    sources = {source.path: source for source in document.sources}
    placed: list[tuple[str, int, int, int, str]] = []
    for item, edits in wave.items():
        for location, replacement in edits:
            source, region = sources[location.path], location.region
            first, last = source.offset(*region[:2]), source.offset(*region[2:])
            placed.append((location.path, first, last, len(replacement), item))
    found: dict[str, list[tuple[int, int, str]]] = {}
    shifts: dict[str, int] = {}
    for path, first, last, length, item in sorted(placed):
        shift = shifts.get(path, 0)
        found.setdefault(path, []).append((first + shift, first + shift + length, item))
        shifts[path] = shift + length - (last - first)
    return found


def _touch(
    read: ReadKey, owners: Mapping[str, str], joined: Mapping[ReadKey, Set[ReadKey]], into: set[str], depth: int = 0
) -> None:
    """Add whose edits change what was read; a join is changed by what was read to know it."""
    owner = owners.get(read[0])
    if owner is not None:
        into.add(owner)
    elif read in joined:
        if depth > _DEEPEST_JOINS:
            into.update(owners.values())
            return
        for cause in joined[read]:
            _touch(cause, owners, joined, into, depth + 1)


def _by_item(units: Sequence[Unit], touched: Mapping[UnitKey, set[str]]) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for unit in units:
        for item in touched[unit.key]:
            found.setdefault(item, []).append(unit)
    return found
