"""Any bytes into the reader of plain YAML: what it reads, the library reads alike; never an exception."""

from __future__ import annotations

from gatepost.languages.positioned import Malformed, Node
from gatepost.languages.positioned.yaml_plain import read_plain
from gatepost.languages.positioned.yaml_reader import read_yaml_all


def fuzz(data: bytes) -> bool:
    """Read `data` by both readers; returns whether the plain one took it."""
    text = data.decode("ascii", "replace").replace("\ufffd", "?")
    root = read_plain(text)
    if root is None:
        return False
    try:
        documents = read_yaml_all(text)
    except Malformed as refused:
        raise AssertionError(f"the library refuses it: {refused.what}") from None
    assert [whole(one) for one in documents] == [whole(root)]
    return True


def whole(node: Node) -> object:
    """Return all that a node and what is below it say, to compare."""
    inside = [(whole(key), whole(value)) for key, value in node.value] if node.kind == "map" else None
    listed = [whole(one) for one in node.value] if node.kind == "list" else None
    alone = repr(node.value) if inside is None and listed is None else ""
    return (node.kind, node.start, node.end, node.tag, node.style, inside, listed, alone)
