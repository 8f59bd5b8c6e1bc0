"""Evaluates expressions into values with places, origins and honest unknowns; never decides what a value means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import (
    Fails,
    NotComputed,
    derived_origins,
    first_unknown,
    normal,
    same,
    text_of_scalar,
    truth_of_scalar,
)
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.steps import rebase, walk, weight
from gatepost.model.values import Unknown, Value, unknown, value_at

DEEPEST = 240
_KEYWORDS: dict[str, bool | None] = {"null": None, "true": True, "false": False}
_INFINITE = (float("inf"), float("-inf"))


def evaluate(node: nodes.Node, frame: Frame) -> Value:
    """Return the value of an expression; raises Fails where Terraform would refuse it."""
    if isinstance(node, nodes.Literal):
        literal = node.value
        if isinstance(literal, str):
            if not literal.isascii():
                literal = normal(literal)
        elif literal in _INFINITE:
            return unknown("a number of this size is not worked out", frame.span(node), may_be_missing=False)
        return value_at(literal, frame.span(node), frame.notation)
    handler = _HANDLERS.get(node.__class__)
    if handler is None:
        return unknown("the expression could not be read", frame.span(node))
    state = frame.scope.state
    if state.depth >= DEEPEST:
        return unknown("the expression is nested too deeply", frame.span(node))
    state.depth += 1
    try:
        return handler(node, frame)
    except NotComputed as missing:
        return unknown(f"{missing} is not worked out", frame.span(node))
    finally:
        state.depth -= 1


def settle(node: nodes.Node, frame: Frame) -> Value:
    """Return the value of a whole attribute; what Terraform would refuse is unknown here."""
    try:
        return evaluate(node, frame)
    except Fails as failure:
        return unknown(str(failure), frame.span(node))


def _reference(node: nodes.Reference, frame: Frame) -> Value:
    root = node.root
    named = frame.names.get(root)
    if named is not None:
        value = walk(named, node.steps, frame, evaluate)
        if type(value.literal) in (tuple, dict):
            state = frame.scope.state
            state.spend(weight(value, state.left))
        return rebase(value, frame.span(node), frame.notation)
    if root in _KEYWORDS:
        return walk(Value(_KEYWORDS[root], frame.span(node)), node.steps, frame, evaluate)
    if frame.source.kind == "template":
        raise Fails(f"the template is given no {root}")
    return frame.scope.resolve(node, node.steps, frame, evaluate)


def _access(node: nodes.Access, frame: Frame) -> Value:
    source, steps = node.source, node.steps
    if type(source) is nodes.Reference and source.root not in frame.names and frame.source.kind != "template":
        whole = nodes.Reference(source.start, node.end, source.text)
        return frame.scope.resolve(whole, [*source.steps, *steps], frame, evaluate)
    inner = evaluate(source, frame)
    return rebase(walk(inner, steps, frame, evaluate), frame.span(node), frame.notation)


def _parentheses(node: nodes.Parentheses, frame: Frame) -> Value:
    return evaluate(node.inner, frame)


def _list(node: nodes.ListExpression, frame: Frame) -> Value:
    items = tuple([evaluate(item, frame) for item in node.items])
    return value_at(items, frame.span(node), frame.notation)


def _object(node: nodes.ObjectExpression, frame: Frame) -> Value:
    entries: dict[str, Value] = {}
    hidden: Value | None = None
    secret = False
    for key_node, value_node in node.items:
        value = evaluate(value_node, frame)
        if type(key_node) is nodes.Literal and key_node.value is not None:
            name = text_of_scalar(key_node.value)
            entries[name if name.isascii() else normal(name)] = value
            continue
        key = evaluate(key_node, frame)
        secret = secret or key.sensitive
        if key.unknown:
            hidden = key
        else:
            entries[text_of_scalar(key.literal)] = value
    return Value(entries, frame.span(node), (), hidden is not None, None, secret, frame.notation)


def _conditional(node: nodes.Conditional, frame: Frame) -> Value:
    condition = evaluate(node.condition, frame)
    if condition.unknown is None:
        chosen = truth_of_scalar(condition.literal)
        value = evaluate(node.if_true if chosen else node.if_false, frame)
        value = _as_both_sides(value, node.if_false if chosen else node.if_true, frame)
        return value._replace(sensitive=True) if condition.sensitive else value
    sides = [_side(node.if_true, frame), _side(node.if_false, frame)]
    return _either(condition, sides, frame.span(node))


def _side(node: nodes.Node, frame: Frame) -> Value:
    try:
        return evaluate(node, frame)
    except Fails as failure:
        if type(node) is nodes.ListExpression:
            return Value(tuple([_side(item, frame) for item in node.items]), frame.span(node))
        if type(node) is nodes.ObjectExpression and all(type(key) is nodes.Literal for key, _ in node.items):
            entries = {str(getattr(key, "value", "")): _side(inner, frame) for key, inner in node.items}
            return Value(entries, frame.span(node))
        return unknown(str(failure), frame.span(node), type=_type_all_the_same(node) or "any")


def _type_all_the_same(node: nodes.Node) -> str | None:
    """The type that an expression has for Terraform though it cannot be evaluated."""
    if isinstance(node, nodes.Parentheses):
        return _type_all_the_same(node.inner)
    if isinstance(node, nodes.Template):
        return None if len(node.parts) == 1 and isinstance(node.parts[0], nodes.Interpolation) else "string"
    if isinstance(node, (nodes.Binary, nodes.Unary)):
        return "number" if node.operator in "+-*/%" else "bool"
    return None


def _as_both_sides(value: Value, other: nodes.Node, frame: Frame) -> Value:
    """Terraform gives both sides one type: a number beside a text becomes text."""
    literal = value.literal
    if type(other) is nodes.Literal and value.type is None:
        kind = literal.__class__
        if kind is other.value.__class__ or other.value is None:
            return value
    beside = _side(other, frame)
    if beside.sensitive and not value.sensitive:
        value = value._replace(sensitive=True)
    if literal.__class__ is str and beside.literal.__class__ is str:
        return value
    return alike(value, beside)


def alike(value: Value, beside: Value) -> Value:
    """Return a value converted to the type that it has in common with another; raises Fails where there is none."""
    from gatepost.languages.terraform.converting import converted
    from gatepost.languages.terraform.value_types import ANY, convertible, has_any, type_of, unified

    if (value.literal is None and value.type is None) or (beside.literal is None and beside.type is None):
        return converted(value, type_of(beside)) if value.literal is None else value
    have, other = type_of(value), type_of(beside)
    common = unified((have, other))
    if common is None or (common not in (have, ANY) and not convertible(have, common)):
        if _is_unsure(value) or _is_unsure(beside):
            return value
        if has_any(have) or has_any(other):
            raise NotComputed("a conditional with nulls of no type")
        raise Fails("the two sides of a conditional have no type in common")
    if common in (have, ANY):
        return value
    try:
        return converted(value, common)
    except Fails:
        if has_any(common):
            raise NotComputed("a conditional with nulls of no type") from None
        raise


def _is_unsure(value: Value) -> bool:
    """Whether a part of a value may have any type: what the provider or somebody else gives."""
    hidden = first_unknown(value)
    return hidden is not None and hidden.type is None


def _is_nothing(value: Value) -> bool:
    literal = value.literal
    return literal is None or (literal in ("", (), {}) and not value.open)


def _either(condition: Value, sides: list[Value], span: Any) -> Value:
    """One of two values, and it is not known which."""
    one, other = sides
    if same(one, other):
        return one._replace(span=span)
    cause = cast(Unknown, condition.literal)
    maybe = any(_is_nothing(side) or (side.unknown is not None and side.unknown.may_be_missing) for side in sides)
    named = {side.refers_to for side in sides if not _is_nothing(side)}
    lists = [side for side in sides if type(side.literal) is tuple]
    if len(lists) == 2 and (not one.literal or not other.literal):
        longer = one if one.literal else other
        return unknown(
            cause.why,
            span,
            may_be_missing=True,
            refers_to=longer.refers_to,
            origins=derived_origins([condition, longer]),
        )
    return unknown(
        cause.why,
        span,
        may_be_missing=maybe,
        refers_to=named.pop() if len(named) == 1 else None,
        origins=derived_origins(sides),
        sensitive=one.sensitive or other.sensitive,
    )


def _for(node: nodes.ForExpression, frame: Frame) -> Value:
    from gatepost.languages.terraform.evaluate_for import evaluate_for

    return evaluate_for(node, frame, evaluate)


def _call(node: nodes.Call, frame: Frame) -> Value:
    from gatepost.languages.terraform.evaluate_calls import evaluate_call

    return evaluate_call(node, frame, evaluate)


def _template(node: nodes.Template, frame: Frame) -> Value:
    from gatepost.languages.terraform.evaluate_templates import evaluate_template

    return evaluate_template(node, frame, evaluate)


def _operator(node: nodes.Binary | nodes.Unary, frame: Frame) -> Value:
    from gatepost.languages.terraform.evaluate_operators import evaluate_operator

    return evaluate_operator(node, frame, evaluate)


_HANDLERS: dict[type, Callable[[Any, Frame], Value]] = {
    nodes.Reference: _reference,
    nodes.Access: _access,
    nodes.Parentheses: _parentheses,
    nodes.ListExpression: _list,
    nodes.ObjectExpression: _object,
    nodes.Conditional: _conditional,
    nodes.ForExpression: _for,
    nodes.Call: _call,
    nodes.Template: _template,
    nodes.Binary: _operator,
    nodes.Unary: _operator,
}
