"""Terraform's format and formatlist: known text stays known around arguments that are not; never Go's whole fmt."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from gatepost.languages.terraform.conversions import (
    Fails,
    NotComputed,
    first_unknown,
    number_of_scalar,
    text_of_scalar,
    truth_of_scalar,
    why_not,
)
from gatepost.languages.terraform.evaluate_templates import Pieces
from gatepost.languages.terraform.functions.calling import hidden
from gatepost.languages.terraform.functions.encoding import json_text
from gatepost.model.values import Unknown, Value


@cache
def _verbs() -> re.Pattern[str]:
    return re.compile(r"%(?P<flags>[-+0 #]*)(?P<width>\d{0,3})(?:\.(?P<precision>\d{0,2}))?(?P<verb>.)|%", re.DOTALL)


def format_values(pattern: Value, *arguments: Value) -> Value:
    """Return the text that `format` makes."""
    if pattern.unknown is not None:
        return Value(Unknown(pattern.unknown.why, False))
    written = text_of_scalar(pattern.literal)
    pieces = Pieces()
    pieces.used.append(pattern)
    position = used = 0
    for match in _verbs().finditer(written):
        pieces.text(written[position : match.start()])
        position = match.end()
        verb = match["verb"]
        if verb == "%":
            pieces.text("%")
            continue
        if verb is None or verb not in "svdtqfxXob" or "#" in match["flags"]:
            raise NotComputed(f"the format {match[0]}")
        if used >= len(arguments):
            raise Fails("format has fewer arguments than its text asks for")
        _add(pieces, match, arguments[used])
        used += 1
    pieces.text(written[position:])
    if used != len(arguments):
        raise Fails("format has more arguments than its text asks for")
    return pieces.value()


def _add(pieces: Pieces, match: re.Match[str], argument: Value) -> None:
    unknown = first_unknown(argument)
    if unknown is not None:
        if argument.unknown is not None and not match["width"] and match["verb"] in "sv":
            pieces.add(argument)
        else:
            pieces.hole(why_not(unknown))
            pieces.used.append(argument)
        return
    pieces.text(_padded(match, _one(match, argument)))
    pieces.used.append(argument)
    pieces.sensitive = pieces.sensitive or argument.sensitive


def _one(match: re.Match[str], argument: Value) -> str:
    verb, flags, precision = match["verb"], match["flags"], match["precision"]
    literal = argument.literal
    if literal is None:
        raise NotComputed(f"the format {match[0]} of null")
    if verb == "v" and (argument.is_list or argument.is_map):
        return json_text(argument)
    if precision is not None and verb != "f":
        raise NotComputed(f"the format {match[0]}")
    sign = "+" if "+" in flags else " " if " " in flags else ""
    if verb in ("s", "v"):
        if sign and verb == "v":
            raise NotComputed(f"the format {match[0]}")
        return text_of_scalar(literal)
    if verb == "t":
        return "true" if truth_of_scalar(literal) else "false"
    if verb == "q":
        plain = text_of_scalar(literal)
        if not (plain.isascii() and plain.isprintable()):
            raise NotComputed("the quotation of this text")
        return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if verb in "xX" and isinstance(literal, str):
        return literal.encode().hex() if verb == "x" else literal.encode().hex().upper()
    value = number_of_scalar(literal)
    if verb == "f":
        return f"{_exact(value):{sign}.{precision or 6}f}"
    if not isinstance(value, int):
        raise NotComputed("a whole number made of a broken one")
    return f"{value:{sign}{verb}}"


def _exact(value: int | float) -> object:
    from decimal import Decimal

    return Decimal(repr(value))


def _padded(match: re.Match[str], text: str) -> str:
    width = int(match["width"] or 0)
    if len(text) >= width:
        return text
    if not text.isascii():
        raise NotComputed("padding of text beyond ASCII")
    if "-" in match["flags"]:
        return text.ljust(width)
    if "0" in match["flags"]:
        return text.zfill(width) if match["verb"] in "dfxXob" else text.rjust(width, "0")
    return text.rjust(width)


def formatlist(pattern: Value, *arguments: Value) -> Value:
    """Return the list that `formatlist` makes: lists are gone through together, other arguments stay."""
    lists = [argument for argument in arguments if argument.is_list]
    outer = hidden(*[argument for argument in arguments if argument.unknown is not None or argument.open])
    if outer is not None or pattern.unknown is not None:
        return outer or Value(Unknown("the format is not known", False))
    lengths = {len(cast("tuple[Value, ...]", value.literal)) for value in lists}
    if len(lengths) > 1:
        raise Fails("formatlist has lists of different length")
    count = lengths.pop() if lengths else 1
    rows = [[value.literal[at] if value.is_list else value for value in arguments] for at in range(count)]
    return Value(tuple(format_values(pattern, *row) for row in rows))
