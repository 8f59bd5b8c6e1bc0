"""The section Globals, merged into the properties of serverless resources; never what a property becomes.

Source: AWS SAM developer guide, "Globals section": maps are merged, lists are added to, anything else is overridden.
"""

from __future__ import annotations

from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.cloudformation.layout import Entry, Layout
from gatepost.languages.cloudformation.serverless.building import Origin
from gatepost.languages.positioned import Node

_PREFIX = "AWS::Serverless::"


def origin_of(layout: Layout, entry: Entry) -> Origin:
    """Return a serverless resource with its properties as they are after merging."""
    assert entry.node is not None
    node = entry.node
    written = node.get("Properties")
    if written is None or written.kind != "map" or call_of(written) is not None:
        written = Node("map", node.start, node.end, [], "", "flow")
    defaults = globals_of(layout, entry.shape.type.removeprefix(_PREFIX))
    if defaults is None:
        return Origin(entry, written)
    ignored = node.get("IgnoreGlobals")
    if ignored is not None and ignored.kind == "text" and ignored.value == "*":
        return Origin(entry, written)
    names = {one.value for one in ignored.elements()} if ignored is not None else set[str]()
    inherited: list[tuple[str, Node]] = []
    pairs: list[tuple[Node, Node]] = []
    for name, key, value in defaults.items():
        if name in names:
            continue
        own = written.get(name)
        if own is None:
            inherited.append((name, value))
            pairs.append((key, value))
        else:
            pairs.append((key, merged(value, own, 0)))
    common = {key.value for key, _ in pairs}
    pairs += [(key, value) for name, key, value in written.items() if name not in common]
    properties = Node("map", written.start, written.end, pairs, "", written.style)
    return Origin(entry, properties, tuple(inherited))


def globals_of(layout: Layout, kind: str) -> Node | None:
    """Return what Globals says of a kind of resource ("Function", "Api" …); None when it says nothing."""
    for entry in layout.entries:
        if not entry.section and entry.name == "Globals" and entry.node is not None:
            found = entry.node.get(kind)
            return found if found is not None and found.kind == "map" and call_of(found) is None else None
    return None


def merged(default: Node, own: Node, depth: int) -> Node:
    """Return what a default and a resource's own value come to."""
    if call_of(default) is not None or call_of(own) is not None or default.kind != own.kind or depth > 50:
        return own
    if own.kind == "list":
        return Node("list", own.start, own.end, [*default.value, *own.value], "", own.style)
    if own.kind != "map":
        return own
    pairs: list[tuple[Node, Node]] = []
    for name, key, value in default.items():
        mine = own.get(name)
        pairs.append((key, value if mine is None else merged(value, mine, depth + 1)))
    common = {key.value for key, _ in pairs}
    pairs += [(key, value) for name, key, value in own.items() if name not in common]
    return Node("map", own.start, own.end, pairs, "", own.style)
