"""`includes`, `covers` and `within`: sets of ports, networks and patterns, lists and maps; never single values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gatepost.conditions import globs
from gatepost.conditions.outcome import Answer, Entry, Trace
from gatepost.conditions.scalars import is_missing, scalar_text
from gatepost.conditions.sets import NetworkSet, PatternSet, PortSet
from gatepost.model.values import Value

_SETS: dict[str, type[PortSet] | type[NetworkSet] | type[PatternSet]] = {
    "ports": PortSet,
    "networks": NetworkSet,
    "patterns": PatternSet,
}
_MOST_PLACED = 100
_SET_TYPES = {PortSet: "ports", NetworkSet: "networks", PatternSet: "patterns"}


class Members:
    """The operand: members as text, and as each kind of set once that is asked for."""

    __slots__ = ("_sets", "texts", "whole")

    def __init__(self, plain: Any, kind: str) -> None:
        self._sets: dict[str, Any] = {}
        self.whole: Any = None
        if type(plain) in _SET_TYPES:
            self.whole = plain
            self.texts: tuple[str, ...] = ()
            return
        members: list[Any] = cast("list[Any]", plain) if isinstance(plain, list) else [plain]
        sets = [member for member in members if type(member) in _SET_TYPES]
        if sets:
            self.whole = sets[0].union(*sets[1:])
        texts = [scalar_text(member) for member in members if type(member) not in _SET_TYPES]
        if None in texts:
            raise ValueError("a member or a list of members is needed here")
        self.texts = cast("tuple[str, ...]", tuple(texts))
        if kind in _SETS:
            self.as_set(kind)

    def as_set(self, kind: str) -> Any:
        """Return the operand as a set; ValueError where a member is none."""
        found = self._sets.get(kind)
        if found is None:
            parse = _SETS[kind].parse
            parsed: list[Any] = [parse(text) for text in self.texts]
            if self.whole is not None:
                if _SET_TYPES[type(self.whole)] != kind:
                    raise ValueError("sets of different sorts")
                parsed.append(self.whole)
            if not parsed:
                parsed.append(_SETS[kind](()))
            found = parsed[0] if len(parsed) == 1 else parsed[0].union(*parsed[1:])
            self._sets[kind] = found
        return found


def decide(operator: str, value: Value | None, members: Members, name: str, element: Value | None) -> Answer:
    """Answer one of the three operators; the members of a list that are not known are named one by one."""
    if value is None or is_missing(value):
        return False, ((name, value, element),)
    literal: Any = value.literal
    if value.unknown is not None:
        return None, ((name, value, element),)
    kind = _SET_TYPES.get(cast("Any", type(literal)))
    if kind is not None:
        return _decide_set(operator, value, kind, members, name, element)
    if operator == "within":
        return _list_within(value, members, name, element)
    return _list_has(value, members, name, element)


def _decide_set(operator: str, value: Value, kind: str, members: Members, name: str, element: Value | None) -> Answer:
    literal: Any = value.literal
    try:
        operand = members.as_set(kind)
    except ValueError:
        return False, ((name, value, element),)
    if operator == "within":
        truth: bool | None = literal.within(operand)
        truth = None if truth and value.open else truth
        culprit = _first_part(literal, operator, operand) if truth is False else None
    else:
        truth = literal.covers(operand)
        truth = None if truth is False and value.open else truth
        culprit = _first_part(literal, operator, operand) if truth else None
    return truth, ((name, value, culprit or element),)


def _first_part(literal: Any, operator: str, operand: Any) -> Value | None:
    """Return the member as it is written that alone makes the answer, when there are several."""
    parts: tuple[tuple[Any, Value], ...] = literal.parts
    if len(parts) < 2:
        return None
    for part, value in parts:
        if (part.within(operand) is False) if operator == "within" else part.covers(operand):
            return value
    return None


def _elements(value: Value) -> tuple[Value, ...]:
    literal: Any = value.literal
    if value.is_list:
        return cast("tuple[Value, ...]", literal)
    if value.is_map and not hasattr(literal, "covers"):
        return tuple(Value(key, value.span) for key in cast("Mapping[str, Any]", literal))
    return (value,)


def _list_has(value: Value, members: Members, name: str, element: Value | None) -> Answer:
    elements = _elements(value)
    unknowns: list[Entry] = []
    deciding: list[Entry] = []
    candidates: list[list[int]] = []  # for each member in doubt, the elements (by identity) that may be it
    for wanted in members.texts:
        doubtful: list[Entry] = []
        found = False
        for one in elements:
            answer = _is(one, wanted)
            if answer:
                deciding.append((name, value, one if value.is_list else element))
                found = True
                break
            if answer is None:
                doubtful.append((name, one, element))
        if found:
            continue
        candidates.append([id(asked) for _, asked, _ in doubtful])
        if value.open:
            doubtful.append((name, value, element))
        if not doubtful:
            return False, ((name, value, element),)
        unknowns.extend(doubtful)
    if not value.open and not _all_can_be(candidates):
        return False, ((name, value, element),)
    if unknowns:
        return None, once(unknowns)
    return True, tuple(deciding) or ((name, value, element),)


def _all_can_be(candidates: list[list[int]]) -> bool:
    """Whether each member in doubt can be an element of its own: one that is not known can be only one of them."""
    taken: dict[int, int] = {}

    def place(member: int, tried: set[int]) -> bool:
        for one in candidates[member]:
            if one not in tried:
                tried.add(one)
                if one not in taken or place(taken[one], tried):
                    taken[one] = member
                    return True
        return False

    return len(candidates) < 2 or len(candidates) > _MOST_PLACED or all(place(n, set()) for n in range(len(candidates)))


def once(asked: list[Entry]) -> Trace:
    """Return the entries without repetition (by the value's identity)."""
    seen: set[tuple[str, int]] = set()
    kept: list[Entry] = []
    for one in asked:
        key = (one[0], id(one[1]))
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return tuple(kept)


def _is(one: Value, wanted: str) -> bool | None:
    text = scalar_text(one.literal)
    if text is not None:
        return text == wanted
    unknown = one.unknown
    if unknown is not None:
        return None if globs.decide_pieces(globs.literal(wanted), unknown.pieces or (None,)) is not False else False
    # An element may say itself what it stands for: the principal "*" is everybody.
    covers: Any = getattr(one.literal, "covers", None)
    return covers(wanted) if covers is not None else False


def _list_within(value: Value, members: Members, name: str, element: Value | None) -> Answer:
    unknowns: list[Entry] = []
    for one in _elements(value):
        answers = [_is(one, wanted) for wanted in members.texts]
        if True in answers:
            continue
        if None not in answers:
            return False, ((name, value, one if value.is_list else element),)
        unknowns.append((name, one, element))
    if value.open:
        unknowns.append((name, value, element))
    if unknowns:
        return None, once(unknowns)
    return True, ((name, value, element),)
