"""Sorts of attributes and the schema of a subject; never a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from gatepost.model.records import NamedTuple


class Schema(Protocol):
    """The attributes a subject may be asked for."""

    def sort(self, attribute: str, /) -> Sort | None:
        """Return the sort of an attribute, None when there is no such attribute."""
        ...

    def names(self) -> Sequence[str]:
        """Return the names of the attributes, for "did you mean"."""
        ...


class Sort(NamedTuple):
    """What kind of thing an attribute is.

    `kind` is one of KINDS. `of` is the sort of the members of a list or map, or the schema of an element (also of the
    elements of a list, and of a map with fixed keys such as `image`).
    """

    kind: str
    of: Schema | Sort | None = None


SCALARS = frozenset({"truth", "text", "number", "version", "date", "days", "duration", "size", "severity"})
ORDERED = frozenset({"number", "version", "date", "days", "duration", "size", "severity"})
SETS = frozenset({"ports", "networks", "patterns", "set"})
KINDS = SCALARS | SETS | {"list", "map", "element", "secret", "any"}

ANY = Sort("any")
TRUTH = Sort("truth")
TEXT = Sort("text")
NUMBER = Sort("number")
TEXTS = Sort("list", TEXT)


class Attributes:
    """A schema from a mapping of names to sorts; with `free`, any other name has that sort."""

    __slots__ = ("free", "sorts")

    def __init__(self, sorts: Mapping[str, Sort], free: Sort | None = None) -> None:
        self.sorts = sorts
        self.free = free

    def sort(self, attribute: str, /) -> Sort | None:
        """Return the sort of an attribute, None when there is no such attribute."""
        return self.sorts.get(attribute, self.free)

    def names(self) -> Sequence[str]:
        """Return the names that are declared."""
        return tuple(self.sorts)


def sort_of(schema: Schema, name: str) -> Sort | None:
    """Return the sort of a dotted name, walking through maps, elements and lists; None when there is none.

    A number steps into a list, a word into a map or element, and `size` into networks. Below `any` all is `any`.
    """
    found = schema.sort(name)
    if found is not None:
        return found
    cut = name.rfind(".")
    while cut > 0:
        above = sort_of(schema, name[:cut]) if "." in name[:cut] else schema.sort(name[:cut])
        inside = below(above, name[cut + 1 :]) if above is not None else None
        if inside is not None:  # else a shorter name may be a map, and the rest a key with dots in it
            return inside
        cut = name.rfind(".", 0, cut)
    return None


def below(sort: Sort, name: str) -> Sort | None:
    """Return the sort of what is called `name` (dotted) inside something of a sort."""
    if sort.kind == "any":
        return sort
    if sort.kind == "networks":
        return NUMBER if name == "size" else None
    first, _, rest = name.partition(".")
    of = sort.of
    if sort.kind == "list":
        if not first.isdigit():
            return None
        inner = element_sort(sort)
        return below(inner, rest) if rest else inner
    if of is None:
        return ANY if sort.kind in ("map", "element") else None
    if isinstance(of, Sort):
        return of if sort.kind == "map" else None
    return sort_of(of, name)


def element_sort(sort: Sort) -> Sort:
    """Return the sort of the members of a list or map (`any` when it does not say)."""
    of = sort.of
    if of is None:
        return ANY
    return of if isinstance(of, Sort) else Sort("element", of)
