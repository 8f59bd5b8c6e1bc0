"""Undecided rules as people read them: one entry for what is missing, with all that waits for it; never drops one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatepost.model.decisions import DecidedUndecided
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple
from gatepost.reports.entries import at, plural

FIRST = 3  # how many places, and how many other instances, are named
FIRST_RULES = 5
FIRST_NAMES = 5
_KIN = 3  # from how many values on, which are missing in the same way, they are one entry
_WAYS = (
    (
        " has no default and no var file gives it",
        "have no default and no var file gives them",
        "give them with --var-file",
    ),
    (" has no default", "have no default", "give them with --parameters"),
)


class Waiting(NamedTuple):
    """The rules that lack the same and about which the same is decided, in the order of the verdict.

    `names` are the values that are missing where these are several that are missing in one way, of which `way` is the
    number.
    """

    items: tuple[DecidedUndecided, ...]
    names: tuple[str, ...] = ()
    way: int = 0

    @property
    def first(self) -> DecidedUndecided:
        """The first of them, which stands for what they have in common."""
        return self.items[0]

    @property
    def alone(self) -> bool:
        """Whether it is one rule at one place."""
        return len(self.items) == 1

    @property
    def because(self) -> tuple[str, ...]:
        """What is missing."""
        if self.names:
            return (f"{some(self.names, FIRST_NAMES)} {_WAYS[self.way][1]}",)
        return self.first.undecided.because

    @property
    def hint(self) -> str:
        """What to type, "" when nothing can be typed."""
        return _WAYS[self.way][2] if self.names else self.first.undecided.hint

    @property
    def rules(self) -> tuple[str, ...]:
        """Their ids, sorted, each once."""
        ids = (id for item in self.items for id in (item.undecided.rule, *item.undecided.waiting))
        return tuple(sorted(set(ids)))

    @property
    def places(self) -> tuple[Location, ...]:
        """Where they wait, in the order of the verdict, each once."""
        return tuple(dict.fromkeys(item.undecided.location for item in self.items))

    @property
    def resources(self) -> tuple[str, ...]:
        """What they wait for an answer about, each once."""
        named = (name for item in self.items for name in (item.undecided.resource, *item.undecided.also))
        return tuple(name for name in dict.fromkeys(named) if name)

    @property
    def title(self) -> str:
        """The title of a rule that waits alone, else how many rules wait at how many places."""
        rules, places = len(self.rules), len(self.places)
        if rules == 1 or self.alone:
            title = self.first.undecided.title
            spread = [plural(places, "place")] if places > 1 else []
            spread += [f"{len(self.names)} values"] if self.names else ["one cause"] if places > 1 else []
            return f"{title} ({', '.join(spread)})" if spread else title
        where = "" if places == 1 else f" at {places} places"
        if self.names:
            return f"{plural(rules, 'rule')}{where} wait for {len(self.names)} values"
        return f"{plural(rules, 'rule')}{where} wait for {'one answer' if len(self.because) == 1 else 'the same'}"


def waiting(items: Iterable[DecidedUndecided]) -> list[Waiting]:
    """Return what is undecided by what is missing; an entry stands where its first rule stands."""
    groups: dict[object, list[DecidedUndecided]] = {}
    for item in items:
        one = item.undecided
        key = (one.because, one.hint, item.action, item.because, item.waiver, item.notes, item.due)
        groups.setdefault(key, []).append(item)
    return _kin([Waiting(tuple(group)) for group in groups.values()])


def _kin(entries: list[Waiting]) -> list[Waiting]:
    """Return the entries, those of several values for which the same rules wait as one."""
    kin: dict[object, list[Waiting]] = {}
    for entry in entries:
        kin.setdefault(_kinship(entry), []).append(entry)
    made: list[Waiting] = []
    for entry in entries:
        alike = kin[_kinship(entry)]
        way = _way(entry)
        if way is None or len(alike) < _KIN:
            made.append(entry)
        elif entry is alike[0]:
            names = tuple(dict.fromkeys(one.because[0].removesuffix(_WAYS[way][0]) for one in alike))
            made.append(Waiting(tuple(item for one in alike for item in one.items), names, way))
    return made


def _way(entry: Waiting) -> int | None:
    """Return in which of the ways one value is missing."""
    if len(entry.because) != 1:
        return None
    return next((number for number, way in enumerate(_WAYS) if entry.because[0].endswith(way[0])), None)


def _kinship(entry: Waiting) -> object:
    item = entry.first
    return _way(entry), entry.rules, item.action, item.because, item.waiver, item.notes, item.due


def some(texts: Sequence[str], most: int, left_to: str = "") -> str:
    """Return the first texts in a row, and how many are left (and what has them)."""
    left = len(texts) - most
    return ", ".join(texts[:most]) + (f" and {left} more{left_to}" if left > 0 else "")


def also_at(entry: Waiting) -> tuple[str, ...]:
    """Return the places beside the first, as "path:line", each once."""
    found = dict.fromkeys(at(place) for place in entry.places)
    return tuple(found)[1:]
