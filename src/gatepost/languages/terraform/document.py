"""A Terraform root module as a document: its resources, modules expanded, and how it is changed; never a rule."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence, Set

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.fetched import is_fetched
from gatepost.languages.terraform.given import NOTHING, Inputs
from gatepost.languages.terraform.inputs import read_var_files, settled_inputs
from gatepost.languages.terraform.instances import instance_text
from gatepost.languages.terraform.modules import Directory, Item, Reader, type_of
from gatepost.languages.terraform.relisting import Blocks, blocks_by_read, came_and_went, instances_in
from gatepost.languages.terraform.scope import Scope
from gatepost.languages.terraform.state import State
from gatepost.languages.terraform.versions import provider_versions
from gatepost.model.changes import Change, Edit, Written
from gatepost.model.documents import Document, Edited, Ledger, ReadKey, Remark, Resource, Stretch
from gatepost.model.places import Source, Span
from gatepost.model.problems import Problem
from gatepost.model.values import Reference, Value, value_at

FRAMES = 6_000  # evaluation goes as deep as DEEPEST in evaluate.py allows, some ten Python frames a level


def read_root(
    path: str,
    files: Reader,
    var_files: Sequence[str] = (),
    inputs: Inputs = NOTHING,
    parsed: dict[str, Directory] | None = None,
) -> TerraformDocument:
    """Read the root module in a directory.

    `path` is relative to the scanned root, with forward slashes ("." is its top); `files` lists and reads files and
    is used for local modules too; `var_files` are paths of further var files, the last one counts; `inputs` is what
    comes from outside the files; `parsed` holds folders that were read already, and takes those that are read now.
    Never raises for what is written in the files: that becomes problems of the document.
    """
    if sys.getrecursionlimit() < FRAMES:
        sys.setrecursionlimit(FRAMES)
    state = State(path, files, Ledger())
    if parsed is not None:
        state.directories = parsed
    state.var_files = read_var_files(path, files, var_files)
    state.inputs = settled_inputs(inputs, path, files, len(state.var_files) - len(var_files))
    return TerraformDocument(state)


class TerraformDocument(Document):
    """One Terraform root module with the local modules that it calls."""

    language = "terraform"

    def __init__(self, state: State, versions: tuple[tuple[str, str], ...] | None = None) -> None:
        self.state = state
        self.path = state.path
        self.ledger = state.ledger
        self.root = Scope(state, state.directory(state.path), "", None, None)
        self.blocks: dict[str, Blocks] = {}  # of each type that an edit may have made others of
        self.versions = provider_versions(state, self.root) if versions is None else versions

    @property
    def sources(self) -> tuple[Source, ...]:  # type: ignore[override]  # read when asked for, and never assigned
        """All files that were read, in order of their directories."""
        files = [file for directory in self._directories() for file in directory.files.values()]
        return tuple(file.source for file in (*files, *self.state.var_files))

    @property
    def problems(self) -> tuple[Problem, ...]:  # type: ignore[override]  # as `sources`
        """What is wrong with the files of the root module and of the local modules it calls."""
        found = [problem for directory in self._directories() for problem in directory.problems()]
        found += [problem for file in self.state.var_files for problem in file.problems()]
        found += [self.state.trouble[key] for key in sorted(self.state.trouble)]
        return tuple(dict.fromkeys(found))

    @property
    def unread(self) -> frozenset[str]:
        """The types of which a resource may stand in a part of a file that cannot be read; "" for every type."""
        files = [file for directory in self._directories() for file in directory.files.values()]
        return frozenset(type for file in files if file.faults for type in file.unread())

    def _directories(self) -> tuple[Directory, ...]:
        return tuple({scope.directory.path: scope.directory for scope in self.scopes()}.values())

    @property
    def open_modules(self) -> tuple[tuple[str, str], ...]:
        """Return (address, why) of the module calls whose resources are not read here."""
        found: dict[tuple[str, str], None] = {}
        for scope in self.scopes():
            for item, key, child in self._calls(scope):
                if child is None:
                    from gatepost.languages.terraform.calls import why_unread

                    found[scope.address(item, key), why_unread(scope, item)] = None
        return tuple(found)

    def call_of(self, path: str, address: str) -> Span | None:
        """Return the header of the call in our own files that brings in a file of a fetched module, None for others."""
        if not is_fetched(path):
            return None
        from gatepost.languages.terraform.calls import call_of

        found = call_of(self.scopes(), path, address)
        if found is None:
            return None
        scope, item = found
        span = scope.frame(item).span(item.node)
        return Span(span.source, span.start, span.start + header_length(item.node))

    def types(self) -> Sequence[str]:
        """Return the types of resources that occur, in order of first appearance."""
        found: dict[str, None] = {}
        for scope in self.scopes():
            found.update(dict.fromkeys(scope.directory.types))
        return tuple(found)

    def resources(self, type: str) -> Sequence[Resource]:
        """Return the resources of one type in file order, called modules behind; notes ("type:" + type, "*")."""
        found: tuple[Resource, ...] = self.state.recall(
            f"type:{type}", "*", lambda: tuple(self._resources(type)), lambda: ()
        )
        return found

    def _resources(self, type: str) -> Iterator[Resource]:
        for scope in self.scopes():
            for key in scope.directory.types.get(type, ()):
                item = scope.directory.index[key]
                yield from self._instances(scope, item, type)

    def stretches(self) -> Iterator[Stretch]:
        """Yield every block and local value of the root and of the modules that can be read, once each call."""
        for scope in self.scopes():
            for item in scope.directory.index.values():
                yield _stretch(scope, item)

    def stretch(self, item: str) -> Stretch | None:
        """Return the text of one thing, that of override files included."""
        for scope in self.scopes():
            found = (
                scope.directory.index.get(item.removeprefix(scope.prefix)) if item.startswith(scope.prefix) else None
            )
            if found is not None:
                return _stretch(scope, found)
        return None

    def instances(self) -> Iterator[Resource]:
        """Yield every instance of the resources, data sources and ephemeral resources, callers before called.

        Unlike `resources`, each of several that are equal in what is written has its own address.
        """
        from gatepost.languages.terraform.listing import every_address, prefixes

        known = prefixes(self.scopes())
        for scope in self.scopes():
            for item in scope.directory.index.values():
                if item.kind in ("resource", "data", "ephemeral"):
                    for one in self._instances(scope, item, type_of(item)):
                        for address in every_address(scope, item, one.address, known[scope.prefix]):
                            yield one._replace(address=address)

    def resource(self, type: str, key: str) -> Resource | None:
        """Return the resource with a key, None when there is none; the others of its type are not looked at."""
        for scope in self.scopes():
            if key.startswith(scope.prefix):
                inside = key[len(scope.prefix) :]
                item = scope.directory.index.get(inside) or scope.directory.index.get(inside.partition("[")[0])
                found = next(self._instances(scope, item, type, key), None) if item is not None else None
                if found is not None:
                    return found
        return None

    def type_of(self, item: str) -> str | None:
        """Return the type of what an item declares, "" where it is nothing that `resources` gives."""
        for scope in self.scopes():
            found = scope.directory.index.get(item[len(scope.prefix) :]) if item.startswith(scope.prefix) else None
            if found is not None:
                type = type_of(found)
                return type if found.key in scope.directory.types.get(type, ()) else ""
        return ""

    def came_and_went(
        self, before: Document, type: str, changed: Set[ReadKey]
    ) -> tuple[Sequence[Resource], Sequence[Resource]]:
        """Return what is only here, and only before; makes the instances of those blocks that may have others now."""
        if not isinstance(before, TerraformDocument) or before.modules() != self.modules():
            return super().came_and_went(before, type, changed)
        blocks = before.blocks.get(type)
        if blocks is None:
            blocks = before.blocks[type] = blocks_by_read(before, type)
        return came_and_went(before, self, type, changed, blocks)

    def _instances(self, scope: Scope, item: Item, type: str, only: str = "") -> Iterator[Resource]:
        """Yield the instances of an item, or the one whose key is `only`."""
        kind = item.kind
        members = instances_in(scope, item).members
        frame = scope.frame(item)
        place, node = scope.prefix + item.key, item.node
        span = frame.span(node)
        header = Span(span.source, span.start, span.start + header_length(node))
        versions, notation = self.versions, frame.notation
        for key, names in members:
            here = place if key is None else place + instance_text(key)
            if only and here != only:
                continue
            at = frame.with_names(names) if names else frame
            properties = scope.body_at(item, at, place, here, None if kind == "module" else False)
            properties.shown = kind in ("module", "output")
            address = scope.address(item, key)
            written = Value(properties, span, (), False, Reference(address, ""), False, notation)
            beside = value_at(scope.body_at(item, at, place, here, True), span, notation)
            yield Resource("terraform", type, item.name, address, span, header, written, beside, here, versions)

    def scopes(self) -> tuple[Scope, ...]:
        """Return the root module and all readable modules below it, callers before called."""
        found: tuple[Scope, ...] = self.state.recall(
            "modules", "*", lambda: tuple(self._scopes_below(self.root)), tuple
        )
        return found

    def modules(self) -> list[str]:
        """Return the prefixes of the modules, as `Scope` has them."""
        return [scope.prefix for scope in self.scopes()]

    def _scopes_below(self, scope: Scope) -> Iterator[Scope]:
        waiting = [scope]
        while waiting:
            here = waiting.pop(0)
            yield here
            waiting.extend(child for _, _, child in self._calls(here) if child is not None)

    def _calls(self, scope: Scope) -> Iterator[tuple[Item, str | int | None, Scope | None]]:
        calls = scope.directory.types.get("module", ())
        if not calls:
            return
        from gatepost.languages.terraform.calls import folder_of

        for key in calls:
            item = scope.directory.index[key]
            if folder_of(scope, item) is None:
                self.ledger.note(scope.prefix + item.key, "source")
                yield item, None, None
                continue
            for instance, names in scope.instances(item).members:
                yield item, instance, scope.child(item, instance, names)

    def values(self) -> Iterator[tuple[str, str, Value]]:
        """Yield (item, path, value) of each scalar that is written anywhere, in file order, noting each item."""
        from gatepost.languages.terraform.occurrences import occurrences

        return occurrences(self.scopes(), self.state)

    def values_of(self, items: frozenset[str]) -> Iterator[tuple[str, str, Value]]:
        """Yield what `values` yields for some items only."""
        from gatepost.languages.terraform.occurrences import occurrences

        return occurrences(self.scopes(), self.state, items)

    def remarks(self) -> Sequence[Remark]:
        """Return the comments that may hold waivers, file by file; the addresses are those of the first module call."""
        from gatepost.languages.terraform.remarks import remarks_of

        found: list[Remark] = []
        seen: set[str] = set()
        for scope in self.scopes():
            if scope.directory.path not in seen and not is_fetched(scope.directory.path):
                seen.add(scope.directory.path)
                for file in scope.directory.files.values():
                    for remark in remarks_of(file.source, file.body):
                        address = scope.prefix + remark.address if remark.address else ""
                        found.append(remark._replace(address=address))
        for file in self.state.var_files:
            found.extend(remarks_of(file.source, file.body))
        return found

    def write(self, change: Change) -> Written:
        """Turn a change into edits in the file's own style; raises `CannotWrite`."""
        from gatepost.languages.terraform.writing import write

        return write(self, change)

    def edited(self, edits: Sequence[Edit]) -> Edited:
        """Return the document after the edits, reading again only what they touch."""
        from gatepost.languages.terraform.incremental import after_edits

        state, changed, versions = after_edits(self.state, self.root, edits)
        document = TerraformDocument(state, None if versions else self.versions)
        if document.versions != self.versions:
            memos = (self.state.memo, *(one.memo for one in self.state.earlier))
            changed = changed.union(*memos)
        return Edited(document, changed)


def header_length(node: nodes.Node) -> int:
    """Return how long the type and the labels of a block are, with what is between them."""
    return (node.header_end if isinstance(node, nodes.Block) else node.end) - node.start


def _stretch(scope: Scope, item: Item) -> Stretch:
    text = "\n".join(scope.directory.span(one, one.node).text for one in (item, *item.over))
    return Stretch(scope.prefix + item.key, type_of(item), text, scope.prefix)
