"""JSON in a string as a tree of values with their places; never what the tree means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import ANY, Sort
from gatepost.languages.positioned import Malformed, Node, read_json
from gatepost.model.values import Unknown, Value
from gatepost.rules.readers.embedded import HOLE, embedded, quote_holes, tree_value

SORT: Sort = ANY


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the tree; a map or list that is already one stays; Unknown where it cannot be read."""
    del options
    if isinstance(value.tree, Value):
        return value.tree
    if value.is_map or value.is_list or value.literal is None:
        return value
    held = embedded(value)
    if held is None:
        return value if value.unknown is not None else value._replace(literal=Unknown("it is no JSON text", False))
    held = quote_holes(held)
    try:
        node = read_json(held.text)
    except Malformed as malformed:
        why = held.why or f"it is no JSON that can be read: {malformed.what}"
        return value._replace(literal=Unknown(why, False))
    return tree_value(node, held, _may_be_anything(held.text))


def _may_be_anything(text: str) -> Any:
    def bare(node: Node) -> bool:
        # A hole alone in quotes: written so, or put into quotes above; only then the places are one and the same.
        return node.value == HOLE and node.end - node.start == 3 and text[node.start + 1] == HOLE

    return bare
