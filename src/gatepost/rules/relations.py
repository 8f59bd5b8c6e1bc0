"""Relations between concepts: to, from and all; never what a rule makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from gatepost.conditions import Condition, compile_condition
from gatepost.model.values import Unknown, Value, gap_of
from gatepost.rules.joins import base_address, completed, is_input, targets
from gatepost.rules.subjects import as_value

if TYPE_CHECKING:
    from gatepost.rules.concepts import Concept
    from gatepost.rules.subjects import Subject

Form: TypeAlias = Literal["to", "from", "all"]
# Attributes by which any resource is named; a reference to one of them names that resource and no other.
_NAMES = frozenset(("", "id", "arn", "name", "Arn", "Ref"))


class Relation:
    """One relation of a concept (or of the elements of one of its attributes)."""

    def __init__(self, name: str, form: Form, concept: Concept, by: str, where: Mapping[str, Any] | None) -> None:
        self.name = name
        self.form: Form = form
        self.concept = concept
        self.by = by
        self.where = where

    @cached_property
    def condition(self) -> Condition | None:
        """The compiled `where`; `${…}` in it are attributes of the subject that has the relation."""
        if self.where is None:
            return None
        return compile_condition(self.where, self.concept.schema())

    def follow(self, subject: Subject) -> Value | None:
        """Return the related subject or a list of them; None when there is none."""
        if self.form == "to":
            return self._to(subject)
        if self.form == "from":
            world = subject.world
            found = world.naming(self.concept, self.by, subject)
            others = (as_value(thing) for thing in found.things if thing.resource.key != subject.resource.key)
            return Value(tuple(others), subject.container.span, open=bool(found.why), gap=found.why)
        return self._all(subject)

    def _to(self, subject: Subject) -> Value | None:
        key = subject.get(self.by)
        if key is None:
            return None
        if key.is_list:
            found: list[Value] = []
            is_open, gap = key.open, key.gap
            for element in key.literal:
                related = self._one(subject, element, 0)
                if related is not None and related.is_map:
                    found.append(related)
                if related is not None and related.unknown is not None:
                    is_open, gap = True, gap or related.unknown.why
            return Value(tuple(found), key.span, key.origins, open=is_open, gap=gap)
        return self._one(subject, key, 0)

    def _one(self, subject: Subject, key: Value, depth: int) -> Value | None:
        world = subject.world
        key = completed(key, subject.resource) or key
        things, why = world.named(self.concept, key)
        others = [thing for thing in things if thing.resource.key != subject.resource.key]
        if others:
            return as_value(others[0])
        if things:
            return None  # a relation never yields the resource itself
        reference = key.refers_to
        if reference is not None and not is_input(reference):
            return self._through(subject, key, depth)
        if key.unknown is not None:
            return Value(Unknown(key.unknown.why), key.span, key.origins)
        return Value(Unknown(why), key.span, key.origins) if why else None

    def _through(self, subject: Subject, key: Value, depth: int) -> Value | None:
        """Follow a reference to another resource's attribute: what that one says is meant."""
        reference = key.refers_to
        assert reference is not None
        resource = subject.world.at_address(reference.address)
        if resource is not None and reference.attribute not in _NAMES and depth < 5:
            head = reference.attribute.partition(".")[0]
            written = resource.body.literal.get(head)
            if written is not None and written.literal is not None and not written.is_map:
                return self._one(subject, written, depth + 1)
        if resource is not None and reference.attribute in _NAMES and not resource.type.startswith("data."):
            return None  # it names a thing of another kind
        shown = reference.expression or reference.address
        return Value(Unknown(f"what {shown} names is not in these files"), key.span, key.origins)

    def _all(self, subject: Subject) -> Value:
        found: list[Value] = []
        is_open, gap = False, ""
        condition = self.condition
        settings = OfSubject(subject)
        for thing in subject.world.things(self.concept):
            if thing.resource.key == subject.resource.key and not thing.label:
                continue
            outcome = condition.judge(thing, settings) if condition is not None else None
            if outcome is None or outcome.truth:
                found.append(as_value(thing))
            elif outcome.truth is None:
                is_open, gap = True, gap or gap_of(*(asked.value for asked in outcome.unknowns))
        return Value(tuple(found), subject.container.span, open=is_open, gap=gap)


class OfSubject(Mapping[str, Any]):
    """The attributes of a subject as settings, for the placeholders of a relation's `where`."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def __getitem__(self, name: str) -> Value:
        found = self._subject.get(name)
        return found if found is not None else Value(None)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __iter__(self) -> Iterator[str]:
        return iter(self._subject)

    def __len__(self) -> int:
        return len(self._subject)


def wanted(subject: Subject, identity: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return what a key must name to mean this subject: its address, and the texts of its identity."""
    address = subject.resource.address
    found = [(f"@{base_address(address)}", address)]
    for name in identity:
        value = completed(subject.get(name) if subject.kind.declares(name) else subject.at(name), subject.resource)
        if value is not None and not value.is_list:
            found += [pair for pair in targets(value) if pair[0][0] in "=~"]
    return found


def keys_of(value: Value | None) -> list[tuple[str, str]]:
    """Return what a key names, as pairs to look up."""
    return [pair for pair in targets(value) if pair[0] != "?"]
