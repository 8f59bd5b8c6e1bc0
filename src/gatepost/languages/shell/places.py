"""Expanded words that remember where every character comes from; never how they are split or quoted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from gatepost.model.places import Source, Span
from gatepost.model.records import NamedTuple
from gatepost.model.values import Notation, Origin, OriginKind, Unknown, Value, value_at

# Stands for one hole in `Word.plain`; whether a character is a hole is told by the pieces, not by this.
HOLE = "\x00"
# A longer text is not kept: variables that double each other must not fill the memory.
LONGEST = 32_768
_DEEPEST = 20
# Spans and words are made by the ten thousand, and straight from a tuple in half the time.
_new: Any = tuple.__new__  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


class Places:
    """Where the characters of a text that was joined or unescaped stand in a file.

    `starts` are 0-based offsets into the text, ascending, the first 0; `offsets` where each of these stretches begins
    in the source. `solid` places stand for a text of which only the whole has a place.
    """

    __slots__ = ("notation", "offsets", "solid", "source", "starts")

    def __init__(
        self,
        source: Source,
        starts: Sequence[int],
        offsets: Sequence[int],
        solid: Span | None = None,
        notation: Notation = "docker",
    ) -> None:
        self.source = source
        self.starts = starts
        self.offsets = offsets
        self.solid = solid
        self.notation: Notation = notation

    def at(self, index: int) -> int:
        """Return the 0-based file offset of a character."""
        if self.solid is not None:
            return self.solid.start
        if len(self.starts) == 1:
            return self.offsets[0] + index
        piece = bisect_right(self.starts, index) - 1
        return self.offsets[piece] + index - self.starts[piece]

    def end(self, index: int) -> int:
        """Return the file offset behind the character before `index`."""
        if self.solid is not None:
            return self.solid.end
        return self.at(index - 1) + 1 if index > 0 else self.at(0)

    def span(self, start: int, end: int) -> Span:
        """Return the stretch of the file from which the characters `start` to `end` come."""
        if self.solid is not None:
            return self.solid
        starts = self.starts
        if len(starts) == 1:
            base = self.offsets[0]
            return _new(Span, (self.source, base + start, base + (end if end > start else start)))
        piece = bisect_right(starts, start) - 1
        shift = self.offsets[piece] - starts[piece]
        if end <= start:
            return Span(self.source, shift + start, shift + start)
        if piece + 1 < len(starts) and end > starts[piece + 1]:
            return Span(self.source, shift + start, self.end(end))
        return Span(self.source, shift + start, shift + end)


State: TypeAlias = Literal["known", "not_given", "unknown"]


class Given:
    """A variable as it stands at one point: its word if that is known, and why not otherwise.

    `not_given` is an argument without default; `kind` and `what` make the origin of values it is used in; `item` is
    the ledger's name of the instruction that sets it, "" for none.
    """

    __slots__ = ("depth", "item", "kind", "name", "span", "state", "what", "why", "word")

    def __init__(
        self,
        name: str,
        state: State,
        what: str,
        kind: OriginKind,
        *,
        word: Word | None = None,
        span: Span | None = None,
        why: str = "",
        item: str = "",
    ) -> None:
        self.name = name
        self.state: State = state
        self.what = what
        self.kind: OriginKind = kind
        self.word = word
        self.span = span
        self.why = why
        self.item = item
        # How many variables stand behind each other; `slice` follows them.
        self.depth = 1 + max((p.given.depth for p in word.pieces if p.given is not None), default=0) if word else 1


class Piece(NamedTuple):
    """A stretch of an expanded word: its text (None: a hole), and where it is written.

    `start` and `end` are offsets into the text that was read; `exact`: its characters stand there one to one.
    `given` is the variable it comes from; `why` says why a hole is one.
    """

    text: str | None
    start: int
    end: int
    exact: bool = True
    given: Given | None = None
    why: str = ""
    quoted: bool = False
    inner: Word | None = None  # the word the text comes from when no variable gave it: the default in ${X:-default}


class Word(NamedTuple):
    """A word after quote removal and expansion; `start` and `end` are those of the word as written."""

    pieces: tuple[Piece, ...]
    places: Places
    start: int
    end: int

    @property
    def plain(self) -> str:
        """The text, with `HOLE` in place of each hole."""
        pieces = self.pieces
        if len(pieces) == 1:
            text = pieces[0].text
            return HOLE if text is None else text
        return "".join([HOLE if p.text is None else p.text for p in pieces])

    @property
    def known(self) -> str | None:
        """The text, or None when a part of it is not known."""
        for piece in self.pieces:
            if piece.text is None:
                return None
        return self.plain

    @property
    def span(self) -> Span:
        """The word as written, quotes included."""
        return self.places.span(self.start, self.end)

    def value(self) -> Value:
        """Return the whole word as a value."""
        pieces, places, start, end = self
        span = places.span(start, end)
        if len(pieces) == 1:
            piece = pieces[0]
            if piece.given is None and piece.text is not None:
                return value_at(piece.text, span, places.notation)
        return _value(pieces, places, span)

    def part(self, start: int, end: int) -> Value:
        """Return the value of the characters `start` to `end` of `plain`, with the place of just these."""
        pieces = self.cut(start, end)
        if not pieces:
            here = self._place_of(start)
            return Value("", here, notation=self.places.notation)
        return _value(pieces, self.places, self.places.span(pieces[0].start, pieces[-1].end))

    def cut(self, start: int, end: int) -> tuple[Piece, ...]:
        """Return the pieces of the characters `start` to `end` of `plain`."""
        found: list[Piece] = []
        at = 0
        for piece in self.pieces:
            length = 1 if piece.text is None else len(piece.text)
            low, high = max(start - at, 0), min(end - at, length)
            if low < high:
                found.append(_cut(piece, low, high) if high - low < length else piece)
            at += length
        return tuple(found)

    def slice(self, start: int, end: int) -> Word:
        """Return the characters `start` to `end` of `plain` as a word of its own."""
        pieces = self.cut(start, end)
        if not pieces:
            here = self._place_of(start)
            index = self.start if here is None else max(self.start, min(self.end, self.start + start))
            return Word((), self.places, index, index)
        return Word(pieces, self.places, pieces[0].start, pieces[-1].end)

    def placed(self, places: Places) -> Word:
        """Return the same word of the same text at other places."""
        return _new(Word, (self.pieces, places, self.start, self.end))

    def _place_of(self, index: int) -> Span | None:
        at = 0
        for piece in self.pieces:
            length = 1 if piece.text is None else len(piece.text)
            if at <= index <= at + length and piece.exact:
                inside = piece.start + index - at
                return self.places.span(inside, inside)
            at += length
        return None


def plain_word(text: str, places: Places, start: int, end: int) -> Word:
    """Return a word that is just what is written."""
    return _new(Word, ((_new(Piece, (text, start, end, True, None, "", False, None)),), places, start, end))


def _cut(piece: Piece, low: int, high: int) -> Piece:
    if piece.text is None:
        return piece
    text = piece.text[low:high]
    if piece.exact and piece.given is None:
        return Piece(text, piece.start + low, piece.start + high, True, quoted=piece.quoted)
    inner = piece.given.word if piece.given is not None else piece.inner
    if inner is None or inner.known != piece.text:
        return piece._replace(text=text, exact=False)
    part = inner.slice(low, high)
    if piece.given is None:
        return piece._replace(text=text, inner=part)
    old = piece.given
    given = Given(old.name, old.state, old.what, old.kind, word=part, span=part.span, why=old.why, item=old.item)
    return piece._replace(text=text, given=given)


def _value(pieces: tuple[Piece, ...], places: Places, span: Span) -> Value:
    origins = _origins(pieces, 0)
    holes = [p for p in pieces if p.text is None]
    if not holes:
        text = "".join([p.text or "" for p in pieces])
        return (
            Value(text, span, origins, notation=places.notation) if origins else value_at(text, span, places.notation)
        )
    known: list[str | None] = []
    for piece in pieces:
        if piece.text is not None and known and known[-1] is not None:
            known[-1] += piece.text
        else:
            known.append(piece.text)
    alone = all(p.text is None for p in pieces)
    literal = Unknown(holes[0].why or "this is known only when it runs", alone, tuple(known))
    return Value(literal, span, origins, notation=places.notation)


def _origins(pieces: tuple[Piece, ...], depth: int) -> tuple[Origin, ...]:
    """Return the way to where the text is set, as far as one variable after the other gives all of it."""
    if depth > _DEEPEST:
        return ()
    if len(pieces) == 1:
        piece = pieces[0]
        if piece.given is not None:
            return _through(piece, piece.given, depth)
        if piece.inner is not None:
            inner = piece.inner
            step = Origin("default", "default", inner.span, inner.places.notation)
            return (step, *_origins(inner.pieces, depth + 1))
        return ()
    for piece in pieces:
        given = piece.given
        if given is not None:
            # Two texts meet here: neither place sets all of it, so none can be written.
            return tuple(o._replace(notation="") if o.notation else o for o in _through(piece, given, depth))
    return ()


def _through(piece: Piece, given: Given, depth: int) -> tuple[Origin, ...]:
    word = given.word
    if word is None:
        return (Origin(given.what, given.kind, given.span),)
    same = piece.text is None or word.known == piece.text
    step = Origin(given.what, given.kind, word.span, word.places.notation if same else "")
    return (step, *_origins(word.pieces, depth + 1))
