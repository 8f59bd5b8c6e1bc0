"""How functions are declared: what their arguments have to be, and whether they take plain data; never a function.

A declaration reads like a call: "list(string), number, ...any?"; "..." is the parameter that may be repeated, "?" one
that may be null. Facts: `terraform metadata functions -json` of Terraform 1.11.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, cast

from gatepost.languages.terraform.conversions import Fails, NotComputed, first_unknown, plain, why_not, wrap
from gatepost.languages.terraform.converting import converted
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.value_types import Type, parsed
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value

LARGEST = 1_000_000


class Parameter(NamedTuple):
    """What one argument has to be."""

    type: Type
    may_be_null: bool


class Parameters(NamedTuple):
    """What the arguments of a function have to be; `rest` is for those that may be repeated."""

    fixed: tuple[Parameter, ...]
    rest: Parameter | None


@cache
def declared(text: str) -> Parameters:
    """Return the parameters of a declaration."""
    fixed: list[Parameter] = []
    rest: Parameter | None = None
    for word in filter(None, text.split(", ")):
        one = Parameter(parsed(word.strip(".?")), word.endswith("?"))
        if word.startswith("..."):
            rest = one
        else:
            fixed.append(one)
    return Parameters(tuple(fixed), rest)


def accepted(text: str, arguments: list[Value]) -> list[Value]:
    """Return the arguments as a function of that declaration gets them; raises Fails."""
    fixed, rest = declared(text)
    if len(arguments) < len(fixed) or (rest is None and len(arguments) > len(fixed)):
        raise Fails(f"{len(arguments)} arguments are given where {'at least ' if rest else ''}{len(fixed)} are needed")
    found: list[Value] = []
    for position, argument in enumerate(arguments):
        parameter = fixed[position] if position < len(fixed) else cast(Parameter, rest)
        if argument.literal is None and not parameter.may_be_null:
            raise Fails(f"argument {position + 1} is null")
        found.append(argument if parameter.type == "any" else converted(argument, parameter.type))
    return found


def hidden(*values: Value) -> Value | None:
    """Return the unknown that stands for a result when one of the values is not wholly known, else None."""
    for value in values:
        found = first_unknown(value)
        if found is not None:
            return Value(Unknown(why_not(found), False))
    return None


def on_plain(parameters: str, function: Callable[..., Any], returns: str = "any") -> Function:
    """Make a function of known arguments, given as plain data."""

    def called(arguments: list[Value], frame: Frame) -> Value:  # noqa: ARG001  every function takes it
        given = accepted(parameters, arguments)
        unknown = hidden(*given)
        if unknown is not None:
            return unknown if returns == "any" else unknown._replace(type=parsed(returns))
        made = wrap(function(*[plain(argument) for argument in given]))
        return made if returns == "any" else converted(made, parsed(returns))

    return called


def on_values(parameters: str, function: Callable[..., Value]) -> Function:
    """Make a function that takes the values themselves, known or not."""

    def called(arguments: list[Value], frame: Frame) -> Value:  # noqa: ARG001  every function takes it
        return function(*accepted(parameters, arguments))

    return called


def on_known(parameters: str, function: Callable[..., Value]) -> Function:
    """Make a function that takes the values themselves when all are known."""

    def called(arguments: list[Value], frame: Frame) -> Value:  # noqa: ARG001  every function takes it
        given = accepted(parameters, arguments)
        return hidden(*given) or function(*given)

    return called


def whole(number: int | float) -> int:
    """Return a number that has to be a whole one, of a size that Go's int has; raises Fails."""
    number = number or 0
    if not isinstance(number, int):
        raise Fails("a whole number is needed")
    if not -(2**63) <= number < 2**63:
        raise Fails("the number is too large")
    return int(number)


def small(number: int | float, most: int = LARGEST) -> int:
    """Return a whole number that says how much there will be; raises NotComputed where that is too much."""
    found = whole(number)
    if abs(found) > most:
        raise NotComputed("so large a result")
    return found
