"""Turns changes of Terraform files into edits in the file's own style; never decides what is to be changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, cast

from gatepost.languages.positioned.splices import Splice
from gatepost.languages.terraform import format_values, nodes
from gatepost.languages.terraform.edits_bodies import BodyEditor
from gatepost.languages.terraform.edits_collections import CollectionEditor, means
from gatepost.languages.terraform.edits_places import (
    Found,
    Place,
    holder_of,
    indent_of,
    is_text,
    item_around,
    line_end,
    line_start,
    node_at,
    walk,
)
from gatepost.languages.terraform.format_lines import keep_columns
from gatepost.languages.terraform.format_values import Manner, reference_text
from gatepost.languages.terraform.nodes import (
    Attribute,
    Block,
    Body,
    Call,
    Expression,
    ListExpression,
    ObjectExpression,
    Template,
)
from gatepost.model.changes import Edit, Plain, Step
from gatepost.model.places import Location, Source
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Reference

if TYPE_CHECKING:
    from gatepost.languages.terraform.edits_json import Verb

_NOTHING: frozenset[str] = frozenset()
_STEP = re.compile(r"^[^\s#/][^\n]*\{[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( +)[^\s}]", re.MULTILINE).search


def manner_of(text: str) -> Manner:
    """Look at a file's text for how it ends lines and indents."""
    step = _STEP(text)
    return Manner("\r\n" if "\r\n" in text else "\n", step[1][:8] if step else "  ")


class Editor:
    """Writes changes of one file.

    Places are given by the 0-based offsets that nodes of `body` (or values, by their spans) have. `reference` turns a
    reference into an expression where the file is. Every method returns edits and raises CannotWrite with the reason.
    """

    def __init__(self, source: Source, body: Body, reference: Callable[[Reference], str] = reference_text) -> None:
        self.source = source
        self.text = source.text
        self.root = body
        self.manner = manner_of(self.text)._replace(reference=reference)
        self.bodies = BodyEditor(self.text, self.manner)
        self.collections = CollectionEditor(self.text, self.manner)

    def set(
        self, start: int, end: int, steps: Sequence[Step], new: Plain, attributes: frozenset[str] = _NOTHING
    ) -> tuple[Edit, ...]:
        """Give what stands at `steps` below a place a new value; what is missing on the way is added.

        Names in `attributes` are map attributes, others on the way become blocks. What says so already: no edits.
        """
        return self._change("set", start, end, tuple(steps), new, attributes)

    def append(self, start: int, end: int, steps: Sequence[Step], new: Plain) -> tuple[Edit, ...]:
        """Add an element to the list (or a block beside its like) at `steps` below a place; made if missing."""
        return self._change("append", start, end, tuple(steps), new, _NOTHING)

    def remove(self, start: int, end: int, steps: Sequence[Step] = ()) -> tuple[Edit, ...]:
        """Remove what is at `steps` below a place; the last element of a list or map takes its attribute along."""
        return self._change("remove", start, end, tuple(steps), None, _NOTHING)

    def create(
        self,
        near: Block,
        type: str,
        name: str,
        attributes: Mapping[str, Plain],
        maps: frozenset[str] = _NOTHING,
    ) -> tuple[Edit, ...]:
        """Add a resource behind another one, with the same count, for_each and provider.

        A reference to an attribute of `near` gets the instance's key. Nested maps are blocks unless their dotted path
        is in `maps`.
        """
        manner = self.manner._replace(reference=self._reference_to(near))
        repeated = {
            key: self.text[node.start : node.end]
            for key in ("count", "for_each", "provider")
            if (node := self._value(near, key)) is not None
        }
        if self.root.notation == "json":
            from gatepost.languages.terraform.edits_json import add_json_resource, json_scalar

            copied: dict[str, Plain] = {key: json_scalar(text) for key, text in repeated.items()}
            return self._edits(add_json_resource(self.text, type, name, {**copied, **attributes}, manner))
        width = max((len(key) for key in repeated), default=0)
        lines = [f"{key.ljust(width)} = {text}" for key, text in repeated.items()]
        first = (manner.newline + manner.step).join(lines)
        text = format_values.block("resource", (type, name), attributes, manner, "", maps, "", first)
        at = line_end(self.text, near.end)
        following = self.text[at:].removeprefix(manner.newline)
        gap = manner.newline if following.strip() and self.text[at:] and following[:1] not in ("\n", "\r") else ""
        return self._edits([Splice(at, at, manner.newline * 2 + text + gap)])

    # -- finding the place

    def _change(
        self, verb: Verb, start: int, end: int, steps: tuple[Step, ...], new: Plain, attributes: frozenset[str]
    ) -> tuple[Edit, ...]:
        if self.root.notation == "json":
            from gatepost.languages.terraform.edits_json import edit_json

            return self._edits(edit_json(self.text, start, end, verb, steps, new, self.manner))
        place, raw = self._place(start, end)
        if place is None:
            around = self._text_around(start, end)
            if around is None:
                raise CannotWrite("the place is not found in the file")
            return self._edit_in_text(around, (start, end), verb, steps, new)
        if verb == "set" and not steps and isinstance(raw, nodes.Literal) and (spared := self._spared(raw, new)):
            return self._edits(spared)
        found = walk(place, steps)
        if found.missing and is_text(found.place):
            text = cast("nodes.Literal | Template", found.place)
            return self._edit_in_text(text, None, verb, found.missing, new)
        if verb == "set":
            splices = self._set(found, raw, new, attributes)
        elif verb == "append":
            splices = self._append(found, new, attributes)
        else:
            splices = self._remove(found)
        return self._edits(self._in_columns(splices))

    def _edit_in_text(
        self,
        node: nodes.Literal | Template,
        stretch: tuple[int, int] | None,
        verb: Verb,
        steps: tuple[Step, ...],
        new: Plain,
    ) -> tuple[Edit, ...]:
        from gatepost.languages.terraform.edits_json import edit_json_in_text

        return self._edits(edit_json_in_text(self.text, node, stretch, verb, steps, new, self.manner))

    def _place(self, start: int, end: int) -> tuple[Place | None, Expression | None]:
        """Return the place with a stretch, and the expression itself when it is one."""
        node = node_at(self.root, start, end)
        if isinstance(node, Block):
            return node.body, None
        if isinstance(node, Attribute):
            return node.value, node.value
        if isinstance(node, Body):
            return node, None
        if isinstance(node, nodes.Piece | nodes.Interpolation | nodes.IfDirective | nodes.ForDirective):
            return None, None
        if isinstance(node, nodes.Member | nodes.Index | nodes.Splat):
            return None, None
        if node is not None:
            return cast("Expression", node), cast("Expression", node)
        for inner in nodes.below(self.root):
            if isinstance(inner, Body):
                for block in inner.items:
                    if isinstance(block, Block) and block.start == start:
                        alike = [other for other in inner.blocks(block.type) if start <= other.start < end]
                        if alike and alike[-1].end == end:
                            return alike, None
        return None, None

    def _text_around(self, start: int, end: int) -> nodes.Literal | Template | None:
        """Return the innermost text that holds a stretch."""
        best: nodes.Literal | Template | None = None
        for node in nodes.below(self.root):
            if isinstance(node, nodes.Literal | Template) and is_text(node) and node.start <= start and end <= node.end:
                best = node if best is None or node.start >= best.start else best
        return best

    def _in_columns(self, splices: list[Splice]) -> list[Splice]:
        if not splices:
            return splices
        item = item_around(self.root, splices[0].start, max(splice.end for splice in splices))
        if isinstance(item, Block):
            return keep_columns(self.text, line_start(self.text, item.start), line_end(self.text, item.end), splices)
        if any(isinstance(inner, Attribute) for inner in self.root.items):
            return keep_columns(self.text, self.root.start, len(self.text), splices)
        return splices

    def _edits(self, splices: Sequence[Splice]) -> tuple[Edit, ...]:
        source = self.source
        return tuple(
            Edit(Location(source.path, source.region(start, end)), text)
            for start, end, text in sorted(splices, key=itemgetter(0, 1))
            if self.text[start:end] != text
        )

    # -- the verbs

    def _set(self, found: Found, raw: Expression | None, new: Plain, attributes: frozenset[str]) -> list[Splice]:
        place, missing = found.place, found.missing
        if missing:
            return self._add(place, missing, new, attributes)
        if isinstance(place, Body):
            if not isinstance(new, Mapping):
                raise CannotWrite("a block stands where a value would go")
            splices: list[Splice] = []
            for key, value in new.items():
                splices.extend(self._set(walk(place, (key,)), None, value, attributes))
            return splices
        if isinstance(place, list):
            raise CannotWrite(f"the block {place[0].type} is written more than once")
        target = self._raw(found.holders[-1]) if found.holders else raw
        if target is None:
            target = place
        if (
            isinstance(new, Mapping | list)
            and isinstance(target, Call)
            and isinstance(place, ObjectExpression | ListExpression)
        ):
            target = place
        elif isinstance(new, Mapping | list) and is_text(place) and _is_json(place):
            inside = format_values.expression(new, self.manner, indent_of(self.text, target.start))
            return [Splice(target.start, target.end, f"jsonencode({inside})")]
        return self.collections.replace(target, new)

    def _spared(self, element: nodes.Literal, new: Plain) -> list[Splice]:
        """Take an element of a list out when the list has its new value already; nothing where it has not."""
        before = self.text[max(0, element.start - 200) : element.start].rstrip()[-1:]
        holder = holder_of(self.root, element) if before in ("[", ",") else None
        within, index = holder if holder else (None, None)
        if not isinstance(within, ListExpression) or not isinstance(index, int):
            return []
        others = (item for item in within.items if item is not element)
        return self.collections.remove(within, index) if any(means(item, new) for item in others) else []

    def _raw(self, holder: tuple[Place, Attribute | Block | int]) -> Expression | None:
        """Return the expression that a holder holds, as written."""
        place, item = holder
        if isinstance(item, Attribute):
            return item.value
        if isinstance(item, int):
            if isinstance(place, ListExpression):
                return place.items[item]
            if isinstance(place, ObjectExpression):
                return place.items[item][1]
        return None

    def _add(self, place: Place, missing: tuple[Step, ...], new: Plain, attributes: frozenset[str]) -> list[Splice]:
        step, rest = missing[0], missing[1:]
        if isinstance(place, Body):
            if isinstance(step, int):
                raise CannotWrite(f"there is no element {step}")
            inside, maps = _nested(str(step), rest, new, attributes)
            return self.bodies.add(place, str(step), inside, maps)
        if isinstance(place, list):
            if step != len(place) or not rest:
                raise CannotWrite(f"there is no element {step}")
            name = place[0].type
            inside, maps = _nested(name, rest, new, attributes)
            return self.bodies.add(self._body_of(place), name, inside, maps)
        if isinstance(place, ObjectExpression):
            return self.collections.add_entry(place, str(step), _wrapped(rest, new))
        if isinstance(place, ListExpression) and step == len(place.items):
            return self.collections.append(place, _wrapped(rest, new))
        raise CannotWrite(f"there is no element {step}")

    def _body_of(self, place: Place) -> Body:
        holder = holder_of(self.root, place)
        if holder is None or not isinstance(holder[0], Body):
            raise CannotWrite("the block around it is not found")
        return holder[0]

    def _append(self, found: Found, new: Plain, attributes: frozenset[str]) -> list[Splice]:
        place = found.place
        if found.missing:
            element: Plain = [new]
            return self._add(place, found.missing, element, attributes)
        if isinstance(place, ListExpression):
            return self.collections.append(place, new)
        if isinstance(place, Body | list):
            holder = found.holders[-1] if found.holders else holder_of(self.root, place)
            item = place[0] if isinstance(place, list) else holder[1] if holder else None
            if not isinstance(item, Block) or not isinstance(new, Mapping):
                raise CannotWrite("a block stands where a list would go")
            return self.bodies.add(self._body_of(place), item.type, new, _NOTHING)
        raise CannotWrite("what stands there is no list that is written out")

    def _remove(self, found: Found) -> list[Splice]:
        if found.missing:
            raise CannotWrite(f"{found.missing[0]} is not written there")
        holder = found.holders[-1] if found.holders else holder_of(self.root, found.place)
        while holder is not None:
            place, item = holder
            if isinstance(item, Attribute | Block):
                return self.bodies.remove(self._holding(place, item), item)
            if isinstance(place, ListExpression) and len(place.items) > 1:
                return self.collections.remove(place, item)
            if isinstance(place, ObjectExpression) and len(place.items) > 1:
                return self.collections.remove_entry(place, item)
            holder = holder_of(self.root, place)
        raise CannotWrite("it stands in something that is computed")

    def _holding(self, place: Place, item: Attribute | Block) -> Body:
        if isinstance(place, Body):
            return place
        for node in nodes.below(self.root):
            if isinstance(node, Body) and any(inner is item for inner in node.items):
                return node
        raise CannotWrite("the block around it is not found")

    # -- a new resource

    def _value(self, block: Block, name: str) -> Expression | None:
        attribute = block.body.attributes.get(name)
        return attribute.value if attribute is not None else None

    def _reference_to(self, near: Block) -> Callable[[Reference], str]:
        address = ".".join(near.labels)
        each = "[count.index]" if self._value(near, "count") else "[each.key]" if self._value(near, "for_each") else ""
        outer = self.manner.reference

        def text(reference: Reference) -> str:
            own = re.sub(r"\[[^\]]*\]\Z", "", reference.address)
            if each and (own == address or own.endswith("." + address)) and not reference.expression:
                return f"{address}{each}.{reference.attribute}" if reference.attribute else address + each
            return outer(reference)

        return text


def _is_json(place: Place) -> bool:
    value = place.value if isinstance(place, nodes.Literal) else ""
    if isinstance(place, Template) and place.parts and isinstance(place.parts[0], nodes.Piece):
        value = place.parts[0].value
    return isinstance(value, str) and value.lstrip().startswith(("{", "["))


def _wrapped(steps: tuple[Step, ...], new: Plain) -> Plain:
    """Wrap data in the maps and lists that steps lead through."""
    for step in reversed(steps):
        if isinstance(step, int) and step != 0:
            raise CannotWrite(f"there is no element {step}")
        new = {step: new} if isinstance(step, str) else [new]
    return new


def _nested(name: str, rest: tuple[Step, ...], new: Plain, attributes: frozenset[str]) -> tuple[Plain, frozenset[str]]:
    """Wrap data for a body; returns it and the dotted paths, from `name` on, of map attributes."""
    maps: set[str] = set()
    path = name
    if name in attributes:
        maps.add(path)
    for step in rest:
        if isinstance(step, str):
            path += "." + step
            if step in attributes:
                maps.add(path)
    _paths(new, path, attributes, maps)
    steps = list(rest)
    inner: Plain = new
    in_map = name in attributes
    for index in range(len(steps) - 1, -1, -1):
        step = steps[index]
        if isinstance(step, str):
            inner = {step: inner}
        elif in_map or not isinstance(inner, Mapping):
            inner = [inner]
    return inner, frozenset(maps)


def _paths(new: Plain, path: str, attributes: frozenset[str], maps: set[str]) -> None:
    if isinstance(new, Mapping):
        for key, value in new.items():
            below = f"{path}.{key}"
            if key in attributes:
                maps.add(below)
            _paths(value, below, attributes, maps)
    elif isinstance(new, list):
        for value in new:
            _paths(value, path, attributes, maps)
