"""Local files that AWS::Include puts into a template; never a remote one, and none inside an included file.

What is included stands, as far as findings go, where the template includes it: the file may serve other templates.
Source: AWS CloudFormation template reference, "AWS::Include transform".
"""

from __future__ import annotations

import posixpath

from gatepost.languages.cloudformation.evaluate import Evaluator
from gatepost.languages.cloudformation.inputs import Reader
from gatepost.languages.cloudformation.intrinsics import scalar_of
from gatepost.languages.cloudformation.layout import SECTIONS, Entry, Layout, Made, shaped
from gatepost.languages.positioned import Malformed, Node, read_json, read_yaml

_DEEPEST = 60
_MOST_FILES = 50
_CALL = "Fn::Transform"


def included(evaluator: Evaluator, layout: Layout, files: Reader) -> Layout:
    """Return the layout with local included files put in; the same object when there are none."""
    includes = _Includes(evaluator, files)
    entries: list[Entry] = []
    changed = False
    for entry in layout.entries:
        if entry.node is None:
            entries.append(entry)
        elif not entry.section and entry.name == "Transform":
            entries.append(entry)
            sections = [more for call in _calls(entry.node) for more in includes.file(call, entry.base)]
            more = [one for section, node in sections for one in _entries(section, node, entry.base)]
            changed = changed or bool(more)
            entries += more
        elif entry.section and entry.name == _CALL:
            members = includes.file(entry.node, entry.base)
            changed = changed or bool(members)
            made = Made(entry.name, "include")
            new = [shaped(Entry(entry.section, k.value, k, v, entry.base), made) for k, v in members]
            entries += new or [entry]
        else:
            node = includes.inside(entry.node, entry.base, 0)
            changed = changed or node is not entry.node
            entries.append(entry if node is entry.node else shaped(entry._replace(node=node), entry.made))
    return layout._replace(entries=tuple(entries), sliceable=False) if changed else layout


def _entries(section: Node, node: Node, base: int) -> list[Entry]:
    if section.value not in SECTIONS:
        return []
    made = Made("Transform", "include")
    return [shaped(Entry(section.value, name, key, value, base), made) for name, key, value in node.items()]


def _calls(node: Node) -> list[Node]:
    return [one for one in (node.elements() if node.kind == "list" else [node]) if one.kind == "map"]


class _Includes:
    def __init__(self, evaluator: Evaluator, files: Reader) -> None:
        self._evaluator = evaluator
        self._files = files
        self._left = _MOST_FILES

    def file(self, call: Node, base: int) -> list[tuple[Node, Node]]:
        """Return the members of the file that a call of AWS::Include names; nothing when it is not a local map."""
        name, parameters = call.get("Name"), call.get("Parameters")
        location = parameters.get("Location") if parameters is not None else None
        if name is None or scalar_of(name) != "AWS::Include" or location is None or self._left <= 0:
            return []
        value = self._evaluator.value(location, base)
        path = value.literal if value is not None and isinstance(value.literal, str) else ""
        if not path or "://" in path or path.startswith("/"):
            return []
        self._left -= 1
        source = self._files.read(
            posixpath.normpath(posixpath.join(posixpath.dirname(self._evaluator.source.path), path))
        )
        if source is None:
            return []
        try:
            in_json = source.text.lstrip("\ufeff \t\r\n").startswith("{")
            root = read_json(source.text) if in_json else read_yaml(source.text)
        except Malformed:
            return []
        return [(_placed(key, call), _placed(value, call)) for _, key, value in root.items()]

    def inside(self, node: Node, base: int, depth: int) -> Node:
        """Return a tree with included files put in; the same object when there are none."""
        if depth > _DEEPEST or node.kind not in ("map", "list"):
            return node
        if node.kind == "list":
            elements = [self.inside(element, base, depth + 1) for element in node.value]
            same = all(a is b for a, b in zip(elements, node.value, strict=True))
            return node if same else Node("list", node.start, node.end, elements, node.tag, node.style)
        pairs: list[tuple[Node, Node]] = []
        same = True
        for key, value in node.value:
            members = self.file(value, base) if key.value == _CALL else []
            inner = value if members else self.inside(value, base, depth + 1)
            same = same and inner is value and not members
            pairs.extend(members or [(key, inner)])
        return node if same else Node("map", node.start, node.end, pairs, node.tag, node.style)


def _placed(node: Node, at: Node) -> Node:
    value = node.value
    if node.kind == "map":
        value = [(_placed(key, at), _placed(inner, at)) for key, inner in value]
    elif node.kind == "list":
        value = [_placed(inner, at) for inner in value]
    # Quotes keep text what it was read as: the words of YAML 1.1 are told by their having none.
    return Node(node.kind, at.start, at.end, value, node.tag, node.style)
