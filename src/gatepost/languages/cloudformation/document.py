"""A template as a document: its resources, values, remarks and edits; never the meaning of a property."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gatepost.languages.cloudformation import remarks, scalars
from gatepost.languages.cloudformation.assembly import Assembly, Known, assemble
from gatepost.languages.cloudformation.differences import BEING, ITEMS, between, differences_again, item_of
from gatepost.languages.cloudformation.inputs import ParameterFile, Reader, read_parameter_file, read_parameter_files
from gatepost.languages.cloudformation.layout import Entry, Slice, read_again, spliced
from gatepost.languages.cloudformation.parts import LANGUAGE, Part, is_present, parameter_of, resource_of
from gatepost.languages.cloudformation.problems import flaw_of, problems_of
from gatepost.model.changes import Change, Edit, Written
from gatepost.model.documents import Document, Edited, Ledger, ReadKey, Remark, Resource, Stretch
from gatepost.model.places import Source
from gatepost.model.problems import Problem
from gatepost.model.values import Value

if TYPE_CHECKING:
    from gatepost.languages.cloudformation.changing import Changer

# Items that conditions depend on.
_DECIDING = ("Conditions.", "Parameters.", "Mappings.")


def read_template(
    source: Source, files: Reader | None = None, parameter_files: Sequence[str] = ()
) -> CloudFormationDocument:
    """Read a template; what cannot be read is in the `problems` of the document.

    `files` reads the parameter files, nested templates and included files by their paths from the scanned root.
    """
    inputs = read_parameter_files(parameter_files, files) if parameter_files and files is not None else ()
    return CloudFormationDocument(source, {}, files, inputs)


class CloudFormationDocument(Document):
    """One template with its nested stacks. Addresses are logical ids, those in nested stacks with the stack's before
    them ("Network/Vpc"); parameters are resources of type "parameter" at "Parameters.Key".
    """

    def __init__(
        self,
        source: Source,
        known: Known,
        files: Reader | None = None,
        inputs: Sequence[ParameterFile] = (),
        problems: tuple[Problem, ...] | None = None,
    ) -> None:
        self.path = source.path
        self.language = LANGUAGE
        self.ledger = Ledger()
        self._files = files
        self._offered = tuple(inputs)
        self.assembly: Assembly = assemble(source, known, self.ledger, files, inputs)
        self.parts = self.assembly.parts
        others = (*(one.source for one in self.assembly.inputs), *(part.source for part in self.parts[1:]))
        self.sources = (source, *{other.path: other for other in others if other.path != source.path}.values())
        self.layout = self.parts[0].layout
        self.evaluator = self.parts[0].evaluator
        self._changer: Changer | None = None
        self.problems = tuple(problems_of(self.assembly)) if problems is None else problems

    @property
    def source(self) -> Source:
        """The file."""
        return self.sources[0]

    @property
    def unread(self) -> frozenset[str]:
        """The types of the resources that cannot be read, "" where that is not told."""
        if len(self.parts) == 1:
            return self.layout.unread
        return frozenset(type_ for part in self.parts for type_ in part.layout.unread)

    def _typed(self) -> dict[str, list[tuple[Part, Entry]]]:
        found: dict[str, list[tuple[Part, Entry]]] = {}
        for part in self.parts:
            for entry in part.layout.entries:
                if entry.shape.type:
                    found.setdefault(entry.shape.type, []).append((part, entry))
                elif entry.section == "Parameters" and entry.node is not None and entry.node.kind == "map":
                    found.setdefault("parameter", []).append((part, entry))
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
        prefix, slash, own = key.rpartition("/")
        part = next((part for part in self.parts if part.prefix == prefix + slash), None)
        section, _, name = own.rpartition(".")
        self.ledger.note(key, BEING)
        entry = part.evaluator.entry(section or "Resources", name) if part is not None else None
        if part is None or entry is None or entry.node is None:
            return None
        if type == "parameter":
            return parameter_of(part, entry) if section == "Parameters" and entry.node.kind == "map" else None
        return resource_of(part, entry, type) if entry.shape.type == type and is_present(part, entry) else None

    def stretches(self) -> Iterator[Stretch]:
        """Yield every entry of every section as it is written, before any transform."""
        for part in self.parts:
            for entry in part.written.entries:
                if entry.node is not None:
                    text = part.source.text[entry.base + entry.node.start : entry.end]  # without its own name
                    type_ = entry.shape.type if entry.section == "Resources" else ""
                    yield Stretch(part.prefix + item_of(entry), type_, text, part.prefix)

    def _resources(self, type_: str) -> tuple[Resource, ...]:
        found = self.evaluator.remember(("", "types"), self._typed, {}).get(type_, ())
        if type_ == "parameter":
            return tuple(parameter_of(part, entry) for part, entry in found)
        return tuple(resource_of(part, entry, type_) for part, entry in found if is_present(part, entry))

    def values(self) -> Iterator[tuple[str, str, Value]]:
        """Yield (item, path, value) of each scalar that is written, without descriptions, types and names."""
        return scalars.written(self.parts)

    def values_of(self, items: frozenset[str]) -> Iterator[tuple[str, str, Value]]:
        """Yield what `values` yields for some items, without a look at the others."""
        return scalars.written(self.parts, items)

    def remarks(self) -> Sequence[Remark]:
        """Return the comments and metadata that may hold waivers."""
        found: list[Remark] = []
        seen: set[str] = set()
        for part in self.parts:
            if part.source.path not in seen:
                seen.add(part.source.path)
                found += remarks.read(part.written, part.source)
        return found

    def write(self, change: Change) -> Written:
        """Turn a change into edits in the file's own style; raises `CannotWrite`."""
        if self._changer is None:
            from gatepost.languages.cloudformation.changing import Changer

            self._changer = Changer(self.parts)
        return self._changer.write(change)

    def edited(self, edits: Sequence[Edit]) -> Edited:
        """Return the document after edits, reading again only the resources and parameters they touch."""
        source = self.source
        by_path: dict[str, list[Edit]] = {}
        for edit in edits:
            by_path.setdefault(edit.location.path, []).append(edit)
        plain = len(self.parts) == 1 and self.layout is self.parts[0].written
        if not plain or set(by_path) - {source.path}:
            return self._read_again(by_path)
        slices = _slices(source, edits)
        new = Source(source.path, spliced(source.text, slices), source.kind)
        again = read_again(self.layout, source.text, slices)
        if again is None or _may_transform(source.text, new.text):
            document = CloudFormationDocument(new, {}, self._files, self._offered)
            return self._edited(document, between(self.assembly, document.assembly))
        fine = not self.problems and not self._offered and again.after
        fine = fine and all(flaw_of(entry) is None for entry in again.after)
        problems = () if fine else None
        document = CloudFormationDocument(new, {new.path: (new, again.layout)}, self._files, self._offered, problems)
        return self._edited(document, differences_again(self.layout, again))

    def _read_again(self, by_path: dict[str, list[Edit]]) -> Edited:
        """Return the document after edits of several files, or of a template that transforms make something of."""
        new: dict[str, Source] = {}
        for source in self.sources:
            if source.path in by_path:
                text = spliced(source.text, _slices(source, by_path[source.path]))
                new[source.path] = Source(source.path, text, source.kind)
        inputs = [read_parameter_file(new[one.source.path]) if one.source.path in new else one for one in self._offered]
        files = Overlay(self._files, {**_texts_of(self._files), **new})
        known = {part.source.path: (part.source, part.written) for part in self.parts if part.source.path not in new}
        document = CloudFormationDocument(new.get(self.path, self.source), known, files, inputs)
        return self._edited(document, between(self.assembly, document.assembly))

    def _edited(self, document: CloudFormationDocument, changed: frozenset[ReadKey]) -> Edited:
        """Add the types of resources that a condition, decided otherwise, brings or takes away."""
        if len(self.parts) > 1 or any(item.startswith(_DECIDING) for item, _ in changed):
            before, after = self._absent(), document._absent()
            switched = before ^ after
            changed |= {(f"type:{type_}", "*") for _, type_ in switched} | {(name, BEING) for name, _ in switched}
        return Edited(document, changed)

    def _absent(self) -> set[tuple[str, str]]:
        """Return (name, type) of the resources whose condition is false."""
        before = self.ledger.begin()
        absent = {
            (part.prefix + entry.name, entry.shape.type)
            for part in self.parts
            for entry in part.layout.entries
            if (entry.shape.condition or (part.outer is not None and entry.shape.type)) and not is_present(part, entry)
        }
        self.ledger.forget(before)
        return absent


class Overlay:
    """Files with some of them as they would be after edits."""

    def __init__(self, below: Reader | None, sources: dict[str, Source]) -> None:
        self._below = below
        self.sources = sources

    @property
    def below(self) -> Reader | None:
        """The files as they are."""
        return self._below.below if isinstance(self._below, Overlay) else self._below

    def read(self, path: str, /) -> Source | None:
        """Return a file as it would be."""
        if path in self.sources:
            return self.sources[path]
        below = self.below
        return below.read(path) if below is not None else None


def _texts_of(files: Reader | None) -> dict[str, Source]:
    return files.sources if isinstance(files, Overlay) else {}


def _slices(source: Source, edits: Sequence[Edit]) -> list[Slice]:
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
    return slices


def _may_transform(old: str, new: str) -> bool:
    """Tell whether an edit brings in a word that makes more of a template than is written."""
    return any(word in new and word not in old for word in ("Fn::ForEach", "AWS::Include", "AWS::Serverless", "Stack"))
