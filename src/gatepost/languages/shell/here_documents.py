"""Here-documents: announced in a line, read below it; never what a command does with them."""

from __future__ import annotations

from collections.abc import Callable

from gatepost.languages.shell.places import Places, Word
from gatepost.languages.shell.simple import HereDocument, SimpleCommand
from gatepost.languages.shell.words import Unreadable


class HereDocuments:
    """The here-documents of a text that ends at `end`; `given` yields those whose bodies stand outside of it."""

    __slots__ = ("_awaited", "_end", "_given", "_places", "_text")

    def __init__(self, text: str, places: Places, end: int, given: Callable[[], HereDocument | None] | None) -> None:
        self._text = text
        self._places = places
        self._end = end
        self._given = given
        self._awaited: list[tuple[str, bool, bool, SimpleCommand]] = []

    def announce(self, command: SimpleCommand, strip: bool, target: Word | None) -> None:
        """Note that a command's line names a here-document (`strip`: by `<<-`); raises Unreadable for no name."""
        if self._given is not None:
            document = self._given()
            if document is not None:
                command.here_documents.append(document)
            return
        if target is None:
            raise Unreadable("a here-document has no name")
        name = "".join(p.text or self._text[p.start : p.end] for p in target.pieces)
        quoted = any(p.quoted for p in target.pieces)
        self._awaited.append((name, strip, quoted, command))

    def read(self, at: int) -> int:
        """Read those announced on the line that ends before `at`; returns where the text goes on behind them."""
        for name, strip, quoted, command in self._awaited:
            start = at
            while True:
                if at >= self._end:
                    raise Unreadable(f"the here-document {name} is not closed")
                stop = self._text.find("\n", at, self._end)
                stop = self._end if stop < 0 else stop
                line = self._text[at:stop].rstrip("\r")
                last, at = at, min(stop + 1, self._end)
                if (line.lstrip("\t") if strip else line) == name:
                    break
            command.here_documents.append(HereDocument(self._text, self._places, start, last, quoted))
        self._awaited = []
        return at
