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
    holds_secrets,
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
    deep = node.operator in ("==", "!=")
    sensitive = any(holds_secrets(operand) if deep else operand.sensitive for operand in operands)
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
        return not truth_of_scalar(operand) if operator == "!" else _negated(number_of_scalar(operand))
    left, right = (number_of_scalar(operand.literal) for operand in operands)
    if operator in _COMPARED:
        return compare(operator, left, right)
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
        # Whoever gives a variable its value may give null.
        if cause is not None and not cause.may_be_missing and other.literal is None and not _is_given(one):
            return operator == "!="
    hidden = _first_hidden(operands)
    return Unknown(hidden.why if hidden is not None else "the values are only known in part", False)


def _is_given(value: Value) -> bool:
    return any(origin.kind in ("input", "shown_input") and origin.span is None for origin in value.origins)


def _logic(operator: str, operands: list[Value]) -> Any:
    decides = operator == "||"
    truths = [None if operand.unknown is not None else truth_of_scalar(operand.literal) for operand in operands]
    if decides in truths:
        return decides
    hidden = _first_hidden(operands)
    return Unknown(hidden.why, False) if hidden is not None else not decides


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator_module.lt,
    ">": operator_module.gt,
    "<=": operator_module.le,
    ">=": operator_module.ge,
}
_OVER_INFINITY = "an operation on infinity and zero, or on two infinities, has no result"


def compare(operator: str, left: int | float, right: int | float) -> bool:
    """Return how two numbers compare, exactly."""
    if type(left) is int and type(right) is int:
        return _COMPARED[operator](left, right)
    from gatepost.languages.terraform.exact_numbers import equal, less

    if equal(left, right):
        return operator in ("<=", ">=")
    return less(left, right) == operator.startswith("<")


def arithmetic(operator: str, left: int | float, right: int | float) -> int | float:
    """Return the exact result of an operation; raises Fails, and NotComputed for numbers that nobody writes."""
    if type(left) is int and type(right) is int and -(2**63) < left < 2**63 and -(2**63) < right < 2**63:
        if operator == "+":
            return left + right
        if operator == "-":
            return left - right
        if operator == "*" and left and right:
            return left * right
        if left and right and left % right == 0:
            return 0 if operator == "%" else left // right
    from gatepost.languages.terraform import exact_numbers

    if exact_numbers.is_infinite(left) or exact_numbers.is_infinite(right):
        return _infinite(operator, left, right)
    try:
        return exact_numbers.arithmetic(operator, left, right)
    except ZeroDivisionError:
        raise Fails("zero is divided by zero") from None
    except exact_numbers.TooLarge:
        raise NotComputed("a number of this size") from None


def _negated(number: int | float) -> int | float:
    """Terraform's zero has a sign."""
    if type(number) is int and number:
        return -number
    from gatepost.languages.terraform.exact_numbers import negated

    return negated(number)


def _infinite(operator: str, left: int | float, right: int | float) -> float:
    """What Go's big.Float makes of infinities."""
    signs = [number if abs(number) == float("inf") else (number > 0) - (number < 0) for number in (left, right)]
    one, other = float(signs[0]), float(signs[1])
    if operator == "%":
        if abs(one) != float("inf") or other == 0 or abs(other) == float("inf"):
            raise Fails(_OVER_INFINITY)
        return one
    if operator == "/":
        if abs(other) != float("inf"):
            return one * (-1 if other < 0 else 1)
        made = 0.0 if abs(one) != float("inf") else float("nan")
    else:
        made = one + other if operator == "+" else one - other if operator == "-" else one * other
    if made != made:
        raise Fails(_OVER_INFINITY)
    return made if made else 0
