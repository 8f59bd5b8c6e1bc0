"""YAML and JSON with the place of every node, and edits spliced into their text; never what a document means."""

from __future__ import annotations

from gatepost.languages.positioned.json_reader import read_json
from gatepost.languages.positioned.nodes import DEEPEST, REPEATED, Malformed, Node
from gatepost.languages.positioned.yaml_reader import read_yaml, read_yaml_all

__all__ = ["DEEPEST", "REPEATED", "Malformed", "Node", "read_json", "read_yaml", "read_yaml_all"]
