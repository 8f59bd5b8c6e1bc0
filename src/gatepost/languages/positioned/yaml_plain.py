"""The YAML that people mostly write, read line by line without a library; never anything that could be read two ways.

Block maps and lists, scalars on one line, short tags, literal and simply folded texts, flow collections on one line,
comments. For all else (anchors, merge keys, several documents, scalars over several lines, tabs, letters beyond ASCII)
and for whatever is wrong the answer is None, and the library reads and explains it. It is loaded for those files alone:
loading it takes longer than reading a usual template. https://yaml.org/spec/1.2.2/
"""

from __future__ import annotations

import re

from gatepost.languages.positioned.nodes import Node, Style
from gatepost.languages.positioned.yaml_scalars import SPECIAL, plain_node
from gatepost.model.regexes import regex

_DEEPEST = 60  # this reader recurses; the library counts on from here
_LONGEST_KEY = 1000  # YAML wants a key's colon within 1,024 characters
_ODD = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]").search
_PLAIN = r"""(?:[^ \-?:,\[\]{}#&*!|>'"%@`]|-(?=[^ ]))"""  # how a plain scalar may begin
_BEGINS_PLAIN = re.compile(_PLAIN).match
_KEY = re.compile(
    rf"(?:({_PLAIN}[^:#]*+(?::(?=[^ ])[^:#]*+)*+)|'([^']*+)'|\"([^\"\\]*+)\") *+:(?= |\Z)(?: *+(?:#.*)?\Z| *+)"
).match
_TAG = regex(r"(![A-Za-z][A-Za-z0-9:]*+)(?: *+(?:(?<= )#.*)?\Z| ++)")
_QUOTED = regex(r"""(?:'((?:[^']|'')*+)'|"((?:[^"\\]|\\["\\/nrt])*+)")""")
_ESCAPE = regex(r"\\(.)")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}
_REST = re.compile(r" *+(?:(?<= )#.*)?\Z").match
_HEADER = regex(r"([|>])(-?) *+(?:(?<= )#.*)?\Z")
_FLOW_WORD = re.compile(r"(?:[A-Za-z0-9_/.$]|-(?=[A-Za-z0-9]))(?:[^,\[\]{}:#?'\"]|:(?=[^ ,?\[\]{}]))*+").match
_SPACES = re.compile(r" *+").match


class _Beyond(Exception):
    """Something that this reader leaves to the library."""


def read_plain(text: str) -> Node | None:
    """Return the root of the one document in `text`; None when the library has to read it."""
    if not text.isascii() or _ODD(text):
        return None
    try:
        return _Document(text).root()
    except _Beyond:
        return None


class _Document:
    """The lines of a document, read one after the other; columns count from 0."""

    __slots__ = ("at", "depth", "line", "lines", "offset")

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.at = 0  # which line is next
        self.line = self.lines[0]
        self.offset = 0  # where it begins in the text
        self.depth = 0

    def root(self) -> Node:
        self.skip()
        if self.line == "---":
            self.forward()
        column = self.indent()
        if column < 0:
            raise _Beyond
        node = self.block(column)
        if self.indent() != -1:
            raise _Beyond
        return node

    def forward(self) -> None:
        self.offset += len(self.line) + 1
        self.at += 1
        self.line = self.lines[self.at] if self.at < len(self.lines) else ""

    def skip(self) -> int:
        """Go to the next line that says something; return its indentation, -1 behind the last line."""
        lines, at, offset = self.lines, self.at, self.offset
        indentation = -1
        while at < len(lines):
            line = lines[at]
            words = line.lstrip(" ")
            if words and words[0] != "#":
                indentation = len(line) - len(words)
                self.line = line
                break
            offset += len(line) + 1
            at += 1
        self.at, self.offset = at, offset
        return indentation

    def indent(self) -> int:
        """As `skip`, and no other document may begin there."""
        indentation = self.skip()
        if indentation == 0 and self.line[:3] in ("---", "..."):
            raise _Beyond
        return indentation

    def is_dash(self, column: int) -> bool:
        line = self.line
        return line[column : column + 1] == "-" and line[column + 1 : column + 2] in ("", " ")

    def block(self, column: int) -> Node:
        """Read the collection that begins at a column of this line."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Beyond
        node = self.list(column) if self.is_dash(column) else self.map(column)
        self.depth -= 1
        return node

    def list(self, column: int) -> Node:
        start = self.offset + column
        elements: list[Node] = []
        while True:
            line = self.line
            inside = _after_spaces(line, column + 1)
            if inside == len(line) or line[inside] == "#":
                elements.append(self.below(column, self.offset + column + 1, beside=False))
            elif self.is_dash(inside) or _KEY(line, inside):
                elements.append(self.block(inside))
            else:
                elements.append(self.value(inside, column, beside=False))
            following = self.indent()
            if following > column:
                raise _Beyond
            if following < column or not self.is_dash(column):
                return Node("list", start, elements[-1].end, elements, "", "block")

    def map(self, column: int) -> Node:
        start = self.offset + column
        pairs: list[tuple[Node, Node]] = []
        seen: set[str] = set()
        while True:
            line = self.line
            found = _KEY(line, column)
            if found is None:
                raise _Beyond
            key = self.key(found, column, seen)
            if found.end() == len(line):
                value = self.below(column, self.offset + line.index(":", key.end - self.offset) + 1, beside=True)
            else:
                value = self.value(found.end(), column, beside=True)
            pairs.append((key, value))
            following = self.indent()
            if following > column:
                raise _Beyond
            if following < column:
                return Node("map", start, value.end, pairs, "", "block")
            if self.is_dash(column):
                # A list of the same indentation is the value of this map's own key, or goes on above.
                return Node("map", start, value.end, pairs, "", "block")

    def key(self, found: re.Match[str], column: int, seen: set[str]) -> Node:
        form = found.lastindex or 1
        name: str = found[form]
        style: Style = ""
        begin = self.offset + column
        if form == 1:
            name = name.rstrip(" ")
            end = begin + len(name)
        else:
            style = "'" if form == 2 else '"'
            end = begin + len(name) + 2
        if name in seen or name == "<<" or len(name) > _LONGEST_KEY:
            raise _Beyond
        seen.add(name)
        return Node("text", begin, end, name, "", style)

    def below(self, column: int, after: int, beside: bool) -> Node:
        """Read what stands in the lines below; nothing there is null, `after` the colon or the dash.

        `beside`: the elements of a list may stand in the column of the key.
        """
        self.forward()
        deeper = self.indent()
        if deeper > column and not self.is_dash(deeper) and not _KEY(self.line, deeper):
            return self.value(deeper, column, beside=False)
        if deeper > column or (beside and deeper == column and self.is_dash(column)):
            return self.block(deeper)
        return Node("null", after, after, None)

    def value(self, column: int, outer: int, beside: bool) -> Node:
        """Read the value that begins at a column of this line; the collection that it is in has the column `outer`."""
        line, start, tag = self.line, self.offset + column, ""
        if line[column] == "!":
            found = _TAG.match(line, column)
            if found is None:
                raise _Beyond
            tag, column = found[1], found.end()
            if column == len(line):
                node = self.below(outer, start, beside)
                if node.tag or node.style != "block":
                    raise _Beyond
                node.start, node.tag = start, tag
                return node
        first = line[column]
        if first in "'\"":
            return self.quoted(column, start, tag)
        if first in "|>":
            return self.folded(column, outer, start, tag)
        if first in "[{":
            node, end = _flow(line, column, self.offset, 0)
            node.start, node.tag = start, tag
            self.end_line(end)
            return node
        return self.plain(column, start, tag)

    def end_line(self, column: int) -> None:
        if _REST(self.line, column) is None:
            raise _Beyond
        self.forward()

    def quoted(self, column: int, start: int, tag: str) -> Node:
        node, end = _quoted(self.line, column, self.offset)
        node.start, node.tag = start, tag
        self.end_line(end)
        return node

    def plain(self, column: int, start: int, tag: str) -> Node:
        if _BEGINS_PLAIN(self.line, column) is None:
            raise _Beyond
        value = self.line[column:].partition(" #")[0].rstrip(" ")
        if ": " in value or value[-1] == ":":
            raise _Beyond
        end = self.offset + column + len(value)
        self.forward()
        return _typed(start, end, value, tag)

    def folded(self, column: int, outer: int, start: int, tag: str) -> Node:
        """Read a literal text, or a folded one whose lines are all alike."""
        found = _HEADER.match(self.line, column)
        if found is None:
            raise _Beyond
        style: Style = "|" if found[1] == "|" else ">"
        self.forward()
        body, end = self.lines_of(outer)
        if style == ">":
            value = _unfolded(body)
        else:
            value = "\n".join(body)
        return Node("text", start, end, value if found[2] else value + "\n", tag, style)

    def lines_of(self, outer: int) -> tuple[list[str], int]:
        """Return the lines of a text, not indented, to the last that is not blank, and where that one ends."""
        lines, at, offset = self.lines, self.at, self.offset
        indent, end, last = 0, 0, 0
        body: list[str] = []
        while True:
            if at == len(lines):
                break
            line = lines[at]
            words = line.strip(" ")
            if words:
                own = len(line) - len(line.lstrip(" "))
                if not indent:
                    indent = own
                    if indent <= outer or any(len(blank) > indent for blank in body):
                        raise _Beyond
                elif own < indent:
                    break
                body.append(line[indent:])
                last = len(body)
                end = offset + own + len(words)
                if at == len(lines) - 1:
                    raise _Beyond  # the last line of the file has no end of line
            else:
                body.append(line[indent:] if indent else line)
            offset += len(line) + 1
            at += 1
        if not indent or any(body[last:]):
            raise _Beyond
        blanks = 0
        while not body[blanks].strip(" "):
            body[blanks] = ""
            blanks += 1
        self.at, self.offset = at, offset
        self.line = lines[at] if at < len(lines) else ""
        return body[:last], end


def _unfolded(body: list[str]) -> str:
    """Fold the lines of a text: a line end is a space, and so many blank lines are so many line ends."""
    parts: list[str] = []
    glue = ""
    for line in body:
        if not line:
            glue = "\n" if glue == " " else glue + "\n"
            continue
        if line[0] == " ":
            raise _Beyond  # lines that are indented further keep their line ends
        parts += (glue, line)
        glue = " "
    return "".join(parts)


def _typed(start: int, end: int, value: str, tag: str) -> Node:
    if tag or value[0] not in SPECIAL:
        return Node("text", start, end, value, tag)
    return plain_node(start, end, value)


def _quoted(line: str, column: int, offset: int) -> tuple[Node, int]:
    found = _QUOTED.match(line, column)
    if found is None:
        raise _Beyond
    end = found.end()
    if found.lastindex == 1:
        return Node("text", offset + column, offset + end, found[1].replace("''", "'"), "", "'"), end
    value = found[2]
    if "\\" in value:
        value = _ESCAPE.sub(lambda one: _ESCAPES[one[1]], value)
    return Node("text", offset + column, offset + end, value, "", '"'), end


def _flow(line: str, column: int, offset: int, depth: int) -> tuple[Node, int]:
    """Read a collection in brackets that ends on this line; returns it with the column after it."""
    if depth > _DEEPEST:
        raise _Beyond
    is_map = line[column] == "{"
    closing = "}" if is_map else "]"
    start = offset + column
    values: list[Node] = []
    keys: list[Node] = []
    column = _after_spaces(line, column + 1)
    while line[column : column + 1] != closing:
        if values:
            if line[column : column + 1] != ",":
                raise _Beyond
            column = _after_spaces(line, column + 1)
        if is_map:
            key, column = _flow_word(line, column, offset, depth)
            if key.kind in ("list", "map") or key.tag or line[column : column + 2] != ": ":
                raise _Beyond
            keys.append(_as_key(key, line, offset))
            column = _after_spaces(line, column + 1)
        value, column = _flow_word(line, column, offset, depth)
        values.append(value)
        column = _after_spaces(line, column)
    if not is_map:
        return Node("list", start, offset + column + 1, values, "", "flow"), column + 1
    if len({key.value for key in keys}) < len(keys) or any(key.value == "<<" for key in keys):
        raise _Beyond
    return Node("map", start, offset + column + 1, list(zip(keys, values, strict=True)), "", "flow"), column + 1


def _as_key(node: Node, line: str, offset: int) -> Node:
    name = node.value if node.style else line[node.start - offset : node.end - offset]
    return Node("text", node.start, node.end, name, "", node.style)


def _after_spaces(line: str, column: int) -> int:
    found = _SPACES(line, column)
    return found.end() if found else column


def _flow_word(line: str, column: int, offset: int, depth: int) -> tuple[Node, int]:
    """Read one value inside brackets; returns it with the column after it."""
    start, tag = offset + column, ""
    first = line[column : column + 1]
    if first == "!":
        found = _TAG.match(line, column)
        if found is None:
            raise _Beyond
        tag, column = found[1], found.end()
        first = line[column : column + 1]
    if first in ("[", "{"):
        node, end = _flow(line, column, offset, depth + 1)
    elif first in ("'", '"'):
        node, end = _quoted(line, column, offset)
    else:
        found = _FLOW_WORD(line, column)
        if found is None:
            raise _Beyond
        value = found[0].rstrip(" ")
        end = column + len(value)
        node = _typed(start, offset + end, value, tag)
    node.start, node.tag = start, tag
    return node, end
