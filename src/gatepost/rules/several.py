"""Places made of several places: the first that is written, all together, two ends, addresses; never a companion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gatepost.model.changes import Append, Change, Plain, Remove, Set
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Unknown, Value, gap_of
from gatepost.rules.paths import Path, step_into, steps_to_write, walk
from gatepost.rules.places import Options, Place, TooMany, as_text
from gatepost.rules.readers import reader as reader_named

if TYPE_CHECKING:
    from gatepost.rules.subjects import Subject


class FirstPlace(Place):
    """`first`: the first of several places that is written."""

    __slots__ = ("places",)

    def __init__(self, places: Sequence[Place], options: Options) -> None:
        super().__init__(options)
        self.places = tuple(places)

    def raw(self, subject: Subject) -> Value | None:
        """Return the first that is written; an earlier one that may be written makes the answer unknown."""
        for place in self.places:
            found = place.read(subject)
            if found is not None:
                return found
        return None

    def nothing(self, subject: Subject) -> Value | None:
        """Return the first null of the places."""
        return next((found for place in self.places if (found := place.nothing(subject)) is not None), None)

    def _written(self, subject: Subject) -> Place | None:
        return next((place for place in self.places if place.read_written(subject) is not None), None)

    def _to_write(self, subject: Subject) -> Place:
        found = self._written(subject) or next((p for p in self.places if p.is_begun(subject)), None)
        found = found or next((p for p in self.places if p.known_to_version(subject)), None)
        if found is None:
            raise CannotWrite("which form to write depends on the version of the provider, which is not known")
        return found

    def write(self, subject: Subject, new: Plain) -> list[Change]:
        """Write where it is written, else where its block is, else the first form that the provider version knows."""
        return self._to_write(subject).write(subject, self.worded(new))

    def add(self, subject: Subject, new: Plain) -> list[Change]:
        """Add where it is written, else in the first form that the provider version knows."""
        return self._to_write(subject).add(subject, new)

    def remove(self, subject: Subject) -> list[Change]:
        """Remove the form that is written."""
        written = self._written(subject)
        if written is None:
            raise CannotWrite("it is not written, so that there is nothing to remove")
        return written.remove(subject)

    def blueprint(self, new: Plain, adding: bool) -> tuple[dict[str, Plain], frozenset[str]]:
        """Return the blueprint of the first place."""
        return self.places[0].blueprint(new, adding)

    def replaces(self) -> bool:
        """Return whether a change here may destroy and recreate the resource."""
        return self.options.replaces or any(place.replaces() for place in self.places)


class TogetherPlace(Place):
    """`together`: lists or sets from several places, end to end."""

    __slots__ = ("places", "reader")

    def __init__(self, places: Sequence[Place], options: Options) -> None:
        super().__init__(options)
        self.places = tuple(places)
        readers = {place.options.reader for place in places}
        of_set = {"ports", "networks"} & readers
        self.reader = readers.pop() if len(readers) == 1 and of_set else ""

    def raw(self, subject: Subject) -> Value | None:
        """Return all elements in one list, or the union of the sets."""
        elements: list[Value] = []
        is_open, gap, span, found_any = False, "", None, False
        for place in self.places:
            found = place.raw(subject) if self.reader else place.read(subject)
            if found is None or found.literal is None:
                continue
            found_any, span = True, span or found.span
            if found.is_list:
                elements.extend(found.literal)
                if found.open and not is_open:
                    is_open, gap, span = True, found.gap, found.span  # what is not known is looked for there
            else:
                elements.append(found)
        if not found_any:
            return None
        joined = Value(tuple(elements), span, open=is_open, gap=gap)
        return reader_named(self.reader).read(joined, {}) if self.reader else joined

    def _written(self, subject: Subject) -> list[Place]:
        return [place for place in self.places if place.read_written(subject) is not None]

    def write(self, subject: Subject, new: Plain) -> list[Change]:
        """Write the one that is written and remove the others; the first where none is.

        Where that one cannot hold it, as several networks where there is a place for one, another is written.
        """
        written = self._written(subject)
        chosen = written[0] if written else self.places[0]
        try:
            changes = chosen.write(subject, new)
        except TooMany as refused:
            chosen, changes = self._roomier(subject, new, chosen, refused)
        return [*changes, *(change for one in written if one is not chosen for change in one.remove(subject))]

    def _roomier(self, subject: Subject, new: Plain, small: Place, refused: TooMany) -> tuple[Place, list[Change]]:
        """Return a place that can hold what another one cannot, and what writes it; raises what that one raised."""
        for place in self.places:
            if place is not small:
                try:
                    return place, place.write(subject, new)
                except TooMany:
                    continue
        raise refused

    def add(self, subject: Subject, new: Plain) -> list[Change]:
        """Add to the first."""
        return self.places[0].add(subject, new)

    def remove(self, subject: Subject) -> list[Change]:
        """Remove all that are written."""
        return [change for place in self._written(subject) for change in place.remove(subject)]

    def blueprint(self, new: Plain, adding: bool) -> tuple[dict[str, Plain], frozenset[str]]:
        """Return the blueprint of the first place."""
        return self.places[0].blueprint(new, adding)

    def replaces(self) -> bool:
        """Return whether a change here may destroy and recreate the resource."""
        return self.options.replaces or any(place.replaces() for place in self.places)


class RangePlace(Place):
    """`range`: a set of ports from two ends; `protocol` says when the ends do not count."""

    __slots__ = ("first", "last", "protocol")

    def __init__(self, first: Path, last: Path, protocol: Path | None, options: Options) -> None:
        super().__init__(options)
        self.first = first
        self.last = last
        self.protocol = protocol

    def raw(self, subject: Subject) -> Value | None:
        """Return the ports between the two ends, both included."""
        first, last = subject.along(self.first), subject.along(self.last)
        protocol = subject.along(self.protocol) if self.protocol is not None else None
        ports = reader_named("ports")
        # The vendors' word for every protocol is -1; ports then do not count, whatever is written there.
        if (
            protocol is not None
            and protocol.unknown is None
            and as_text(protocol.literal).lower() in ("-1", "all", "*")
        ):
            return ports.read(Value("*", protocol.span, protocol.origins), {})
        if first is None and last is None:
            return ports.read(Value("*"), {}) if protocol is not None else None
        first, last = first or last, last or first
        assert first is not None and last is not None
        for end in (first, last):
            if end.unknown is not None:
                return Value(Unknown(end.unknown.why, False), end.span, end.origins)
        low, high = as_text(first.literal), as_text(last.literal)
        text = "*" if "-1" in (low, high) else low if low == high else f"{low}-{high}"
        return ports.read(Value(text, first.span, first.origins), {})

    def write(self, subject: Subject, new: Plain) -> list[Change]:
        """Write both ends."""
        low, _, high = as_text(new).partition("-")
        ends = ((self.first, low), (self.last, high or low))
        return [Set(subject.container, (*subject.prefix, *steps_to_write(path)), _number(end)) for path, end in ends]


class NetworksPlace(Place):
    """`networks`: a set of networks from several paths, one for each family of addresses."""

    __slots__ = ("paths",)

    def __init__(self, paths: Mapping[str, Path], options: Options) -> None:
        super().__init__(options)
        self.paths = paths

    def raw(self, subject: Subject) -> Value | None:
        """Return the networks of all the paths."""
        elements: list[Value] = []
        is_open, gap = False, ""
        for path in self.paths.values():
            found = subject.along(path)
            if found is None:
                continue
            elements.extend(found.literal if found.is_list else (found,))
            is_open, gap = is_open or found.open, gap or found.gap
        if not elements and not is_open:
            return None
        span = elements[0].span if elements else None
        origins = elements[0].origins if len(elements) == 1 else ()
        return reader_named("networks").read(Value(tuple(elements), span, origins, open=is_open, gap=gap), {})

    def write(self, subject: Subject, new: Plain) -> list[Change]:
        """Write each family at its path and remove what else is written."""
        wanted: dict[str, list[Plain]] = {}
        for network in new if isinstance(new, list) else [new]:
            family = "ipv6" if ":" in as_text(network) else "ipv4"
            if family not in self.paths:
                raise CannotWrite(f"there is no place for {family} networks here")
            wanted.setdefault(family, []).append(network)
        changes: list[Change] = []
        for family, path in self.paths.items():
            steps = (*subject.prefix, *steps_to_write(path))
            is_list = path.steps[-1:] == ("[]",)
            if family in wanted:
                networks = wanted[family]
                if not is_list and len(networks) > 1:
                    raise CannotWrite("there is a place for one network only")
                changes.append(Set(subject.container, steps, networks if is_list else networks[0]))
            elif subject.along(path) is not None:
                changes.append(Remove(subject.container, steps))
        return changes


def _number(text: str) -> Plain:
    return int(text) if text.isdigit() else text


class EntriesPlace(Place):
    """`entries`: a map with free keys, from a map or from a list of name and value pairs."""

    __slots__ = ("key", "path", "value")

    def __init__(self, path: Path, key: str, value: str, options: Options) -> None:
        super().__init__(options)
        self.path = path
        self.key = key
        self.value = value

    def raw(self, subject: Subject) -> Value | None:
        """Return a map from key to value."""
        found = subject.along(self.path)
        if found is None or not found.is_list:
            return found
        if not self.key:  # a map written as blocks, once
            return step_into(found, 0) if len(found.literal) == 1 and not found.open else None
        entries: dict[str, Value] = {}
        is_open, gap = found.open, found.gap
        for element in found.literal:
            key = walk(element, (self.key,))
            if key is None or key.unknown is not None:
                is_open, gap = True, gap or gap_of(key)
                continue
            value = walk(element, (self.value,))
            if value is not None:
                entries[as_text(key.literal)] = value
        return found._replace(literal=entries, open=is_open, repeated=False, gap=gap)

    def understood(self, subject: Subject) -> Value | None:
        """Return the map, with the meaning of each word."""
        found = super().understood(subject)
        options = self.options
        if found is None or not found.is_map or not (options.values or options.ignore_case):
            return found
        literal: Mapping[str, Value] = found.literal
        return found._replace(literal={key: self._meaning(value) for key, value in literal.items()})

    def write_entry(self, subject: Subject, entry: str, new: Plain) -> list[Change]:
        """Write one entry, a new one where it is missing."""
        steps = (*subject.prefix, *steps_to_write(self.path))
        found = subject.along(self.path)
        if not self.key:
            maps = frozenset(str(step) for step in steps[-1:])
            return [Set(subject.container, (*steps, entry), self.worded(new), maps)]
        for element in found.literal if found is not None and found.is_list else ():
            key = walk(element, (self.key,))
            if key is not None and key.unknown is None and as_text(key.literal) == entry:
                return [Set(element, (self.value,), self.worded(new))]
        return [Append(subject.container, steps, {self.key: entry, self.value: self.worded(new)})]

    def remove_entry(self, subject: Subject, entry: str) -> list[Change]:
        """Remove one entry."""
        steps = (*subject.prefix, *steps_to_write(self.path))
        found = subject.along(self.path)
        if not self.key:
            return [Remove(subject.container, (*steps, entry))]
        for position, element in enumerate(found.literal if found is not None and found.is_list else ()):
            key = walk(element, (self.key,))
            if key is not None and key.unknown is None and as_text(key.literal) == entry:
                return [Remove(subject.container, (*steps, position))]
        raise CannotWrite("it is not written, so that there is nothing to remove")

    def blueprint_entry(self, entry: str, new: Plain) -> tuple[dict[str, Plain], frozenset[str]]:
        """Return the attributes of a new companion that holds one entry."""
        from gatepost.rules.places import nested

        steps = steps_to_write(self.path)
        inner: Plain = [{self.key: entry, self.value: self.worded(new)}] if self.key else {entry: self.worded(new)}
        built = nested(steps, inner)
        maps: frozenset[str] = frozenset() if self.key else frozenset([".".join(str(step) for step in steps)])
        return (dict(built) if isinstance(built, Mapping) else {}), maps
