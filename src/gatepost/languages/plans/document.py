"""A Terraform root as its plan has it: values from the plan, places and edits from the source; never a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from gatepost.languages.plans.addresses import parse_address
from gatepost.languages.plans.bodies import PlannedBody
from gatepost.languages.plans.elsewhere import Elsewhere, ElsewhereBody, ElsewhereMap
from gatepost.languages.plans.matching import Match, Matching
from gatepost.languages.plans.overlay import AS_PLANNED, Renaming
from gatepost.languages.plans.plan import Plan
from gatepost.languages.plans.references import References
from gatepost.languages.terraform.document import TerraformDocument
from gatepost.model.changes import Change, Create, Edit, Plain, Remove, RemoveResource, Step, Template, Written
from gatepost.model.documents import Document, Edited, Remark, Resource, Stretch
from gatepost.model.places import Source
from gatepost.model.problems import CannotWrite, Problem
from gatepost.model.values import Reference, Value

_OTHER = ("variable", "output", "module", "terraform", "local")
_OTHER_KINDS = ("provider.", "ephemeral.")


class PlannedDocument(Document):
    """A root module and a plan of it.

    `was` is the source as it lies there, which the plan is matched with; `now` the source as it is after edits, the
    same at first. `differing` are (address of a block without keys, attribute) that the source has otherwise than the
    plan's configuration: there the source counts. `told` are the problems of the plan.
    """

    language = "terraform"

    def __init__(
        self,
        now: TerraformDocument,
        was: TerraformDocument,
        matching: Matching,
        differing: frozenset[tuple[str, str]] = frozenset(),
        told: tuple[Problem, ...] = (),
    ) -> None:
        self.now = now
        self.was = was
        self.matching = matching
        self.differing = differing
        self._differing: dict[str, frozenset[str]] = {}
        for block, name in differing:
            self._differing[block] = self._differing.get(block, frozenset()) | {name}
        self.told = told
        self.path = now.path
        self.ledger = now.ledger
        self._kept: dict[str, tuple[Resource, ...]] = {}
        self._by_key: dict[tuple[str, str], Resource] = {}
        self._source: dict[str, Resource] = {}
        self._references = References(matching.plan)
        self._elsewhere = Elsewhere(self._references, now, was)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.matching.plan

    @property
    def sources(self) -> tuple[Source, ...]:  # type: ignore[override]  # as in TerraformDocument
        """All files of the source that were read."""
        return self.now.sources

    @property
    def problems(self) -> tuple[Problem, ...]:  # type: ignore[override]  # as in TerraformDocument
        """What is wrong with the files, and with the plan."""
        return (*self.now.problems, *self.told)

    @property
    def unread(self) -> frozenset[str]:
        """The types of which a resource may stand in a part of a file that cannot be read."""
        return self.now.unread

    def types(self) -> Sequence[str]:
        """Return the types of resources in the source and in the plan."""
        found = dict.fromkeys(self.now.types())
        found.update(dict.fromkeys(self.matching.types()))
        return tuple(found)

    def resources(self, type: str) -> Sequence[Resource]:
        """Return the resources of one type as planned, in file order; those whose blocks are elsewhere come last."""
        written = self.now.resources(type)
        if type in _OTHER or type.startswith(_OTHER_KINDS):
            return written
        kept = self._kept.get(type)
        if kept is None:
            kept = self._kept[type] = tuple(self._planned(type, written))
            self._by_key.update({(type, resource.key): resource for resource in kept})
        return kept

    def resource(self, type: str, key: str) -> Resource | None:
        """Return one resource by its key, noting nothing."""
        if type in _OTHER or type.startswith(_OTHER_KINDS):
            return self.now.resource(type, key)
        before = self.ledger.begin()
        self.resources(type)
        self.ledger.forget(before)
        return self._by_key.get((type, key))

    def stretches(self) -> Iterator[Stretch]:
        """Yield what stands in the source: a plan has no text."""
        return self.now.stretches()

    def stretch(self, item: str) -> Stretch | None:
        """Return one of them by its item."""
        return self.now.stretch(item)

    def _planned(self, type: str, written: Sequence[Resource]) -> Iterator[Resource]:
        before = self.ledger.begin()
        first = {resource.key: resource for resource in self.was.resources(type)}
        self.ledger.forget(before)
        matches: dict[str, list[Match]] = {}
        elsewhere: list[Match] = []
        for match in self.matching.of_type(type):
            if match.source is None:
                elsewhere.append(match)
            else:
                matches.setdefault(match.source.key, []).append(match)
        for resource in written:
            was = first.get(resource.key)
            found = matches.get(resource.key, ())
            if was is None or (not found and not self._left_out(was)):
                yield resource  # the plan does not know it
            for match in found if was is not None else ():
                yield self._laid(match, was or resource, resource, len(found))
        for match in elsewhere:
            made = self._elsewhere.resource(match)
            if made is not None:
                yield made

    def _left_out(self, resource: Resource) -> bool:
        """Whether the plan knows the block of a resource, and makes no such instance of it."""
        return self.plan.complete and self.matching.knows(resource) and resource.address not in self.plan.deferred

    def _laid(self, match: Match, was: Resource, now: Resource, several: int) -> Resource:
        planned = match.planned
        self._source[planned.address] = now
        tail = f"{planned.type}.{planned.name}"
        names = Renaming(now.address.partition(tail)[0], planned.address.partition(tail)[0], self._output)
        address = parse_address(now.address)
        block = address.base if address is not None else now.address
        body = PlannedBody(planned, was.body.literal, now.body.literal, names, several > 1)
        body.differing = self._differing.get(block, frozenset())
        value = now.body._replace(literal=body, refers_to=Reference(planned.address, ""))
        return now._replace(address=planned.address, body=value, key=match.key)

    def _output(self, reference: Reference) -> Reference | None:
        """Return the resource that an output of a module names whose files are not here."""
        if not reference.attribute:
            return None
        named = self._references.named("", f"{reference.address}.{reference.attribute}")
        return named._replace(expression=reference.expression) if named is not None else None

    def values(self) -> Iterator[tuple[str, str, Value]]:
        """Yield what is written in the source: the plan writes nothing."""
        return self.now.values()

    def values_of(self, items: frozenset[str]) -> Iterator[tuple[str, str, Value]]:
        """Yield what `values` yields for some items only."""
        return self.now.values_of(items)

    def remarks(self) -> Sequence[Remark]:
        """Return the comments that may hold waivers."""
        return self.now.remarks()

    def edited(self, edits: Sequence[Edit]) -> Edited:
        """Return the document after the edits of its source."""
        edited = self.now.edited(edits)
        assert isinstance(edited.document, TerraformDocument)
        after = PlannedDocument(edited.document, self.was, self.matching, self.differing, self.told)
        return edited._replace(document=after)

    # -- writing ------------------------------------------------------------------------------------------------------

    def write(self, change: Change) -> Written:
        """Turn a change into edits of the source; raises `CannotWrite`."""
        if isinstance(change, RemoveResource):
            return self.now.write(RemoveResource(self._of_source(change.resource)))
        if isinstance(change, Create):
            attributes = {name: self._plain(plain) for name, plain in change.attributes.items()}
            return self.now.write(change._replace(near=self._of_source(change.near), attributes=attributes))
        _writable(change.container, change.steps, isinstance(change, Remove))
        new = change if isinstance(change, Remove) else change._replace(new=self._plain(change.new))
        written = self.now.write(new)
        literal = change.container.literal
        shared = isinstance(literal, PlannedBody) and literal.several
        return written._replace(shared=True) if shared else written

    def _of_source(self, resource: Resource) -> Resource:
        """Return the source's resource that a planned one is an instance of."""
        if isinstance(resource.body.literal, ElsewhereBody):
            raise CannotWrite(f"{resource.address} lies in a module whose files are not here")
        return self._source.get(resource.address, resource)

    def _plain(self, plain: Plain) -> Plain:
        """Return what a fix writes with the source's addresses in its references."""
        if isinstance(plain, Reference):
            source = self._source.get(plain.address)
            return plain if source is None else plain._replace(address=source.address)
        if isinstance(plain, Template):
            parts = [self._plain(part) for part in plain.parts]
            return Template(tuple(part for part in parts if isinstance(part, str | Reference)))
        if isinstance(plain, list):
            return [self._plain(one) for one in plain]
        if isinstance(plain, Mapping):
            changed = {key: self._plain(one) for key, one in plain.items()}
            return plain.__class__(changed) if isinstance(plain, dict) else changed  # pyright: ignore[reportCallIssue, reportUnknownVariableType]
        return plain


def _writable(container: Value, steps: Sequence[Step], removing: bool) -> None:
    """Raise `CannotWrite` where the value on the way is set by something that these files do not have."""
    elsewhere = isinstance(container.literal, ElsewhereBody | ElsewhereMap)
    for value in _along(container, steps[: len(steps) - 1 if removing else len(steps)]):
        if value.origins:
            elsewhere = False
            if value.origins[-1].what.endswith(AS_PLANNED):
                what = value.origins[-1].what.removesuffix(AS_PLANNED)
                raise CannotWrite(f"the plan has another value for {what} than these files give it")
    if elsewhere:
        raise CannotWrite("it lies in a module whose files are not here, and its call does not give it")


def _along(value: Value | None, steps: Sequence[Step]) -> Iterator[Value]:
    """Yield the values on the way that steps lead, as far as there are any."""
    for step in steps:
        literal: Any = value.literal if value is not None else None
        if isinstance(literal, tuple):
            listed = cast("tuple[Value, ...]", literal)
            position = step if isinstance(step, int) else 0
            value = listed[position] if position < len(listed) else None
            if not isinstance(step, int) and value is not None and isinstance(value.literal, Mapping):
                value = cast("Mapping[str, Value]", value.literal).get(step)
        elif isinstance(literal, Mapping):
            members = cast("Mapping[str, Value]", literal)
            value = value if step == 0 and "0" not in members else members.get(str(step))
        else:
            return
        if value is not None:
            yield value
