"""Changes to a subject's attributes, written backwards through the places; never text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gatepost.model.changes import Append, Change, Plain, Remove, Set
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Value
from gatepost.rules.companions import InPlace
from gatepost.rules.paths import parse_path, steps_to_write
from gatepost.rules.several import EntriesPlace, FirstPlace

if TYPE_CHECKING:
    from gatepost.rules.places import Place
    from gatepost.rules.subjects import Subject


def write(subject: Subject, name: str, new: Plain) -> list[Change]:
    """Return the changes that give an attribute a value; raises `CannotWrite` with the reason."""
    place = subject.kind.attributes.get(name)
    if place is not None:
        _owned(subject)
        return place.write(subject, new)
    head, rest = _declared_part(subject, name)
    if head:
        entries = _entries(subject.kind.attributes.get(head), subject)
        if entries is not None:
            _owned(subject)
            return entries.write_entry(subject, rest, new)
        return _inside(subject.get(head), rest, new, head, subject)
    if subject.kind.reader:
        from gatepost.rules.readers import reader

        writer = reader(subject.kind.reader).write
        if writer is not None:
            return [Set(*writer(subject.container, name, new))]
    if subject.kind.raw:
        _owned(subject)
        path = parse_path(name)
        container = subject.resource.beside if path.beside else subject.container
        return [Set(container, (*subject.prefix, *steps_to_write(path)), new)]
    raise CannotWrite(f"where {name} is kept is not known for this type of resource")


def add(subject: Subject, name: str, new: Plain) -> list[Change]:
    """Return the changes that add an element to an attribute; raises `CannotWrite`."""
    _owned(subject)
    place = subject.kind.attributes.get(name)
    if place is not None:
        return place.add(subject, new)
    if subject.kind.raw:
        return [Append(subject.container, (*subject.prefix, *steps_to_write(parse_path(name))), new)]
    raise CannotWrite(f"where {name} is kept is not known for this type of resource")


def remove(subject: Subject, name: str) -> list[Change]:
    """Return the changes that remove an attribute; raises `CannotWrite`."""
    _owned(subject)
    place = subject.kind.attributes.get(name)
    if place is not None:
        return place.remove(subject)
    head, rest = _declared_part(subject, name)
    if head:
        entries = _entries(subject.kind.attributes.get(head), subject)
        if entries is not None and isinstance(entries, EntriesPlace):
            return entries.remove_entry(subject, rest)
        value = subject.get(head)
        if value is not None and _is_subject(value.literal):
            return remove(value.literal, rest)
        if value is not None and value.is_map:
            return [Remove(value, steps_to_write(parse_path(rest)))]
    if subject.kind.raw:
        path = parse_path(name)
        container = subject.resource.beside if path.beside else subject.container
        return [Remove(container, (*subject.prefix, *steps_to_write(path)))]
    raise CannotWrite(f"where {name} is kept is not known for this type of resource")


def _owned(subject: Subject) -> None:
    if not subject.resource.editable:
        raise CannotWrite("it lies in a module that is not written in this repository")


def _declared_part(subject: Subject, name: str) -> tuple[str, str]:
    """Return the longest declared name that a dotted name begins with, and the rest."""
    cut = name.rfind(".")
    while cut > 0:
        if subject.kind.declares(name[:cut]) or name[:cut] == "parent":
            return name[:cut], name[cut + 1 :]
        cut = name.rfind(".", 0, cut)
    return "", ""


def _entries(place: Place | None, subject: Subject) -> EntriesPlace | InPlace | None:
    """Return the place of a map with free keys that an attribute has."""
    if isinstance(place, EntriesPlace):
        return place
    if isinstance(place, InPlace) and isinstance(place.inner, EntriesPlace):
        return place
    if isinstance(place, FirstPlace):
        written = [part for part in place.places if part.read_written(subject) is not None]
        for part in (*written, *place.places):
            found = _entries(part, subject)
            if found is not None:
                return found
    return None


def _is_subject(literal: object) -> bool:
    from gatepost.rules.subjects import Subject as Thing

    return isinstance(literal, Thing)


def _inside(value: Value | None, rest: str, new: Plain, head: str, subject: Subject) -> list[Change]:
    if value is None:
        raise CannotWrite(f"{head} is not written, so that there is no place for {rest}")
    if value.unknown is not None:
        raise CannotWrite(value.unknown.why)
    literal = value.literal
    if _is_subject(literal):
        return write(literal, rest, new)
    first, _, deeper = rest.partition(".")
    if value.is_list and first.isdigit() and deeper:
        element = value.literal[int(first)] if int(first) < len(value.literal) else None
        return _inside(element, deeper, new, f"{head}.{first}", subject)
    if isinstance(literal, Mapping):
        return [Set(value, steps_to_write(parse_path(rest)), new)]
    raise CannotWrite(f"{rest} of {head} cannot be written")
