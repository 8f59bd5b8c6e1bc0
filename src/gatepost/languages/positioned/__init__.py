"""YAML and JSON with the place of every node, and edits spliced into their text; never what a document means."""

from __future__ import annotations

from gatepost.languages.positioned.nodes import DEEPEST, REPEATED, Malformed, Node

__all__ = ["DEEPEST", "REPEATED", "Malformed", "Node", "read_json", "read_yaml", "read_yaml_all"]

# The readers are loaded when there is something to read: many need the nodes alone.


def read_json(text: str, tolerant: bool = False) -> Node:
    """Read JSON: see `json_reader.read_json`; raises `Malformed` with the place."""
    from gatepost.languages.positioned.json_reader import read_json as read

    return read(text, tolerant)


def read_yaml(text: str) -> Node:
    """Read one YAML document (an empty one is a null node); raises `Malformed` with the place."""
    documents = read_yaml_all(text)
    if len(documents) > 1:
        raise Malformed("there is more than one document in the file", "remove what follows '---'", documents[1].start)
    return documents[0] if documents else Node("null", 0, 0, None)


def read_yaml_all(text: str) -> list[Node]:
    """Read every document of a YAML stream; raises `Malformed` with the place."""
    from gatepost.languages.positioned.yaml_plain import read_plain

    root = read_plain(text)
    if root is not None:
        return [root]
    from gatepost.languages.positioned.yaml_reader import read_yaml_all as read

    return read(text)
