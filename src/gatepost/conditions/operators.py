"""The operators on one value: what each says of a value that is there; never attributes or elements.

Each is (prepare, decide): `prepare(plain, kind)` makes the operand ready and raises ValueError with a plain reason;
`decide(value, operand)` answers for a value that is not missing, None where that depends on what is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

from gatepost.conditions import expressions, globs
from gatepost.conditions.expressions import Expression
from gatepost.conditions.ordered import likely_sort, order_key, order_key_or_none
from gatepost.conditions.scalars import scalar_text
from gatepost.conditions.sorts import ORDERED
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value


class Operator(NamedTuple):
    """How an operator reads its operand and decides; `literal` escapes an attribute's text in its operand."""

    prepare: Callable[[Any, str], Any]
    decide: Callable[[Value, Any], bool | None]
    literal: Callable[[str], str] | None = None


class Between(NamedTuple):
    """A number known to lie between two others; `high` None: no upper end."""

    low: float
    high: float | None


class _Equal(NamedTuple):
    texts: frozenset[str]
    keys: tuple[Any, ...]
    kind: str


def prepare_equal(plain: Any, kind: str) -> _Equal:
    """Take one scalar."""
    return prepare_in([plain], kind)


def prepare_in(plain: Any, kind: str) -> _Equal:
    """Take a list of scalars (one alone counts as a list of it)."""
    members: list[Any] = cast("list[Any]", plain) if isinstance(plain, list) else [plain]
    texts: set[str] = set()
    keys: list[Any] = []
    for member in members:
        text = scalar_text(member)
        if text is None:
            raise ValueError("only text, numbers and truth values can be compared")
        if kind == "truth" and text not in ("true", "false"):
            raise ValueError(f"{text!r} is neither true nor false")
        texts.add(text)
        if kind in ORDERED:
            keys.append(order_key(kind, member))
    return _Equal(frozenset(texts), tuple(keys), kind)


def decide_equal(value: Value, operand: _Equal) -> bool | None:
    """Equal, as text, to one; in ordered sorts also by what the text stands for ("1.0" is the number 1)."""
    literal: Any = value.literal
    texts, keys, kind = operand
    text = literal if type(literal) is str else scalar_text(literal)
    if text is not None:
        if text in texts:
            return True
        if kind == "truth":
            return text.lower() in texts  # CloudFormation takes "True" as well
        return order_key_or_none(kind, literal) in keys if keys else False
    if type(literal) is Unknown:
        pieces = literal.pieces
        if not pieces or keys:
            return None
        return None if any(globs.decide_pieces(globs.literal(t), pieces) is not False for t in texts) else False
    if type(literal) is Between:
        inside = [k for k in keys if k >= literal.low and (literal.high is None or k <= literal.high)]
        return None if inside else False
    return False


def _texts(plain: Any) -> list[str]:
    members: list[Any] = cast("list[Any]", plain) if isinstance(plain, list) else [plain]
    found = [scalar_text(member) for member in members]
    if None in found:
        raise ValueError("a text is needed here, or a list of texts")
    return cast("list[str]", found)


def _prepare_like(plain: Any, _kind: str) -> Any:
    return [(globs.compile_glob(text), text) for text in _texts(plain)]


def _decide_like(value: Value, operand: Any) -> bool | None:
    text = scalar_text(value.literal)
    if text is not None:
        return any(matches(text) for matches, _ in operand)
    unknown = value.unknown
    if unknown is None:
        return False
    if not operand:
        return False
    return _of_unknown(unknown, _or(globs.decide_pieces(pattern, unknown.pieces or (None,)) for _, pattern in operand))


def _prepare_matches(plain: Any, _kind: str) -> list[Expression]:
    return [Expression(text) for text in _texts(plain)]


def _decide_matches(value: Value, operand: list[Expression]) -> bool | None:
    text = scalar_text(value.literal)
    if text is not None:
        for one in operand:  # noqa: SIM110  # a generator costs more than most looks
            if one.found_in(text):
                return True
        return False
    unknown = value.unknown
    if unknown is None or not operand:
        return False
    pieces = unknown.pieces or (None,)
    return _of_unknown(unknown, _or(expressions.decide_pieces(one.compiled, pieces) for one in operand))


def _of_unknown(unknown: Unknown, answer: bool | None) -> bool | None:
    """Return what pieces answer; what may be missing cannot hold for certain, but text around a hole is there."""
    return None if answer and unknown.may_be_missing and not any(unknown.pieces) else answer


def _or(answers: Any) -> bool | None:
    found: bool | None = False
    for answer in answers:
        if answer:
            return True
        if answer is None:
            found = None
    return found


def _prepare_order(plain: Any, kind: str) -> tuple[str, Any]:
    sort = kind if kind in ORDERED else likely_sort(plain)
    if not sort:
        raise ValueError("nothing that has an order: a number, version, date, duration, size or severity")
    return sort, order_key(sort, plain)


def _decide_at_least(value: Value, operand: tuple[str, Any]) -> bool | None:
    literal: Any = value.literal
    if type(literal) is Unknown:
        return None
    if type(literal) is Between:
        low, high = literal
        return True if low >= operand[1] else False if high is not None and high < operand[1] else None
    key = order_key_or_none(operand[0], literal)
    return key is not None and key >= operand[1]


def _decide_at_most(value: Value, operand: tuple[str, Any]) -> bool | None:
    literal: Any = value.literal
    if type(literal) is Unknown:
        return None
    if type(literal) is Between:
        low, high = literal
        return False if low > operand[1] else True if high is not None and high <= operand[1] else None
    key = order_key_or_none(operand[0], literal)
    return key is not None and key <= operand[1]


ORIGINS = ("code", "default", "input", "shown_input", "secret_store", "resource")


def _prepare_origin(plain: Any, _kind: str) -> frozenset[str]:
    words = _texts(plain)
    for word in words:
        if word not in ORIGINS:
            raise ValueError(f"{word!r} is no origin ({', '.join(ORIGINS)})")
    return frozenset(words)


def _decide_origin(value: Value, operand: frozenset[str]) -> bool:
    return value.origin in operand


EQUAL = "equal"  # a value alone; nobody writes its name
OPERATORS: dict[str, Operator] = {
    EQUAL: Operator(prepare_equal, decide_equal),
    "in": Operator(prepare_in, decide_equal),
    "like": Operator(_prepare_like, _decide_like, globs.literal),
    "matches": Operator(_prepare_matches, _decide_matches, re.escape),
    "at_least": Operator(_prepare_order, _decide_at_least),
    "at_most": Operator(_prepare_order, _decide_at_most),
    "origin": Operator(_prepare_origin, _decide_origin),
}
