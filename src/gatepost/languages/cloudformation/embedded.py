"""Edits inside JSON that is written as text in a template; never in text whose characters are escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatepost.languages.cloudformation.targets import Finder
from gatepost.languages.positioned import Malformed, Node, read_json
from gatepost.languages.positioned.edits import Editor
from gatepost.languages.positioned.splices import Splice
from gatepost.model.changes import Append, Change, Remove, Set, Step
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Value


def write_inside(finder: Finder, editor: Editor, container: Value, change: Change, new: Any) -> list[Splice]:
    """Return the splices of a change below `container`, which stands in JSON text; raises `CannotWrite`."""
    text = finder.source.text
    if container.span is None:
        raise CannotWrite("the value is worked out and stands nowhere in the template")
    scalar = finder.scalar_at(container.span.start)
    begin, end = scalar.start, scalar.end
    if scalar.style == "'" and "''" not in text[begin + 1 : end - 1]:
        begin, end = begin + 1, end - 1
    elif scalar.style in ("|", ">"):
        begin = text.index("\n", begin) + 1
    elif scalar.style:
        raise CannotWrite("the JSON stands in quotes with escapes")
    try:
        tree = read_json(text[begin:end])
    except Malformed:
        raise CannotWrite("the text is no JSON") from None
    path = _path(tree, container.span.start - begin, container.span.end - begin)
    root = _shifted(tree, begin)
    inside = Editor(text, "json", editor.manner)
    if isinstance(change, Set):
        splices = inside.set(root, (*path, *change.steps), new)
    elif isinstance(change, Append):
        splices = inside.append(root, (*path, *change.steps), new)
    elif isinstance(change, Remove):
        splices = inside.remove(root, (*path, *change.steps))
    else:
        raise CannotWrite("a resource cannot be written inside text")
    if scalar.style == "'" and any("'" in splice.text for splice in splices):
        raise CannotWrite("the JSON stands in single quotes")
    return splices


def _path(node: Node, start: int, end: int) -> Sequence[Step]:
    path: list[Step] = []
    while (node.start, node.end) != (start, end):
        parts: list[tuple[Step, Node]] = list(enumerate(node.elements()))
        parts.extend((key, value) for key, _, value in node.items())
        inner = next(((step, part) for step, part in parts if part.start <= start and end <= part.end), None)
        if inner is None:
            raise CannotWrite("the place in the JSON is not clear")
        path.append(inner[0])
        node = inner[1]
    return path


def _shifted(node: Node, by: int) -> Node:
    value: Any = node.value
    if node.kind == "map":
        value = [(_shifted(key, by), _shifted(inner, by)) for key, inner in value]
    elif node.kind == "list":
        value = [_shifted(inner, by) for inner in value]
    return Node(node.kind, node.start + by, node.end + by, value, node.tag, node.style)
