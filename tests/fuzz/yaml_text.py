"""Any bytes into the YAML reader: a tree or `Malformed`, never anything else."""

from __future__ import annotations

from gatepost.languages.positioned import Malformed, Node, read_yaml_all


def fuzz(data: bytes) -> None:
    """Read `data` as a YAML stream and look at every place of the tree."""
    text = data.decode("utf-8", "replace")
    try:
        documents = read_yaml_all(text)
    except Malformed as problem:
        assert 0 <= problem.offset <= len(text)
        return
    seen: set[int] = set()
    for document in documents:
        _look(document, text, seen)


def _look(node: Node, text: str, seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    assert 0 <= node.start <= node.end <= len(text), node
    for key, _, value in node.items():
        assert node.get(key) is not None
        _look(value, text, seen)
    for element in node.elements():
        _look(element, text, seen)
