"""Any YAML to nodes by the library, with exact places; never the YAML 1.1 meaning of words (yes and 1:30 stay text).

`yaml_plain` reads what people mostly write; whatever it leaves is read here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from gatepost.languages.positioned.nodes import DEEPEST, REPEATED, Malformed, Node, Style
from gatepost.languages.positioned.yaml_scalars import SPECIAL, plain_node

# Aliases may make a tree at most this much larger than its text; real files stay far below.
_EXPANDED = 20_000

_CORE = "tag:yaml.org,2002:"
_STYLES: dict[str | None, Style] = {None: "", "": "", "'": "'", '"': '"', "|": "|", ">": ">"}


def read_yaml_all(text: str) -> list[Node]:
    """Read every document of a YAML stream; raises `Malformed` with the place."""
    import yaml

    if text.startswith("\ufeff"):  # libyaml does not count a byte order mark
        return [_moved(node, 1, set()) for node in read_yaml_all(text[1:])]
    documents: list[Node] = []
    try:
        loader = _loader_class()(text)
        try:
            while loader.check_node():
                documents.append(_Conversion(text).node(loader.get_node()))
        finally:
            loader.dispose()
    except UnicodeEncodeError as error:
        raise Malformed("there is half a character in the text", "save the file as UTF-8", error.start) from None
    except yaml.YAMLError as error:
        raise _explain(text, error) from None
    return documents


def _moved(node: Node, by: int, done: set[int]) -> Node:
    if id(node) not in done:
        done.add(id(node))
        node.start += by
        node.end += by
        for inner in [n for pair in node.value for n in pair] if node.kind == "map" else node.elements():
            _moved(inner, by, done)
    return node


class _Composing:
    """What the composer calls for every node: counts the depth, and leaves all typing to us."""

    _depth = 0

    def descend_resolver(self, current_node: Any, *_index: Any) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            mark = getattr(current_node, "start_mark", None)
            raise Malformed(f"nested deeper than {DEEPEST} levels", "flatten it", mark.index if mark else 0)

    def ascend_resolver(self) -> None:
        self._depth -= 1

    def resolve(self, *_facts: Any) -> str:
        return ""


@cache
def _loader_class() -> Any:
    try:
        from yaml._yaml import CParser  # pyright: ignore[reportMissingModuleSource, reportUnknownVariableType]
    except ImportError:  # PyYAML without libyaml: the same results, about 18 times slower
        return pure_loader_class()
    return type("Loader", (_Composing, CParser), {})


@cache
def pure_loader_class() -> Any:
    """Return the loader in pure Python, for a PyYAML without libyaml and for comparing the two."""
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class Loader(_Composing, Reader, Scanner, Parser, Composer):
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)

    return Loader


class _Conversion:
    """From the composer's nodes to ours: types, exact ends, merge keys, and no repeated keys or alias bombs."""

    def __init__(self, text: str) -> None:
        self.text = text
        # Aliases give the same composed node again; without a '*' there can be none.
        self.known: dict[int, Node] | None = {} if "*" in text else None
        self.sizes: dict[int, int] = {}
        self.open: set[int] = set()
        self.most = _EXPANDED + len(text)
        self.merges = 0

    def node(self, composed: Any) -> Node:
        value = composed.value
        if type(value) is str:
            return self.scalar(composed, value)
        if self.known is None:
            return self.map(composed) if self.is_map(composed) else self.list(composed)
        return self.shared(composed)

    def is_map(self, composed: Any) -> bool:
        return composed.id == "mapping"

    def shared(self, composed: Any) -> Node:
        """Convert a collection that an alias may repeat."""
        identity = id(composed)
        assert self.known is not None
        node = self.known.get(identity)
        if node is not None:
            return node
        start = composed.start_mark.index
        if identity in self.open:
            raise Malformed("an alias stands inside what it names", "write the value out", start)
        self.open.add(identity)
        node = self.map(composed) if self.is_map(composed) else self.list(composed)
        self.open.discard(identity)
        size = self.size(node)
        if size > self.most:
            raise Malformed("aliases make this far larger than its text", "write the values out", start)
        self.sizes[id(node)] = size
        self.known[identity] = node
        return node

    def size(self, node: Node) -> int:
        values = [v for _, v in node.value] if node.kind == "map" else node.value
        return 1 + sum(self.sizes.get(id(v), 1) for v in values)

    def scalar(self, composed: Any, value: str) -> Node:
        start = composed.start_mark.index
        end = composed.end_mark.index
        style = composed.style
        if not style:
            tag = composed.tag
            if not tag:
                if value and value[0] not in SPECIAL:
                    return Node("text", start, end, value)
                return plain_node(start, end, value)
            return _tagged(start, end, value, tag, "")
        if style in "|>":
            end = start + len(self.text[start:end].rstrip(" \t\r\n"))
        tag = composed.tag
        if tag and tag != "!":
            return _tagged(start, end, value, tag, _STYLES[style])
        return Node("text", start, end, value, "", _STYLES[style])

    def list(self, composed: Any) -> Node:
        start, after = composed.start_mark.index, composed.end_mark.index
        elements = [self.node(element) for element in composed.value]
        tag = _local(composed.tag)
        if composed.flow_style:
            return Node("list", start, after, elements, tag, "flow")
        aliased = self.known is not None and elements
        if aliased and elements[-1].start < max((e.end for e in elements[:-1]), default=start):
            return Node("list", start, self.blank_end(start, after), elements, tag, "block")
        return Node("list", start, elements[-1].end if elements else after, elements, tag, "block")

    def map(self, composed: Any) -> Node:
        start, after = composed.start_mark.index, composed.end_mark.index
        pairs: list[tuple[Node, Node]] = []
        merged: list[Any] = []
        seen: set[str] = set()
        node = self.node
        for key, value in composed.value:
            name = key.value
            if type(name) is not str:
                raise Malformed("a key has to be text", "write the key as plain text", key.start_mark.index)
            if name == "<<" and not key.style:
                merged.append((key, value))
                continue
            if name in seen:
                at = key.start_mark.index
                raise Malformed(f"the key {name!r}{REPEATED}", "keep one of the two", at)
            seen.add(name)
            where = Node("text", key.start_mark.index, key.end_mark.index, name, "", _STYLES.get(key.style, ""))
            pairs.append((where, node(value)))
        end = self.map_end(composed, pairs[-1] if pairs else None, start, after)
        for key, value in merged:
            end = max(end, self.merge(key, value, pairs, seen, after))
        return Node("map", start, end, pairs, _local(composed.tag), "flow" if composed.flow_style else "block")

    def map_end(self, composed: Any, last: tuple[Node, Node] | None, start: int, after: int) -> int:
        if composed.flow_style and self.text[after - 1 : after] == "}":
            return after
        if last is None:
            return start if composed.value else after
        key, value = last
        return value.end if value.start >= key.end else self.blank_end(start, after)

    def blank_end(self, start: int, after: int) -> int:
        """Return the end of a block whose last value is an alias: without the comments and blanks that follow."""
        lines = self.text[start:after].split("\n")
        while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
        last = lines[-1]
        if " #" in last:
            last = last[: last.index(" #")]
        return start + sum(len(line) + 1 for line in lines[:-1]) + len(last.rstrip())

    def merge(self, key: Any, value: Any, pairs: list[tuple[Node, Node]], seen: set[str], after: int) -> int:
        """Add what `<<` brings and the map does not have; returns an offset that the map reaches at least to."""
        source = self.node(value)
        maps = source.elements() if source.kind == "list" else [source]
        for one in maps:
            if one.kind != "map":
                raise Malformed("'<<' takes a map or a list of maps", "name a map", key.start_mark.index)
            self.merges += len(one.value)
            if self.merges > self.most:
                raise Malformed("aliases make this far larger than its text", "write the values out", source.start)
            for name, at, inner in one.items():
                if name not in seen:
                    seen.add(name)
                    pairs.append((at, inner))
        return after if self.text[after - 1 : after] == "}" else self.blank_end(key.start_mark.index, after)


def _tagged(start: int, end: int, value: str, tag: str, style: Style) -> Node:
    if not tag.startswith(_CORE):
        return Node("text", start, end, value, "" if tag == "!" else tag, style)
    kind = tag[len(_CORE) :]
    if kind in ("int", "float", "bool", "null"):
        typed = plain_node(start, end, value)
        expected = {"int": "number", "float": "number", "bool": "truth", "null": "null"}[kind]
        if typed.kind != expected:
            raise Malformed(f"{value[:40]!r} is not what its tag !!{kind} says", "mend the value or the tag", start)
        return Node(typed.kind, start, end, typed.value, "", style)
    return Node("text", start, end, value, "" if kind == "str" else "!!" + kind, style)


def _local(tag: str | None) -> str:
    if not tag or tag == "!":
        return ""
    if tag.startswith(_CORE):
        kind = tag[len(_CORE) :]
        return "" if kind in ("map", "seq") else "!!" + kind
    return tag


def _explain(text: str, error: Any) -> Malformed:
    """Say in plain words what PyYAML found."""
    odd = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read")
    if mark is None or "control character" in problem or "special character" in problem:
        at = odd.start() if odd else 0
        hint = "save the file as UTF-8" if "\x00" in text else "remove it"
        return Malformed("there is a control character in the text" if odd else problem, hint, at)
    at = min(mark.index, len(text))
    if text[:at].rstrip(" \t").endswith(("'", '"')) and (
        "expected key" in problem or "expected <block end>" in problem
    ):
        return Malformed("there is text behind the closing quote", "put all of the value into one pair of quotes", at)
    begun = getattr(error, "context_mark", None)
    never_ended = any(words in problem for words in _NEVER_ENDED)
    if begun is not None and never_ended and ("expected ','" not in problem or begun.line != mark.line):
        at = min(begun.index, len(text))  # where it begins says more than where its end is missed
    if text[at : at + 1] == "\t":
        problem = "found a tab"
    for words, what, hint in _EXPLAINED:
        if words in problem:
            return Malformed(what, hint, at)
    return Malformed(problem, "mend the YAML here or in the line above", at)


_NEVER_ENDED = ("could not find expected ':'", "unexpected end of stream", "expected ',' or")

_EXPLAINED = (
    ("'\\t'", "a tab stands where YAML wants spaces", "indent with spaces"),
    ("found a tab", "a tab stands where YAML wants spaces", "indent with spaces"),
    ("cannot start any token", "a character that cannot begin a value", "put the value in quotes"),
    (
        "mapping values are not allowed",
        "a ': ' where no key can stand",
        "put the value in quotes, or mend the indentation",
    ),
    ("could not find expected ':'", "a ':' is missing after this key", "write 'key: value'"),
    ("did not find expected key", "this line does not fit the indentation above", "line it up with its siblings"),
    ("expected <block end>", "this line does not fit the indentation above", "line it up with its siblings"),
    ("did not find expected '-'", "this line does not fit the list above", "line it up with its siblings"),
    ("unexpected end of stream", "a quote is never closed", "add the quote that is missing"),
    ("did not find expected ',' or", "a bracket is never closed, or a comma is missing", "close it, or add the comma"),
    ("expected ',' or", "a bracket is never closed, or a comma is missing", "close it, or add the comma"),
    ("undefined alias", "an alias names an anchor that is not there", "define the anchor above"),
    ("duplicate anchor", "an anchor is defined twice", "give the second another name"),
    ("undefined tag handle", "a tag that is not declared", "declare it with %TAG, or write it with one '!'"),
)
