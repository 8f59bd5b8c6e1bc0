"""How functions are written: on plain data, when every argument is known; never a function itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from gatepost.languages.terraform.conversions import (
    Fails,
    NotComputed,
    first_unknown,
    number_of_scalar,
    plain,
    text_of_scalar,
    truth_of_scalar,
    why_not,
    wrap,
)
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.functions import Function
from gatepost.model.values import Unknown, Value

LARGEST = 1_000_000


def hidden(*values: Value) -> Value | None:
    """Return the unknown that stands for a result when one of the values is not wholly known, else None."""
    for value in values:
        found = first_unknown(value)
        if found is not None:
            return Value(Unknown(why_not(found), False))
    return None


def on_plain(least: int, most: int | None, function: Callable[..., Any]) -> Function:
    """Make a function of known arguments, given as plain data, between `least` and `most` of them."""

    def called(arguments: list[Value], frame: Frame) -> Value:  # noqa: ARG001  every function takes it
        count(arguments, least, most)
        unknown = hidden(*arguments)
        if unknown is not None:
            return unknown
        return wrap(function(*[plain(argument) for argument in arguments]))

    return called


def on_texts(function: Callable[..., Any], count_of: int) -> Function:
    """Make a function of `count_of` known texts."""
    return on_plain(count_of, count_of, lambda *data: function(*[text_of_scalar(one) for one in data]))


def on_values(least: int, most: int | None, function: Callable[..., Value]) -> Function:
    """Make a function that takes the values themselves, known or not, between `least` and `most` of them."""

    def called(arguments: list[Value], frame: Frame) -> Value:  # noqa: ARG001  every function takes it
        count(arguments, least, most)
        return function(*arguments)

    return called


def count(arguments: list[Value], least: int, most: int | None) -> None:
    """Raise Fails when the number of arguments is not right."""
    if len(arguments) < least or (most is not None and len(arguments) > most):
        raise Fails("a function is called with the wrong number of arguments")


def text(data: Any) -> str:
    """Return an argument that has to be text."""
    return text_of_scalar(data)


def whole(data: Any) -> int:
    """Return an argument that has to be a whole number."""
    found = number_of_scalar(data)
    if not isinstance(found, int):
        raise NotComputed("a number that is not whole")
    return found


def number(data: Any) -> int | float:
    """Return an argument that has to be a number."""
    return number_of_scalar(data)


def truth(data: Any) -> bool:
    """Return an argument that has to be true or false."""
    return truth_of_scalar(data)


def as_list(data: Any) -> list[Any]:
    """Return an argument that has to be a list."""
    if not isinstance(data, list):
        raise Fails("something that is no list is used as one")
    return cast("list[Any]", data)


def texts(data: Any) -> list[str]:
    """Return an argument that has to be a list of text."""
    return [text_of_scalar(inner) for inner in as_list(data)]
