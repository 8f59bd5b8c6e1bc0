"""The conditions of a template: true, false or not known (None); never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.languages.cloudformation.constraints import allowed_of, type_of
from gatepost.languages.cloudformation.intrinsics import Call, call_of, scalar_of
from gatepost.languages.positioned import Node
from gatepost.model.places import Span
from gatepost.model.values import Value

if TYPE_CHECKING:
    from gatepost.languages.cloudformation.evaluate import Evaluator


def holds(evaluator: Evaluator, name: str) -> bool | None:
    """Return whether a named condition holds, with the defaults of the parameters; None when it is not known."""
    evaluator.ledger.note(f"{evaluator.prefix}Conditions.{name}", "*")
    entry = evaluator.entry("Conditions", name)
    if entry is None or entry.node is None or evaluator.is_deep():
        return None
    node = entry.node
    return evaluator.remember(("Conditions", name), lambda: _truth(evaluator, node, entry.base), None)


def _truth(evaluator: Evaluator, node: Node, base: int) -> bool | None:
    if not evaluator.enter():
        return None
    try:
        return _decided(evaluator, node, base)
    finally:
        evaluator.leave()


def _decided(evaluator: Evaluator, node: Node, base: int) -> bool | None:
    call = _condition_call(node)
    if call is None:
        word = (scalar_of(node) or "").lower()
        return {"true": True, "false": False}.get(word)
    if call.name == "Condition":
        return holds(evaluator, call.argument.value) if call.argument.kind == "text" else None
    parts = call.argument.elements()
    if call.name == "Fn::Equals" and len(parts) == 2:
        return _equal(evaluator, evaluator.value(parts[0], base), evaluator.value(parts[1], base))
    if call.name == "Fn::Not" and len(parts) == 1:
        inner = _truth(evaluator, parts[0], base)
        return None if inner is None else not inner
    if call.name in ("Fn::And", "Fn::Or"):
        deciding = call.name == "Fn::Or"
        truths = [_truth(evaluator, part, base) for part in parts]
        if deciding in truths:
            return deciding
        return None if None in truths or not truths else not deciding
    return None


def _condition_call(node: Node) -> Call | None:
    if not node.tag and node.kind == "map" and len(node.value) == 1 and node.value[0][0].value == "Condition":
        return Call("Condition", node.value[0][1])
    return call_of(node)


def _never(evaluator: Evaluator, one: Value, other: Value) -> bool:
    """Tell whether a parameter without a value can surely not become a known text: it does not allow it."""
    text, named = text_of(other), one.refers_to
    if one.unknown is None or text is None or named is None or named.attribute:
        return False
    section, _, name = named.address.removeprefix(evaluator.prefix).partition(".")
    entry = evaluator.entry("Parameters", name) if section == "Parameters" else None
    if entry is None or entry.node is None or type_of(entry.node).startswith("AWS::SSM::"):
        return False
    allowed = allowed_of(entry.node)
    return allowed is not None and text not in allowed


def _equal(evaluator: Evaluator, one: Value | None, other: Value | None) -> bool | None:
    if one is None or other is None or one.is_map or other.is_map or one.is_list or other.is_list:
        return None
    if one.unknown is not None or other.unknown is not None:
        mine, yours = one.refers_to, other.refers_to
        if mine is not None and yours is not None and mine[:2] == yours[:2]:
            return True
        return False if _never(evaluator, one, other) or _never(evaluator, other, one) else None
    return text_of(one) == text_of(other)


def text_of(value: Value) -> str | None:
    """Return a known scalar as CloudFormation writes it into text; None when it is not one."""
    literal = value.literal
    if literal is True or literal is False:
        return "true" if literal else "false"
    return str(literal) if isinstance(literal, str | int | float) else None


def choose(evaluator: Evaluator, node: Node, base: int, span: Span) -> Value | None:
    """Evaluate Fn::If: the branch that its condition takes, else what both branches agree on."""
    parts = node.elements()
    name = scalar_of(parts[0]) if len(parts) == 3 else None
    if name is None:
        return evaluator.unknown("Fn::If needs a condition and two values", span, True)
    truth = holds(evaluator, name)
    if truth is not None:
        return evaluator.value(parts[1 if truth else 2], base)
    one, other = evaluator.value(parts[1], base), evaluator.value(parts[2], base)
    if one is None and other is None:
        return None
    if one is not None and other is not None and one.unknown is None and _alike(one, other):
        return one._replace(span=span, origins=())
    why = f"it depends on the condition {name}, which is not known"
    missing = any(
        branch is None or branch.literal is None or (branch.unknown is not None and branch.unknown.may_be_missing)
        for branch in (one, other)
    )
    agreed = one.refers_to if one is not None and other is not None and one.refers_to == other.refers_to else None
    hidden = any(branch is not None and branch.sensitive for branch in (one, other))
    return evaluator.unknown(why, span, missing, refers_to=agreed, sensitive=hidden)


def _alike(one: Value, other: Value) -> bool:
    """Tell whether two values are the same, wherever they stand."""
    if one.is_list and other.is_list:
        return len(one.literal) == len(other.literal) and all(map(_alike, one.literal, other.literal))
    if one.is_map and other.is_map:
        mine, yours = one.literal, other.literal
        return mine.keys() == yours.keys() and all(_alike(mine[name], yours[name]) for name in mine)
    if one.is_list or other.is_list or one.is_map or other.is_map or one.unknown is not None:
        return False
    return other.unknown is None and text_of(one) == text_of(other)
