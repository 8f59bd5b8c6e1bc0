"""A template as a document: its resources, values, remarks and edits; never the meaning of a property."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gatepost.languages.cloudformation import remarks, scalars
from gatepost.languages.cloudformation.bodies import Body
from gatepost.languages.cloudformation.conditions import holds
from gatepost.languages.cloudformation.differences import BEING, ITEMS, differences, differences_again, item_of
from gatepost.languages.cloudformation.evaluate import Evaluator
from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.cloudformation.layout import (
    GENERATORS,
    Entry,
    Flaw,
    Layout,
    Slice,
    read_again,
    read_layout,
    spliced,
)
from gatepost.languages.positioned import Malformed
from gatepost.model.changes import Change, Edit, Written
from gatepost.model.documents import Document, Edited, Ledger, ReadKey, Remark, Resource
from gatepost.model.places import Location, Source, Span
from gatepost.model.problems import CannotWrite, Problem
from gatepost.model.values import Value

if TYPE_CHECKING:
    from gatepost.languages.cloudformation.writing import Writer

LANGUAGE = "cloudformation"
# Items that conditions depend on.
_DECIDING = ("Conditions.", "Parameters.", "Mappings.")
_NOTHING = Layout("yaml", (), (), False)


def read_template(source: Source) -> CloudFormationDocument:
    """Read a template; what cannot be read is in the `problems` of the document."""
    try:
        layout = _layout(source.text)
    except Malformed as broken:
        at = min(broken.offset, len(source.text))
        problem = Problem(Location(source.path, source.region(at, at)), broken.what, broken.hint)
        return CloudFormationDocument(source, _NOTHING, (problem,))
    return CloudFormationDocument(source, layout)


def _layout(text: str) -> Layout:
    try:
        return read_layout(text)
    except Malformed:
        from gatepost.languages.cloudformation.recovery import read_what_is_left

        return read_what_is_left(text)


class CloudFormationDocument(Document):
    """One template. Addresses are logical ids; parameters are resources of type "parameter" at "Parameters.Key"."""

    def __init__(self, source: Source, layout: Layout, problems: tuple[Problem, ...] | None = None) -> None:
        self.path = source.path
        self.language = LANGUAGE
        self.sources = (source,)
        self.ledger = Ledger()
        self.layout = layout
        self.evaluator = Evaluator(source, layout, self.ledger)
        self._writer: Writer | None = None
        self.problems = tuple(self._problems()) if problems is None else problems

    @property
    def source(self) -> Source:
        """The file."""
        return self.sources[0]

    @property
    def unread(self) -> frozenset[str]:
        """The types of the resources that cannot be read, "" where that is not told."""
        return self.layout.unread

    def _problems(self) -> Iterator[Problem]:
        for flaw in self.layout.flaws:
            yield self._problem(flaw.offset, flaw.what, flaw.hint)
        sections = self.evaluator.sections
        if "Resources" not in sections and not self.layout.flaws:
            yield self._problem(0, "the template has no resources", "write Resources: and below it a resource")
        for entry in sections.get("Resources", {}).values():
            flaw = _flaw(entry)
            if flaw is not None:
                yield self._problem(*flaw)

    def _problem(self, offset: int, what: str, hint: str) -> Problem:
        return Problem(Location(self.path, self.source.region(offset, offset)), what, hint)

    def _typed(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.layout.entries:
            if entry.shape.type:
                found.setdefault(entry.shape.type, []).append(entry)
            elif entry.section == "Parameters" and entry.node is not None and entry.node.kind == "map":
                found.setdefault("parameter", []).append(entry)
        return found

    def types(self) -> Sequence[str]:
        """Return the types of resources that are written, in order of first appearance."""
        self.ledger.note(*ITEMS)
        return list(self.evaluator.remember(("", "types"), self._typed, {}))

    def resources(self, type: str) -> Sequence[Resource]:
        """Return the resources of one type in file order, without those whose condition is false."""
        self.ledger.note(f"type:{type}", "*")
        return self.evaluator.remember(("type", type), lambda: self._resources(type), ())

    def resource(self, type: str, key: str) -> Resource | None:
        """Return one resource by its key without making the others; notes only that one."""
        section, _, name = key.rpartition(".")
        self.ledger.note(key, BEING)
        entry = self.evaluator.entry(section or "Resources", name)
        if entry is None or entry.node is None:
            return None
        if type == "parameter":
            return self._parameter(entry) if section == "Parameters" and entry.node.kind == "map" else None
        return self._resource(entry, type) if entry.shape.type == type and self._is_present(entry) else None

    def _resources(self, type_: str) -> tuple[Resource, ...]:
        entries = self.evaluator.remember(("", "types"), self._typed, {}).get(type_, ())
        if type_ == "parameter":
            return tuple(self._parameter(entry) for entry in entries)
        return tuple(self._resource(entry, type_) for entry in entries if self._is_present(entry))

    def _is_present(self, entry: Entry) -> bool:
        condition = entry.shape.condition
        return not condition or holds(self.evaluator, condition) is not False

    def _resource(self, entry: Entry, type_: str) -> Resource:
        _, name, key, node, base, shape = entry
        assert node is not None
        evaluator, source, notation = self.evaluator, self.source, self.layout.notation
        end = base + node.end
        properties = shape.properties
        if properties is None:
            place = Span(source, end, end)
        else:
            place = Span(source, base + properties.start, base + properties.end)
        body = Value(Body(evaluator, properties, base, name), place, open=shape.is_open, notation=notation)
        beside = Body(evaluator, node, base, name, "$.", "Properties")
        return Resource(
            LANGUAGE,
            type_,
            name,
            name,
            Span(source, base + key.start, end),
            Span(source, base + key.start, base + key.end),
            body,
            Value(beside, Span(source, base + node.start, end), notation=notation),
            name,
        )

    def _parameter(self, entry: Entry) -> Resource:
        node, evaluator = entry.node, self.evaluator
        assert node is not None
        address = item_of(entry)
        body = Body(evaluator, node, entry.base, address)
        return Resource(
            LANGUAGE,
            "parameter",
            entry.name,
            address,
            Span(self.source, entry.start, entry.end),
            evaluator.span(entry.key, entry.base),
            Value(body, evaluator.span(node, entry.base), notation=self.layout.notation),
            Value({}),
            address,
        )

    def values(self) -> Iterator[tuple[str, str, Value]]:
        """Yield (item, path, value) of each scalar that is written, without descriptions, types and names."""
        return scalars.written(self.layout, self.evaluator)

    def values_of(self, items: frozenset[str]) -> Iterator[tuple[str, str, Value]]:
        """Yield what `values` yields for some items, without a look at the others."""
        return scalars.written(self.layout, self.evaluator, items)

    def remarks(self) -> Sequence[Remark]:
        """Return the comments and metadata that may hold waivers."""
        return remarks.read(self.layout, self.source)

    def write(self, change: Change) -> Written:
        """Turn a change into edits in the file's own style; raises `CannotWrite`."""
        if not self.layout.entries:
            raise CannotWrite("the template cannot be read")
        if self._writer is None:
            from gatepost.languages.cloudformation.writing import Writer

            self._writer = Writer(self.source, self.layout, self.evaluator)
        return self._writer.write(change)

    def edited(self, edits: Sequence[Edit]) -> Edited:
        """Return the document after edits, reading again only the resources and parameters they touch."""
        source = self.source
        slices = [
            Slice(
                source.offset(region.start_line, region.start_column),
                source.offset(region.end_line, region.end_column),
                edit.replacement,
            )
            for edit in edits
            for region in (edit.location.region,)
        ]
        slices.sort(key=lambda edit: (edit.start, edit.end))  # of two at one place the first stays first
        new = Source(source.path, spliced(source.text, slices), source.kind)
        again = read_again(self.layout, source.text, slices)
        if again is None:
            document = read_template(new)
            return self._edited(document, differences(self.layout, document.layout))
        fine = not self.problems and again.after and all(_flaw(entry) is None for entry in again.after)
        document = CloudFormationDocument(new, again.layout, () if fine else None)
        return self._edited(document, differences_again(self.layout, again))

    def _edited(self, document: CloudFormationDocument, changed: frozenset[ReadKey]) -> Edited:
        """Add the types of resources that a condition, decided otherwise, brings or takes away."""
        if any(item.startswith(_DECIDING) for item, _ in changed):
            before, after = self._absent(), document._absent()
            switched = before ^ after
            changed |= {(f"type:{type_}", "*") for _, type_ in switched} | {(name, BEING) for name, _ in switched}
        return Edited(document, changed)

    def _absent(self) -> set[tuple[str, str]]:
        """Return (name, type) of the resources whose condition is false."""
        before = self.ledger.begin()
        absent = {
            (entry.name, entry.shape.type)
            for entry in self.layout.entries
            if entry.shape.condition and not self._is_present(entry)
        }
        self.ledger.forget(before)
        return absent


def _flaw(entry: Entry) -> Flaw | None:
    """Return what is wrong with a resource as a whole, if anything."""
    name, node = entry.name, entry.node
    if entry.section != "Resources" or entry.shape.type:
        return None
    if name.startswith(GENERATORS):
        what = "makes" if name.startswith("Fn::ForEach") else "includes"
        return Flaw(
            entry.start, f"what {'::'.join(name.split('::')[:2])[:40]} {what} is not read", "write the resources out"
        )
    if node is None or node.kind != "map" or call_of(node) is not None:
        return Flaw(entry.start, f"the resource {name} is no map", "write its Type and Properties")
    return Flaw(entry.start, f"the resource {name} has no Type", "write Type: AWS::…")
