"""The functions that make text and lists: Sub, Join, Select, Split, FindInMap and the like; never references."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from gatepost.languages.cloudformation.conditions import text_of
from gatepost.languages.cloudformation.intrinsics import scalar_of
from gatepost.languages.cloudformation.layout import Entry
from gatepost.languages.positioned import Node
from gatepost.model.places import Span
from gatepost.model.values import Origin, Reference, Value

if TYPE_CHECKING:
    from gatepost.languages.cloudformation.evaluate import Evaluator

Function: TypeAlias = "Callable[[Evaluator, Node, int, Span], Value | None]"

_HOLE = re.compile(r"\$\{(!?)([^${}]*)\}")
_MOST_SUBNETS = 256
# Text that holds itself several times grows fast; a whole template has at most this many characters.
_LONGEST = 1_000_000
_TOO_LONG = "it is too long to be worked out"


def sub(evaluator: Evaluator, node: Node, base: int, span: Span) -> Value | None:
    """Fn::Sub: text with ${holes}."""
    given: dict[str, Node] = {}
    template = node
    if node.kind == "list":
        parts = node.elements()
        template = parts[0] if parts else node
        if len(parts) == 2:
            given = {name: inner for name, _, inner in parts[1].items()}
    if template.kind != "text":
        return evaluator.unknown("the text of Fn::Sub is not readable", span)
    text: str = template.value
    pieces: list[str | Value] = []
    known: dict[str, Value | None] = {}
    at = 0
    for found in _HOLE.finditer(text):
        pieces.append(text[at : found.start()])
        at = found.end()
        name = found[2].strip()
        if found[1]:
            pieces.append("${" + name + "}")
        elif name in given:
            # Once: a text with the same hole twice, inside such a text, would take twice as long each time.
            if name not in known:
                known[name] = evaluator.value(given[name], base)
            value = known[name]
            pieces.append(value if value is not None else "")
        elif "." in name:
            pieces.append(evaluator.get_att(name.partition(".")[0], name.partition(".")[2], span))
        else:
            value = evaluator.ref(name, span)
            pieces.append(value if value is not None else "")
    pieces.append(text[at:])
    return assembled(evaluator, pieces, span)


def assembled(evaluator: Evaluator, made_of: Iterable[str | Value], span: Span) -> Value:
    """Return the text that pieces make; a single value passes through with its origins."""
    parts = [piece for piece in made_of if piece != ""]
    values = [piece for piece in parts if isinstance(piece, Value)]
    if len(parts) == 1 and len(values) == 1 and (values[0].unknown is not None or text_of(values[0]) is not None):
        only = values[0]
        return only if only.unknown is not None else only._replace(literal=text_of(only))
    hidden = any(value.sensitive for value in values)
    known: list[str | None] = []
    named: list[Reference | None] = []  # by the holes
    why = ""
    for part in parts:
        text = part if isinstance(part, str) else text_of(part)
        if text is None and isinstance(part, Value):
            why = why or (part.unknown.why if part.unknown is not None else "a part of it is no text")
            inner = part.unknown.pieces if part.unknown is not None else ()
            known.extend(inner or (None,))
            named.extend(_named(part, inner))
        else:
            known.append(text)
    if sum(len(part) for part in known if part is not None) > _LONGEST:
        return evaluator.unknown(_TOO_LONG, span, sensitive=hidden)
    merged = _merged(known)
    if why:
        pieces = merged if merged != (None,) else ()
        names = tuple(named) if pieces and any(named) and merged.count(None) == len(named) else ()
        return evaluator.unknown(why, span, pieces=pieces, named=names, sensitive=hidden, origins=_given(values))
    return Value(merged[0] if merged else "", span, sensitive=hidden, notation=evaluator.notation)


_GIVEN = ("secret_store", "input", "shown_input")


def _given(values: Iterable[Value]) -> tuple[Origin, ...]:
    """Return where the best kept of the parts is given from outside; nothing when none is."""
    found = [value for value in values if value.unknown is not None and value.origin in _GIVEN]
    return min(found, key=lambda value: _GIVEN.index(value.origin)).origins if found else ()


def _named(part: Value, pieces: tuple[str | None, ...]) -> tuple[Reference | None, ...]:
    """Return what each hole of a part names."""
    if not pieces or part.unknown is None:
        return (part.refers_to,)
    return part.unknown.named or (None,) * pieces.count(None)


def _merged(pieces: Iterable[str | None]) -> tuple[str | None, ...]:
    merged: list[str | None] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if piece is not None and last is not None:
            merged[-1] = last + piece
        elif piece is not None or not merged or last is not None:
            merged.append(piece)
    return tuple(merged)


def join(evaluator: Evaluator, node: Node, base: int, span: Span) -> Value | None:
    """Fn::Join: a delimiter and a list."""
    parts = node.elements()
    delimiter = scalar_of(parts[0]) if len(parts) == 2 else None
    if delimiter is None:
        return evaluator.unknown("Fn::Join needs a delimiter and a list", span)
    listed = evaluator.value(parts[1], base)
    if listed is None or not listed.is_list or listed.open:
        why = listed.unknown.why if listed is not None and listed.unknown is not None else "what is joined is no list"
        return evaluator.unknown(why, span, sensitive=listed is not None and listed.sensitive)
    pieces: list[str | Value] = []
    for value in listed.literal:
        if pieces:
            pieces.append(delimiter)
        pieces.append(value)
    return assembled(evaluator, pieces, span)


def select(evaluator: Evaluator, node: Node, base: int, span: Span) -> Value | None:
    """Fn::Select: an index and a list."""
    parts = node.elements()
    if len(parts) != 2:
        return evaluator.unknown("Fn::Select needs an index and a list", span)
    index, listed = evaluator.value(parts[0], base), evaluator.value(parts[1], base)
    if index is None or listed is None or not listed.is_list or listed.open:
        why = (
            listed.unknown.why
            if listed is not None and listed.unknown is not None
            else "what is selected from is no list"
        )
        return evaluator.unknown(why, span, sensitive=listed is not None and listed.sensitive)
    position = text_of(index) or ""
    if not position.isdecimal() or len(position) > 6 or int(position) >= len(listed.literal):
        return evaluator.unknown("the list that is selected from has no such element", span)
    chosen: Value = listed.literal[int(position)]
    return chosen


def split(evaluator: Evaluator, node: Node, base: int, span: Span) -> Value | None:
    """Fn::Split: a delimiter and text."""
    parts = node.elements()
    delimiter = scalar_of(parts[0]) if len(parts) == 2 else None
    if not delimiter:
        return evaluator.unknown("Fn::Split needs a delimiter and text", span)
    value = evaluator.value(parts[1], base)
    text = text_of(value) if value is not None else None
    if value is None or text is None:
        why = value.unknown.why if value is not None and value.unknown is not None else "what is split is no text"
        return evaluator.unknown(why, span, sensitive=value is not None and value.sensitive)
    made = (Value(part, span, value.origins, sensitive=value.sensitive) for part in text.split(delimiter))
    return Value(tuple(made), span, value.origins, sensitive=value.sensitive, notation=evaluator.notation)


def find_in_map(evaluator: Evaluator, node: Node, base: int, span: Span) -> Value | None:
    """Fn::FindInMap: a mapping and two keys; when a key is not known, what all that it may be agree on."""
    parts = node.elements()
    if len(parts) not in (3, 4):
        return evaluator.unknown("Fn::FindInMap needs a mapping and two keys", span)
    keys = [evaluator.value(part, base) for part in parts[:3]]
    name, top, second = (text_of(key) if key is not None else None for key in keys)
    if name is None:
        return evaluator.unknown("which mapping is meant is not known", span)
    evaluator.ledger.note(f"{evaluator.prefix}Mappings.{name}", "*")
    entry = evaluator.entry("Mappings", name)
    found = list(_candidates(entry, top, second))
    values: list[Value] = []
    mapping_base = entry.base if entry is not None else 0
    for at in found:
        key = (f"Mappings.{name}", f"{at.start}")
        value = evaluator.remember(key, lambda at=at: evaluator.value(at, mapping_base), None)
        if value is not None:
            values.append(value)
    if top is not None and second is not None and values:
        assert entry is not None
        place = evaluator.span(found[0], entry.base)
        return values[0]._replace(span=span, origins=(Origin(f"mapping {name}", "code", place, evaluator.notation),))
    if top is not None and second is not None and len(parts) == 4:
        default = next((inner for key, _, inner in parts[3].items() if key == "DefaultValue"), None)
        return evaluator.value(default, base) if default is not None else evaluator.unknown("there is no default", span)
    texts = {text_of(value) for value in values}
    if len(texts) == 1 and None not in texts and len(parts) == 3 and (top is None or second is None):
        return values[0]._replace(span=span, origins=())
    whys = [key.unknown.why for key in keys if key is not None and key.unknown is not None]
    return evaluator.unknown(whys[0] if whys else f"the mapping {name} has no such keys", span)


def _candidates(entry: Entry | None, top: str | None, second: str | None) -> Iterable[Node]:
    """Yield the nodes of a mapping that two keys may mean; a key that is not known may be any."""
    node = entry.node if entry is not None else None
    if node is None:
        return
    for outer, _, inner in node.items():
        if top is None or outer == top:
            yield from (value for key, _, value in inner.items() if second is None or key == second)


def base64(evaluator: Evaluator, node: Node, base: int, span: Span) -> Value | None:
    """Fn::Base64: the encoded text, with the text it was made from as its tree."""
    inner = evaluator.value(node, base)
    if inner is None:
        return evaluator.unknown("what is encoded is missing", span, True)
    text = text_of(inner)
    if text is None:
        why = inner.unknown.why if inner.unknown is not None else "what is encoded is no text"
        return evaluator.unknown(why, span, sensitive=inner.sensitive, tree=inner)
    if len(text) > _LONGEST:
        return evaluator.unknown(_TOO_LONG, span, sensitive=inner.sensitive)
    from binascii import b2a_base64

    encoded = b2a_base64(text.encode("utf-8", "replace"), newline=False).decode("ascii")
    return Value(encoded, span, sensitive=inner.sensitive, notation=evaluator.notation, tree=inner)


def to_json(evaluator: Evaluator, node: Node, base: int, span: Span) -> Value | None:
    """Fn::ToJsonString: compact JSON, with what it was made from as its tree."""
    inner = evaluator.value(node, base)
    if inner is None:
        return evaluator.unknown("what is encoded is missing", span, True)
    missing = _first_unknown(inner)
    hidden = _is_hidden(inner)
    if missing is not None:
        why = missing.unknown.why if missing.unknown is not None else "a part of it is not known"
        return evaluator.unknown(why, span, tree=inner, sensitive=hidden)
    from json import dumps

    text = dumps(_data(inner), separators=(",", ":"), ensure_ascii=False)
    if len(text) > _LONGEST:
        return evaluator.unknown(_TOO_LONG, span, tree=inner, sensitive=hidden)
    return Value(text, span, sensitive=hidden, notation="", tree=inner)


def _first_unknown(value: Value) -> Value | None:
    """Return the first value inside that is not known, or a map or list that may have more than is known."""
    if value.unknown is not None or value.open:
        return value
    inner = value.literal if value.is_list else value.literal.values() if value.is_map else ()
    return next((found for one in inner if (found := _first_unknown(one)) is not None), None)


def _is_hidden(value: Value) -> bool:
    inner = value.literal if value.is_list else value.literal.values() if value.is_map else ()
    return value.sensitive or any(map(_is_hidden, inner))


def _data(value: Value) -> object:
    if value.is_list:
        return [_data(one) for one in value.literal]
    if value.is_map:
        return {name: _data(value.literal[name]) for name in value.literal}
    return value.literal


def length(evaluator: Evaluator, node: Node, base: int, span: Span) -> Value | None:
    """Fn::Length: how many elements a list has."""
    listed = evaluator.value(node, base)
    if listed is None or not listed.is_list or listed.open:
        return evaluator.unknown("how long the list is is not known", span)
    return Value(len(listed.literal), span, notation=evaluator.notation)


def cidr(evaluator: Evaluator, node: Node, base: int, span: Span) -> Value | None:
    """Fn::Cidr: a block cut into networks of 2^bits addresses."""
    values = [evaluator.value(part, base) for part in node.elements()]
    texts = [text_of(value) if value is not None else None for value in values]
    if len(texts) not in (2, 3) or None in texts:
        whys = [value.unknown.why for value in values if value is not None and value.unknown is not None]
        return evaluator.unknown(whys[0] if whys else "Fn::Cidr needs a block and a count", span)
    networks = _networks([text or "" for text in texts])
    if networks is None:
        return evaluator.unknown("the block cannot be cut like that", span)
    return Value(tuple(Value(text, span) for text in networks), span, notation=evaluator.notation)


def _networks(texts: list[str]) -> list[str] | None:
    from ipaddress import ip_network
    from itertools import islice

    try:
        block = ip_network(texts[0])
        count = int(texts[1][:9])
        # Without a number of bits, IPv4 subnets are not defined; the documentation asks for it.
        prefix = block.max_prefixlen - int(texts[2][:9]) if len(texts) == 3 else block.prefixlen
        if not 1 <= count <= _MOST_SUBNETS or not block.prefixlen <= prefix <= block.max_prefixlen or len(texts) == 2:
            return None
        subnets = [str(network) for network in islice(block.subnets(new_prefix=prefix), count)]
    except ValueError:
        return None
    return subnets if len(subnets) == count else None


def import_value(evaluator: Evaluator, _node: Node, _base: int, span: Span) -> Value | None:
    """Fn::ImportValue: given from outside; whoever may look at the stacks of the account sees it."""
    origin = Origin("export of another stack", "shown_input", None)
    return evaluator.unknown("another stack exports it", span, origins=(origin,))


def _later(what: str) -> Function:
    return lambda evaluator, _node, _base, span: evaluator.unknown(what, span)


FUNCTIONS: Mapping[str, Function] = {
    "Fn::Base64": base64,
    "Fn::Cidr": cidr,
    "Fn::FindInMap": find_in_map,
    "Fn::GetAZs": _later("the availability zones are known only when the stack is deployed"),
    "Fn::ImportValue": import_value,
    "Fn::Join": join,
    "Fn::Length": length,
    "Fn::Select": select,
    "Fn::Split": split,
    "Fn::Sub": sub,
    "Fn::ToJsonString": to_json,
}
