"""Bodies of blocks as maps that are evaluated when asked, dynamic blocks expanded; never a block's meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import Fails, NotComputed, pairs
from gatepost.languages.terraform.evaluate import evaluate, settle
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.steps import Named, Several, follow
from gatepost.model.places import Span
from gatepost.model.values import OnDemand, Reference, Unknown, Value, gap_of, unknown, value_at

Entries: TypeAlias = "dict[str, list[nodes.Attribute | nodes.Block]]"

BESIDE = frozenset(
    ("count", "for_each", "provider", "providers", "depends_on", "lifecycle", "provisioner", "connection")
)
# Arguments whose names are not evaluated: they say which thing is meant.
_NAMES = frozenset(("provider", "providers", "depends_on", "ignore_changes", "replace_triggered_by"))
MOST_BLOCKS = 2_000
_BLOCK = 10  # steps that a block takes beside what is in it: rules look at each


def entries_of(body: nodes.Body) -> Entries:
    """Return the attributes and blocks of a body by name; a dynamic block counts under the name of what it makes.

    Kept with the body, which never changes, so nobody may change the answer.
    """
    if body.by_name is not None:
        return body.by_name
    entries: Entries = {}
    for node in body.items:
        if isinstance(node, nodes.Attribute):
            if node.name == "dynamic" and isinstance(node, nodes.JsonAttribute):
                for made in _json_dynamics(node):
                    entries.setdefault(made.labels[0], []).append(made)
                continue
            entries.setdefault(node.name, []).append(node)
        else:
            made_name = node.labels[0] if node.type == "dynamic" and node.labels else node.type
            entries.setdefault(made_name, []).append(node)
    body.by_name = entries
    return entries


def _json_dynamics(node: nodes.Attribute) -> list[nodes.Block]:
    found: list[nodes.Block] = []
    for outer in nodes.as_blocks(node) or ():
        for inner in outer.body.items:
            for made in (nodes.as_blocks(inner) or ()) if isinstance(inner, nodes.Attribute) else ():
                spans = ((inner.start, inner.name_end),) if isinstance(inner, nodes.Attribute) else ()
                found.append(nodes.Block(made.start, made.end, "dynamic", (made.type,), made.body, spans, made.start))
    return found


class BodyMap(OnDemand):
    """The body of a resource. Asking for a name notes it; `beside` selects what stands beside the properties."""

    __slots__ = ("_entries", "_frames", "_over", "beside", "body", "frame", "item", "place", "shown")

    def __init__(
        self,
        body: nodes.Body,
        frame: Frame,
        item: str,
        place: str,
        beside: bool | None = False,
        over: Sequence[tuple[nodes.Body, Frame]] = (),
    ) -> None:
        self._over = over
        self._frames: dict[str, Frame] = {}
        self.body = body
        self.frame = frame
        self.item = item
        self.place = place
        self.beside = beside
        self.shown = False
        self._entries: Entries | None = None

    @property
    def entries(self) -> Entries:
        """What is written, by name, none of it evaluated."""
        found = self._entries
        if found is None:
            found = {**entries_of(self.body)} if self._over else entries_of(self.body)
            for body, frame in self._over:
                replacing = entries_of(body)
                found.update(replacing)
                self._frames.update(dict.fromkeys(replacing, frame))
            if self.beside is not None:
                found = {name: written for name, written in found.items() if (name in BESIDE) is self.beside}
            self._entries = found
        return found

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value written under a name, None when nothing is; notes the read."""
        state = self.frame.scope.state
        if self.item != self.place:
            self._note_instance(key)
        written = self.entries.get(key)
        if written is None:
            state.ledger.note(self.place, key)
            return default
        value: Value = state.recall(self.place, key, lambda: self._evaluate(key, written), lambda: self._circle(key))
        return sealed(value) if self.shown else value

    def _note_instance(self, name: str) -> None:
        """Note that an instance was read: what it says comes from the block and from what the block is repeated by."""
        state = self.frame.scope.state
        for read in (name, "for_each", "count"):
            state.ledger.note(self.item, read)
        instances = state.memo.get((self.item, "(instances)"))
        if instances is not None:  # each.value and count.index are made of what these were worked out from
            state.ledger.note_all(instances.reads)

    def _evaluate(self, name: str, written: list[nodes.Attribute | nodes.Block]) -> Value:
        if self.item != self.place:
            self._note_instance(name)
        first = written[0]
        if name == "type" and isinstance(first, nodes.Attribute) and _is_variable(self.item):
            return _names(first.value, self._frames.get(name, self.frame))._replace(refers_to=None)
        if name == "lifecycle" and self._over:
            return self._lifecycle()
        value = written_value(name, written, self._frames.get(name, self.frame))
        # Arguments and outputs of modules pass whole resources on; anywhere else nobody can look into them.
        passes_on = self.item.rpartition(".")[0].endswith(("module", "output"))
        return value if passes_on else sealed(value)

    def _lifecycle(self) -> Value:
        """Return the one block that is merged argument by argument."""
        value = Value(())
        merged: dict[str, Value] = {}
        for body, frame in ((self.body, self.frame), *self._over):
            written = entries_of(body).get("lifecycle")
            if written is not None:
                value = written_value("lifecycle", written, frame)
                for block in cast("tuple[Value, ...]", value.literal):
                    merged.update(cast("Mapping[str, Value]", block.literal))
        elements = cast("tuple[Value, ...]", value.literal)
        return value._replace(literal=tuple([one._replace(literal=merged) for one in elements[-1:]]))

    def _circle(self, name: str) -> Value:
        return unknown(f"{self.place}.{name} refers to itself")

    def __contains__(self, key: object) -> bool:
        self.frame.scope.state.ledger.note(self.item, str(key))
        return key in self.entries

    def __iter__(self) -> Iterator[str]:
        self.frame.scope.state.ledger.note(self.item, "*")
        return iter(self.entries)

    def __len__(self) -> int:
        self.frame.scope.state.ledger.note(self.item, "*")
        return len(self.entries)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None


def sealed(value: Value) -> Value:
    """Return the value with whole resources inside as unknown things that are named: they may hold the value itself."""
    if isinstance(value.tree, Value):
        value = value._replace(tree=sealed(value.tree))
    literal = value.literal
    if type(literal) is tuple:
        inner = cast("tuple[Value, ...]", literal)
        kept = tuple([sealed(element) for element in inner])
        return value if all(a is b for a, b in zip(kept, inner, strict=True)) else value._replace(literal=kept)
    if type(literal) is dict:
        entries = cast("dict[str, Value]", literal)
        closed = {key: sealed(element) for key, element in entries.items()}
        return value if all(closed[key] is entries[key] for key in entries) else value._replace(literal=closed)
    if isinstance(literal, Named):
        address = value.refers_to.address if value.refers_to is not None else "a module"
        return value._replace(literal=Unknown(f"{address} as a whole is only known when Terraform runs", False))
    return value


def _is_variable(item: str) -> bool:
    return item.rpartition(".")[0].endswith("variable")


def written_value(name: str, written: list[nodes.Attribute | nodes.Block], frame: Frame) -> Value:
    """Return the value of what is written under one name: an attribute, or blocks one after another."""
    if len(written) == 1 and isinstance(written[0], nodes.Attribute):
        if name in _NAMES:
            named = _names(written[0].value, frame)
            return named if name == "provider" else named._replace(refers_to=None)
        return settle(written[0].value, frame)
    elements: list[Value] = []
    is_open, gap = False, ""
    for node in written:
        if isinstance(node, nodes.Attribute):
            elements.append(settle(node.value, frame))
        elif node.type == "dynamic" and name != "dynamic":
            more = _expand(node, frame, elements)
            is_open, gap = is_open or more is not None, gap or more or ""
        else:
            elements.append(block_value(node, node.body, frame))
    first, last = written[0], written[-1]
    span = Span(frame.source, first.start + frame.delta, last.end + frame.delta)
    return Value(tuple(elements), span, open=is_open, notation=frame.notation, repeated=True, gap=gap)


def _names(node: nodes.Node, frame: Frame) -> Value:
    """Return what is written as text: these arguments name things and are not evaluated."""
    span = frame.span(node)
    if isinstance(node, nodes.ListExpression):
        return Value(tuple([_names(item, frame) for item in node.items]), span, notation=frame.notation)
    if isinstance(node, nodes.ObjectExpression):
        entries = {str(getattr(key, "value", "")): _names(value, frame) for key, value in node.items}
        return Value(entries, span, notation=frame.notation)
    text = str(node.value) if isinstance(node, nodes.Literal) else span.text
    address = f"{frame.scope.prefix}provider.{text}" if isinstance(node, nodes.Reference) else ""
    return Value(text, span, refers_to=Reference(address, "") if address else None, notation=frame.notation)


def block_value(node: nodes.Node, body: nodes.Body, frame: Frame) -> Value:
    """Return the map of a nested block, which stands where `node` does."""
    state = frame.scope.state
    if state.depth > 200:
        return unknown("the blocks are nested too deeply", frame.span(node))
    state.depth += 1
    try:
        content = {name: written_value(name, written, frame) for name, written in entries_of(body).items()}
    finally:
        state.depth -= 1
    if isinstance(node, nodes.Block) and node.labels and node.type != "dynamic":
        content.setdefault("label", Value(node.labels[0], frame.span(node)))
    return value_at(content, frame.span(node), frame.notation)


def _expand(node: nodes.Block, frame: Frame, elements: list[Value]) -> str | None:
    """Add the blocks that a dynamic block makes; returns why there may be more than these, None when there are not."""
    attributes = node.body.attributes
    content = next(iter(node.body.blocks("content")), None)
    if content is None and "content" in attributes:
        content = next(iter(nodes.as_blocks(attributes["content"]) or ()), None)
    each = attributes.get("for_each")
    if content is None or each is None:
        return None
    iterator = _iterator(node, attributes)
    try:
        collection = evaluate(each.value, frame)
        known = (
            pairs(collection) if collection.unknown is None and not isinstance(collection.literal, Several) else None
        )
        if known is not None and len(known) <= MOST_BLOCKS:
            frame.scope.state.spend(len(known) * (_BLOCK + nodes.work_in(content.body)))
    except Fails as failure:
        collection, known = unknown(str(failure)), None
    except NotComputed as missing:
        collection, known = unknown(f"{missing} is not worked out"), None
    span = frame.span(node)
    if known is None or len(known) > MOST_BLOCKS:
        why = gap_of(collection) or "the elements are not known"
        hole = Value(Unknown(why), None)
        names = {iterator: Value({"key": hole, "value": hole})}
        inner = block_value(content, content.body, frame.with_names(names))
        elements.append(Value(Unknown(why), span, tree=inner, notation=frame.notation))
        return why
    what = f"{iterator}.value"
    for key, element in known:
        entry = {
            "key": key if key is not element else follow(key, what, "code"),
            "value": follow(element, what, "code"),
        }
        elements.append(block_value(content, content.body, frame.with_names({iterator: Value(entry)})))
    return collection.gap if collection.open else None


def _iterator(node: nodes.Block, attributes: Mapping[str, nodes.Attribute]) -> str:
    named = attributes.get("iterator")
    if named is not None and isinstance(named.value, nodes.Reference):
        return named.value.text
    if named is not None and isinstance(named.value, nodes.Literal):
        return str(named.value.value)
    return node.labels[0]
