"""Places with elements and places in companion resources; never how a join is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gatepost.conditions import Condition
from gatepost.model.changes import Append, Change, Create, Plain, Remove
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Unknown, Value, gap_of
from gatepost.rules.paths import EACH, Path, steps_to_write
from gatepost.rules.places import Options, PathPlace, Place, nested
from gatepost.rules.readers import reader as reader_named
from gatepost.rules.several import EntriesPlace

if TYPE_CHECKING:
    from gatepost.rules.subjects import Kind, Subject

_NOTHING: Mapping[str, Any] = {}


def sift(value: Value, where: Condition | None) -> Value:
    """Keep the elements (subjects) for which a condition holds; one that cannot be decided makes the list open."""
    if where is None:
        return value
    kept: list[Value] = []
    is_open, gap = value.open, value.gap
    for element in value.literal:
        if not element.is_map:
            is_open, gap = is_open or element.unknown is not None, gap or gap_of(element)
            continue
        outcome = where.judge(element.literal, _NOTHING)
        if outcome.truth:
            kept.append(element)
        elif outcome.truth is None:
            is_open, gap = True, gap or gap_of(*(asked.value for asked in outcome.unknowns))
    return value._replace(literal=tuple(kept), open=is_open, gap=gap)


class EachPlace(Place):
    """`each`: the elements at a path, each with attributes of its own."""

    __slots__ = ("kind", "path", "where")

    def __init__(self, path: Path, kind: Kind, where: Condition | None, options: Options) -> None:
        super().__init__(options)
        self.path = path
        self.kind = kind
        self.where = where

    def understood(self, subject: Subject) -> Value | None:
        """Return the elements as subjects."""
        from gatepost.rules.subjects import Subject as Thing

        found = subject.along(self.path)
        if found is None:
            return None
        if self.options.reader:
            found = reader_named(self.options.reader).read(found, self.options.reader_options)
        if found.unknown is not None:
            return found
        if not found.is_list:
            found = Value((found,), found.span, found.origins, found.open)
        elements: list[Value] = []
        for position, element in enumerate(found.literal):
            if element.unknown is None:
                label = ".".join(
                    str(step) for step in (subject.label, *self.path.steps, position) if step not in ("", EACH)
                )
                thing = Thing(subject.world, subject.resource, self.kind, element, (), label, subject)
                element = element._replace(literal=thing)
            elements.append(element)
        return sift(found._replace(literal=tuple(elements)), self.where)

    raw = understood

    def add(self, subject: Subject, new: Plain) -> list[Change]:
        """Append an element."""
        return [Append(subject.container, (*subject.prefix, *steps_to_write(self.path)), self._written(new))]

    def _written(self, new: Plain) -> Plain:
        """Return an element in the dialect's own names, from attributes."""
        if not isinstance(new, Mapping):
            return new
        built: dict[str, Plain] = {}
        for name, value in new.items():
            place = self.kind.attributes.get(name)
            if not isinstance(place, PathPlace):
                raise CannotWrite(f"an element with {name} cannot be written")
            merge(built, place.blueprint(value, False)[0])
        return built

    def remove(self, subject: Subject) -> list[Change]:
        """Remove all the elements."""
        return [Remove(subject.container, (*subject.prefix, *steps_to_write(self.path)))]

    def blueprint(self, new: Plain, adding: bool) -> tuple[dict[str, Plain], frozenset[str]]:
        """Return a companion with one element."""
        del adding
        built = nested((*steps_to_write(self.path), 0), self._written(new))
        return (dict(built) if isinstance(built, Mapping) else {}), frozenset()


def merge(into: dict[str, Plain], more: Mapping[str, Plain]) -> None:
    """Put nested maps into each other, in place."""
    for name, value in more.items():
        there = into.get(name)
        if isinstance(there, dict) and isinstance(value, Mapping):
            merge(there, value)
        else:
            into[name] = value


class InPlace(Place):
    """`in`: the same in a companion that is joined by one of its attributes."""

    __slots__ = ("inner", "joined_by", "kind", "type", "where")

    def __init__(
        self,
        type: str,
        joined_by: str,
        where: Condition | None,
        inner: Place | None,
        kind: Kind,
        options: Options,
    ) -> None:
        super().__init__(options)
        self.type = type
        self.joined_by = joined_by
        self.where = where
        self.inner = inner
        self.kind = kind

    def _companions(self, subject: Subject) -> Value:
        """Return the companions as a list of subjects, open where one may be missing."""
        from gatepost.rules.subjects import Subject as Thing

        found = subject.world.companions(subject, self.type, self.joined_by)
        elements: list[Value] = []
        for resource in found.resources:
            label = f"{resource.type}.{resource.key}"
            thing = Thing(subject.world, resource, self.kind, resource.body, (), label, subject)
            elements.append(Value(thing, resource.header))
        return sift(Value(tuple(elements), open=found.open, gap=found.why if found.open else ""), self.where)

    def understood(self, subject: Subject) -> Value | None:
        """Return what the companion says; lists of several companions follow one another."""
        companions = self._companions(subject)
        if self.inner is None:
            return companions if companions.literal or companions.open else None
        parts: list[Value] = []
        for companion in companions.literal:
            found = self.inner.read(companion.literal)
            if found is not None and found.literal is not None:
                parts.append(found)
        if not parts:
            if not companions.open:
                return None
            why = subject.world.companions(subject, self.type, self.joined_by).why
            return Value(Unknown(why))
        if len(parts) == 1:
            listed = parts[0].is_list and companions.open
            return parts[0]._replace(open=True, gap=parts[0].gap or companions.gap) if listed else parts[0]
        if all(part.is_list for part in parts):
            is_open = companions.open or any(part.open for part in parts)
            return Value(
                tuple(e for part in parts for e in part.literal),
                parts[0].span,
                open=is_open,
                gap=gap_of(companions, *parts),
            )
        return Value(Unknown(f"it is written in more than one {self.type}", False), parts[0].span)

    raw = understood

    def is_begun(self, subject: Subject) -> bool:
        """Return whether there is a companion."""
        return bool(self._companions(subject).literal)

    def written_in(self, subject: Subject) -> Subject | None:
        """Return the one companion there is; raises `CannotWrite` when there may be others."""
        companions = self._companions(subject)
        if len(companions.literal) > 1:
            raise CannotWrite(f"there is more than one {self.type} to write in")
        if companions.literal:
            return companions.literal[0].literal
        if companions.open:
            raise CannotWrite(f"whether there is a {self.type} for it is not known")
        return None

    def create(self, subject: Subject, blueprint: tuple[dict[str, Plain], frozenset[str]]) -> list[Change]:
        """Return the change that adds a companion."""
        resource = subject.resource
        if not resource.editable:
            raise CannotWrite("it lies in a module that is not written in this repository")
        attributes: dict[str, Plain] = {}
        merge(attributes, nested((*self.joined_by.split("."),), subject.world.reference(subject)))  # pyright: ignore[reportArgumentType]
        merge(attributes, blueprint[0])
        return [Create(self.type, resource.name, attributes, resource, blueprint[1])]

    def write(self, subject: Subject, new: Plain) -> list[Change]:
        """Write in the companion, else in a new one."""
        there = self.written_in(subject)
        if self.inner is None:
            raise CannotWrite("the companions are elements; one is added or removed, not set")
        return (
            self.inner.write(there, new)
            if there is not None
            else self.create(subject, self.inner.blueprint(new, False))
        )

    def write_entry(self, subject: Subject, entry: str, new: Plain) -> list[Change]:
        """Write one entry of a map in the companion."""
        there = self.written_in(subject)
        if not isinstance(self.inner, EntriesPlace):
            raise CannotWrite(f"{entry} cannot be written there")
        if there is not None:
            return self.inner.write_entry(there, entry, new)
        return self.create(subject, self.inner.blueprint_entry(entry, new))

    def add(self, subject: Subject, new: Plain) -> list[Change]:
        """Add in the companion, else in a new one; where companions are the elements, add one."""
        if self.inner is None:
            built: dict[str, Plain] = {}
            for name, value in new.items() if isinstance(new, Mapping) else ():
                place = self.kind.attributes.get(name)
                if place is None:
                    raise CannotWrite(f"a {self.type} with {name} cannot be written")
                merge(built, place.blueprint(value, False)[0])
            return self.create(subject, (built, frozenset()))
        there = self.written_in(subject)
        return (
            self.inner.add(there, new) if there is not None else self.create(subject, self.inner.blueprint(new, True))
        )

    def remove(self, subject: Subject) -> list[Change]:
        """Remove it from the companion."""
        there = self.written_in(subject)
        if there is None or self.inner is None:
            raise CannotWrite("it is not written, so that there is nothing to remove")
        return self.inner.remove(there)

    def replaces(self) -> bool:
        """Return whether a change here destroys and recreates a resource."""
        return self.options.replaces or (self.inner is not None and self.inner.replaces())
