"""The tree that YAML and JSON are read into, every node with its place; never what a document means."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["map", "list", "text", "number", "truth", "null"]
Style: TypeAlias = Literal["", "'", '"', "|", ">", "flow", "block"]

# Deeper trees are refused: nothing that people write comes near, and readers of the tree may recurse.
DEEPEST = 200


REPEATED = " is written twice"  # how the complaint about a repeated key ends


class Malformed(Exception):
    """Text that is not YAML or JSON: `what` is wrong, a `hint` what to do, and the 0-based `offset` of the place."""

    def __init__(self, what: str, hint: str, offset: int) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.offset = offset


class Node:
    """A value at `start` to `end` (0-based offsets into the text, end exclusive, tag and quotes included).

    `value` is a list of (key, value) nodes for a map, a list of nodes for a list, else the Python value.
    `tag` is "" or the local tag as written ("!Ref"). Keys are always text, as written.
    """

    __slots__ = ("_index", "end", "kind", "start", "style", "tag", "value")
    _index: dict[str, Node]

    def __init__(self, kind: Kind, start: int, end: int, value: Any, tag: str = "", style: Style = "") -> None:
        self.kind: Kind = kind
        self.start = start
        self.end = end
        self.value = value
        self.tag = tag
        self.style: Style = style

    def get(self, key: str) -> Node | None:
        """Return the value of a key of a map; None where there is none or this is no map."""
        try:
            return self._index.get(key)
        except AttributeError:
            self._index = {k.value: v for k, v in self.value} if self.kind == "map" else {}
            return self._index.get(key)

    def items(self) -> list[tuple[str, Node, Node]]:
        """Return (key text, key node, value node) of a map in file order; nothing when this is no map."""
        return [(k.value, k, v) for k, v in self.value] if self.kind == "map" else []

    def elements(self) -> list[Node]:
        """Return the elements of a list; nothing when this is no list."""
        return self.value if self.kind == "list" else []

    def plain(self) -> Any:
        """Return the plain Python data, tags left out."""
        if self.kind == "map":
            return {k.value: v.plain() for k, v in self.value}
        if self.kind == "list":
            return [v.plain() for v in self.value]
        return self.value

    def __repr__(self) -> str:
        return f"Node({self.kind}, {self.start}-{self.end}, {self.tag}{self.value!r})"
