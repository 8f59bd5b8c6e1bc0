"""Text to nodes for TOML 1.0, with the place of every key and value; never a date's meaning (dates stay text).

Source: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re

from gatepost.languages.positioned.nodes import DEEPEST, Malformed, Node, Style

_SKIP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*+").match
_BLANK = re.compile(r"[ \t]*+").match
_LINE_END = re.compile(r"[ \t]*+(?:#[^\n]*)?(?:\r?\n|\Z)").match
_BARE = re.compile(r"[A-Za-z0-9_-]++").match
_BASIC = re.compile(r'"((?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\.)*+)"').match
_LITERAL = re.compile(r"'([^'\x00-\x08\x0a-\x1f\x7f]*+)'").match
_MANY = re.compile(r'"""(?:\r?\n)?((?:[^"\\]|\\[\s\S]|"{1,2}+(?!"))*+"{0,2})"""').match
_MANY_LITERAL = re.compile(r"'''(?:\r?\n)?((?:[^']|'{1,2}+(?!'))*+'{0,2})'''").match
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d:\d\d(?:\.\d+)?"
).match
_NUMBER = re.compile(
    r"[+-]?(?:inf|nan|0x[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0o[0-7]+(?:_[0-7]+)*|0b[01]+(?:_[01]+)*"
    r"|(?:0|[1-9]\d*(?:_\d+)*)(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+(?:_\d+)*)?)(?![\w.+-])"
).match
_ESCAPE = re.compile(r"\\(?:([btnfre\"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[ \t]*\r?\n\s*)")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_LONGEST_NUMBER = 300
_MOST_PARTS = 50


class _Table:
    """A table while it is being read: `made` says how: "" by the way, "header", "dotted", "inline", "array"."""

    __slots__ = ("made", "members", "node")

    def __init__(self, start: int, made: str) -> None:
        self.node = Node("map", start, start, [], "", "flow" if made == "inline" else "block")
        self.members: dict[str, _Table | list[_Table] | Node] = {}
        self.made = made

    def add(self, key: Node, value: _Table | list[_Table] | Node, node: Node) -> None:
        self.members[key.value] = value
        self.node.value.append((key, node))


def read_toml(text: str) -> Node:
    """Read one TOML document; raises `Malformed` with the exact place."""
    return _Reader(text).document()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 1 if text.startswith("\ufeff") else 0

    def wrong(self, what: str, at: int | None = None) -> Malformed:
        return Malformed(what, "see toml.io", min(self.at if at is None else at, len(self.text)))

    def document(self) -> Node:
        root = _Table(self.at, "header")
        table = root
        while True:
            self.skip()
            if self.at >= len(self.text):
                break
            if self.text[self.at] == "[":
                table = self.header(root)
            else:
                self.member(table)
            self.line_end()
            table.node.end = max(table.node.end, self.at)
        root.node.end = len(self.text)
        return root.node

    def skip(self) -> None:
        found = _SKIP(self.text, self.at)
        self.at = found.end() if found is not None else self.at

    def blank(self) -> None:
        found = _BLANK(self.text, self.at)
        self.at = found.end() if found is not None else self.at

    def line_end(self) -> None:
        found = _LINE_END(self.text, self.at)
        if found is None:
            raise self.wrong("there is more on the line than TOML allows")
        self.at = found.end()

    def expect(self, mark: str) -> None:
        if not self.text.startswith(mark, self.at):
            raise self.wrong(f"{mark!r} is missing here")
        self.at += len(mark)

    def key(self) -> list[Node]:
        parts: list[Node] = []
        while True:
            self.blank()
            parts.append(self.key_part())
            self.blank()
            if not self.text.startswith(".", self.at):
                return parts
            if len(parts) > _MOST_PARTS:
                raise self.wrong("a key with too many parts")
            self.at += 1

    def key_part(self) -> Node:
        start = self.at
        for pattern, group in ((_BARE, 0), (_BASIC, 1), (_LITERAL, 1)):
            found = pattern(self.text, start)
            if found is not None:
                self.at = found.end()
                value = self.unescape(found[1], start) if pattern is _BASIC else found[group]
                return Node("text", start, self.at, value, "", "")
        raise self.wrong("a key is missing here")

    def header(self, root: _Table) -> _Table:
        start = self.at
        array = self.text.startswith("[[", start)
        self.at += 2 if array else 1
        parts = self.key()
        self.expect("]]" if array else "]")
        table = root
        for part in parts[:-1]:
            table = self.below(table, part, "")
        last = parts[-1]
        there = table.members.get(last.value)
        if array:
            new = _Table(start, "header")
            if there is None:
                rows = [new]
                table.add(last, rows, Node("list", start, self.at, [new.node], "", "block"))
            elif isinstance(there, list):
                there.append(new)
                holder = next(node for key, node in table.node.value if key.value == last.value)
                holder.value.append(new.node)
            else:
                raise self.wrong(f"{last.value!r} is no array of tables", last.start)
            return new
        if there is None:
            new = _Table(start, "header")
            table.add(last, new, new.node)
            return new
        if isinstance(there, _Table) and there.made == "":
            there.made = "header"
            return there
        raise self.wrong(f"the table {last.value!r} is written twice", last.start)

    def below(self, table: _Table, part: Node, made: str) -> _Table:
        there = table.members.get(part.value)
        if there is None:
            new = _Table(part.start, made)
            table.add(part, new, new.node)
            return new
        if isinstance(there, list):
            if made:
                raise self.wrong(f"{part.value!r} is an array of tables", part.start)
            return there[-1]
        if isinstance(there, _Table) and there.made != "inline" and (not made or there.made == "dotted"):
            return there
        raise self.wrong(f"{part.value!r} is no table that can be added to", part.start)

    def member(self, table: _Table, depth: int = 0) -> None:
        parts = self.key()
        self.expect("=")
        self.blank()
        for part in parts[:-1]:
            table = self.below(table, part, "dotted")
        if parts[-1].value in table.members:
            raise self.wrong(f"the key {parts[-1].value!r} is written twice", parts[-1].start)
        made, node = self.value(depth)
        table.add(parts[-1], made, node)

    def value(self, depth: int) -> tuple[_Table | Node, Node]:
        text, start = self.text, self.at
        if depth > DEEPEST // 2:
            raise self.wrong("nested too deep")
        first = text[start : start + 1]
        if first in ('"', "'"):
            node = self.string(start)
            return node, node
        if first == "{":
            table = self.inline(depth)
            return table, table.node
        node = self.array(depth) if first == "[" else self.word(start)
        return node, node

    def string(self, start: int) -> Node:
        text = self.text
        style: Style = '"' if text[start] == '"' else "'"
        many = text.startswith(style * 3, start)
        patterns = {'"': (_BASIC, _MANY), "'": (_LITERAL, _MANY_LITERAL)}
        found = patterns[style][1 if many else 0](text, start)
        if found is None:
            raise self.wrong("text is never closed")
        self.at = found.end()
        value = self.unescape(found[1], start) if style == '"' else found[1]
        if many:
            value = value.replace("\r\n", "\n")
        return Node("text", start, self.at, value, "", style)

    def unescape(self, raw: str, at: int) -> str:
        if "\\" not in raw:
            return raw

        def one(found: re.Match[str]) -> str:
            if found[1]:
                if found[1] not in _ESCAPES:
                    raise self.wrong("an escape that TOML does not know", at)
                return _ESCAPES[found[1]]
            digits = found[2] or found[3]
            if not digits:
                return ""
            number = int(digits, 16)
            if number > 0x10FFFF or 0xD800 <= number < 0xE000:
                raise self.wrong("an escape that is no character", at)
            return chr(number)

        out: list[str] = []
        position = 0
        while True:
            found = raw.find("\\", position)
            if found < 0:
                return "".join([*out, raw[position:]])
            match = _ESCAPE.match(raw, found)
            if match is None:
                raise self.wrong("an escape that TOML does not know", at)
            out += raw[position:found], one(match)
            position = match.end()

    def word(self, start: int) -> Node:
        for word, value in (("true", True), ("false", False)):
            if self.text.startswith(word, start):
                self.at = start + len(word)
                return Node("truth", start, self.at, value)
        found = _DATE(self.text, start)
        if found is not None:
            self.at = found.end()
            return Node("text", start, self.at, found[0], "", "")
        found = _NUMBER(self.text, start)
        if found is None:
            raise self.wrong("a value is missing here, or is none that TOML knows")
        self.at = found.end()
        return Node("number", start, self.at, self.number(found[0]))

    def number(self, word: str) -> int | float:
        if len(word) > _LONGEST_NUMBER:
            raise self.wrong("a number with too many digits")
        plain = word.replace("_", "")
        if plain[:2] in ("0x", "0o", "0b"):
            return int(plain, 0)
        if plain.lstrip("+-")[:2] in ("0x", "0o", "0b"):
            raise self.wrong("a number with a sign where TOML allows none")
        return int(plain) if plain.lstrip("+-").isdigit() else float(plain)

    def array(self, depth: int) -> Node:
        start = self.at
        self.at += 1
        elements: list[Node] = []
        while True:
            self.skip()
            if self.text.startswith("]", self.at):
                break
            elements.append(self.value(depth + 1)[1])
            self.skip()
            if not self.text.startswith(",", self.at):
                break
            self.at += 1
        self.expect("]")
        return Node("list", start, self.at, elements, "", "flow")

    def inline(self, depth: int) -> _Table:
        table = _Table(self.at, "inline")
        self.at += 1
        self.blank()
        if not self.text.startswith("}", self.at):
            while True:
                self.member(table, depth + 1)
                self.blank()
                if not self.text.startswith(",", self.at):
                    break
                self.at += 1
        self.expect("}")
        table.node.end = self.at
        self._close(table)
        return table

    def _close(self, table: _Table) -> None:
        """Nothing may be added to an inline table, nor to those in it."""
        waiting = [table]
        while waiting:
            one = waiting.pop()
            one.made = "inline"
            waiting += [inner for inner in one.members.values() if isinstance(inner, _Table)]
