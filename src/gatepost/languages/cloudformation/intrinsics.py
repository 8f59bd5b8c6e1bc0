"""Tells intrinsic functions from plain data, in their short and long forms; never evaluates them."""

from __future__ import annotations

from gatepost.languages.positioned import Node
from gatepost.model.records import NamedTuple

# Short YAML tags whose long form is "Fn::" and the same name.
_TAGS = {
    "!Ref": "Ref",
    "!Condition": "Condition",
}
_KNOWN = frozenset(
    "Fn::" + name
    for name in [
        "And",
        "Base64",
        "Cidr",
        "Contains",
        "EachMemberEquals",
        "EachMemberIn",
        "Equals",
        "FindInMap",
        "ForEach",
        "GetAZs",
        "GetAtt",
        "GetStackOutput",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "RefAll",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
        "ValueOf",
        "ValueOfAll",
    ]
)


class Call(NamedTuple):
    """A function and its argument; of a short form that is the tagged node without its tag."""

    name: str
    argument: Node


def call_of(node: Node) -> Call | None:
    """Return the intrinsic that a node is ("Ref", "Fn::Sub" …); None when it is plain data."""
    tag = node.tag
    if tag:
        argument = Node(node.kind, node.start, node.end, node.value, "", node.style)
        return Call(_TAGS.get(tag) or "Fn::" + tag.lstrip("!"), argument)
    if node.kind == "map" and len(node.value) == 1:
        key, value = node.value[0]
        if key.value == "Ref" or key.value in _KNOWN:
            return Call(key.value, value)
    return None


def is_no_value(node: Node) -> bool:
    """Tell whether a node says that there is no value here."""
    call = call_of(node)
    return call is not None and call.name == "Ref" and call.argument.value == "AWS::NoValue"


def scalar_of(node: Node) -> str | None:
    """Return a scalar's text; None for maps and lists."""
    if node.kind in ("map", "list"):
        return None
    if node.kind == "truth":
        return "true" if node.value else "false"
    return "" if node.value is None else str(node.value)


def attribute_of(call: Call) -> tuple[str, str] | None:
    """Return the logical id and the attribute that a Fn::GetAtt names; None when they are computed."""
    node = call.argument
    if node.kind == "text":
        name, _, attribute = node.value.partition(".")
        return name, attribute
    parts = node.elements()
    if len(parts) != 2 or any(part.kind != "text" or part.tag for part in parts):
        return None
    return parts[0].value, parts[1].value
