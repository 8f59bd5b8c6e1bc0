"""A file after edits: only the blocks that they touch are parsed again; never what differs in what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.modules import Chunk, File, read_file
from gatepost.languages.terraform.syntax import Fault, parse
from gatepost.model.places import Source
from gatepost.model.records import NamedTuple

_LINE_END = re.compile(r"[ \t]*(?:(?:#|//)[^\n]*)?\r?\n")


class Cut(NamedTuple):
    """A stretch of a text (offsets) and what is put in its place."""

    start: int
    end: int
    text: str


class Replaced(NamedTuple):
    """A file in its new version, and which of its chunks are gone, new, or moved."""

    file: File
    gone: Sequence[Chunk]
    new: Sequence[Chunk]
    moved: Sequence[Chunk]


class Stretch(NamedTuple):
    """Chunks from `first` to before `last` that `cuts` touch, and the offsets between which to parse again.

    It begins behind the chunk or the line before, and ends behind the line of its last chunk, or where the next chunk
    or the file does.
    """

    first: int
    last: int
    start: int
    end: int
    cuts: Sequence[Cut]


def cut_text(text: str, cuts: Sequence[Cut]) -> str:
    """Return a text with all cuts made."""
    parts: list[str] = []
    at = 0
    for cut in cuts:
        parts += [text[at : cut.start], cut.text]
        at = max(at, cut.end)
    parts.append(text[at:])
    return "".join(parts)


def replace_file(file: File, cuts: Sequence[Cut]) -> Replaced:
    """Return the new version of a file; parses the touched chunks alone where that is certain to be right."""
    old = file.source
    source = Source(old.path, cut_text(old.text, cuts), old.kind)
    local = None if file.faults or old.path.endswith(".json") else _replace_chunks(file, cuts, source)
    if local is not None:
        return local
    whole = read_file(source)
    return Replaced(whole, file.chunks, whole.chunks, ())


def _replace_chunks(file: File, cuts: Sequence[Cut], source: Source) -> Replaced | None:
    chunks, deltas, text = file.chunks, file.deltas, file.source.text
    if any(isinstance(chunk.node, nodes.Attribute) for chunk in chunks):
        return None  # an attribute may not be set twice in a file
    made: list[Chunk] = []
    gone: list[Chunk] = []
    new: list[Chunk] = []
    moved: list[Chunk] = []
    placed: dict[Chunk, int] = {}
    done = shift = 0
    lines = False
    for first, last, start, end, inside in (*_stretches(file, cuts), Stretch(len(chunks), len(chunks), 0, 0, ())):
        kept = chunks[done:first]
        made += kept
        if shift or deltas:
            placed.update((chunk, deltas.get(chunk, 0) + shift) for chunk in kept)
        if shift or lines:
            moved += kept
        if not inside:
            break
        begin = start + shift
        for cut in inside:
            shift += len(cut.text) - (cut.end - cut.start)
            lines = lines or cut.text.count("\n") != text.count("\n", cut.start, cut.end)
        blocks = _blocks_in(
            source.text[begin : end + shift], first > 0 and start == _end(file, first - 1), end < len(text)
        )
        if blocks is None:
            return None
        here = [Chunk(source.path, node) for node in blocks]
        placed.update(dict.fromkeys(here, begin))
        made += here
        new += here
        gone += chunks[first:last]
        done = last
    return Replaced(File(source, made, (), placed), gone, new, moved)


def _stretches(file: File, cuts: Sequence[Cut]) -> Iterator[Stretch]:
    """Yield what has to be parsed again: where cuts are, with the chunks that they touch, line breaks behind them."""
    chunks, text = file.chunks, file.source.text
    number = done = 0
    while number < len(cuts):
        inside = [cuts[number]]
        first = last = _position(file, inside[0].start)
        start = max(done, _end(file, first - 1) if first else 0)
        while True:
            number += 1
            while last < len(chunks) and _start(file, last) < inside[-1].end:
                last += 1
            behind = _LINE_END.match(text, _end(file, last - 1)) if last > first else None
            if behind is not None and inside[-1].end < behind.end():
                done = behind.end()
            else:
                done = _start(file, last) if last < len(chunks) else len(text)
            if number == len(cuts) or cuts[number].start >= done:
                break
            inside.append(cuts[number])
        yield Stretch(first, last, start, done, inside)


def _start(file: File, number: int) -> int:
    chunk = file.chunks[number]
    return chunk.node.start + file.deltas.get(chunk, 0)


def _end(file: File, number: int) -> int:
    chunk = file.chunks[number]
    return chunk.node.end + file.deltas.get(chunk, 0)


def _position(file: File, offset: int) -> int:
    """Return the number of the first chunk that ends behind an offset."""
    low, high = 0, len(file.chunks)
    while low < high:
        middle = (low + high) // 2
        if _end(file, middle) <= offset:
            low = middle + 1
        else:
            high = middle
    return low


def _blocks_in(text: str, follows: bool, is_followed: bool) -> Sequence[nodes.Block] | None:
    """Return the blocks in a stretch; None unless parsing it gives what parsing the whole file would give there.

    `follows`: a chunk ends right before it. `is_followed`: there is more text in the file.
    """
    if follows and not _LINE_END.match(text):
        return None
    body, faults = _parse(text)
    blocks = body.blocks()
    if faults or len(blocks) < len(body.items):
        return None
    if is_followed:
        behind = blocks[-1].end if blocks else 0
        line = text.rfind("\n")
        if line < behind or text[line + 1 :].strip(" \t"):
            return None
    return blocks


@lru_cache(64)  # what is tried together is often tried alone afterwards
def _parse(text: str) -> tuple[nodes.Body, list[Fault]]:
    return parse(text)
