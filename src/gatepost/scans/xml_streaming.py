"""Large XML without its tree in memory: long lists of elements are read again when gone through; never a format.

The whole text is gone through once, so that what is cut, damaged or hostile is told before anything of it is believed.
Of an element with long content the first children are kept. To go through all of them, a new parser is given the
beginning of the text (with its encoding and document type), the tags that are open there, and then the content.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from xml.parsers import expat

from gatepost.scans.streaming import Buffer, Streamed
from gatepost.scans.xml_tree import DEEPEST, BadXml, Node, guarded_parser, why_bad

# Bytes that are parsed at a time, and content that is kept whole.
_PIECE = 256 * 1024
_SHORT = 1024 * 1024
_KEPT = 64
# Lists in lists that are each long: every level goes through the text once more.
_DEEPEST_LISTS = 4
CHANGED = "has changed while it was read"
# Elements that are held at one time; some 300 bytes each.
MOST_HELD = 1_000_000


class _Open:
    """An element whose end has not come: where it begins, where its first child does, and what came of it so far."""

    __slots__ = ("children", "count", "first", "held", "lists", "long", "node", "start", "texts")

    def __init__(self, node: Node, start: int) -> None:
        self.node = node
        self.start = start
        self.first = -1
        self.children: list[tuple[Node, int]] = []  # each with the number of elements in it
        self.count = 0
        self.held = 1
        self.lists = 0  # levels of long lists below
        self.long = False
        self.texts: list[str] = []


class _Building:
    """What expat tells, as a tree with long lists in it. `shift` leads from expat's offsets to those of the text."""

    def __init__(self, buffer: Buffer, begin: int, root: int = -1) -> None:
        self._buffer = buffer
        self._begin = begin
        self._root_at = root
        self.root: Node | None = None
        self.shift = begin
        self.parser: Any = None
        # How deep expat is in an element that is not kept: of those only the ends are looked for.
        self.passed = 0
        self.open: list[_Open] = []
        self.held = 0
        # Only for the children of one element: how deep that is, and who takes them.
        self.depth = 0
        self.take: Callable[[Node], None] | None = None
        self.is_done = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.is_done:
            return
        if self.passed:
            self.passed += 1
            if self.passed + len(self.open) > DEEPEST:
                raise BadXml("is nested too deeply")
            return
        if self.open and self.open[-1].long:
            self.passed = 1
            self.parser.CharacterDataHandler = None
            return
        space, _, tag = name.rpartition(" ")
        if any(" " in key for key in attributes):
            attributes = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        at = self.parser.CurrentByteIndex + self.shift
        if len(self.open) >= DEEPEST:
            raise BadXml("is nested too deeply")
        self.held += 1
        if self.held > MOST_HELD:
            raise BadXml("has too many elements that are in no long list")
        if self.open:
            above = self.open[-1]
            if above.first < 0:
                above.first = at
        else:
            self._root_at = at
        self.open.append(_Open(Node(space, tag, attributes), at))

    def data(self, text: str) -> None:
        above = self.open[-1]
        if not (above.long and text.isspace()):
            above.texts.append(text)

    def end(self, _: str) -> None:
        if self.is_done:
            return
        if self.passed:
            self.passed -= 1
            if not self.passed:
                self.open[-1].count += 1
                self.parser.CharacterDataHandler = self.data
            return
        done = self.open.pop()
        node = done.node
        node.text = "".join(done.texts)
        node.children = [child for child, _ in done.children]
        if done.long:
            node.children = self._streamed(done, node.children)
        if not self.open:
            self.root = node
        elif self.take is None or len(self.open) > self.depth:
            self._add(self.open[-1], done)
        elif len(self.open) == self.depth:
            self.held -= done.held
            self.take(node)
        else:
            self.is_done = True

    def _add(self, above: _Open, done: _Open) -> None:
        above.count += 1
        above.lists = max(above.lists, done.lists + done.long)
        if above.lists > _DEEPEST_LISTS:
            raise BadXml("has long lists in long lists")
        above.children.append((done.node, done.held))
        above.held += done.held
        if above.count > _KEPT and self.parser.CurrentByteIndex + self.shift - above.first > _SHORT:
            above.long = True  # from here on its children are passed over
            let_go = sum(held for _, held in above.children[_KEPT:])
            del above.children[_KEPT:]
            self.held -= let_go
            above.held -= let_go

    def _streamed(self, done: _Open, kept: list[Node]) -> Streamed:
        above = [(one.start, one.first) for one in self.open] + [(done.start, done.first)]
        buffer, begin, root = self._buffer, self._begin, self._root_at
        return Streamed(lambda: _children(buffer, begin, root, above), kept, done.count)


def read_xml(buffer: Buffer) -> Node:
    """Return the root of an XML text; raises BadXml as `parse_xml` does."""
    head = buffer[:4096]
    mark = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    begin = len(head) - len(head[mark:].lstrip())
    building = _Building(buffer, begin)
    parser = _parser(building, buffer, begin)
    size = len(buffer)
    try:
        for at in range(begin, size, _PIECE):
            parser.Parse(buffer[at : at + _PIECE], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        spaces = len(tail := buffer[max(size - 4096, 0) : size]) - len(tail.rstrip())
        raise why_bad(error, parser, size - begin - spaces) from None
    except (LookupError, ValueError):
        raise BadXml("is in an unknown encoding") from None
    if building.root is None:
        raise BadXml("has no element", True)
    return building.root


def _parser(building: _Building, buffer: Buffer, begin: int) -> Any:
    """Return a parser that tells `building`; a mark of UTF-8 in front counts more than the text's own word."""
    parser = guarded_parser("utf-8" if begin >= 3 and buffer[:3] == b"\xef\xbb\xbf" else None)
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.data
    building.parser = parser
    return parser


def _children(buffer: Buffer, begin: int, root: int, above: Sequence[tuple[int, int]]) -> Iterator[Node]:
    """Yield the children of an element; `above` are the places of the open elements and of their first children."""
    ready: deque[Node] = deque()
    building = _Building(buffer, begin, root)
    parser = _parser(building, buffer, begin)
    fed = 0
    for start, end in ((begin, root), *above):
        for at in range(start, end, _PIECE):
            parser.Parse(buffer[at : min(at + _PIECE, end)], False)
        fed += end - start
    for one, (start, first) in zip(building.open, above, strict=True):
        one.start, one.first, one.texts = start, first, []
    at = above[-1][1]
    building.shift = at - fed
    building.depth = len(above)
    building.take = ready.append
    building.held = 0
    size = len(buffer)
    while not building.is_done and at < size:
        try:
            parser.Parse(buffer[at : at + _PIECE], False)
        except expat.ExpatError:
            raise BadXml(CHANGED) from None
        at += _PIECE
        while ready:
            yield ready.popleft()
