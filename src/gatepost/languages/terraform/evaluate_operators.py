"""Evaluates arithmetic, comparison and logic as Terraform does, exactly or not at all; never parses."""

from __future__ import annotations

import operator as operator_module
from collections.abc import Callable
from typing import Any

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import (
    Fails,
    NotComputed,
    derived_origins,
    number,
    number_of_scalar,
    same,
    scalar_kind,
    truth_of_scalar,
)
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.steps import Evaluate
from gatepost.model.values import Unknown, Value


def evaluate_operator(node: nodes.Binary | nodes.Unary, frame: Frame, evaluate: Evaluate) -> Value:
    """Return the value of an operation."""
    if isinstance(node, nodes.Unary):
        operands = [evaluate(node.operand, frame)]
    else:
        operands = [evaluate(node.left, frame), evaluate(node.right, frame)]
    literal = _apply(node.operator, operands)
    sensitive = any(operand.sensitive for operand in operands)
    return Value(literal, frame.span(node), derived_origins(operands), sensitive=sensitive, notation=frame.notation)


def _apply(operator: str, operands: list[Value]) -> Any:
    if operator in ("&&", "||"):
        return _logic(operator, operands)
    if operator in ("==", "!="):
        equal = same(*operands)
        if equal is False and any(one.refers_to is not None for one in operands) and _other_kinds(operands):
            equal = None  # the provider may keep the attribute as another kind than it was written
        if equal is not None:
            return equal == (operator == "==")
        return _equal_by_presence(operator, operands)
    hidden = _first_hidden(operands)
    if hidden is not None:
        return Unknown(hidden.why, False)
    if len(operands) == 1:
        operand = operands[0].literal
        return not truth_of_scalar(operand) if operator == "!" else number(-number_of_scalar(operand))
    left, right = (number_of_scalar(operand.literal) for operand in operands)
    if operator in _COMPARED:
        return _COMPARED[operator](left, right)
    return arithmetic(operator, left, right)


def _other_kinds(operands: list[Value]) -> bool:
    kinds = {scalar_kind(operand.literal) for operand in operands}
    return len(kinds) > 1 and kinds <= {"string", "number", "bool"}


def _first_hidden(operands: list[Value]) -> Unknown | None:
    return next((operand.unknown for operand in operands if operand.unknown is not None), None)


def _equal_by_presence(operator: str, operands: list[Value]) -> Any:
    """Whether an unknown equals null is known when it is certainly there."""
    for one, other in (operands, reversed(operands)):
        cause = one.unknown
        if cause is not None and not cause.may_be_missing and other.literal is None:
            return operator == "!="
    hidden = _first_hidden(operands)
    return Unknown(hidden.why if hidden is not None else "the values are only known in part", False)


def _logic(operator: str, operands: list[Value]) -> Any:
    decides = operator == "||"
    hidden: Unknown | None = None
    for operand in operands:
        if operand.unknown is not None:
            hidden = hidden or operand.unknown
        elif truth_of_scalar(operand.literal) is decides:
            return decides
    return Unknown(hidden.why, False) if hidden is not None else not decides


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator_module.lt,
    ">": operator_module.gt,
    "<=": operator_module.le,
    ">=": operator_module.ge,
}


def arithmetic(operator: str, left: int | float, right: int | float) -> int | float:
    """Return the exact result of an operation; raises Fails for a division by zero and NotComputed when not exact."""
    if operator in ("/", "%") and right == 0:
        raise Fails("a number is divided by zero")
    if type(left) is int and type(right) is int and max(abs(left), abs(right)) < 2**200:
        if operator == "+":
            return left + right
        if operator == "-":
            return left - right
        if operator == "*":
            return left * right
        if operator == "%":
            rest = abs(left) % abs(right)
            return -rest if left < 0 else rest
        if left % right == 0:
            return left // right
    return _decimal(operator, left, right)


def _decimal(operator: str, left: int | float, right: int | float) -> int | float:
    """Numbers that binary fractions hold exactly are computed as such; others differ in Terraform's last digits."""
    from decimal import Context, Decimal, DecimalException, Inexact

    context = Context(prec=200, traps=[Inexact])
    one, other = Decimal(left), Decimal(right)
    if one != Decimal(repr(left)) or other != Decimal(repr(right)):
        raise NotComputed("a number that is not exact")
    try:
        if operator == "+":
            exact = context.add(one, other)
        elif operator == "-":
            exact = context.subtract(one, other)
        elif operator == "*":
            exact = context.multiply(one, other)
        elif operator == "/":
            exact = context.divide(one, other)
        else:
            exact = context.remainder(one, other)
        near = float(exact)
    except (DecimalException, OverflowError):
        raise NotComputed("a number that is not exact") from None
    if exact == exact.to_integral_value() and abs(exact) < 10**60:
        return int(exact)
    if Decimal(near) != exact or Decimal(repr(near)) != exact:
        raise NotComputed("a number that is not exact")
    return near
