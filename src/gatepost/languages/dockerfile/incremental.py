"""A Dockerfile after edits: only the instructions that they touch are parsed again; never what differs by it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from gatepost.languages.dockerfile.syntax import MOST_INSTRUCTIONS, Comment, Instruction, Parsed, Parser
from gatepost.languages.shell.places import Places
from gatepost.model.changes import Edit
from gatepost.model.places import Source
from gatepost.model.records import NamedTuple


class Cut(NamedTuple):
    """What edits come to: all that differs stands between `first` and `last` (offsets into the text before)."""

    source: Source
    first: int
    last: int
    same_lines: bool  # what follows keeps the numbers of its lines


class Again(NamedTuple):
    """What was parsed after edits.

    The first `kept` instructions are the very same; those before `old_end` became those before `new_end`; the others
    say what they said, and are the very same too where they did not move.
    """

    parsed: Parsed
    kept: int
    old_end: int
    new_end: int


def cut(source: Source, edits: Sequence[Edit]) -> Cut:
    """Return a file with edits made; those of other files are passed over."""
    text = source.text
    spans = sorted(
        (source.offset(*location.region[:2]), source.offset(*location.region[2:]), replacement)
        for location, replacement in edits
        if location.path == source.path
    )
    parts: list[str] = []
    at = 0
    lines = 0
    for start, end, replacement in spans:
        parts += [text[at:start], replacement]
        lines += replacement.count("\n") - text.count("\n", start, end)
        at = max(at, end)
    parts.append(text[at:])
    made = Source(source.path, "".join(parts), source.kind)
    return Cut(made, spans[0][0] if spans else len(text), at, not lines)


def parse_again(old: Parsed, before: Source, made: Cut) -> Again | None:
    """Return what parsing all of the new text would give; None where that has to be done.

    The text in front of the first cut is what it was, so the parser would get as far as before. Behind the last one,
    once it stands where an instruction began before, it would find what it found there.
    """
    instructions, source = old.instructions, made.source
    kept = bisect_right(instructions, made.first, key=_after)
    if kept and instructions[kept - 1].after >= len(before.text):
        kept -= 1  # what is added at the end of the file may continue it
    if old.faults or not kept:
        return None
    at = instructions[kept - 1].after
    parsed = Parsed()
    parsed.escape, parsed.directives = old.escape, old.directives
    parsed.instructions = instructions[:kept]
    parsed.comments = [comment for comment in old.comments if comment.start < at]
    parser = Parser(source, parsed, at)
    shift = len(source.text) - len(before.text)
    old_end = kept
    while True:
        while old_end < len(instructions):
            begin = before.text.rfind("\n", 0, instructions[old_end].start) + 1
            if begin >= made.last and begin + shift >= parser.at:
                break
            old_end += 1
        else:
            begin = len(before.text)
        if begin + shift <= parser.at:
            break
        parser.step()
    new_end = len(parsed.instructions)
    if parsed.faults or new_end + len(instructions) - old_end >= MOST_INSTRUCTIONS:
        return None
    _add_rest(parsed, old, old_end, begin, None if not shift and made.same_lines else (source, shift))
    return Again(parsed, kept, old_end, new_end)


def _after(instruction: Instruction) -> int:
    return instruction.after


def _add_rest(parsed: Parsed, old: Parsed, old_end: int, begin: int, move: tuple[Source, int] | None) -> None:
    """Add the instructions and comments behind the edits."""
    instructions = old.instructions[old_end:]
    comments = [comment for comment in old.comments if comment.start >= begin]
    if move is not None:
        source, shift = move
        instructions = [_moved(instruction, source, shift) for instruction in instructions]
        comments = _moved_comments(comments, shift)
    parsed.instructions += instructions
    parsed.comments += comments


def _moved(old: Instruction, source: Source, shift: int, places: Places | None = None) -> Instruction:
    """Return an instruction that stands elsewhere, in a new text."""
    if places is None:
        places = Places(source, old.places.starts, [offset + shift for offset in old.places.offsets])
    made = Instruction(old.keyword, old.keyword_start, old.keyword_end, old.text, places)
    made.end, made.after = old.end + shift, old.after + shift
    made.rest, made.rest_end = old.rest, old.rest_end
    made.flags, made.words = old.flags, old.words
    if old.heredocs:
        made.heredocs = tuple(one._replace(start=one.start + shift, end=one.end + shift) for one in old.heredocs)
    if old.trigger is not None:
        made.trigger = _moved(old.trigger, source, shift, places)
    if old.comments:
        made.comments = tuple(_moved_comments(old.comments, shift))
    return made


def _moved_comments(comments: Sequence[Comment], shift: int) -> list[Comment]:
    return [Comment(start + shift, end + shift, inside) for start, end, inside in comments]
