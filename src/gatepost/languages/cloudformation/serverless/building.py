"""Nodes and entries that the transform makes, at the places of what they are made of; never what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gatepost.languages.cloudformation.intrinsics import call_of, scalar_of
from gatepost.languages.cloudformation.layout import Entry, Made, shaped
from gatepost.languages.positioned import Node
from gatepost.model.records import NamedTuple

# What stands beside the properties of a resource and stays with what it becomes.
_BESIDE = ("Condition", "DependsOn", "Metadata", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy")


class Origin(NamedTuple):
    """A serverless resource that something is made of: its entry, and its properties with those of `Globals`."""

    entry: Entry
    properties: Node
    inherited: tuple[tuple[str, Node], ...] = ()

    @property
    def name(self) -> str:
        """Its logical id."""
        return self.entry.name

    def get(self, name: str) -> Node | None:
        """Return a property; None where it is not written, or written as null."""
        node = self.properties.get(name)
        return None if node is None or node.kind == "null" else node

    def text(self, name: str) -> str:
        """Return a property that is plain text, else ""."""
        return plain_text(self.get(name))


def plain_text(node: Node | None) -> str:
    """Return what a node says when it is a scalar and no function, else ""."""
    if node is None or call_of(node) is not None:
        return ""
    return scalar_of(node) or ""


def node_of(data: Any, at: Node) -> Node:
    """Return data as a tree that stands at `at`; nodes stay where they are, members that are None are left out."""
    if isinstance(data, Node):
        return data
    if isinstance(data, Mapping):
        pairs = [
            (Node("text", at.start, at.end, key, "", '"'), node_of(value, at))
            for key, value in cast("Mapping[str, Any]", data).items()
            if value is not None
        ]
        return Node("map", at.start, at.end, pairs)
    if isinstance(data, list | tuple):
        return Node("list", at.start, at.end, [node_of(one, at) for one in cast("Sequence[Any]", data)])
    if isinstance(data, bool):
        return Node("truth", at.start, at.end, data)
    if isinstance(data, int):
        return Node("number", at.start, at.end, data)
    return Node("text", at.start, at.end, data, "", '"')


def later(at: Node) -> Node:
    """Return a value that is worked out only when the transform runs."""
    return Node("text", at.start, at.end, "", "!Transform", '"')


def same_names(origin: Origin, names: Sequence[str]) -> dict[str, Node | None]:
    """Return the properties that are called the same in what is made."""
    return {name: origin.get(name) for name in names}


def itself(origin: Origin, type_: str, kind: str, properties: Mapping[str, Any]) -> Entry:
    """Return what a serverless resource itself becomes: under its own name, with all that stands beside."""
    node = origin.entry.node
    assert node is not None
    beside = {name: node.get(name) for name in _BESIDE}
    members = {"Type": type_, **beside}
    made = node_of({**members, "Properties": node_of(properties, origin.properties)}, node)
    entry = origin.entry._replace(node=made)
    return shaped(entry, Made(origin.name, kind, origin.inherited))


def beside(
    origin: Origin, name: str, type_: str, kind: str, properties: Mapping[str, Any], at: tuple[Node, Node] | None = None
) -> Entry:
    """Return a resource that is made besides, under another name, at the key and value `at` (its origin's, if None)."""
    node = origin.entry.node
    assert node is not None
    key, place = at or (origin.entry.key, node)
    named = Node("text", key.start, key.end, name, "", key.style)
    data = {"Type": type_, "Condition": node.get("Condition"), "Properties": properties}
    entry = Entry("Resources", name, named, node_of(data, place), origin.entry.base)
    return shaped(entry, Made(origin.name, kind))


def tags_of(origin: Origin, created_by: str = "") -> list[Any] | Node | None:
    """Return the tags of a serverless resource (a map) as the list that CloudFormation takes."""
    written = origin.get("Tags")
    if written is not None and (written.kind != "map" or call_of(written) is not None):
        return later(written)
    made: list[Any] = [{"Key": created_by, "Value": "SAM"}] if created_by else []
    for name, key, value in written.items() if written is not None else ():
        made.append(node_of({"Key": name, "Value": value}, Node("text", key.start, value.end, "")))
    return made or None


def ref(name: str) -> dict[str, str]:
    """Return a reference to a resource."""
    return {"Ref": name}


def attribute(name: str, of: str) -> dict[str, list[str]]:
    """Return a reference to an attribute of a resource."""
    return {"Fn::GetAtt": [name, of]}
