"""Schemas of subjects, for the loading of conditions: which attributes there are and of which sort; never a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gatepost.conditions import Schema, Sort
from gatepost.rules.companions import EachPlace, InPlace
from gatepost.rules.mentions import MentionsPlace
from gatepost.rules.paths import EACH
from gatepost.rules.places import ConstantPlace, OfPlace, PathPlace, Place
from gatepost.rules.readers import sort as reader_sort
from gatepost.rules.several import EntriesPlace, FirstPlace, NetworksPlace, RangePlace, TogetherPlace

if TYPE_CHECKING:
    from gatepost.rules.subjects import Kind

ANY = Sort("any")
TRUTH = Sort("truth")


class FreeSchema:
    """Any name is there and of any sort: the body of a resource in its own language."""

    def sort(self, attribute: str, /) -> Sort | None:
        """Return the sort of any attribute."""
        del attribute
        return ANY

    def names(self) -> Sequence[str]:
        """Return no names."""
        return ()


FREE = FreeSchema()


class KindSchema:
    """The attributes of one or more kinds that stand for the same thing in several dialects."""

    def __init__(self, kinds: Sequence[Kind], parent: Schema | None = None) -> None:
        self._kinds = kinds
        self._parent = parent
        self._known: dict[str, Sort | None] = {}

    def sort(self, attribute: str, /) -> Sort | None:
        """Return the sort of an attribute or relation, None when no dialect has it."""
        if attribute not in self._known:
            self._known[attribute] = ANY  # while it is worked out: an attribute of a relation that leads back here
            self._known[attribute] = self._find(attribute)
        return self._known[attribute]

    def _find(self, name: str) -> Sort | None:
        sorts: list[Sort] = []
        for kind in self._kinds:
            place = kind.attributes.get(name)
            if place is not None:
                sorts.append(with_relations(place_sort(place, kind), kind.elements.get(name), self))
            elif name in kind.relations:
                relation = kind.relations[name]
                many = relation.form != "to" or (self.sort(relation.by) or ANY).kind == "list"
                schema = relation.concept.schema()
                sorts.append(Sort("list", schema) if many else Sort("element", schema))
        if sorts:
            return merged(sorts)
        return built_in(name, self, self._parent)

    def names(self) -> Sequence[str]:
        """Return the names of all attributes and relations."""
        return tuple(dict.fromkeys(name for kind in self._kinds for name in (*kind.attributes, *kind.relations)))


class WithRelations:
    """The schema of a reader's elements, and the relations that the resource file gives them."""

    def __init__(self, schema: Schema | None, kind: Kind | None, parent: Schema) -> None:
        self._schema = schema
        self._parent = parent
        self._relations = KindSchema([kind] if kind is not None else [], parent)

    def sort(self, attribute: str, /) -> Sort | None:
        """Return the sort of an attribute of the element or of a relation it has; its siblings are like itself."""
        if attribute in ("before", "after"):
            return Sort("list", self)
        if attribute in self._relations.names():
            return self._relations.sort(attribute)
        found = self._schema.sort(attribute) if self._schema is not None else None
        if found is None:
            found = built_in(attribute, self, self._parent)
        return ANY if found is None and self._schema is None else found

    def names(self) -> Sequence[str]:
        """Return the names of both."""
        return (*(self._schema.names() if self._schema is not None else ()), *self._relations.names())


def with_relations(sort: Sort, kind: Kind | None, parent: Schema) -> Sort:
    """Return the sort with elements that know their parent, siblings and relations."""
    if sort.kind not in ("list", "element") or isinstance(sort.of, Sort | KindSchema):
        return sort
    if sort.of is None and kind is None:
        return sort
    return Sort(sort.kind, WithRelations(sort.of, kind, parent))


def built_in(name: str, schema: Schema, parent: Schema | None) -> Sort | None:
    """Return the sort of what every subject has."""
    if name == "parent" and parent is not None:
        return Sort("element", parent)
    if name in ("before", "after"):
        return Sort("list", schema)
    if name in ("provider", "root", "lifecycle"):
        return Sort("element", FREE)
    return None


def _of_plain(values: Iterable[Any]) -> Sort | None:
    listed = list(values)
    if listed and all(isinstance(value, bool) for value in listed):
        return TRUTH
    if listed and all(isinstance(value, int | float) and not isinstance(value, bool) for value in listed):
        return Sort("number")
    return None


def place_sort(place: Place, kind: Kind) -> Sort:
    """Return the sort that a place gives its attribute."""
    options = place.options
    if isinstance(place, EachPlace):
        return Sort("list", KindSchema([place.kind], KindSchema([kind])))
    if options.reader:
        return reader_sort(options.reader)
    if isinstance(place, EntriesPlace):
        return Sort("map", _of_plain(options.values.values()) or ANY)
    declared = _of_plain([*options.values.values(), *(default.value for default in options.defaults)])
    if declared is not None:
        return declared
    if isinstance(place, PathPlace):
        return Sort("list", ANY) if place.path.steps[-1:] == (EACH,) else ANY
    if isinstance(place, ConstantPlace):
        literal = place.value.literal
        return _of_plain([literal]) or (Sort("text") if isinstance(literal, str) else ANY)
    if isinstance(place, OfPlace):
        relation = kind.relations.get(place.relation)
        return (relation.concept.schema().sort(place.attribute) or ANY) if relation is not None else ANY
    if isinstance(place, MentionsPlace):
        return Sort("list", Sort("text"))
    return _compound_sort(place, kind)


def _compound_sort(place: Place, kind: Kind) -> Sort:
    if isinstance(place, FirstPlace):
        return merged([place_sort(part, kind) for part in place.places])
    if isinstance(place, TogetherPlace):
        sort = merged([place_sort(part, kind) for part in place.places])
        return sort if sort.kind != "any" else Sort("list", ANY)
    if isinstance(place, RangePlace):
        return Sort("ports")
    if isinstance(place, NetworksPlace):
        return Sort("networks")
    if isinstance(place, InPlace):
        if place.inner is not None:
            return place_sort(place.inner, place.kind)
        return Sort("list", KindSchema([place.kind], KindSchema([kind])))
    return ANY


def merged(sorts: Sequence[Sort]) -> Sort:
    """Return one sort for an attribute that several places give sorts to."""
    known = [sort for sort in sorts if sort.kind != "any"]
    if not known:
        return ANY
    kinds = {sort.kind for sort in known}
    if len(kinds) > 1:
        return ANY
    schemas = [sort.of for sort in known if sort.of is not None]
    if not schemas:
        return known[0]
    if any(isinstance(schema, Sort) for schema in schemas):
        return known[0]
    return Sort(known[0].kind, Union([schema for schema in schemas if not isinstance(schema, Sort)]))


class Union:
    """Several schemas as one: what any of them has."""

    def __init__(self, schemas: Sequence[Schema]) -> None:
        self._schemas = schemas

    def sort(self, attribute: str, /) -> Sort | None:
        """Return the sort of an attribute that any of the schemas has."""
        found = [sort for schema in self._schemas if (sort := schema.sort(attribute)) is not None]
        return merged(found) if len(found) > 1 else found[0] if found else None

    def names(self) -> Sequence[str]:
        """Return all names."""
        return tuple(dict.fromkeys(name for schema in self._schemas for name in schema.names()))


class DockerSchema:
    """The attributes of a Dockerfile's instruction, stage or command, as the language lists them."""

    def __init__(self, name: str, parent: Schema | None = None) -> None:
        self._name = name
        self._parent = parent

    def sort(self, attribute: str, /) -> Sort | None:
        """Return the sort of an attribute, None when there is none of that name."""
        from gatepost.languages.dockerfile.attributes import shape

        found = shape(self._name, attribute)
        if found is not None:
            return self._sort(found)
        if attribute in ("before", "after"):
            inner = "instruction" if self._name.isupper() else self._name
            return Sort("list", DockerSchema(inner, self._parent))
        if attribute == "root":
            return Sort("element", DockerSchema("document"))
        return built_in(attribute, self, self._parent)

    def _sort(self, shape: Any) -> Sort:
        of = shape.of
        if isinstance(of, str):
            return Sort(shape.kind, DockerSchema(of, self))
        if of is None:
            return Sort(shape.kind)
        inner = self._sort(of)
        return Sort(shape.kind, inner.of if inner.kind == "element" else inner)

    def names(self) -> Sequence[str]:
        """Return the names of the attributes."""
        from gatepost.languages.dockerfile.attributes import attributes

        return tuple(attributes(self._name))


def element_schema(sort: Sort | None, parent: Schema) -> Schema | None:
    """Return the schema of the elements of a list as subjects of their own; None when it is no list of things."""
    if sort is None or sort.kind not in ("list", "any"):
        return None
    if sort.kind == "any" or sort.of is None:
        return FREE
    if isinstance(sort.of, Sort):
        return FREE if sort.of.kind in ("any", "map") else None
    return WithRelations(sort.of, None, parent)


VALUES: Mapping[str, Sort] = {
    "key": Sort("text"),
    "path": Sort("text"),
    "text": Sort("text"),
}
