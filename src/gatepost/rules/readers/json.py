"""JSON in a string as a tree of values with their places; never what the tree means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import ANY, Sort
from gatepost.languages.positioned import Node, read_json
from gatepost.model.values import Value
from gatepost.rules.readers.embedded import HOLE, quote_holes, read_tree

SORT: Sort = ANY


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the tree; a map or list that is already one stays; Unknown where it cannot be read."""
    del options
    return read_tree(value, "JSON", read_json, _may_be_anything, quote_holes)


def _may_be_anything(node: Node, text: str) -> bool:
    # A hole alone in quotes: written so, or put into quotes above; only then the places are one and the same.
    return node.value == HOLE and node.end - node.start == 3 and text[node.start + 1] == HOLE
