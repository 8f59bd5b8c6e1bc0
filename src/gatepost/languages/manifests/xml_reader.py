"""Elements of an XML file with the places of their text and attributes; never entities, never what a file refers to."""

from __future__ import annotations

import re
from typing import Any

from gatepost.languages.manifests.manifest import Unfit
from gatepost.model.places import Source, Span

_DEEPEST = 100
_MOST_ELEMENTS = 200_000
_ATTRIBUTE = re.compile(r"""\s([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")


class Element:
    """One element: name without namespace, attributes and text with places, elements inside in order."""

    __slots__ = ("children", "end", "name", "pieces", "source", "start", "tag_end")

    def __init__(self, source: Source, name: str, start: int) -> None:
        self.source = source
        self.name = name
        self.start = start
        self.tag_end = start
        self.end = start
        self.children: list[Element] = []
        self.pieces = 0

    def all(self, *names: str) -> list[Element]:
        """Return the elements below by the names on the way."""
        found: list[Element] = [self]
        for name in names:
            found = [inner for one in found for inner in one.children if inner.name == name]
        return found

    def text(self, *names: str) -> Span | None:
        """Return the text of the first element below by the names on the way, without blanks around; None for none."""
        found = self.all(*names)
        if not found or found[0].children:
            return None
        one = found[0]
        stop = self.source.text.rfind("</", one.tag_end, one.end)
        if stop < 0:
            return None
        text = self.source.text[one.tag_end : stop]
        if "<" in text or "&" in text:
            return None
        left = one.tag_end + len(text) - len(text.lstrip())
        return Span(self.source, left, max(left, one.tag_end + len(text.rstrip())))

    def attribute(self, name: str) -> Span | None:
        """Return the place of an attribute's text; None where it is missing or written with entities."""
        for found in _ATTRIBUTE.finditer(self.source.text, self.start, self.tag_end):
            if found[1].lower() == name.lower():
                group = 2 if found[2] is not None else 3
                return None if "&" in found[group] else Span(self.source, found.start(group), found.end(group))
        return None

    def span(self) -> Span:
        """Return all of the element."""
        return Span(self.source, self.start, self.end)


def read_xml(source: Source) -> Element:
    """Return the root element; raises `Unfit`. A document type is refused: entities come with it."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        from xml.parsers.expat import ParserCreate

        self.source = source
        self.parser: Any = ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.buffer_text = True
        self.open: list[Element] = []
        self.root: Element | None = None
        self.count = 0
        self.bytes = source.text.encode("utf-8", "surrogatepass")
        self._plain = len(self.bytes) == len(source.text)
        self._at = (0, 0)

    def read(self) -> Element:
        from xml.parsers.expat import ExpatError

        text = self.bytes
        if re.match(rb"\s*<\?xml[^>]{0,200}encoding=[\"'](?!utf-8)", text, re.IGNORECASE):
            raise Unfit("it says that it is not UTF-8")
        try:
            self.parser.Parse(text, True)
        except ExpatError as error:
            raise Unfit(f"it is no XML (line {error.lineno})") from None
        except ValueError:
            raise Unfit("it is no XML") from None
        if self.root is None:
            raise Unfit("it is empty")
        return self.root

    def _offset(self) -> int:
        """Return where the parser is, in characters; it goes forward only."""
        index = self.parser.CurrentByteIndex
        if self._plain:
            return index
        byte, character = self._at
        character += len(self.bytes[byte:index].decode("utf-8", "replace"))
        self._at = (index, character)
        return character

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > _MOST_ELEMENTS or len(self.open) >= _DEEPEST:
            raise Unfit("it has too many elements, or nests them too deep")
        start = self._offset()
        element = Element(self.source, name.rpartition(":")[2], start)
        element.tag_end = self._tag_end(start)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _tag_end(self, start: int) -> int:
        text, quote = self.source.text, ""
        for at in range(start, len(text)):
            character = text[at]
            if quote:
                quote = "" if character == quote else quote
            elif character in "\"'":
                quote = character
            elif character == ">":
                return at + 1
        return len(text)

    def _end(self, _name: str) -> None:
        element = self.open.pop()
        at = self._offset()
        end = self.source.text.find(">", at)
        element.end = max(end + 1, element.tag_end)

    def _refuse(self, *_facts: Any) -> None:
        raise Unfit("it has a document type, which is not read")
