"""The world of one document: its subjects, joins and companions, each worked out once; never a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import TYPE_CHECKING

from gatepost.model.documents import Document, ReadKey, Reads, Resource
from gatepost.model.places import Span
from gatepost.model.records import NamedTuple
from gatepost.model.values import Reference, Value
from gatepost.rules.joins import Candidate, Index, Joined, Keyed, Part, Whose, completed, part_of, targets
from gatepost.rules.mentions import Mentions
from gatepost.rules.relations import keys_of, wanted
from gatepost.rules.subjects import RAW, Subject, as_value

if TYPE_CHECKING:
    from gatepost.rules.catalogue import Catalogue
    from gatepost.rules.concepts import Concept

JOIN = "join:"


class Companions(NamedTuple):
    """The resources that are joined to a subject; `why` says why there may be more."""

    resources: tuple[Resource, ...]
    open: bool
    why: str


class Things(NamedTuple):
    """Subjects that were found; `why` says why there may be more."""

    things: tuple[Subject, ...]
    why: str


class Join(NamedTuple):
    """How an index is made: of which types of resources, and what each of these is keyed by."""

    types: Sequence[str]
    keyed: Callable[[World, Resource], Keyed]


class World:
    """What is known of one document while it is being judged."""

    def __init__(
        self,
        document: Document,
        catalogue: Catalogue,
        indexes: dict[str, tuple[Index, Join]] | None = None,
    ) -> None:
        self.document = document
        self.catalogue = catalogue
        self.ledger = document.ledger
        self.alike = document.alike()
        self.indexes = indexes if indexes is not None else {}
        self.mentions = Mentions(document)
        self._things: dict[tuple[str, str], tuple[tuple[Subject, ...], Reads]] = {}
        self._by_key: dict[str, Resource | None] = {}
        self._by_item: dict[str, Resource] | None = None
        self._by_address: dict[str, Resource] | None = None
        self._raw: dict[str, Subject] = {}
        self._wanted: dict[Subject, tuple[list[tuple[str, str]], Reads]] = {}
        self._companions: dict[tuple[Subject, str, str], tuple[Companions, Reads]] = {}

    # -- subjects ---------------------------------------------------------------------------------------------------

    def things(self, concept: Concept) -> tuple[Subject, ...]:
        """Return every subject of a concept, in file order type by type."""
        found: list[Subject] = []
        for type in concept.types_in(self.document.language):
            for resource in self.document.resources(type):
                found.extend(self.things_of(concept, resource))
        return tuple(found)

    def things_of(self, concept: Concept, resource: Resource) -> tuple[Subject, ...]:
        """Return the subjects of a concept that one resource is or holds."""
        kept = self._things.get((concept.name, resource.key))
        if kept is None:
            before = self.ledger.begin()
            found = tuple(concept.subjects_of(self, resource))
            kept = self._things[concept.name, resource.key] = (found, self.ledger.forget(before))
        self.ledger.note_all(kept[1])
        return kept[0]

    def resource(self, type: str, key: str) -> Resource | None:
        """Return a resource by its type and key, without noting anything."""
        if key not in self._by_key:
            self._by_key[key] = self.document.resource(type, key)
        return self._by_key[key]

    def raw(self, resource: Resource) -> Subject:
        """Return a resource with the language's own attribute names."""
        found = self._raw.get(resource.key)
        if found is None:
            found = self._raw[resource.key] = Subject(self, resource, RAW, resource.body)
        return found

    def at_address(self, address: str) -> Resource | None:
        """Return the resource at an address."""
        if self._by_address is None:
            before = self.ledger.begin()
            self._by_address = {r.address: r for type in self.document.types() for r in self.document.resources(type)}
            self.ledger.forget(before)
        found = self._by_address.get(address)
        self.ledger.note(f"address:{address}", "*")
        return found

    def owner(self, item: str, value: Value) -> Resource:
        """Return the resource that an item is; for what is none (a local, a var file) one that stands for it."""
        before = self.ledger.begin()
        type = self.document.type_of(item)
        if type is not None:
            found = self.resource(type, item) if type else None
        else:
            if self._by_item is None:
                self._by_item = {r.key: r for type in self.document.types() for r in self.document.resources(type)}
            found = self._by_item.get(item)
        self.ledger.forget(before)
        return found if found is not None else stand_in(self, item, value)

    # -- joins ------------------------------------------------------------------------------------------------------

    def index(self, name: str, make: Callable[[], Join]) -> Index:
        """Return a join's index, made when it is first asked for, as `make` says."""
        kept = self.indexes.get(name)
        if kept is None:
            join = make()
            before = self.ledger.begin()
            resources = [resource for type in join.types for resource in self.document.resources(type)]
            parts = {(resource.type, resource.key): self._part(join, resource) for resource in resources}
            self.ledger.forget(before)
            kept = self.indexes[name] = (Index().replaced(parts)[0] if parts else Index(), join)
        return kept[0]

    def _part(self, join: Join, resource: Resource) -> Part:
        before = self.ledger.begin()
        part = part_of(join.keyed(self, resource))
        return part._replace(reads=self.ledger.forget(before))

    def index_again(
        self, name: str, changed: Set[ReadKey], created: Sequence[Resource], removed: Sequence[Resource]
    ) -> dict[ReadKey, set[ReadKey]] | None:
        """Make again what an index has of resources that came, went or read what changed.

        Returns the reads of targets that are not what they were, each with what was read to know it, now or before;
        None when nothing was made again.
        """
        index, join = self.indexes[name]
        parts: dict[Whose, Part | None] = {}
        for whose in index.reading(changed):
            resource = self.resource(*whose)
            parts[whose] = self._part(join, resource) if resource is not None else None
        for resource in removed:
            if index.has((resource.type, resource.key)):
                parts[resource.type, resource.key] = None
        for resource in created:
            if resource.type in join.types:
                parts[resource.type, resource.key] = self._part(join, resource)
        if not parts:
            return None
        made, differing = index.replaced(parts)
        self.indexes[name] = (made, join)
        found: dict[ReadKey, set[ReadKey]] = {}
        for target, listed in differing.items():
            causes = found[JOIN + name, target] = {(whose[1], "*") for whose in listed}
            for whose in listed:
                for part in (index.part(whose), made.part(whose)):
                    causes.update(part.reads if part is not None else ())
        return found

    def _lookup(self, name: str, index: Index, pairs: Iterable[tuple[str, str]]) -> Joined:
        note = self.ledger.note
        listed = list(pairs)
        for target, _ in listed:
            note(JOIN + name, target)
        note(JOIN + name, "?")
        return index.lookup(listed)

    def _wanted_of(self, subject: Subject) -> list[tuple[str, str]]:
        """Return what a key must name to mean a subject, worked out once: many rules look for its companions."""
        kept = self._wanted.get(subject)
        if kept is not None:
            self.ledger.note_all(kept[1])
            return kept[0]
        identity = self.identity(subject)
        # An attribute that is being worked out just now says less than it will when it has been.
        last = subject.is_settled(identity)
        before = self.ledger.begin()
        found = wanted(subject, identity)
        reads = self.ledger.end(before)
        if last:
            self._wanted[subject] = (found, reads)
        return found

    def companions(self, subject: Subject, type: str, joined_by: str) -> Companions:
        """Return the resources of a type whose attribute names the subject; places and fixes ask it several times."""
        kept = self._companions.get((subject, type, joined_by))
        if kept is not None:
            self.ledger.note_all(kept[1])
            return kept[0]
        last = subject.is_settled(self.identity(subject))  # as in `_wanted_of`
        before = self.ledger.begin()
        found = self._joined_to(subject, type, joined_by)
        reads = self.ledger.end(before)
        if last:
            self._companions[subject, type, joined_by] = (found, reads)
        return found

    def _joined_to(self, subject: Subject, type: str, joined_by: str) -> Companions:
        name = f"{type}|{joined_by}"
        index = self.index(name, lambda: _by_attribute(type, joined_by))
        found, opens = self._lookup(name, index, self._wanted_of(subject))
        why = self._open(opens, subject) or self._unread((type,))
        resources = [self.resource(candidate.type, candidate.key) for candidate in found]
        return Companions(tuple(r for r in resources if r is not None), bool(why), why)

    def identity(self, subject: Subject) -> tuple[str, ...]:
        """Return the identity attributes of the concept a subject belongs to."""
        return subject.kind.identity

    def naming(self, concept: Concept, by: str, subject: Subject) -> Things:
        """Return the subjects of a concept whose attribute `by` names the subject."""
        name = f"from {concept.name}|{by}"
        types = concept.types_in(self.document.language)
        index = self.index(name, lambda: _by_own_attribute(concept, types, by))
        found, opens = self._lookup(name, index, self._wanted_of(subject))
        why = self._open(opens, subject) or self._unread(types)
        return Things(self._subjects(concept, found), why)

    def named(self, concept: Concept, key: Value) -> Things:
        """Return the subjects of a concept that a key names."""
        found, opens = self._identified(concept, keys_of(key))
        why = opens[0][0] if opens and key.unknown is None else ""
        return Things(self._subjects(concept, found), why)

    def _identified(self, concept: Concept, pairs: Iterable[tuple[str, str]]) -> Joined:
        name = f"to {concept.name}"
        index = self.index(name, lambda: _by_identity(concept, concept.types_in(self.document.language)))
        return self._lookup(name, index, pairs)

    def _open(self, opens: Iterable[tuple[str, str]], subject: Subject) -> str:
        """Return why another key may name the subject; one that surely names another of its concept does not."""
        concept = subject.kind.concept
        for why, same in opens:
            if not same or concept is None or not self._identified(concept, [(same, "")]).found:
                return why
        return self._passed_on(subject)

    def _unread(self, types: Iterable[str]) -> str:
        """Return why a resource of one of the types may stand where nothing can be read."""
        if not self.document.problems:
            return ""
        unread = self.document.unread
        lost = next((type for type in types if type in unread), "")
        if lost:
            return f"a {lost} cannot be read"
        return "a part of the files cannot be read" if "" in unread else ""

    def _passed_on(self, subject: Subject) -> str:
        """Return which module that cannot be read is given the subject, and so may hold what names it."""
        index = self.index("modules", _by_arguments)
        for candidate in self._lookup("modules", index, wanted(subject, ())).found:
            return f"{candidate.key} is given it and cannot be read from these files"
        return ""

    def _subjects(self, concept: Concept, found: tuple[Candidate, ...]) -> tuple[Subject, ...]:
        things: list[Subject] = []
        for candidate in found:
            resource = self.resource(candidate.type, candidate.key)
            if resource is not None:
                things += [thing for thing in self.things_of(concept, resource) if thing.label == candidate.label]
        return tuple(things)

    # -- the rest ---------------------------------------------------------------------------------------------------

    def siblings(self, subject: Subject) -> tuple[tuple[Value, ...], int]:
        """Return the list an element stands in and its position; for an instruction, those of its stage."""
        if subject.siblings or subject.parent is not None:
            return subject.siblings, subject.position
        stage = subject.at("stage") if subject.resource.language == "dockerfile" else None
        listed = stage.literal.get("instructions") if stage is not None and stage.is_map else None
        elements: tuple[Value, ...] = listed.literal if listed is not None and listed.is_list else ()
        for position, element in enumerate(elements):
            if element.span is not None and element.span == subject.resource.body.span:
                return elements, position
        return (), 0

    def provider(self, resource: Resource) -> Subject | None:
        """Return the configuration of the provider that a resource uses."""
        named = resource.beside.literal.get("provider") if resource.beside.is_map else None
        if named is not None and named.refers_to is not None:
            found = self.at_address(named.refers_to.address)
            return self.raw(found) if found is not None else None
        type = "provider." + resource.type.removeprefix("data.").partition("_")[0]
        unnamed = [r for r in self.document.resources(type) if "alias" not in r.body.literal]
        return self.raw(unnamed[0]) if unnamed else None

    def root(self) -> Value:
        """Return what is known of the document as a whole; of a Dockerfile, what `docker.document` has."""
        if self.document.language == "dockerfile":
            return as_value(self.raw(self.document.resources("document")[0]))
        return Value({"path": Value(self.document.path), "language": Value(self.document.language)})

    def reference(self, subject: Subject) -> Reference:
        """Return how another resource names the subject's resource."""
        resource = subject.resource
        attribute = next(iter(self.identity(subject)), "") if resource.language == "terraform" else ""
        return Reference(resource.address, attribute or ("id" if resource.language == "terraform" else ""))


# -- how indexes are made ---------------------------------------------------------------------------------------------


def _by_attribute(type: str, joined_by: str) -> Join:
    def keyed(world: World, resource: Resource) -> Keyed:
        return [(Candidate(resource.type, resource.key), (completed(world.raw(resource).at(joined_by), resource),))]

    return Join((type,), keyed)


def _by_own_attribute(concept: Concept, types: Sequence[str], by: str) -> Join:
    def keyed(world: World, resource: Resource) -> Keyed:
        for thing in world.things_of(concept, resource):
            yield Candidate(resource.type, resource.key, thing.label), (completed(thing.get(by), resource),)

    return Join(types, keyed)


def _by_identity(concept: Concept, types: Sequence[str]) -> Join:
    def keyed(world: World, resource: Resource) -> Keyed:
        for thing in world.things_of(concept, resource):
            yield Candidate(resource.type, resource.key, thing.label), _identities(thing)

    return Join(types, keyed)


def _by_arguments() -> Join:
    def keyed(world: World, call: Resource) -> Keyed:
        del world
        return [] if _is_local(call) else [(Candidate(call.type, call.key), named_in(call.body, 0))]

    return Join(("module",), keyed)


_DEEPEST = 4


def _is_local(call: Resource) -> bool:
    source = call.body.literal.get("source") if call.body.is_map else None
    return source is not None and isinstance(source.literal, str) and source.literal.startswith(("./", "../"))


def named_in(value: Value, depth: int) -> Iterator[Value]:
    """Yield every value inside a map or list that refers to a resource."""
    if value.refers_to is not None and depth:
        yield value._replace(literal={})
    elif depth < _DEEPEST and value.is_list:
        for element in value.literal:
            yield from named_in(element, depth + 1)
    elif depth < _DEEPEST and value.is_map:
        for name in value.literal:
            inner = value.literal.get(name)
            if inner is not None:
                yield from named_in(inner, depth + 1)


def stand_in(world: World, item: str, value: Value) -> Resource:
    """Return a resource that stands for an item that is none: a local, a var file."""
    span = value.span or Span(world.document.sources[0], 0, 0)
    nothing = Value({}, span)
    return Resource(world.document.language, "", "", "", span, span, nothing, nothing, item)


def _identities(subject: Subject) -> list[Value | None]:
    address = Value(None, refers_to=Reference(subject.resource.address, ""))
    values: list[Value | None] = [address._replace(literal={})]
    for name in subject.kind.identity:
        value = completed(subject.get(name) if subject.kind.declares(name) else subject.at(name), subject.resource)
        if value is not None and not value.is_list:
            # A name made from another resource's does not mean that other resource.
            if value.refers_to is not None and next(targets(value))[0].startswith("@"):
                value = value._replace(refers_to=None)
            values.append(value)
    return values
