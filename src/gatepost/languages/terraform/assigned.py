"""The values of variables that are set as text, by TF_VAR_ and --var; never where a file sets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.constraints import type_name
from gatepost.languages.terraform.conversions import Fails
from gatepost.languages.terraform.evaluate import evaluate
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.given import Assigned, kind_of_input
from gatepost.languages.terraform.modules import Item
from gatepost.languages.terraform.syntax import parse
from gatepost.model.places import Source
from gatepost.model.values import Origin, Value, unknown

if TYPE_CHECKING:
    from gatepost.languages.terraform.scope import Scope

LONGEST = 1_000_000


def assigned_value(one: Assigned, item: Item, scope: Scope, sensitive: bool) -> Value:
    """Return the value of a variable that is set as text.

    The text itself is the value where the variable is declared as text, number or bool, or without a type; else it
    is an expression, in which nothing may be named or called. What cannot be read is unknown.
    """
    origin = Origin(one.what, kind_of_input(sensitive), None)
    type = item.attributes.get("type")
    if type is None or type_name(type.value) in ("string", "number", "bool"):
        return Value(one.text, None, (origin,), sensitive=one.hidden)
    why = f"{one.what} is no expression that Terraform can read"
    if len(one.text) > LONGEST:
        return unknown(why, origins=(origin,))
    source = Source(one.what, f"value = {one.text}\n", "tfvars")
    body, faults = parse(source.text)
    node = body.items[0] if len(body.items) == 1 else None
    if faults or not isinstance(node, nodes.Attribute) or not _is_plain(node.value):
        return unknown(why, origins=(origin,))
    try:
        value = evaluate(node.value, Frame(scope, source, 0, "hcl"))
    except Fails:
        return unknown(why, origins=(origin,))
    return _placeless(value, origin, one.hidden)


def _is_plain(value: nodes.Node) -> bool:
    return not any(isinstance(node, (nodes.Reference, nodes.Call)) for node in nodes.below(value))


def _placeless(value: Value, origin: Origin, hidden: bool) -> Value:
    """Return the value without the places of a text that is no file."""
    literal = value.literal
    if type(literal) is tuple:
        literal = tuple([_placeless(inner, origin, hidden) for inner in cast("tuple[Value, ...]", literal)])
    elif type(literal) is dict:
        entries = cast("dict[str, Value]", literal)
        literal = {key: _placeless(inner, origin, hidden) for key, inner in entries.items()}
    return Value(literal, None, (origin,), value.open, sensitive=hidden, gap=value.gap)
