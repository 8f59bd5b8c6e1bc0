"""YAML in a string as a tree of values with their places; never what the tree means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import ANY, Sort
from gatepost.languages.positioned import Malformed, read_yaml
from gatepost.model.values import Unknown, Value
from gatepost.rules.readers.embedded import HOLE, embedded, tree_value

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
        return value if value.unknown is not None else value._replace(literal=Unknown("it is no YAML text", False))
    try:
        node = read_yaml(held.text)
    except Malformed as malformed:
        why = held.why or f"it is no YAML that can be read: {malformed.what}"
        return value._replace(literal=Unknown(why, False))
    return tree_value(node, held, lambda node: node.value == HOLE)
