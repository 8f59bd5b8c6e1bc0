"""Places: where a dialect keeps an attribute, and how it is read from there; never a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from gatepost.model.changes import Append, Change, Plain, Remove, Set
from gatepost.model.problems import CannotWrite
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value
from gatepost.rules.paths import EACH, Path, step_into, steps_to_write, walk
from gatepost.rules.readers import reader as reader_named

if TYPE_CHECKING:
    from gatepost.rules.subjects import Subject
    from gatepost.rules.versions import VersionClause


class Default(NamedTuple):
    """What counts when nothing is written, and for which provider versions (None: all)."""

    value: Any
    clause: VersionClause | None = None


class Options(NamedTuple):
    """What may stand beside any form of place."""

    reader: str = ""
    reader_options: Mapping[str, Any] = {}
    values: Mapping[str, Any] = {}
    ignore_case: bool = False
    defaults: tuple[Default, ...] = ()
    replaces: bool = False
    clause: VersionClause | None = None


class Place:
    """One form of place with its options. Subclasses say how the raw value is found and written."""

    __slots__ = ("options",)

    def __init__(self, options: Options) -> None:
        self.options = options

    def read(self, subject: Subject) -> Value | None:
        """Return the value for a subject, the default included; None when it is missing."""
        found = self.read_written(subject)
        if found is None and self.options.defaults:
            return self._default(subject)
        return found

    def read_written(self, subject: Subject) -> Value | None:
        """Return what is written, as its reader and words mean it; None when nothing is."""
        clause = self.options.clause
        if clause is not None and clause.holds(subject.resource.versions) is False:
            return None
        return self.understood(subject)

    def understood(self, subject: Subject) -> Value | None:
        """Return what stands at the place after the reader, with the declared meaning of its words."""
        options = self.options
        found = self.raw(subject)
        if found is None or found.literal is None:
            return None
        if options.reader:
            found = reader_named(options.reader).read(found, options.reader_options)
        if options.values or options.ignore_case:
            found = self._meaning(found)
        return found

    def raw(self, subject: Subject) -> Value | None:
        """Return what stands at the place, before any reader."""
        raise NotImplementedError

    def nothing(self, subject: Subject) -> Value | None:
        """Return the null that is written at the place, and counts as nothing; None where there is none to be seen."""
        del subject
        return None

    def _meaning(self, value: Value) -> Value:
        literal = value.literal
        if type(literal) is tuple:
            elements = cast("tuple[Value, ...]", literal)
            return value._replace(literal=tuple(self._meaning(element) for element in elements))
        if isinstance(literal, Mapping) or literal is None or type(literal) is Unknown:
            return value
        text = as_text(literal)
        options = self.options
        if options.ignore_case:
            text = text.lower()
        for written, meaning in options.values.items():
            if text == (written.lower() if options.ignore_case else written):
                return value._replace(literal=meaning)
        for written, meaning in options.values.items():
            if written.endswith("*") and text.startswith(written[:-1].lower() if options.ignore_case else written[:-1]):
                return value._replace(literal=meaning)
        return value._replace(literal=text) if type(literal) is str else value

    def _default(self, subject: Subject) -> Value | None:
        possible: list[Any] = []
        for default in self.options.defaults:
            certain = True if default.clause is None else default.clause.holds(subject.resource.versions)
            if certain is not False:
                possible.append(default.value)
            if certain:
                break
        if not possible:
            return None
        if any(value != possible[0] for value in possible):
            return Value(Unknown("its default depends on the version of the provider, which is not known", False))
        value = plain_value(possible[0])
        return (
            reader_named(self.options.reader).read(value, self.options.reader_options) if self.options.reader else value
        )

    def known_to_version(self, subject: Subject) -> bool:
        """Return whether the provider version in use surely knows this form."""
        clause = self.options.clause
        return clause is None or bool(clause.holds(subject.resource.versions))

    def is_begun(self, subject: Subject) -> bool:
        """Return whether the block is written that the value would stand in: another one must not be added beside."""
        del subject
        return False

    def worded(self, new: Plain) -> Plain:
        """Return the written word for a meaning (`true` → "Enabled")."""
        for written, meaning in self.options.values.items():
            if type(meaning) is type(new) and meaning == new:
                return written
        return new

    def write(self, subject: Subject, new: Plain) -> list[Change]:
        """Return the changes that give the attribute a value; raises `CannotWrite`."""
        raise CannotWrite(f"{new!r} cannot be written: it follows from the type of {subject.resource.address}")

    def add(self, subject: Subject, new: Plain) -> list[Change]:
        """Return the changes that add an element to the attribute; raises `CannotWrite`."""
        raise CannotWrite(f"{new!r} cannot be added to {subject.resource.address}")

    def remove(self, subject: Subject) -> list[Change]:
        """Return the changes that remove the attribute; raises `CannotWrite`."""
        raise CannotWrite(f"it follows from the type of {subject.resource.address} and cannot be removed")

    def blueprint(self, new: Plain, adding: bool) -> tuple[dict[str, Plain], frozenset[str]]:
        """Return the attributes of a new companion that holds `new` here, and which dotted paths are maps."""
        del new, adding
        raise CannotWrite("what else the new resource would need is not known")

    def replaces(self) -> bool:
        """Return whether a change here destroys and recreates the resource."""
        return self.options.replaces


class TooMany(CannotWrite):
    """A place holds one value, and several are to be written."""


def as_text(literal: Any) -> str:
    """Return a scalar as the text that is compared."""
    if literal is True or literal is False:
        return "true" if literal else "false"
    return str(literal)


def plain_value(plain: Any) -> Value:
    """Return plain data as a value that stands nowhere."""
    if isinstance(plain, Mapping):
        items = cast("Mapping[Any, Any]", plain).items()
        return Value({str(key): plain_value(value) for key, value in items})
    if isinstance(plain, list | tuple):
        return Value(tuple(plain_value(value) for value in cast("list[Any]", plain)))
    return Value(plain)


def nested(steps: tuple[Any, ...], new: Plain) -> Plain:
    """Return `new` inside the maps and lists that steps name."""
    for step in reversed(steps):
        new = [new] if type(step) is int or step == EACH else {step: new}
    return new


class PathPlace(Place):
    """`path`: one path, the commonest form."""

    __slots__ = ("path",)

    def __init__(self, path: Path, options: Options) -> None:
        super().__init__(options)
        self.path = path

    def raw(self, subject: Subject) -> Value | None:
        """Return what stands at the path."""
        return subject.along(self.path)

    def nothing(self, subject: Subject) -> Value | None:
        """Return the null at the path."""
        if EACH in self.path.steps[:-1]:
            return None  # which element is meant is not clear
        container, steps = self._target(subject)
        around = walk(container, steps[:-1])
        found = step_into(around, steps[-1]) if around is not None and steps else None
        return found if found is not None and found.literal is None and found.span is not None else None

    def is_begun(self, subject: Subject) -> bool:
        """Return whether the outermost block on the way is written."""
        steps = self.path.steps
        return len(steps) > 1 and subject.along(Path(steps[:1], self.path.beside)) is not None

    def _target(self, subject: Subject) -> tuple[Value, tuple[Any, ...]]:
        steps = steps_to_write(self.path)
        if self.path.beside:
            return subject.resource.beside, steps
        return subject.container, (*subject.prefix, *steps)

    def _fitting(self, new: Plain) -> Plain:
        """Return the value as a list where the path ends in one, and alone where it does not."""
        in_list = self.path.steps[-1:] == (EACH,)
        if isinstance(new, list):
            if in_list:
                return [self.worded(one) for one in new]
            if len(new) == 1:
                return self.worded(new[0])
            if self.options.reader == "networks":  # a list of them is read by a path that ends in []
                raise TooMany("there is a place for one network only")
            return new
        return [self.worded(new)] if in_list else self.worded(new)

    def write(self, subject: Subject, new: Plain) -> list[Change]:
        """Replace the value at the path; missing blocks are added."""
        container, steps = self._target(subject)
        if not steps:
            raise CannotWrite("the element itself is the value")
        return [Set(container, steps, self._fitting(new))]

    def add(self, subject: Subject, new: Plain) -> list[Change]:
        """Append to the list at the path."""
        container, steps = self._target(subject)
        if self.options.reader:
            reader = reader_named(self.options.reader)
            result = self.read_written(subject)
            if reader.add is None or not isinstance(new, Mapping):
                raise CannotWrite(f"nothing can be added through the reader {self.options.reader}")
            if result is None:
                written = reader.add(Value((), None), new)
                return [Set(container, steps, written.new)]
            return [Append(*reader.add(result, new))]
        return [Append(container, steps, self.worded(new))]

    def remove(self, subject: Subject) -> list[Change]:
        """Remove the attribute."""
        container, steps = self._target(subject)
        return [Remove(container, steps)]

    def blueprint(self, new: Plain, adding: bool) -> tuple[dict[str, Plain], frozenset[str]]:
        """Return the nested blocks that lead to the value."""
        if self.path.beside or not self.path.steps:
            raise CannotWrite("what else the new resource would need is not known")
        if adding and self.options.reader:
            reader = reader_named(self.options.reader)
            if reader.add is None or not isinstance(new, Mapping):
                raise CannotWrite(f"nothing can be added through the reader {self.options.reader}")
            new = reader.add(Value((), None), new).new
        elif adding:
            new = [self.worded(new)]
        else:
            new = self._fitting(new)
        built = nested(steps_to_write(self.path), new)
        return (dict(built) if isinstance(built, Mapping) else {}), frozenset()


class ConstantPlace(Place):
    """`constant`: what the type says by being used."""

    __slots__ = ("value",)

    def __init__(self, value: Any, options: Options) -> None:
        super().__init__(options)
        self.value = plain_value(value)

    def raw(self, subject: Subject) -> Value | None:
        """Return the constant."""
        del subject
        return self.value

    def blueprint(self, new: Plain, adding: bool) -> tuple[dict[str, Plain], frozenset[str]]:
        """Return nothing to write where a new companion says `new` by being of its type."""
        if adding or isinstance(new, list | Mapping) or as_text(new) != as_text(self.value.literal):
            return super().blueprint(new, adding)
        return {}, frozenset()


class OfPlace(Place):
    """`of` a relation: an attribute of a related resource."""

    __slots__ = ("attribute", "relation")

    def __init__(self, relation: str, attribute: str, options: Options) -> None:
        super().__init__(options)
        self.relation = relation
        self.attribute = attribute

    def raw(self, subject: Subject) -> Value | None:
        """Return the attribute there; unknown when the other is named and is not in these files."""
        related = subject.get(self.relation)
        if related is None:
            relation = subject.kind.relations.get(self.relation)
            named = subject.get(relation.by) if relation is not None and relation.form == "to" else None
            if named is None:
                return None
            written = named.refers_to.expression if named.refers_to else as_text(named.literal)
            return Value(Unknown(f"the {self.relation} {written} is not in these files"), named.span)
        from gatepost.rules.subjects import inside  # places and subjects need each other

        return inside(related, self.attribute)

    def _related(self, subject: Subject) -> Subject:
        from gatepost.rules.subjects import Subject as Thing

        related = subject.get(self.relation)
        if related is None or not isinstance(related.literal, Thing):
            raise CannotWrite(f"the {self.relation} is not in these files")
        return related.literal

    def known_to_version(self, subject: Subject) -> bool:
        """Return whether there is a related resource to write to."""
        return super().known_to_version(subject) and subject.get(self.relation) is not None

    def write(self, subject: Subject, new: Plain) -> list[Change]:
        """Write where the related resource keeps it."""
        from gatepost.rules.writing import write

        return write(self._related(subject), self.attribute, new)

    def remove(self, subject: Subject) -> list[Change]:
        """Remove it there."""
        from gatepost.rules.writing import remove

        return remove(self._related(subject), self.attribute)
