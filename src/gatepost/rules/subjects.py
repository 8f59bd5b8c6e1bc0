"""Subjects: what a condition is judged on, with attributes worked out when they are asked for; never a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gatepost.conditions.scalars import scalar_text
from gatepost.model.documents import Reads, Resource
from gatepost.model.records import NamedTuple
from gatepost.model.values import OnDemand, Unknown, Value, is_map_type, with_literal
from gatepost.rules.paths import Path, parse_path, part_of_unknown, step_into, walk

if TYPE_CHECKING:
    from gatepost.model.changes import Step
    from gatepost.rules.concepts import Concept
    from gatepost.rules.places import Place
    from gatepost.rules.relations import Relation
    from gatepost.rules.world import World

_NO_READS: Reads = frozenset()
# What an attribute is while it is being worked out: it goes round in a circle when it is asked for then.
_CIRCLE = (Value(Unknown("it goes round in a circle")), _NO_READS)
BUILT_IN = ("parent", "before", "after", "provider", "root", "lifecycle")


class Kind:
    """What a subject may be asked for: attributes at their places, relations, and, when `raw`, any path."""

    __slots__ = ("attributes", "concept", "elements", "identity", "raw", "reader", "relations")

    def __init__(
        self,
        attributes: Mapping[str, Place],
        relations: Mapping[str, Relation],
        raw: bool = False,
        elements: Mapping[str, Kind] | None = None,
        reader: str = "",
        identity: tuple[str, ...] = (),
        concept: Concept | None = None,
    ) -> None:
        self.attributes = attributes
        self.relations = relations
        self.raw = raw
        self.elements = elements or {}
        self.reader = reader
        self.identity = identity
        self.concept = concept

    def element(self, name: str) -> Kind:
        """Return the kind of the elements of an attribute that its place does not make itself."""
        return self.elements.get(name, RAW)

    def declares(self, name: str) -> bool:
        """Return whether the name is an attribute or a relation."""
        return name in self.attributes or name in self.relations


RAW = Kind({}, {}, raw=True)


@lru_cache(4096)
def _is_plain(name: str) -> bool:
    """Return whether a name is that of one attribute, and neither a path nor built in."""
    return name not in BUILT_IN and parse_path(name) == Path((name,))


class _Sorted(NamedTuple):
    """The positions of the elements of a list by what one attribute says; `unclear` are those that do not tell.

    `closed`: there are no others, and every one tells.
    """

    elements: Sequence[Value]
    by_text: Mapping[str, Sequence[int]]
    unclear: Sequence[int]
    closed: bool
    reads: Reads


def _sorted_by(elements: Sequence[Value], attribute: str) -> tuple[dict[str, list[int]], list[int]]:
    by_text: dict[str, list[int]] = {}
    unclear: list[int] = []
    for position, element in enumerate(elements):
        if not isinstance(element.literal, Subject):
            unclear.append(position)
            continue
        value = element.literal.get(attribute)
        if value is None or value.literal is None:
            continue  # a comparison with what is missing is false
        text = scalar_text(value.literal)
        if text is None:
            unclear.append(position)
        else:
            by_text.setdefault(text, []).append(position)
    return by_text, unclear


class Subject(OnDemand):
    """A resource or an element of one, as rules see it; a mapping from attribute names to values.

    `container` is the map it stands on, `prefix` the way from there to where its paths begin. `label` tells elements
    of a resource apart ("statements.0"), "" for the resource itself.
    """

    __slots__ = (
        "_kept",
        "_sorted",
        "container",
        "kind",
        "label",
        "parent",
        "position",
        "prefix",
        "resource",
        "siblings",
        "world",
    )

    def __init__(
        self,
        world: World,
        resource: Resource,
        kind: Kind,
        container: Value,
        prefix: tuple[Step, ...] = (),
        label: str = "",
        parent: Subject | None = None,
    ) -> None:
        self.world = world
        self.resource = resource
        self.kind = kind
        self.container = container
        self.prefix = prefix
        self.label = label
        self.parent = parent
        self.siblings: tuple[Value, ...] = ()
        self.position = 0
        self._kept: dict[str, tuple[Value | None, Reads]] = {}
        self._sorted: dict[tuple[str, str], _Sorted] = {}

    def get(self, name: str, default: Any = None) -> Value | None:
        """Return the value of an attribute or relation (dotted names go on inside), None when it is missing."""
        ledger = self.world.ledger
        kept = self._kept.get(name)
        if kept is not None:
            found, reads = kept
            ledger.note_all(reads)
            return found
        self._kept[name] = _CIRCLE
        before = ledger.begin()
        try:
            found = self._find(name)
            if found is not None and found.literal is None:
                found = None
        finally:
            reads = ledger.end(before)
        self._kept[name] = (found, reads)
        return found if found is not None else default

    def is_settled(self, names: Iterable[str]) -> bool:
        """Return whether none of some attributes is being worked out just now."""
        return all(self._kept.get(name) is not _CIRCLE for name in names)

    def elements_with(self, name: str, attribute: str, texts: frozenset[str]) -> Sequence[Value]:
        """Return those elements of a list, in order, whose attribute may be one of some texts.

        Many rules speak of a list, each of a few of its elements (one program among all commands), so the elements
        are sorted once by what the attribute says. Notes the same reads as looking at every element would.
        """
        known = self._by_attribute(name, attribute)
        self.world.ledger.note_all(known.reads)
        positions = [*known.unclear]
        for text in texts:
            positions += known.by_text.get(text, ())
        return [known.elements[position] for position in sorted(positions)]

    def has_none(self, name: str, attribute: str, texts: frozenset[str]) -> Reads | None:
        """Return what was read to know that no element of a list has one of some texts; None when one has, or may."""
        known = self._by_attribute(name, attribute)
        return known.reads if known.closed and texts.isdisjoint(known.by_text) else None

    def _by_attribute(self, name: str, attribute: str) -> _Sorted:
        known = self._sorted.get((name, attribute))
        if known is None:
            ledger = self.world.ledger
            before = ledger.begin()
            value = self.get(name)
            elements: Sequence[Value] = value.literal if value is not None and value.is_list else ()
            by_text, unclear = _sorted_by(elements, attribute)
            closed = not unclear and (value is None or (value.is_list and not value.open))
            known = _Sorted(elements, by_text, unclear, closed, ledger.end(before))
            self._sorted[name, attribute] = known
        return known

    def _find(self, name: str) -> Value | None:
        kind = self.kind
        if kind is RAW and _is_plain(name):
            found = step_into(self.container, name) if not self.prefix else self.at(name)
            if found is not None and type(found.literal) is tuple:
                return self._with_siblings(name, found)
            return found
        place = kind.attributes.get(name)
        if place is not None:
            return self._with_elements(name, place.read(self))
        relation = kind.relations.get(name)
        if relation is not None:
            return relation.follow(self)
        cut = name.rfind(".")
        while cut > 0:
            if kind.declares(name[:cut]):
                return inside(self.get(name[:cut]), name[cut + 1 :])
            cut = name.rfind(".", 0, cut)
        head, _, rest = name.partition(".")
        if head in BUILT_IN and not (kind.raw and self._has(head)):
            found = self._built_in(head)
            return inside(found, rest) if rest else found
        if kind.raw:
            if rest and not name.startswith("$.") and "[]" not in name:
                return inside(self.get(head), rest)
            return self._with_elements(name, self.at(name))
        return None

    def at(self, name: str) -> Value | None:
        """Return what is written at a path of the language's own, whatever is declared."""
        return self.along(parse_path(name))

    def along(self, path: Path) -> Value | None:
        """Return what is written at a path."""
        if path.beside:
            return walk(self.resource.beside, path.steps)
        return walk(self.container, self.prefix + path.steps)

    def _has(self, name: str) -> bool:
        literal = self.container.literal
        return isinstance(literal, Mapping) and literal.get(name) is not None  # pyright: ignore[reportUnknownMemberType]

    def _with_elements(self, name: str, value: Value | None) -> Value | None:
        """Give the maps in a list their parent and siblings."""
        if value is None:
            return None
        literal = value.literal
        if type(literal) is tuple:
            return self._with_siblings(name, value)
        if name in self.kind.elements and isinstance(literal, Mapping) and not isinstance(literal, Subject):
            return with_literal(
                value, Subject(self.world, self.resource, self.kind.elements[name], value, (), name, self)
            )
        return value

    def _with_siblings(self, name: str, value: Value) -> Value:
        elements: list[Value] = []
        subjects: list[Subject] = []
        before = f"{self.label}.{name}" if self.label else name
        kind = self.kind.element(name)
        for position, element in enumerate(value.literal):
            literal: Any = element.literal
            form: type[object] = literal.__class__
            if form is not str and is_map_type(form):
                if form is not Subject and not isinstance(literal, Subject):
                    literal = Subject(self.world, self.resource, kind, element, (), f"{before}.{position}", self)
                    element = with_literal(element, literal)
                literal.position = position
                subjects.append(literal)
            elements.append(element)
        siblings = tuple(elements)
        for subject in subjects:
            subject.siblings = siblings
        return with_literal(value, siblings) if subjects else value

    def _built_in(self, name: str) -> Value | None:
        if name == "parent":
            return as_value(self.parent) if self.parent is not None else None
        if name in ("before", "after"):
            siblings, position = self.world.siblings(self)
            near = siblings[:position][::-1] if name == "before" else siblings[position + 1 :]
            return Value(tuple(near))
        if name == "lifecycle":
            return walk(self.resource.beside, ("lifecycle",))
        if name == "provider":
            found = self.world.provider(self.resource)
            return as_value(found) if found is not None else None
        return self.world.root()

    def __iter__(self) -> Iterator[str]:
        names: dict[str, None] = dict.fromkeys(self.kind.attributes)
        if self.kind.raw and isinstance(self.container.literal, Mapping):
            names.update(dict.fromkeys(self.container.literal))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        return (name for name in names if self.get(name) is not None)

    def __len__(self) -> int:
        # Asked for only to tell whether it is empty, and a thing that is there never is; counting would read all of it.
        return 1

    @property
    def covers(self) -> Callable[[str], bool | None]:
        """What a reader's element can do beside having attributes (a principal may be everybody); others lack it."""
        return self.container.literal.covers

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


def as_value(subject: Subject) -> Value:
    """Return a subject as a value, standing where the subject stands."""
    if subject.label:
        return with_literal(subject.container, subject)
    return Value(subject, subject.resource.header)


def inside(value: Value | None, rest: str) -> Value | None:
    """Return what a dotted name means inside a value; None when it is missing."""
    if value is None or value.literal is None:
        return None
    literal: Any = value.literal
    kind: type[object] = literal.__class__
    if kind is Subject or isinstance(literal, Subject):
        return literal.get(rest)
    if kind is Unknown:
        return part_of_unknown(value)
    first, _, deeper = rest.partition(".")
    if kind is tuple:
        elements: tuple[Value, ...] = literal
        if not first.isdigit():
            if len(elements) == 1 and not value.open:
                return inside(elements[0], rest)
            return step_into(value, first) if elements or value.open else None
        found = step_into(value, int(first))
        return inside(found, deeper) if deeper else found
    if is_map_type(kind):
        found = step_into(value, first)
        if found is None and deeper:  # the key of a free map may have dots itself
            return step_into(value, rest)
        return inside(found, deeper) if deeper else found
    if rest == "size" and hasattr(literal, "size"):
        return Value(literal.size, value.span, value.origins, value.open)
    return None
