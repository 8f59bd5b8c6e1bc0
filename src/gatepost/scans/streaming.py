"""Large JSON without its tree in memory: what is long in it is read again whenever it is gone through; never a format.

Several values one after another (JSON lines) are such a list, too.

A value that is short is read at once, by the fast decoder. One that is long is gone into: an object keeps its members,
a list that is long because it has many elements keeps where it lies and forgets them. The first time over finds every
fault, so that a report that is cut or damaged is told before anything of it is believed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from json.decoder import WHITESPACE  # type: ignore[attr-defined]
from typing import Any, Protocol, cast

# Characters that a value may have to be read at once, and bytes that are fetched at a time.
_SHORT = 256 * 1024
_PIECE = 1024 * 1024
# Elements of a long list that are kept, for those who look at its head.
_KEPT = 64
_DEEPEST = 8
# A fault nearer than this to the end of what is there may be for want of the rest.
_NEAR = 64


# Lines before the first value, and characters that tell a value from a line of a log.
_MOST_PREAMBLE = 50
_LOOK = 40

_ESCAPE = "Invalid \\"
_BEGINNINGS = tuple(word[:length] for word in ("true", "false", "null") for length in range(1, len(word)))


class Buffer(Protocol):
    """Bytes that can be cut out: bytes, or a file mapped into memory."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice, /) -> bytes: ...


class BadJson(ValueError):
    """JSON that cannot be read; `cut` when it ends in the middle, `at` is a byte's offset."""

    def __init__(self, at: int, cut: bool = False, deep: bool = False) -> None:
        super().__init__("not JSON")
        self.at = at
        self.cut = cut
        self.deep = deep


class Streamed(list[Any]):
    """A long list of a report: its first elements are kept, the others are read anew each time it is gone through.

    `anew` reads all of them. `count` is how many there are; None to count when somebody asks.
    """

    def __init__(self, anew: Callable[[], Iterator[Any]], head: Iterable[Any] = (), count: int | None = None) -> None:
        super().__init__(head)
        self._anew = anew
        self._count = count

    def __iter__(self) -> Iterator[Any]:
        return self._anew()

    def __len__(self) -> int:
        if self._count is None:
            self._count = sum(1 for _ in self)
        return self._count

    def __bool__(self) -> bool:
        return super().__len__() > 0 or next((True for _ in self), False)

    def __getitem__(self, index: Any) -> Any:
        kept = super().__len__()
        if isinstance(index, slice):
            part = cast("slice[int | None, int | None, int | None]", index)
            start, stop, step = part.indices(len(self))
            if step > 0:
                return super().__getitem__(part) if stop <= kept else list(islice(self, start, stop, step))
            return list(self)[part]
        place = index if index >= 0 else index + len(self)
        if not 0 <= place < len(self):
            raise IndexError(index)
        return super().__getitem__(place) if place < kept else next(islice(self, place, None))


def each(rows: Sequence[Any], make: Callable[[Any], Any]) -> list[Any]:
    """Return what is made of each of some rows; of a long list it is made anew each time it is gone through."""
    if not isinstance(rows, Streamed):
        return [make(row) for row in rows]
    return Streamed(lambda: map(make, rows), map(make, list.__iter__(rows)), rows._count)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownArgumentType]


def read_documents(buffer: Buffer) -> list[Any] | None:
    """Return the JSON values that stand one after another in a text in UTF-8; None where there is none.

    Lines of a log before, between and behind them are passed over. Raises BadJson, and UnicodeDecodeError for what is
    not UTF-8.
    """
    cursor = _Cursor(buffer, 3 if buffer[:3] == b"\xef\xbb\xbf" else 0)
    if not cursor.to_value(_MOST_PREAMBLE):
        return None
    start = cursor.offset()
    kept: list[Any] = []
    count, long = 0, False
    for value in cursor.documents():
        count += 1
        long = long or (count > _KEPT and cursor.offset() - start > 4 * _SHORT)
        if not long or count <= _KEPT:
            kept.append(value)
        elif len(kept) > _KEPT:
            del kept[_KEPT:]
    return Streamed(lambda: _Cursor(buffer, start).documents(), kept, count) if long else kept


def is_log(text: str) -> bool:
    """Whether a text that begins with a bracket is a line such as "[INFO] done" or "[2026-11-21 …" ."""
    inner = text[1:].lstrip(" ")
    word = inner[:5]
    return text[0] == "[" and (
        (word[:1].isalpha() and not word.startswith(("true", "false", "null"))) or (word[:4].isdigit() and "-" in word)
    )


def read_large(buffer: Buffer) -> tuple[Any, bytes]:
    """Return the one JSON value of a text in UTF-8, and what comes after it (its first bytes).

    Raises BadJson, and UnicodeDecodeError for what is not UTF-8.
    """
    cursor = _Cursor(buffer, 3 if buffer[:3] == b"\xef\xbb\xbf" else 0)
    value = cursor.value(0)
    end = cursor.offset()
    return value, buffer[end : end + _PIECE]


def _no_constant(_: str) -> None:
    return


class _Cursor:
    """A place in a buffer, with the text that comes next."""

    def __init__(self, buffer: Buffer, start: int) -> None:
        self._buffer = buffer
        self._base = start  # offset of the window's first byte
        self._next = start  # offset of the first byte that is not in the window
        self._window = ""
        self._at = 0
        self._gone = 0  # characters that were let go of
        self._decode = json.JSONDecoder(parse_constant=_no_constant).raw_decode
        self._space: Any = cast("Any", WHITESPACE).match

    def offset(self) -> int:
        """Return the byte that the cursor stands at."""
        before = self._window[: self._at]
        return self._base + (self._at if before.isascii() else len(before.encode()))

    def _at_end(self) -> bool:
        return self._next >= len(self._buffer)

    def _fetch(self, size: int = 0) -> None:
        """Take the next bytes into the window, and let go of what lies behind."""
        self._base = self.offset()
        self._gone += self._at
        piece = self._buffer[self._next : self._next + (size or _PIECE)]
        if not piece:  # the file has become shorter
            raise BadJson(self._next, cut=True)
        whole = len(piece)
        # The last character may be cut: its first byte and those after it come with the next piece.
        for back in range(1, min(4, whole) + 1):
            if piece[-back] & 0xC0 == 0xC0 and self._next + whole < len(self._buffer):
                whole -= back
                break
            if piece[-back] < 0x80:
                break
        self._window = self._window[self._at :] + piece[:whole].decode()
        self._at = 0
        self._next += whole if whole else len(piece)

    def _peek(self) -> str:
        """Return the next character that is no space, "" at the end."""
        while True:
            self._at = self._space(self._window, self._at).end()
            if self._at < len(self._window):
                return self._window[self._at]
            if self._at_end():
                return ""
            self._fetch()

    def _take(self, expected: str) -> str:
        found = self._peek()
        if found == "" or found not in expected:
            # A number that is cut may be one without its end, too: of 1.5e+ the first three characters.
            rest = self._window[self._at :].strip().lower()
            raise BadJson(self.offset(), cut=self._at_end() and rest in ("", ".", "e", "e+", "e-"))
        self._at += 1
        return found

    def value(self, depth: int) -> Any:
        """Return the value that comes next, and go behind it."""
        if len(self._window) - self._at < _SHORT and not self._at_end():
            self._fetch()
        mark = self._peek()
        if mark == "":
            raise BadJson(self.offset(), cut=True)
        found = self._at_once()
        if found is not None:
            return found[0]
        if mark in "{[":
            if depth >= _DEEPEST:
                raise BadJson(self.offset(), deep=True)
            self._at += 1
            return self._object(depth) if mark == "{" else self._list(depth)
        while True:  # a long text
            self._fetch(max(_PIECE, len(self._window)))
            found = self._at_once()
            if found is not None:
                return found[0]

    def _at_once(self) -> tuple[Any] | None:
        """Return the next value where it ends within the window; None where the rest of it is wanting."""
        try:
            value, end = self._decode(self._window, self._at)
        except json.JSONDecodeError as error:
            wanting = error.pos >= len(self._window) - _NEAR or "Unterminated" in error.msg
            if wanting and not self._at_end():
                return None
            rest = self._window[error.pos :].strip()
            cut = wanting and (len(rest) < 2 or rest in _BEGINNINGS or error.msg.startswith(("Unterminated", _ESCAPE)))
            raise BadJson(self.offset(), cut=cut) from None
        except RecursionError:
            raise BadJson(self.offset(), deep=True) from None
        if end > len(self._window) - 4 and not self._at_end():
            return None  # a number may go on
        self._at = end
        return (value,)

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self._peek() == "}":
            self._at += 1
            return found
        while True:
            if self._peek() != '"':
                raise BadJson(self.offset(), cut=self._peek() == "")
            key = self.value(_DEEPEST)
            self._take(":")
            found[key] = self.value(depth + 1)
            if self._take(",}") == "}":
                return found

    def _list(self, depth: int) -> list[Any]:
        """Return a list; a streamed one where it is long because of its many elements."""
        start = self.offset()
        kept: list[Any] = []
        count, long = 0, False
        begin = self._gone + self._at
        for value in self.elements(depth):
            count += 1
            long = long or (count > _KEPT and self._gone + self._at - begin > 4 * _SHORT)
            if not long or count <= _KEPT:
                kept.append(value)
            elif len(kept) > _KEPT:
                del kept[_KEPT:]
        buffer = self._buffer
        return Streamed(lambda: _Cursor(buffer, start).elements(depth), kept, count) if long else kept

    def to_value(self, lines: int | None = None) -> bool:
        """Go to where the next value begins: at a brace or bracket that comes next, or begins one of some lines."""
        while self._peek() == ",":
            self._at += 1
        while lines is None or lines > 0:
            if len(self._window) - self._at < _LOOK and not self._at_end():
                self._fetch()
            begin = self._window[self._at : self._at + _LOOK]
            if begin[:1] in ("{", "[") and not is_log(begin):
                return True
            if not self._behind_line():
                return False
            lines = None if lines is None else lines - 1
        return False

    def _behind_line(self) -> bool:
        """Go behind the end of the line; returns whether there is one."""
        while True:
            end = self._window.find("\n", self._at)
            if end >= 0:
                self._at = end + 1
                return True
            self._at = len(self._window)
            if self._at_end():
                return False
            self._fetch()

    def documents(self) -> Iterator[Any]:
        """Yield the value that comes next and those behind it."""
        yield self.value(0)
        while self.to_value():
            yield self.value(0)

    def elements(self, depth: int) -> Iterator[Any]:
        """Yield the elements of a list whose bracket is behind, and go behind its end."""
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield self.value(depth + 1)
            if self._take(",]") == "]":
                return
