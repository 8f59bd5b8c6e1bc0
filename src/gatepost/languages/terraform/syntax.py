"""Reads HCL text into nodes, going on after what is broken; never evaluates, never touches a file."""

from __future__ import annotations

import gc
import re

from gatepost.languages.terraform import tokens
from gatepost.languages.terraform.nodes import Attribute, Block, Body, Literal, Reference, Unreadable
from gatepost.languages.terraform.syntax_expressions import ExpressionParser, number
from gatepost.languages.terraform.syntax_templates import DEPTH_LIMIT, TOO_DEEP, Fault, HclError, TooDeep, unescape

__all__ = ["Fault", "parse", "parse_block"]

FAULT_LIMIT = 50  # after so many faults the rest of a text is not read: it is something else, or hostile
KEYWORDS = tokens.KEYWORDS


def parse(text: str) -> tuple[Body, list[Fault]]:
    """Read a whole file; returns its body and what is wrong with it, in file order.

    A broken attribute or block costs itself; what stands around it is read. Never raises.
    """
    enabled = gc.isenabled()
    gc.disable()  # a tree makes no garbage, and looking for it costs a tenth of the time
    try:
        parser = Parser(text)
        body = parser.file()
        if parser.unclosed:
            guided = Parser(text, guided=True)
            guided_body = guided.file()
            if len(guided.faults) <= len(parser.faults) + 2:
                parser, body = guided, guided_body
    finally:
        if enabled:
            gc.enable()
    return body, sorted(parser.faults)


def parse_block(text: str, at: int) -> Block | Attribute:
    """Read the item that begins at an offset, where one is known to stand that has no faults."""
    parser = Parser(text)
    parser.top = Body(at, len(text), [])
    match = tokens.ITEM(text, at)
    if match is not None and match.lastindex == 5:
        parser.block(parser.top, match)
    else:
        parser.other_item(parser.top, at)
    return parser.top.items[0]


class _GiveUp(Exception):
    """Too many faults."""


class Parser(ExpressionParser):
    """Reads bodies. When `guided`, a block that begins no further right than the one around it ends that one."""

    __slots__ = ("faults", "guided", "top", "unclosed")

    def __init__(self, text: str, guided: bool = False) -> None:
        super().__init__(text)
        self.faults: list[Fault] = []
        self.guided = guided
        self.unclosed = False

    def file(self) -> Body:
        """Read the whole text."""
        start = 1 if self.text[:1] == "\ufeff" else 0
        self.top = Body(start, len(self.text), [])
        try:
            self.body(self.top, -1)
        except _GiveUp:
            what = f"more than {FAULT_LIMIT} faults, the rest of the file was not read"
            self.faults.append(Fault(self.faults[-1].offset, what, "mend the first ones; is this a Terraform file?"))
        return self.top

    def fault(self, fault: Fault) -> None:
        """Note a fault; raises _GiveUp when there are too many."""
        self.faults.append(fault)
        if len(self.faults) >= FAULT_LIMIT:
            raise _GiveUp

    def body(self, body: Body, indent: int) -> int:
        """Fill a body; `indent` is the column of its block, -1 for a file. Returns where what follows begins."""
        text, items = self.text, body.items
        at = body.start
        while True:
            match = tokens.ITEM(text, at)
            kind = match.lastindex if match else 0
            if match is None:
                at = self.other_item(body, at)
            elif kind == 4:
                start, end = match.span(4)
                word = match[4]
                value = Literal(start, end, KEYWORDS[word]) if word in KEYWORDS else Reference(start, end, word)
                items.append(Attribute(match.start(1), end, match[1], value, match.end(1)))
                at = end
            elif kind == 2:
                at = self.text_attribute(body, match)
            elif kind == 3:
                start, at = match.span(3)
                items.append(Attribute(match.start(1), at, match[1], self.number(match[3], start), match.end(1)))
            elif kind == 1:
                at = self.attribute(body, match.start(1), match.end(1), match.end())
            elif kind == 5:
                if self.guided and indent >= 0 and self.column(match.start(1)) <= indent:
                    return self.end_body(body, match.start(1), match.start(1), True)
                at = self.block(body, match)
            elif kind == 6 and indent >= 0:
                return self.end_body(body, match.start(6), match.end(), False)
            elif kind == 7:
                return self.end_body(body, match.start(7), match.end(), indent >= 0)
            else:
                self.fault(
                    Fault(match.start(6), "} closes nothing", "remove it, or look for a block that is closed twice")
                )
                at = match.end()

    def end_body(self, body: Body, end: int, following: int, unclosed: bool) -> int:
        """Set the end of a body and look for attributes that are written twice."""
        body.end = end
        names = [item.name for item in body.items if type(item) is Attribute]
        if len(set(names)) != len(names):
            self.refuse_repeated(body)
        if unclosed and all(fault.what != TOO_DEEP for fault in self.faults):
            if not self.unclosed or self.guided:
                self.fault(Fault(body.start - 1, "block is not closed", "write } at its end"))
            self.unclosed = True
        return following

    def refuse_repeated(self, body: Body) -> None:
        """Note each attribute that was set before in the same body."""
        seen: set[str] = set()
        for item in body.items:
            if type(item) is Attribute and type(item.value) is not Unreadable:
                if item.name in seen:
                    self.fault(Fault(item.start, f"attribute {item.name} is set twice", "keep one of the two"))
                seen.add(item.name)

    def number(self, digits: str, start: int) -> Literal:
        """Return the literal of a number that is a whole value, noting one that is too long."""
        try:
            return Literal(start, start + len(digits), number(digits, start))
        except HclError as error:
            self.fault(error.fault)
            return Literal(start, start + len(digits), None)

    def text_attribute(self, body: Body, match: re.Match[str]) -> int:
        """Add an attribute whose value is plain text; returns its end."""
        start, end = match.span(2)
        raw = match[2][1:-1]
        if "\\" in raw or "{" in raw:
            try:
                raw = unescape(raw, start + 1)
            except HclError as error:
                body.items.append(Attribute(match.start(1), end, match[1], Unreadable(start, end), match.end(1)))
                self.fault(error.fault)
                return end
        body.items.append(Attribute(match.start(1), end, match[1], Literal(start, end, raw), match.end(1)))
        return end

    def attribute(self, body: Body, start: int, name_end: int, at: int) -> int:
        """Read the value of an attribute at `at` and the end of its line; returns where the next item may begin."""
        depth = self.depth
        try:
            self.height = 0
            value = self.expression(at, False)
            line_end = tokens.LINE_END(self.text, value.end)
            if line_end is None:
                raise HclError(value.end, "no line break after an attribute", "write the next item on its own line")
            body.items.append(Attribute(start, value.end, self.text[start:name_end], value, name_end))
            return line_end.end()
        except HclError as error:
            self.depth = depth
            self.unreadable(body, start, name_end, at)
            self.fault(error.fault)
            return self.next_item(start, at, error.fault)

    def unreadable(self, body: Body, start: int, name_end: int, at: int) -> None:
        """Keep the name of what cannot be read: it is not known, and not missing."""
        at = min(at, len(self.text))
        line_end = self.text.find("\n", at)
        end = at + len(self.text[at : line_end if line_end >= 0 else len(self.text)].rstrip())
        body.items.append(Attribute(start, end, self.text[start:name_end], Unreadable(at, end), name_end))

    def block(self, body: Body, match: re.Match[str]) -> int:
        """Read the block whose header a match of ITEM holds; returns where the next item may begin."""
        type_end = match.end(1)
        labels: tuple[str, ...] = ()
        spans: tuple[tuple[int, int], ...] = ()
        if match[5]:
            offset = match.start(5)
            found = list(tokens.LABELS(match[5]))
            labels = tuple(label[1] if label[1] is not None else label[2] for label in found)
            spans = tuple((offset + label.start(), offset + label.end()) for label in found)
        block = Block(
            match.start(1), match.end(), match[1], labels, Body(match.end(), match.end(), []), spans, type_end
        )
        return self.block_body(body, block)

    def block_body(self, outer: Body, block: Block) -> int:
        """Read what stands between the braces of a block and add the block to the body around it."""
        text, opened = self.text, block.body.start
        depth = self.depth
        try:
            if depth >= DEPTH_LIMIT:
                raise TooDeep(block.start)
            self.depth += 1
            if text[opened : opened + 1] == "\n" or tokens.LINE_END(text, opened):
                outer.items.append(block)
                block.end = self.body(block.body, self.column(block.start))
            else:
                block.end = self.one_line(block.body)
                outer.items.append(block)
            self.depth = depth
            if text[block.end : block.end + 1] != "\n" and not self.unclosed and not tokens.LINE_END(text, block.end):
                self.fault(Fault(block.end, "no line break after a block", "write the next item on its own line"))
            return block.end
        except TooDeep as error:
            self.depth = depth
            self.fault(error.fault)
            return _behind_braces(text, opened)
        except HclError as error:
            self.depth = depth
            if outer is not self.top:
                self.unreadable(outer, block.start, block.type_end, opened)
            self.fault(error.fault)
            return self.next_item(block.start, opened, error.fault)

    def one_line(self, body: Body) -> int:
        """Read a body that closes on the line it is opened on: nothing, or one attribute."""
        text = self.text
        end = tokens.BLOCK_END.match(text, body.start)
        if end is None:
            name = tokens.ONLY_ATTRIBUTE.match(text, body.start)
            if name is None:
                what = "a block on one line holds one attribute at most"
                raise HclError(body.start, what, "break the line after { and before }")
            value = self.expression(name.end(), False)
            body.items.append(Attribute(name.start(1), value.end, name[1], value, name.end(1)))
            end = tokens.BLOCK_END.match(text, value.end)
            if end is None:
                what = "a block on one line holds one attribute at most"
                raise HclError(value.end, what, "break the line after { and before }")
        body.end = end.end() - 1
        return end.end()

    def other_item(self, body: Body, at: int) -> int:
        """Read an item that the fast path refused: a header or an attribute with comments in it, or no item at all."""
        text = self.text
        blank = tokens.BLANK.match(text, at)
        start = at = blank.end() if blank else at
        labels: list[str] = []
        spans: list[tuple[int, int]] = []
        type_end = at
        while (match := tokens.HEADER_PART.match(text, at)) is not None:
            kind = match.lastindex or 0
            at = match.end()
            if not spans and kind == 4 and type_end > start:
                return self.attribute(body, start, type_end, at)
            if kind == 3 and type_end > start:
                empty = Body(at, at, [])
                return self.block_body(
                    body, Block(start, at, text[start:type_end], tuple(labels), empty, tuple(spans), type_end)
                )
            if type_end == start and kind == 2:
                type_end = at
                continue
            if kind > 2 or type_end == start:
                break
            raw = match[kind]
            labels.append(raw[1:-1] if kind == 1 else raw)
            spans.append(match.span(kind))
        if text[start : start + 1] == '"':
            fault = Fault(start, "an item cannot begin with text in quotes", "write the name without quotation marks")
        elif labels and text[at : at + 1] == '"':
            fault = Fault(at, "a label of a block holds more than plain text", "write the label without interpolations")
        elif text.startswith("/*", start):
            fault = Fault(start, "comment is not closed", "write */ at its end")
        else:
            fault = Fault(start, "neither an attribute nor a block", 'write name = value, or type "label" {')
        self.fault(fault)
        return self.next_item(start, start, fault)

    def column(self, at: int) -> int:
        """Return how many characters stand before an offset on its line."""
        return at - (self.text.rfind("\n", 0, at) + 1)

    def next_item(self, start: int, at: int, fault: Fault) -> int:
        """Find where reading goes on after a broken item that begins at `start`: by its indentation.

        It is the next line that begins with a name or comment no further right than the broken item, or with a
        closing brace left of it.
        """
        text = self.text
        if text.startswith("/*", fault.offset) and text.find("*/", fault.offset + 2) < 0:
            return len(text)
        line_break = text.find("\n", max(at, self.resume))
        if line_break < 0:
            return len(text)
        column = min(self.column(start), 200)
        brace = rf"|[ \t]{{0,{column - 1}}}(?=\}})" if column else ""
        begins = re.compile(rf"^(?:[ \t]{{0,{column}}}(?=[^\W\d]|#|//){brace})", re.MULTILINE)
        found = begins.search(text, line_break + 1)
        return found.end() if found else len(text)


def _behind_braces(text: str, opened: int) -> int:
    """Return where the brace that closes the one before `opened` ends, counting braces outside texts and comments."""
    level = 1
    for match in re.compile(rf"{tokens.PLAIN_TEXT}|{tokens.COMMENT}|[{{}}]").finditer(text, opened):
        found = match[0]
        level += 1 if found == "{" else -1 if found == "}" else 0
        if not level:
            return match.end()
    return len(text)
