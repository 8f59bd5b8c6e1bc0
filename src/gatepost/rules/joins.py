"""Joins between resources: who names whom, by reference, by equal text, by membership; never what is read there."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Set
from typing import TypeAlias

from gatepost.model.documents import ReadKey, Reads, Resource
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex
from gatepost.model.values import Reference, Value
from gatepost.rules.places import as_text

# What may stand for something else outside of the files: a key that refers to one of these says nothing by itself.
_SAME = "expression "
_INPUTS = (_SAME, "var.", "local.", "each.", "count.", "Parameters.", "path.", "terraform.", "self.")
OPEN = "?"
_LONGEST = 500


class Candidate(NamedTuple):
    """A thing that may be joined: its resource's type and key, and its label when it is an element of it."""

    type: str
    key: str
    label: str = ""


class Joined(NamedTuple):
    """What was found: candidates in file order; and the keys that are not known, each as (why, target or "")."""

    found: tuple[Candidate, ...]
    opens: tuple[tuple[str, str], ...] = ()


_NOTHING = Joined(())


def base_address(address: str) -> str:
    """Return an address without the instance key at its end."""
    if address.endswith("]"):
        cut = address.rfind("[")
        return address[:cut] if cut > 0 else address
    return address


def _compatible(one: str, other: str) -> bool:
    """Return whether two addresses with the same base may mean the same instance."""
    if one == other:
        return True
    mine, yours = one[len(base_address(one)) :], other[len(base_address(other)) :]
    return mine in ("", "[*]") or yours in ("", "[*]")


def is_input(reference: Reference) -> bool:
    """Return whether a reference leads out of the files: to an input, a data source or a module's output."""
    address = reference.address
    if address.startswith(_INPUTS):
        return True
    return address.startswith("module.") and address.count(".") == 1


_ONE_HOLE = regex(r"[^$]{0,20}\$\{\s*([A-Za-z_][\w\-.]{0,200}(?:\[[^\]{}]{0,80}\])?)\.(\w{1,80})\s*\}")


def completed(value: Value | None, resource: Resource) -> Value | None:
    """Return a key that names a resource and goes on below it ("${….arn}:*", "${….arn}/*") with its reference."""
    if value is None or value.refers_to is not None or value.unknown is None or value.span is None:
        return value
    pieces = value.unknown.pieces
    where = f"{resource.type}.{resource.name}"
    module = resource.address.partition(where)[0] if resource.address.startswith("module.") else ""
    text = value.span.text
    if len(text) < _LONGEST and (len(pieces) > 1 or text.startswith(("var.", "local."))):
        # The same expression twice in one module is the same text, whatever it is.
        same = Reference(_SAME + module + " ".join(text.split()), "")
    else:
        same = None
    if pieces[:1] == ("arn:",) and not text.lstrip('"').startswith("arn:"):
        pieces = pieces[1:]  # what is known of every ARN
    if len(pieces) != 2 or pieces[0] is not None or not pieces[1] or pieces[1][0] not in ":/":
        return value._replace(refers_to=same)
    found = _ONE_HOLE.match(text)
    if found is None or found[1].startswith(_INPUTS) or found[1] in ("var", "local", "each"):
        return value._replace(refers_to=same)
    return value._replace(refers_to=Reference(module + found[1], found[2], f"{found[1]}.{found[2]}"))


def targets(value: Value | None) -> Iterator[tuple[str, str]]:
    """Yield (target, address) for everything a key names; the target "?" stands for what is not known.

    Targets are "@base" for a resource, "=text" for equal text and "~address.attribute" for the same input.
    """
    if value is None or value.literal is None:
        return
    if value.is_list:
        for element in value.literal:
            yield from targets(element)
        if value.open:
            yield OPEN, "the list may have more elements than are written"
        return
    reference = value.refers_to
    if reference is not None:
        if is_input(reference):
            yield f"~{reference.address}.{reference.attribute}", reference.address
        else:
            yield f"@{base_address(reference.address)}", reference.address
    if value.unknown is not None:
        if reference is None or is_input(reference):
            yield OPEN, value.unknown.why
    elif not value.is_map:
        yield f"={as_text(value.literal)}", ""


Whose: TypeAlias = tuple[str, str]  # type and key of the resource that gives a part


class Part(NamedTuple):
    """What one resource gives to an index: (target, candidate, address) of its keys, unknown keys, what was read."""

    entries: tuple[tuple[str, Candidate, str], ...]
    opens: tuple[tuple[str, str], ...]
    reads: Reads


Keyed: TypeAlias = "Iterable[tuple[Candidate, Iterable[Value | None]]]"


def part_of(keyed: Keyed) -> Part:
    """Return what the keys of one resource's candidates name; what was read for it is not known here."""
    entries: list[tuple[str, Candidate, str]] = []
    opens: dict[tuple[str, str], None] = {}
    for candidate, values in keyed:
        for value in values:
            same = ""
            for target, address in targets(value):
                if target == OPEN:
                    opens[address, same] = None
                else:
                    same = target if target.startswith("~") else ""
                    entries.append((target, candidate, address))
    return Part(tuple(entries), tuple(opens), frozenset())


class Index:
    """Candidates by what their keys name, resource by resource; a lookup notes only the targets asked for."""

    __slots__ = ("_entries", "_opens", "_parts", "_readers")

    def __init__(self) -> None:
        self._entries: dict[str, list[tuple[Candidate, str]]] = {}
        self._opens: dict[tuple[str, str], list[Whose]] = {}
        self._parts: dict[Whose, Part] = {}
        self._readers: dict[ReadKey, list[Whose]] | None = None

    def lookup(self, wanted: Iterable[tuple[str, str]]) -> Joined:
        """Return the candidates that any of the (target, address) pairs names.

        A candidate whose key is not known, but is the same input as one that is asked for, is found and not open.
        """
        found: dict[Candidate, None] = {}
        asked: set[str] = set()
        for target, address in wanted:
            asked.add(target)
            for candidate, other in self._entries.get(target, ()):
                if target[0] != "@" or _compatible(address, other):
                    found[candidate] = None
        opens = tuple([one for one in self._opens if one[1] not in asked])
        return Joined(tuple(found), opens) if found or opens else _NOTHING

    def reading(self, changed: Set[ReadKey]) -> list[Whose]:
        """Return the resources whose parts read something that changed, in order."""
        if not self._parts:
            return []
        if self._readers is None:
            self._readers = {}
            for whose, part in self._parts.items():
                for read in part.reads:
                    self._readers.setdefault(read, []).append(whose)
        readers = self._readers
        if readers.keys().isdisjoint(changed):
            return []
        return sorted({whose for key in changed for whose in readers.get(key, ())})

    def has(self, whose: Whose) -> bool:
        """Return whether a resource has a part in it."""
        return whose in self._parts

    def part(self, whose: Whose) -> Part | None:
        """Return what a resource gives to it."""
        return self._parts.get(whose)

    def replaced(self, parts: Mapping[Whose, Part | None]) -> tuple[Index, dict[str, list[Whose]]]:
        """Return the index with other parts, and the targets that differ, each with whose parts name it now or before.

        None takes a part away, new ones stand last. The index itself stays as it is.
        """
        made = Index()
        made._parts = {**self._parts, **{whose: part for whose, part in parts.items() if part is not None}}
        fresh: dict[str, dict[Whose, list[tuple[Candidate, str]]]] = {}
        fresh_opens: dict[tuple[str, str], list[Whose]] = {}
        for whose, part in parts.items():
            before = self._parts.get(whose)
            for target, _, _ in before.entries if before is not None else ():
                fresh.setdefault(target, {})
            for one in before.opens if before is not None else ():
                fresh_opens.setdefault(one, [])
            if part is None:
                made._parts.pop(whose, None)
                continue
            for target, candidate, address in part.entries:
                fresh.setdefault(target, {}).setdefault(whose, []).append((candidate, address))
            for one in part.opens:
                fresh_opens.setdefault(one, []).append(whose)
        made._entries, made._opens = dict(self._entries), dict(self._opens)
        named = {target: [*new] for target, new in fresh.items()}
        differing = {
            target: [whose for whose in parts if whose in named[target] or self._names(whose, target)]
            for target, new in fresh.items()
            if made._put(target, new, parts)
        }
        for one, added in fresh_opens.items():
            made._opens[one] = [whose for whose in self._opens.get(one, ()) if whose not in parts] + added
            if not made._opens[one]:
                del made._opens[one]
        if made._opens.keys() != self._opens.keys():
            differing[OPEN] = [*parts]
        return made, differing

    def _names(self, whose: Whose, target: str) -> bool:
        part = self._parts.get(whose)
        return part is not None and any(one[0] == target for one in part.entries)

    def _put(self, target: str, new: dict[Whose, list[tuple[Candidate, str]]], replaced: Container[Whose]) -> bool:
        """Put entries in the place of those of the same resource; returns whether anything differs."""
        before = self._entries.get(target, [])
        listed: list[tuple[Candidate, str]] = []
        for one in before:
            whose = (one[0].type, one[0].key)
            if whose not in replaced:
                listed.append(one)
            elif whose in new:
                listed += new.pop(whose)
        for added in new.values():
            listed += added
        if listed:
            self._entries[target] = listed
        else:
            self._entries.pop(target, None)
        return listed != before
