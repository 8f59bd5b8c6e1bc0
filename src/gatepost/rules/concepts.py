"""Concepts: what resource files declare, made ready to be asked; never a rule, never YAML."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from gatepost.conditions import Condition, Schema
from gatepost.model.changes import Step
from gatepost.model.documents import Resource
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value
from gatepost.rules.companions import EachPlace, InPlace
from gatepost.rules.mentions import MentionsPlace
from gatepost.rules.paths import Path, parse_path
from gatepost.rules.places import ConstantPlace, Default, OfPlace, Options, PathPlace, Place
from gatepost.rules.relations import Form, Relation
from gatepost.rules.schemas import KindSchema
from gatepost.rules.several import EntriesPlace, FirstPlace, NetworksPlace, RangePlace, TogetherPlace
from gatepost.rules.subjects import Kind, Subject
from gatepost.rules.versions import read_clause

if TYPE_CHECKING:
    from gatepost.rules.catalogue import Catalogue
    from gatepost.rules.world import World

DIALECTS = ("terraform", "cloudformation", "dockerfile")
FORMS = ("path", "first", "together", "each", "entries", "of", "constant", "range", "networks", "mentions_of")


class Entry(NamedTuple):
    """One `found_in`: a type of a dialect, and what is kept where."""

    dialect: str
    type: str
    under: tuple[Step, ...]
    each: Path | None
    where: Condition | None
    kind: Kind


class Concept:
    """A thing that rules speak of, in all the places where dialects keep it. Made from plain data, when first used."""

    __slots__ = ("_catalogue", "_entries", "_plain", "_schema", "name")

    def __init__(self, name: str, plain: Mapping[str, Any] | bytes, catalogue: Catalogue) -> None:
        self.name = name
        self._plain = plain
        self._catalogue = catalogue
        self._entries: tuple[Entry, ...] | None = None
        self._schema: KindSchema | None = None

    @property
    def plain(self) -> Mapping[str, Any]:
        """All that the file says, as plain data; what the compiled catalogue has as bytes is read now."""
        if isinstance(self._plain, bytes):
            self._plain = cast("Mapping[str, Any]", marshal.loads(self._plain))
        return self._plain

    @property
    def identity(self) -> tuple[str, ...]:
        """The attributes that others name it by."""
        return tuple(self.plain.get("identity", ()))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The dialects' places."""
        if self._entries is None:
            maker = _Maker(self._catalogue, self.plain.get("relations", {}), self)
            self._entries = tuple(maker.entry(plain) for plain in self.plain["found_in"])
        return self._entries

    def schema(self) -> Schema:
        """Return the attributes of all dialects together."""
        if self._schema is None:
            self._schema = KindSchema([entry.kind for entry in self.entries])
        return self._schema

    def types_in(self, dialect: str) -> tuple[str, ...]:
        """Return the types of resources of one dialect, as the file lists them."""
        return tuple(dict.fromkeys(plain[dialect] for plain in self.plain["found_in"] if dialect in plain))

    def subjects_of(self, world: World, resource: Resource) -> Iterator[Subject]:
        """Yield the subjects of this concept that a resource is or holds."""
        for entry in self.entries:
            if entry.dialect == resource.language and entry.type == resource.type:
                whole = Subject(world, resource, entry.kind, resource.body, entry.under)
                if entry.each is None:
                    yield whole
                else:
                    yield from _elements(whole, entry, entry.each)


def _elements(whole: Subject, entry: Entry, each: Path) -> Iterator[Subject]:
    found = whole.along(each)
    if found is None or found.unknown is not None:
        return
    elements: Sequence[Value] = found.literal if found.is_list else (found,)
    for position, element in enumerate(elements):
        if not element.is_map:
            continue
        label = ".".join(str(step) for step in (*each.steps, position))
        subject = Subject(whole.world, whole.resource, entry.kind, element, (), label, whole)
        subject.position, subject.siblings = position, tuple(elements)
        if entry.where is None or entry.where.judge(subject, {}).truth:
            yield subject


class _Maker:
    """Makes places from plain data that has been looked through by the loader."""

    def __init__(self, catalogue: Catalogue, relations: Mapping[str, Any], concept: Concept) -> None:
        self._catalogue = catalogue
        self._relations = relations
        self._identity = concept.identity
        self._concept = concept

    def entry(self, plain: Mapping[str, Any]) -> Entry:
        dialect = next(name for name in DIALECTS if name in plain)
        under = parse_path(plain["under"]).steps if "under" in plain else ()
        each = parse_path(plain["each"]) if "each" in plain else None
        kind = self.kind(plain["attributes"], "", raw=False)
        return Entry(dialect, plain[dialect], under, each, self.where(plain.get("where")), kind)

    def kind(self, attributes: Mapping[str, Any], prefix: str, raw: bool) -> Kind:
        """Return the kind with these attributes; `prefix` is the attribute whose elements it describes."""
        relations: dict[str, Relation] = {}
        elements: dict[str, Kind] = {}
        for dotted, plain in self._relations.items():
            owner = next((name for name in attributes if dotted.startswith(f"{prefix}{name}.")), "")
            rest = dotted.removeprefix(prefix)
            if dotted.startswith(prefix) and "." not in rest:
                relations[rest] = self.relation(rest, plain)
            elif owner and owner not in elements:
                elements[owner] = self.kind({}, f"{prefix}{owner}.", raw=True)
        places = {name: self.place(plain, f"{prefix}{name}.") for name, plain in attributes.items()}
        for name, place in places.items():
            reader = reader_of(place)
            if reader and not isinstance(place, EachPlace):
                inner = elements.get(name)
                elements[name] = Kind({}, inner.relations if inner else {}, raw=True, reader=reader)
        return Kind(
            places, relations, raw, elements, identity=self._identity if not prefix else (), concept=self._concept
        )

    def relation(self, name: str, plain: Mapping[str, Any]) -> Relation:
        form: Form = "to" if "to" in plain else "from" if "from" in plain else "all"
        return Relation(name, form, self._catalogue.concept(plain[form]), plain.get("by", ""), plain.get("where"))

    def where(self, plain: Mapping[str, Any] | None) -> Condition | None:
        if plain is None:
            return None
        from gatepost.conditions import compile_condition

        return compile_condition(plain)

    def options(self, plain: Mapping[str, Any]) -> Options:
        if not plain.keys() - set(FORMS) - {"attributes", "where", "key", "value", "attribute"}:
            return _PLAIN
        values = plain.get("values", {})
        if isinstance(values, str):
            values = self._catalogue.table(values)
        defaults: tuple[Default, ...] = ()
        if "default" in plain:
            given: Any = plain["default"]
            listed = cast("list[Any]", given) if isinstance(given, list) else []
            if listed and all(isinstance(one, Mapping) and "value" in one for one in listed):
                defaults = tuple(
                    Default(one["value"], read_clause(one["for"]) if "for" in one else None) for one in listed
                )
            else:
                defaults = (Default(given),)
        extra = {name: plain[name] for name in ("table", "unit") if name in plain}
        if isinstance(extra.get("table"), str):
            extra["table"] = self._catalogue.table(extra["table"])
        clause = read_clause(plain["for"]) if "for" in plain else None
        words = {str(key): value for key, value in values.items()}
        return Options(
            plain.get("as", ""),
            extra,
            words,
            plain.get("ignore_case", False),
            defaults,
            plain.get("replaces", False),
            clause,
        )

    def place(self, plain: Any, prefix: str) -> Place:
        """Return the place that a string or mapping declares."""
        if isinstance(plain, str):
            return PathPlace(parse_path(plain), _PLAIN)
        options = self.options(plain)
        if "in" in plain:
            return self._companion(plain, prefix, options)
        return self._form(plain, prefix, options)

    def _form(self, plain: Mapping[str, Any], prefix: str, options: Options) -> Place:
        if "path" in plain:
            return PathPlace(parse_path(plain["path"]), options)
        if "first" in plain:
            return FirstPlace([self.place(part, prefix) for part in plain["first"]], options)
        if "together" in plain:
            return TogetherPlace([self.place(part, prefix) for part in plain["together"]], options)
        if "each" in plain:
            kind = self.kind(plain.get("attributes", {}), prefix, raw=True)
            return EachPlace(parse_path(plain["each"]), kind, self.where(plain.get("where")), options)
        if "entries" in plain:
            return EntriesPlace(parse_path(plain["entries"]), plain.get("key", ""), plain.get("value", ""), options)
        if "of" in plain:
            return OfPlace(plain["of"], plain["attribute"], options)
        if "range" in plain:
            ends = plain["range"]
            protocol = parse_path(ends["protocol"]) if "protocol" in ends else None
            return RangePlace(parse_path(ends["from"]), parse_path(ends["to"]), protocol, options)
        if "networks" in plain:
            return NetworksPlace({family: parse_path(path) for family, path in plain["networks"].items()}, options)
        if "mentions_of" in plain:
            return MentionsPlace(parse_path(plain["mentions_of"]), options)
        return ConstantPlace(plain["constant"], options)

    def _companion(self, plain: Mapping[str, Any], prefix: str, options: Options) -> Place:
        inner_plain = {
            name: value for name, value in plain.items() if name not in ("in", "joined_by", "where", "default", "for")
        }
        inner: Place | None = None
        if any(form in plain for form in FORMS):
            inner = self._form(inner_plain, prefix, options._replace(defaults=(), clause=None))
        kind = self.kind(plain.get("attributes", {}) if inner is None else {}, prefix, raw=True)
        return InPlace(plain["in"], plain["joined_by"], self.where(plain.get("where")), inner, kind, options)


_PLAIN = Options()


def reader_of(place: Place) -> str:
    """Return the reader through which a place's elements are made, "" for none."""
    if isinstance(place, FirstPlace | TogetherPlace):
        return next((name for part in place.places if (name := reader_of(part))), "")
    if isinstance(place, InPlace):
        return reader_of(place.inner) if place.inner is not None else ""
    return place.options.reader
