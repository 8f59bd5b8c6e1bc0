"""Trees as plain data, so that one can be kept in a file and need not be parsed again; never anything but trees."""

from __future__ import annotations

from typing import Any, cast

from gatepost.languages.positioned.nodes import Node


def freeze(node: Node) -> tuple[Any, ...]:
    """Return a tree as nested tuples of text and numbers."""
    value = node.value
    if node.kind == "map":
        value = tuple((freeze(key), freeze(inner)) for key, inner in value)
    elif node.kind == "list":
        value = tuple(freeze(inner) for inner in value)
    return (node.kind, node.start, node.end, value, node.tag, node.style)


def thaw(frozen: tuple[Any, ...]) -> Node:
    """Return the tree of what `freeze` gave."""
    kind, start, end, value, tag, style = frozen
    if kind == "map":
        value = [(thaw(key), thaw(inner)) for key, inner in cast("tuple[Any, ...]", value)]
    elif kind == "list":
        value = [thaw(inner) for inner in cast("tuple[Any, ...]", value)]
    return Node(kind, start, end, value, tag, style)
