"""YAML in a string as a tree of values with their places; never what the tree means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import ANY, Sort
from gatepost.languages.positioned import Node, read_yaml
from gatepost.model.values import Value
from gatepost.rules.readers.embedded import HOLE, read_tree

SORT: Sort = ANY


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the tree; a map or list that is already one stays; Unknown where it cannot be read."""
    del options
    return read_tree(value, "YAML", read_yaml, _may_be_anything)


def _may_be_anything(node: Node, text: str) -> bool:
    del text
    return node.value == HOLE
