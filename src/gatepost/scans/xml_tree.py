"""XML into a tree of plain nodes, without entities or anything from outside; never knows a format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.scans.streaming import Streamed

# Deeper than any scanner writes; a tree of this depth can be walked without a word of Python's about recursion.
DEEPEST = 200


class BadXml(Exception):
    """XML that cannot be read; its text says why. `cut` when it ends in the middle."""

    def __init__(self, what: str, cut: bool = False) -> None:
        super().__init__(what)
        self.cut = cut


class Node:
    """An element: its name without prefix, its namespace, its attributes (without prefixes), its text, its children."""

    __slots__ = ("attributes", "children", "space", "tag", "text")

    def __init__(self, space: str, tag: str, attributes: Mapping[str, str]) -> None:
        self.space = space
        self.tag = tag
        self.attributes = attributes
        self.text = ""
        self.children: list[Node] = []

    def all(self, *tags: str) -> list[Node]:
        """Return the elements at the end of a way of names, below this one: `all("issues", "issue")`.

        Of a large text they are read again each time the list is gone through.
        """
        found: list[Node] = [self]
        for tag in tags:
            found = _below(found, tag)
        return found

    def first(self, *tags: str) -> Node:
        """Return the first element at the end of a way of names; an empty one when there is none."""
        return next(iter(self.all(*tags)), _NOTHING)

    def said(self, *tags: str) -> str:
        """Return the text of the first element at the end of a way of names, "" when there is none."""
        return self.first(*tags).text.strip()

    def get(self, key: str) -> str:
        """Return an attribute, "" when there is none."""
        return self.attributes.get(key, "")

    def walk(self, tag: str) -> Iterator[Node]:
        """Yield every element of a name below this one, in the order of the text."""
        for child in self.children:
            if child.tag == tag:
                yield child
            yield from child.walk(tag)


_NOTHING = Node("", "", {})


def _below(nodes: list[Node], tag: str) -> list[Node]:
    if isinstance(nodes, Streamed) or any(isinstance(one.children, Streamed) for one in nodes):
        return Streamed(lambda: (child for one in nodes for child in one.children if child.tag == tag))
    return [child for one in nodes for child in one.children if child.tag == tag]


class _Building:
    """What expat tells, as a tree."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._texts: list[list[str]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if any(" " in key for key in attributes):
            attributes = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(space, tag, attributes)
        if len(self._open) >= DEEPEST:
            raise BadXml("is nested too deeply")
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)
        self._texts.append([])

    def end(self, _: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def data(self, text: str) -> None:
        self._texts[-1].append(text)


def _no_entity(*_: object) -> None:
    raise BadXml("declares an entity")


def _no_outside(_name: str, system: str | None, public: str | None, _inner: object) -> None:
    if system or public:
        raise BadXml("asks for a document type from outside")


class _Defaults:
    """The defaults that a document type declares: a few short ones, as Burp writes, for many would blow a text up."""

    _MOST, _LONGEST = 10, 10

    def __init__(self) -> None:
        self._known = 0

    def declared(self, _element: str, _name: str, _type: str, default: str | None, _required: object) -> None:
        self._known += bool(default)
        if default and (self._known > self._MOST or len(default) > self._LONGEST):
            raise BadXml("declares a default for an attribute")


def guarded_parser(encoding: str | None) -> Any:
    """Return a parser that raises BadXml at entities, at a document type from outside and at long defaults.

    `encoding` is known better than by the text's own word, or None.
    """
    from xml.parsers import expat

    parser = expat.ParserCreate(encoding, " ")
    parser.buffer_text = True
    parser.EntityDeclHandler = _no_entity
    parser.StartDoctypeDeclHandler = _no_outside
    parser.AttlistDeclHandler = _Defaults().declared
    return parser


def why_bad(error: Any, parser: Any, size: int) -> BadXml:
    """Return what is wrong with a text of `size` bytes that expat has given up on; it is cut where that is its end."""
    from xml.parsers import expat

    codes = expat.errors.codes
    cut = {
        codes[one]
        for one in (
            expat.errors.XML_ERROR_NO_ELEMENTS,
            expat.errors.XML_ERROR_UNCLOSED_TOKEN,
            expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
            expat.errors.XML_ERROR_PARTIAL_CHAR,
        )
    }
    ends = error.code in cut or parser.CurrentByteIndex >= size - 1
    return BadXml(f"is not well-formed from line {error.lineno} on", ends)


def parse_xml(content: bytes, encoding: str | None = None) -> Node:
    """Return the root of an XML text; `encoding` where it is known better than by the text's own word.

    Raises BadXml for what is not well-formed, ends in the middle, is nested too deeply or declares an entity.
    """
    from xml.parsers import expat

    building = _Building()
    parser = guarded_parser(encoding)
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.data
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise why_bad(error, parser, len(content.rstrip())) from None
    except (LookupError, ValueError):
        raise BadXml("is in an unknown encoding") from None
    if building.root is None:
        raise BadXml("has no element", True)
    return building.root
