"""Finds the node that a change means: from a value's place, down its steps, and on to where it is set; never writes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from gatepost.languages.cloudformation.conditions import holds
from gatepost.languages.cloudformation.evaluate import Evaluator
from gatepost.languages.cloudformation.intrinsics import Call, call_of, is_no_value, scalar_of
from gatepost.languages.cloudformation.layout import Entry, Layout
from gatepost.languages.positioned import Node
from gatepost.model.changes import Step
from gatepost.model.places import Source, Span
from gatepost.model.problems import CannotWrite
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value

_ASSEMBLED = frozenset(("Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Cidr", "Fn::FindInMap"))


class Elsewhere(Exception):
    """What a change means is set in another file, at `span`; `shared` when more than one place takes it from there."""

    def __init__(self, span: Span, shared: bool) -> None:
        super().__init__()
        self.span = span
        self.shared = shared


class Target(NamedTuple):
    """A node by its path below an entry's node; `node` is None where steps of the path are not written yet."""

    entry: Entry
    path: tuple[Step, ...]
    node: Node | None
    shared: bool = False

    def below(self, step: Step, node: Node | None) -> Target:
        """Return the target one step further."""
        return self._replace(path=(*self.path, step), node=node)


class Finder:
    """Finds targets in one template; raises `CannotWrite`."""

    def __init__(self, source: Source, layout: Layout, evaluator: Evaluator) -> None:
        self.source = source
        self.layout = layout
        self.evaluator = evaluator
        self._starts = [entry.start for entry in layout.entries]

    def entry_at(self, offset: int) -> Entry:
        """Return the entry that an offset lies in."""
        index = bisect_right(self._starts, offset) - 1
        entry = self.layout.entries[index] if index >= 0 else None
        if entry is None or entry.node is None or offset > entry.end:
            raise CannotWrite("the value stands outside the resources of the template")
        return entry

    def scalar_at(self, offset: int) -> Node:
        """Return the scalar that an offset lies in, with offsets into the text."""
        entry = self.entry_at(offset)
        node = entry.node
        at = offset - entry.base
        while node is not None and node.kind in ("map", "list"):
            parts: list[Node] = [value for _, _, value in node.items()] or node.elements()
            node = next((part for part in parts if part.start <= at < part.end), None)
        if node is None:
            raise CannotWrite("the value is written elsewhere")
        return Node(node.kind, node.start + entry.base, node.end + entry.base, node.value, node.tag, node.style)

    def of_value(self, value: Value) -> Target:
        """Return the target that a value stands at."""
        if value.span is None or value.notation not in ("yaml", "json"):
            raise CannotWrite("the value is worked out and stands nowhere in the template")
        return self.of_span(value.span.start, value.span.end)

    def of_span(self, start: int, end: int) -> Target:
        """Return the target that is written between two offsets; nothing, behind a resource, is its properties."""
        entry = self.entry_at(start)
        node = entry.node
        assert node is not None
        if start == end == entry.end and entry.section == "Resources" and start > entry.base + node.start:
            return Target(entry, ("Properties",), node.get("Properties"))
        target = Target(entry, (), node)
        start, end = start - entry.base, end - entry.base
        while True:
            if (node.start, node.end) == (start, end):
                return target._replace(node=node)
            parts: list[tuple[Step, Node]] = []
            if node.kind == "map":
                parts = [(key.value, value) for key, value in node.value]
            elif node.kind == "list":
                parts = list(enumerate(node.elements()))
            inner = next(((step, part) for step, part in parts if part.start <= start and end <= part.end), None)
            if inner is None:
                break
            target, node = target.below(*inner), inner[1]
        raise CannotWrite("the value is written elsewhere, behind an alias")

    def down(self, target: Target, steps: Sequence[Step]) -> Target:
        """Follow steps through what is written, conditions and mappings; the rest of the path may not be written."""
        for done, step in enumerate(steps):
            try:
                target = self.settled(target)
            except Elsewhere:
                raise CannotWrite("only a part of what is given elsewhere would change") from None
            node = target.node
            if node is None or node.kind == "null":
                return target._replace(path=(*target.path, *steps[done:]), node=None)
            if node.kind == "map" and isinstance(step, int):
                if step:
                    raise CannotWrite(f"there is no element {step}")
            elif node.kind == "map":
                target = target.below(step, node.get(str(step)))
            elif node.kind == "list":
                target = self._element(target, node, step)
            else:
                raise CannotWrite("a plain value stands on the way")
        return target

    def _element(self, target: Target, node: Node, step: Step) -> Target:
        shown = [(i, element) for i, element in enumerate(node.value) if not self._is_missing(element, target.entry)]
        if isinstance(step, int):
            if step < len(shown):
                return target.below(*shown[step])
            if step == len(shown):
                return target.below(len(node.value), None)
            raise CannotWrite(f"there is no element {step}")
        if len(shown) != 1:
            raise CannotWrite(f"it is not clear which element {step} is meant in")
        inner = self.settled(target.below(*shown[0]))
        if inner.node is None or inner.node.kind != "map":
            raise CannotWrite("what stands there is no map")
        return inner.below(step, inner.node.get(step))

    def _is_missing(self, node: Node, entry: Entry) -> bool:
        if is_no_value(node):
            return True
        call = call_of(node)
        return call is not None and call.name == "Fn::If" and self.evaluator.value(node, entry.base) is None

    def settled(self, target: Target) -> Target:
        """Follow conditions, parameters and mappings to where the value is written."""
        for _ in range(20):
            call = call_of(target.node) if target.node is not None else None
            if call is None or target.node is None:
                return target
            if call.name == "Fn::If":
                target = self._branch(target, target.node, call)
            else:
                origin = self._origin(target, target.node, call)
                if origin is None:
                    return target
                target = origin
        raise CannotWrite("the value leads in a circle")

    def _branch(self, target: Target, node: Node, call: Call) -> Target:
        parts = call.argument.elements()
        name = scalar_of(parts[0]) if len(parts) == 3 else None
        truth = holds(self.evaluator, name) if name is not None else None
        if truth is None:
            raise CannotWrite(f"the value depends on the condition {name}, which is not known")
        if not node.tag:
            target = target.below("Fn::If", call.argument)
        which = 1 if truth else 2
        return target.below(which, parts[which])

    def _origin(self, target: Target, node: Node, call: Call) -> Target | None:
        """Return where a parameter or mapping sets the value; None when it is set by this very node."""
        value = self.evaluator.value(node, target.entry.base)
        if value is None:
            return None
        if value.origins:
            origin = value.origins[-1]
            away = origin.span is not None and origin.span.source is not self.source
            if away and origin.span is not None and origin.kind in ("default", "code"):
                raise Elsewhere(origin.span, self.uses(value.origins[0].what.rpartition(" ")[2]) > 1)
            if origin.span is None or origin.kind not in ("default", "code"):
                if call.name in _ASSEMBLED and value.unknown is not None and value.unknown.pieces:
                    raise CannotWrite("the value is put together from pieces")
                raise CannotWrite(f"the {origin.what} is given when the stack is deployed")
            name = origin.what.rpartition(" ")[2]
            found = self.of_span(origin.span.start, origin.span.end)
            return found._replace(shared=target.shared or self.uses(name) > 1)
        if call.name in _ASSEMBLED and not (call.name == "Fn::Sub" and value.unknown is None and _whole(call)):
            raise CannotWrite("the value is put together from pieces")
        return None

    def loops_around(self, target: Target) -> frozenset[str]:
        """Return the identifiers of the loops that a target stands in."""
        names: set[str] = set()
        node = target.entry.node
        path: list[Step] = [target.entry.name, *target.path]
        for index, step in enumerate(path):
            if index:
                node = _child(node, step)
            if isinstance(step, str) and step.startswith("Fn::ForEach::") and node is not None and node.elements():
                names.add(str(node.elements()[0].value))
        return frozenset(names)

    def uses(self, name: str) -> int:
        """Return how often a parameter or mapping is used."""
        quoted = rf"""["']?{re.escape(name)}["']?(?![\w-])"""
        forms = (
            rf"""Ref["']?[ \t]*:?[ \t]*{quoted}""",
            rf"\$\{{{re.escape(name)}\}}",
            rf"""FindInMap["']?[\s:\[-]*{quoted}""",
        )
        return len(re.findall("|".join(forms), self.source.text))


def _child(node: Node | None, step: Step) -> Node | None:
    if node is None or isinstance(step, str):
        return node.get(step) if node is not None and isinstance(step, str) else None
    return node.value[step] if node.kind == "list" and step < len(node.value) else None


def differs_by_round(node: Node | None, names: frozenset[str]) -> bool:
    """Tell whether a node says something else in each round of the loops with these identifiers."""
    waiting = [node] if node is not None else []
    while waiting:
        one = waiting.pop()
        if one.kind == "map":
            waiting.extend(part for pair in one.value for part in pair)
        elif one.kind == "list":
            waiting.extend(one.value)
        elif one.kind == "text" and any(one.value == name or f"{{{name}}}" in one.value for name in names):
            return True
    return False


def _whole(call: Call) -> bool:
    """Tell whether a Fn::Sub has no holes, so that it is plain text."""
    return call.argument.kind == "text" and "${" not in call.argument.value
