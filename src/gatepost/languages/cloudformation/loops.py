"""Fn::ForEach written out: copies of its body with the loop's identifier replaced; never more copies than the budget.

Source: AWS CloudFormation template reference, "Fn::ForEach": `${Identifier}` and `&{Identifier}` (which leaves out what
is no letter or digit) in keys and texts, Ref in values, loops inside loops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gatepost.languages.cloudformation.conditions import text_of
from gatepost.languages.cloudformation.evaluate import Evaluator
from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.positioned import Node
from gatepost.model.records import NamedTuple

LOOP = "Fn::ForEach::"
_DEEPEST = 60
# Longer names are in no template; loops inside loops could double them each time.
_LONGEST = 1_000
_UNNAMED = re.compile(r"[^A-Za-z0-9]")


class Loop(NamedTuple):
    """A loop as it is written: its identifier, its collection, and the map that each round makes."""

    name: str
    identifier: str
    collection: Node
    body: Node

    @classmethod
    def read(cls, name: str, node: Node) -> Loop | None:
        """Return the loop that the value of a key Fn::ForEach::… is; None when it has another form."""
        parts = node.elements()
        if len(parts) != 3 or parts[0].kind != "text" or parts[2].kind != "map" or node.tag:
            return None
        return cls(name, parts[0].value, parts[1], parts[2])


class Budget:
    """How many nodes may still be made; `spent` once there were too many.

    A template may have 500 resources. Source: AWS CloudFormation quotas.
    """

    MOST = 1_000
    MOST_NODES = 100_000

    def __init__(self) -> None:
        self._left = self.MOST_NODES
        self._members = self.MOST
        self.spent = False

    def take(self, characters: int = 0) -> bool:
        """Take one node, and more for long text; False where there is none left."""
        self._left -= 1 + characters // 100
        self.spent = self.spent or self._left < 0
        return not self.spent

    def take_member(self) -> bool:
        """Take what one round makes; False where there is none left."""
        self._members -= 1
        self.spent = self.spent or self._members < 0
        return not self.spent


class Loops:
    """Writes out the loops of one template. `unknown` are identifiers whose values are not known, with the reason."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.budget = Budget()
        self.unknown: dict[str, str] = {}

    def members(
        self, loop: Loop, base: int, names: Mapping[str, str] | None = None, depth: int = 0
    ) -> Iterator[tuple[str, Node, Node]]:
        """Yield (name, its node, value) of everything that a loop makes, loops inside it too."""
        outer = names or {}
        texts = self._texts(loop, base, outer)
        if texts is None:
            why = f"the collection of {loop.name[:60]} is not known"
            self.unknown[loop.identifier] = why
        for text in texts if texts is not None else (None,):
            if self.budget.spent:
                return
            inner = dict(outer) if text is None else {**outer, loop.identifier: text}
            for name, key, value in loop.body.items():
                nested = Loop.read(name, value) if name.startswith(LOOP) else None
                if nested is not None and depth < _DEEPEST:
                    yield from self.members(nested, base, inner, depth + 1)
                    continue
                if not self.budget.take_member():
                    return
                named = replaced(name, inner)
                at = Node("text", key.start, key.end, named, "", key.style)
                yield named, at, self.copy(value, inner, base, depth)

    def inside(self, node: Node, base: int) -> Node:
        """Return a tree with the loops inside its maps written out; the same object when there are none."""
        return self.copy(node, {}, base, 0)

    def copy(self, node: Node, names: Mapping[str, str], base: int, depth: int) -> Node:
        """Return a tree with identifiers replaced and loops written out; the same object when nothing changes."""
        if depth > _DEEPEST or self.budget.spent:
            return node
        if node.kind == "text":
            return self._text(node, names)
        if node.kind == "list":
            elements = [self.copy(element, names, base, depth + 1) for element in node.value]
            return node if all(map(_is_same, elements, node.value)) else self._made(node, elements)
        if node.kind != "map":
            return node
        call = call_of(node)
        if call is not None and call.name == "Ref" and call.argument.value in names and call.argument.kind == "text":
            self.budget.take()
            return Node("text", node.start, node.end, names[call.argument.value], "", '"')
        return self._map(node, names, base, depth)

    def _map(self, node: Node, names: Mapping[str, str], base: int, depth: int) -> Node:
        pairs: list[tuple[Node, Node]] = []
        same = True
        for key, value in node.value:
            loop = Loop.read(key.value, value) if key.value.startswith(LOOP) else None
            if loop is not None:
                same = False
                pairs.extend((at, made) for _, at, made in self.members(loop, base, names, depth + 1))
                continue
            named = replaced(key.value, names)
            made = self.copy(value, names, base, depth + 1)
            at = key if named == key.value else Node("text", key.start, key.end, named, "", key.style)
            same = same and made is value and at is key
            pairs.append((at, made))
        return node if same else self._made(node, pairs)

    def _made(self, node: Node, value: object) -> Node:
        self.budget.take()
        return Node(node.kind, node.start, node.end, value, node.tag, node.style)

    def _text(self, node: Node, names: Mapping[str, str]) -> Node:
        if not names:
            return node
        if node.tag == "!Ref":
            text = names.get(node.value)
            if text is None:
                return node
            self.budget.take()
            return Node("text", node.start, node.end, text, "", '"')
        text = replaced(node.value, names)
        if text == node.value:
            return node
        self.budget.take(len(text))
        return Node(node.kind, node.start, node.end, text, node.tag, node.style)

    def _texts(self, loop: Loop, base: int, names: Mapping[str, str]) -> list[str] | None:
        """Return the values that the identifier takes, each once; None when they are not known."""
        value = self.evaluator.value(self.copy(loop.collection, names, base, 0), base)
        if value is None or not value.is_list or value.open:
            return None
        texts: dict[str, None] = {}
        for one in value.literal:
            text = text_of(one)
            if text is None and one.is_list:
                listed = [text_of(inner) for inner in one.literal]
                if None in listed:
                    return None
                texts.update({inner: None for inner in listed if inner is not None})
            elif text is None:
                return None
            else:
                texts[text] = None
        return list(texts) if all(len(text) <= _LONGEST for text in texts) else None


def replaced(text: str, names: Mapping[str, str]) -> str:
    """Return a text with ${Identifier} and &{Identifier} replaced."""
    if not names or "{" not in text:
        return text
    for name, value in names.items():
        text = text.replace("${" + name + "}", value)
        if "&{" in text:
            text = text.replace("&{" + name + "}", _UNNAMED.sub("", value))
    return text


def _is_same(one: Node, other: Node) -> bool:
    return one is other
