"""Types of values, and the one type that several have in common; never converts a value.

A type is "string", "number", "bool", "any" (of what is unknown, and of a plain null), ("list", T), ("set", T),
("map", T), ("tuple", (T, …)) or ("object", ((name, T), …)) with the names in order. Facts: the rules of unification
and conversion of github.com/zclconf/go-cty (docs/convert.md), and what `terraform console` accepts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeAlias, cast

from gatepost.languages.terraform.conversions import NotComputed
from gatepost.model.values import Value

Type: TypeAlias = Any
MOST_TYPES = 50
ANY = "any"
STRING, NUMBER, BOOL = "string", "number", "bool"
_SCALARS = frozenset((STRING, NUMBER, BOOL))
_COLLECTIONS = ("list", "set", "map")
_WORDS = {"string": "text", "number": "a number", "bool": "true or false", "any": "a value", "object": "an object"}


def type_of(value: Value) -> Type:
    """Return the type of a value."""
    known = value.type
    if known is not None:
        return known
    literal = value.literal
    kind = literal.__class__
    if kind is str:
        return STRING
    if kind is bool:
        return BOOL
    if kind is int or kind is float or isinstance(literal, (int, float)):
        return NUMBER
    if value.open:
        return ANY
    if kind is tuple:
        return ("tuple", tuple([type_of(inner) for inner in cast("tuple[Value, ...]", literal)]))
    if kind is dict:
        entries = cast("dict[str, Value]", literal)
        return ("object", tuple([(key, type_of(entries[key])) for key in sorted(entries)]))
    return ANY


def kind_of_type(type: Type) -> str:
    """Return the first word of a type."""
    return type if isinstance(type, str) else type[0]


def words(type: Type) -> str:
    """Return a type in words, for messages."""
    kind = kind_of_type(type)
    return _WORDS.get(kind, f"a {kind}")


@cache
def parsed(spelling: str) -> Type:
    """Return the type that is spelt as in "list(map(string))"."""
    outer, bracket, inner = spelling.partition("(")
    return (outer, parsed(inner.removesuffix(")"))) if bracket else outer


def has_any(type: Type) -> bool:
    """Tell whether a part of a type is not known."""
    if isinstance(type, str):
        return type == ANY
    inner = type[1]
    if type[0] == "tuple":
        return any(has_any(one) for one in inner)
    if type[0] == "object":
        return any(has_any(one) for _, one in inner)
    return has_any(inner)


def convertible(have: Type, want: Type) -> bool:
    """Tell whether values of one type can be made into another, some of them at least."""
    if ANY in (want, have) or have == want:
        return True
    if isinstance(have, str) or isinstance(want, str):
        return have in _SCALARS and want in _SCALARS and STRING in (have, want)
    return _convertible_inside(have, want)


def _convertible_inside(have: Type, want: Type) -> bool:
    one, other = have[0], want[0]
    if other in ("list", "set"):
        if one == "tuple":
            return _all_into(have[1], want[1])
        return one in ("list", "set") and convertible(have[1], want[1])
    if other == "map":
        if one == "object":
            return _all_into([type for _, type in have[1]], want[1])
        return one == "map" and convertible(have[1], want[1])
    if other == "tuple":
        return one == "tuple" and len(have[1]) == len(want[1]) and all(map(convertible, have[1], want[1]))
    if one == "map":
        return all(convertible(have[1], type) for _, type in want[1])
    attributes = dict(have[1]) if one == "object" else {}
    return one == "object" and all(name in attributes and convertible(attributes[name], t) for name, t in want[1])


def _all_into(types: Sequence[Type], element: Type) -> bool:
    if element == ANY:
        return not types or unified(types) not in (None, ANY) or all(type == ANY for type in types)
    return all(convertible(type, element) for type in types)


def unified(types: Iterable[Type]) -> Type | None:
    """Return the type that values of all these types can be made into, None when there is none."""
    distinct = list(dict.fromkeys(types))
    if len(distinct) == 1:
        return distinct[0]
    if not distinct:
        return None
    kinds = [kind_of_type(type) for type in distinct]
    found = set(kinds)
    rest = found - {ANY}
    if len(rest) == 1 and rest <= {"map", "list", "set", "object", "tuple"}:
        if ANY in found:
            return ANY
        kind = rest.pop()
        if kind in _COLLECTIONS:
            inner = unified([type[1] for type in distinct])
            return None if inner is None else (kind, inner)
        return _unified_objects(distinct) if kind == "object" else _unified_tuples(distinct)
    if rest == {"map", "object"}:
        made = _as_collection("map", distinct, kinds, "object")
        if made is not None:
            return made
    if rest == {"list", "tuple"}:
        made = _as_collection("list", distinct, kinds, "tuple")
        if made is not None:
            return made
    if {"object", "tuple"} <= found:
        return None
    return _preferred(distinct)


def _as_collection(kind: str, types: list[Type], kinds: list[str], structural: str) -> Type | None:
    loose = [type for type, one in zip(types, kinds, strict=True) if one == structural]
    made = _all_elements(kind, loose)
    return None if made is None else unified([type for type in types if type not in loose] + [made])


def _all_elements(kind: str, types: list[Type]) -> Type | None:
    inner = [one for type in types for one in (type[1] if kind == "list" else [t for _, t in type[1]])]
    element = unified(inner)
    made = (kind, element)
    return made if element is not None and all(convertible(type, made) for type in types) else None


def _unified_objects(types: list[Type]) -> Type | None:
    names = [tuple([name for name, _ in type[1]]) for type in types]
    if len(set(names)) > 1:
        return _all_elements("map", types)
    made: list[tuple[str, Type]] = []
    for at, name in enumerate(names[0]):
        inner = unified([type[1][at][1] for type in types])
        if inner is None:
            return None
        made.append((name, inner))
    return ("object", tuple(made))


def _unified_tuples(types: list[Type]) -> Type | None:
    if len({len(type[1]) for type in types}) > 1:
        return _all_elements("list", types)
    made = [unified(across) for across in zip(*[type[1] for type in types], strict=True)]
    return None if None in made else ("tuple", tuple(made))


def _preferred(types: list[Type]) -> Type | None:
    for want in _sorted(types):
        if all(convertible(type, want) for type in types):
            return want
    return None


def _sorted(types: list[Type]) -> list[Type]:
    """Order types so that what others can be made into comes first."""
    if len(types) > MOST_TYPES:
        raise NotComputed("a collection of so many types")
    waiting, found = list(types), list[Type]()
    while waiting:
        best = next((a for a in waiting if not any(_compared(b, a) < 0 for b in waiting if b is not a)), waiting[0])
        waiting.remove(best)
        found.append(best)
    return found


def _compared(one: Type, other: Type) -> int:
    """Return a number below 0 when the first type is the more general one, above 0 when the second is."""
    if ANY in (one, other):
        return 0 if one == other else 1 if one == ANY else -1
    if isinstance(one, str) or isinstance(other, str):
        if isinstance(one, str) and isinstance(other, str):
            return (one != STRING) - (other != STRING) if STRING in (one, other) else 0
        return 0
    kinds = one[0], other[0]
    if kinds[0] == kinds[1]:
        if kinds[0] in _COLLECTIONS:
            return _compared(one[1], other[1])
        return _compared_inside(one, other)
    if kinds in (("list", "tuple"), ("map", "object"), ("list", "set"), ("tuple", "set")):
        return -1
    return 1 if kinds[::-1] in (("list", "tuple"), ("map", "object"), ("list", "set"), ("tuple", "set")) else 0


def _compared_inside(one: Type, other: Type) -> int:
    mine, theirs = one[1], other[1]
    if len(mine) != len(theirs):
        return 0
    if one[0] == "object":
        if [name for name, _ in mine] != [name for name, _ in theirs]:
            return 0
        mine, theirs = [type for _, type in mine], [type for _, type in theirs]
    signs = {_compared(a, b) for a, b in zip(mine, theirs, strict=True)} - {0}
    return signs.pop() if len(signs) == 1 else 0
