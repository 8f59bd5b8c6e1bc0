"""Walks a syntax tree along the steps of a change and finds lines and their blanks; never writes anything."""

from __future__ import annotations

from typing import TypeAlias

from gatepost.languages.terraform.nodes import (
    Attribute,
    Block,
    Body,
    Call,
    Expression,
    Interpolation,
    ListExpression,
    Literal,
    Node,
    ObjectExpression,
    Parentheses,
    Template,
    below,
)
from gatepost.model.changes import Step
from gatepost.model.problems import CannotWrite
from gatepost.model.records import NamedTuple

Place: TypeAlias = "Body | Expression | list[Block]"
_TEXT_CALLS = frozenset(("jsonencode", "yamlencode", "base64encode", "tolist", "toset", "tomap", "sensitive"))


class Found(NamedTuple):
    """Where a walk ended: the innermost place that exists, how it is held, and the steps that are missing.

    `holders` are the places from the outermost to the one that holds `place`; `item` is the attribute, block or index
    under which it is held in each of them.
    """

    place: Place
    holders: tuple[tuple[Place, Attribute | Block | int], ...]
    missing: tuple[Step, ...]


def opened(place: Place) -> Place:
    """Return what is really written: without parentheses, `jsonencode(…)` and `"${…}"` around it."""
    while True:
        if isinstance(place, Parentheses):
            place = place.inner
        elif isinstance(place, Call) and place.name in _TEXT_CALLS and len(place.arguments) == 1:
            place = place.arguments[0]
        elif isinstance(place, Template) and place.style == "quoted" and len(place.parts) == 1:
            part = place.parts[0]
            if not isinstance(part, Interpolation):
                return place
            place = part.expression
        else:
            return place


def walk(start: Place, steps: tuple[Step, ...]) -> Found:
    """Follow steps as far as they are written; raises CannotWrite where it is not clear which of several is meant."""
    place, holders = opened(start), list[tuple[Place, Attribute | Block | int]]()
    for number, step in enumerate(steps):
        found = _step(place, step, number + 1 < len(steps) and isinstance(steps[number + 1], int))
        if found is None:
            return Found(place, tuple(holders), steps[number:])
        inner, item = found
        if item is not None:
            holders.append((place, item))
        place = opened(inner)
    return Found(place, tuple(holders), ())


def _step(place: Place, step: Step, counted: bool) -> tuple[Place, Attribute | Block | int | None] | None:
    """Return what stands under a step and the item that holds it; `counted`: the next step is a number."""
    if isinstance(place, list):
        if isinstance(step, int):
            return (place[step].body, place[step]) if step < len(place) else None
        if len(place) != 1:
            raise CannotWrite(f"the block {place[0].type} is written more than once")
        return _step(place[0].body, step, counted)
    if isinstance(place, Body):
        return (place, None) if step == 0 else _in_body(place, str(step), counted)
    if isinstance(place, ObjectExpression):
        if step == 0:
            return place, None
        for index, (key, value) in enumerate(place.items):
            if isinstance(key, Literal) and str(key.value) == str(step):
                return value, index
        if any(not isinstance(key, Literal) for key, _ in place.items):
            raise CannotWrite("a key beside it is computed")
        return None
    if isinstance(place, ListExpression):
        if isinstance(step, int):
            return (place.items[step], step) if step < len(place.items) else None
        if len(place.items) == 1:
            return _step(opened(place.items[0]), step, counted)
        raise CannotWrite("it stands in a list of several elements")
    if is_text(place):
        return None
    raise CannotWrite("it is computed, and not written out where it is set")


def is_text(place: object) -> bool:
    """Tell whether a place is text, which may hold JSON."""
    return isinstance(place, Template) or (isinstance(place, Literal) and isinstance(place.value, str))


def _in_body(body: Body, name: str, counted: bool) -> tuple[Place, Attribute | Block | None] | None:
    attribute = body.attributes.get(name)
    if attribute is not None:
        return attribute.value, attribute
    blocks = body.blocks(name)
    if len(blocks) == 1 and not counted:
        return blocks[0].body, blocks[0]
    if blocks:
        return blocks, None
    dynamic = [block for block in body.blocks("dynamic") if block.labels[:1] == (name,)]
    content = dynamic[0].body.blocks("content") if len(dynamic) == 1 else []
    if content:
        return content, None
    if dynamic:
        raise CannotWrite(f"the block {name} is made by a dynamic block")
    return None


def holder_of(root: Body, place: Place) -> tuple[Place, Attribute | Block | int] | None:
    """Return what holds a place, and the attribute, block or index under which it does."""
    for node in below(root):
        if isinstance(node, Attribute):
            if opened(node.value) is place:
                return _body_with(root, node), node
        elif isinstance(node, Block):
            if node.body is place or (isinstance(place, list) and node is place[0]):
                return _body_with(root, node), node
        elif isinstance(node, ListExpression | ObjectExpression):
            values = node.items if isinstance(node, ListExpression) else [value for _, value in node.items]
            for index, value in enumerate(values):
                if opened(value) is place:
                    return node, index
    return None


def _body_with(root: Body, item: Attribute | Block) -> Body:
    for node in below(root):
        if isinstance(node, Body) and any(inner is item for inner in node.items):
            return node
    return root


def node_at(root: Body, start: int, end: int) -> Node | None:
    """Return the outermost node with exactly this stretch, None where there is none."""
    waiting: list[object] = list(root.items)
    while waiting:
        node = waiting.pop()
        if isinstance(node, list | tuple):
            waiting.extend(node)  # pyright: ignore[reportUnknownArgumentType]
        if not isinstance(node, Node) or node.start > start or node.end < end:
            continue
        if node.start == start and node.end == end:
            return node
        for kind in type(node).__mro__:
            waiting.extend(
                getattr(node, name) for name in getattr(kind, "__slots__", ()) if name not in ("start", "end")
            )
    return root if (root.start, root.end) == (start, end) else None


def item_around(root: Body, start: int, end: int) -> Attribute | Block | None:
    """Return the item at the top of a file that holds a stretch."""
    for item in root.items:
        if item.start <= start and end <= item.end:
            return item
    return None


def line_start(text: str, offset: int) -> int:
    """Return where the line of an offset begins."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Return where the line of an offset ends, before its line break."""
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if end > offset and text[end - 1] == "\r" else end


def indent_of(text: str, offset: int) -> str:
    """Return the blanks at the beginning of the line of an offset."""
    start = line_start(text, offset)
    end = start
    while text[end : end + 1] in (" ", "\t") and end < len(text):
        end += 1
    return text[start:end]


def begins_line(text: str, offset: int) -> bool:
    """Tell whether nothing but blanks stands before an offset on its line."""
    return not text[line_start(text, offset) : offset].strip()


def ends_line(text: str, offset: int) -> bool:
    """Tell whether nothing but blanks and a comment follows an offset on its line."""
    rest = text[offset : line_end(text, offset)].strip()
    return not rest or rest.startswith(("#", "//")) or (rest.startswith("/*") and rest.endswith("*/"))
