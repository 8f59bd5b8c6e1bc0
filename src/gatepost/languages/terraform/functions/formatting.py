"""Terraform's format and formatlist: known text stays known around arguments that are not; never a verb of Go's alone.

Facts: https://developer.hashicorp.com/terraform/language/functions/format, and how Go writes big.Int and big.Float.
"""

from __future__ import annotations

import re
from typing import cast

from gatepost.languages.terraform.conversions import (
    LARGEST_TEXT,
    Fails,
    NotComputed,
    first_unknown,
    number_of_scalar,
    text_of_scalar,
    truth_of_scalar,
    why_not,
)
from gatepost.languages.terraform.evaluate_templates import Pieces
from gatepost.languages.terraform.exact_numbers import TooLarge
from gatepost.languages.terraform.functions.calling import hidden
from gatepost.languages.terraform.functions.encoding import json_text
from gatepost.languages.terraform.functions.format_numbers import float_text, integer_text
from gatepost.languages.terraform.functions.text_lengths import characters, clusters
from gatepost.model.regexes import regex
from gatepost.model.values import Unknown, Value

MOST_WIDTH = 100_000
MOST_PLACES = 500


_VERBS = regex(
    r"%(?:(?P<percent>%)|(?P<flags>[-+0 #]*+)(?P<width>\d*+)(?:(?P<point>\.)(?P<precision>\d*+))?"
    r"(?:\[(?P<index>\d++)\])?(?P<verb>[A-Za-z]))?"
)


class _Layout:
    """The flags, width and precision of one verb."""

    __slots__ = ("flags", "precision", "raw", "verb", "width")

    def __init__(self, match: re.Match[str]) -> None:
        self.raw = match[0]
        self.flags = match["flags"]
        self.verb = match["verb"]
        self.width = _limited(match["width"])
        self.precision = None if match["point"] is None else _limited(match["precision"])


def _limited(digits: str) -> int:
    if len(digits) > 6 or int(digits or 0) > MOST_WIDTH:
        raise NotComputed("a format of this width")
    return int(digits or 0)


def format_values(pattern: Value, *arguments: Value) -> Value:
    """Return the text that `format` makes."""
    if pattern.unknown is not None:
        return Value(Unknown(pattern.unknown.why, False))
    written = text_of_scalar(pattern.literal)
    pieces = Pieces()
    pieces.used.append(pattern)
    position = following = highest = 0
    for match in _VERBS.finditer(written):
        pieces.text(written[position : match.start()])
        position = match.end()
        if match["percent"]:
            pieces.text("%")
            continue
        if match["verb"] is None:
            raise Fails("a % in the format is followed by no verb")
        following = int(match["index"]) if match["index"] is not None and len(match["index"]) < 6 else following + 1
        if not 1 <= following <= len(arguments):
            raise Fails("the format asks for more arguments than are given")
        highest = max(highest, following)
        _add(pieces, _Layout(match), arguments[following - 1])
    pieces.text(written[position:])
    if highest < len(arguments):
        raise Fails("more arguments are given than the format asks for")
    return pieces.value()


def _add(pieces: Pieces, layout: _Layout, argument: Value) -> None:
    unknown = first_unknown(argument)
    pieces.used.append(argument)
    pieces.sensitive = pieces.sensitive or argument.sensitive
    if layout.verb not in "vtbdoxXeEfgGsq":
        raise Fails(f"there is no verb %{layout.verb}")
    if unknown is not None:
        if argument.unknown is not None and not layout.width and layout.precision is None and layout.verb in "sv":
            pieces.add(argument)
        else:
            pieces.hole(why_not(unknown))
        return
    pieces.text(_one(layout, argument))


def _one(layout: _Layout, argument: Value) -> str:
    """Return the text of one verb; raises NotComputed for numbers of a size that nobody writes."""
    try:
        return _laid_out(layout, argument)
    except TooLarge:
        raise NotComputed("the text of so small a number") from None


def _laid_out(layout: _Layout, argument: Value) -> str:
    verb, literal = layout.verb, argument.literal
    if literal is None and argument.type is None:
        raise NotComputed("a null of no type as text")
    if verb == "v":
        return _padded(layout, _as_is(layout, argument))
    if literal is None:
        raise Fails(f"null is given for {layout.raw}")
    if verb == "t":
        return "true" if truth_of_scalar(literal) else "false"
    if verb in "sq":
        text = text_of_scalar(literal)
        if layout.precision:
            text = "".join(clusters(text)[: layout.precision])
        return _padded(layout, json_text(Value(text)) if verb == "q" else text)
    number = number_of_scalar(literal)
    if verb in "bdoxX":
        number = number or 0
        if not isinstance(number, int):
            raise Fails(f"a whole number is needed for {layout.raw}")
        return integer_text(int(number), verb, layout.flags, layout.width, layout.precision)
    if (layout.precision or 0) > MOST_PLACES:
        raise NotComputed("a number with that many digits")
    return float_text(number, verb, layout.flags, layout.width, layout.precision)


def _as_is(layout: _Layout, argument: Value) -> str:
    literal = argument.literal
    if "#" not in layout.flags:
        if isinstance(literal, str):
            return literal
        if isinstance(literal, (int, float)) and not isinstance(literal, bool):
            return float_text(literal, "g", "", 0, None)
    return json_text(argument)


def _padded(layout: _Layout, text: str) -> str:
    if not layout.width:
        return text
    missing = layout.width - characters(text)
    if missing <= 0:
        return text
    filling = ("0" if "0" in layout.flags else " ") * missing
    return text + filling if "-" in layout.flags else filling + text


def formatlist(pattern: Value, *arguments: Value) -> Value:
    """Return the list that `formatlist` makes: lists are gone through together, other arguments stay."""
    if any(argument.literal is None and argument.type is None for argument in arguments):
        raise NotComputed("a null of no type as text")
    lists = [argument for argument in arguments if argument.is_list]
    outer = hidden(*[argument for argument in arguments if argument.unknown is not None or argument.open])
    if outer is not None or pattern.unknown is not None:
        return outer or Value(Unknown("the format is not known", False))
    lengths = {len(cast("tuple[Value, ...]", value.literal)) for value in lists}
    if len(lengths) > 1:
        raise Fails("the lists are of different length")
    count = lengths.pop() if lengths else 1
    if count * len(text_of_scalar(pattern.literal)) > LARGEST_TEXT:
        raise NotComputed("so many texts")
    rows = [[value.literal[at] if value.is_list else value for value in arguments] for at in range(count)]
    return Value(tuple(format_values(pattern, *row) for row in rows), type=("list", "string"))
