"""The files of one module directory and the things written in them by name; never evaluates them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.syntax import parse, parse_block
from gatepost.languages.terraform.syntax_templates import Fault
from gatepost.model.places import Location, Source, Span
from gatepost.model.problems import NOWHERE, Problem
from gatepost.model.records import NamedTuple

if TYPE_CHECKING:
    from gatepost.languages.terraform.edits import Editor


class Reader(Protocol):
    """Where the files come from."""

    def list(self, directory: str) -> Sequence[str]:
        """Return the paths of the readable files directly in a directory."""
        ...

    def read(self, path: str) -> Source | None:
        """Return a file, decoded; None when there is none or it cannot be read."""
        ...


class Chunk:
    """A block (or attribute) at the top of a file, parsed once; offsets are those of the text it was parsed from."""

    __slots__ = ("_items", "node", "path")

    def __init__(self, path: str, node: nodes.Block | nodes.Attribute) -> None:
        self.path = path
        self.node = node
        self._items: tuple[Item, ...] | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """The named things in it."""
        if self._items is None:
            self._items = tuple(_items_of(self))
        return self._items


class File:
    """One version of a file: its text and its chunks in order, with what to add to their offsets."""

    __slots__ = ("_body", "chunks", "deltas", "editor", "faults", "source")

    def __init__(
        self,
        source: Source,
        chunks: list[Chunk],
        faults: tuple[Fault, ...],
        deltas: dict[Chunk, int],
        body: nodes.Body | None = None,
    ) -> None:
        self.source = source
        self.chunks = chunks
        self.faults = faults
        self.deltas = deltas
        self.editor: Editor | None = None
        self._body = body

    @property
    def body(self) -> nodes.Body:
        """The whole file as one body, with offsets of the present text."""
        if self._body is None:
            self._body = _parse(self.source)[0]
        return self._body

    @property
    def whole(self) -> bool:
        """Whether the file is read as one body; one that was put together after edits is not, until it has to be."""
        return self._body is not None

    def body_around(self, offset: int) -> nodes.Body:
        """Return the file as a body with the item at an offset alone; its chunks have to be blocks without faults."""
        text = self.source.text
        body = nodes.Body(1 if text[:1] == "\ufeff" else 0, len(text), [])
        for chunk in self.chunks:
            start = chunk.node.start + self.deltas.get(chunk, 0)
            if start <= offset < start + chunk.node.end - chunk.node.start:
                body.items.append(chunk.node if start == chunk.node.start else parse_block(text, start))
        return body

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the text, in file order."""
        for fault in self.faults:
            span = Span(self.source, fault.offset, min(fault.offset + 1, len(self.source.text)))
            yield Problem(span.location, fault.what, fault.hint)

    def unread(self) -> Iterator[str]:
        """Yield the types of the resources at the top of the file that cannot be read, "" where that is not told."""
        text = self.source.text
        for fault in self.faults:
            if any(c.node.start <= fault.offset - self.deltas.get(c, 0) < c.node.end for c in self.chunks):
                continue
            line = text[text.rfind("\n", 0, fault.offset) + 1 :][:300]
            header = re.match(r'[ \t]*(resource|variable|output|locals|data|provider)\b(?:[ \t]+"?([\w-]+))?', line)
            if header is None or header[1] == "resource":
                yield (header[2] or "") if header else ""


class Item(NamedTuple):
    """A named thing: `key` as in Resource.key without a module ("resource.aws_vpc.main", "local.tags").

    `over` are the blocks of override files that are merged into it, the last one counts.
    """

    key: str
    kind: str
    type: str
    name: str
    node: nodes.Block | nodes.Attribute
    chunk: Chunk
    over: tuple[Item, ...] = ()

    @property
    def body(self) -> nodes.Body:
        """The body of the block, without what overrides it."""
        node = self.node
        return node.body if isinstance(node, nodes.Block) else nodes.Body(node.start, node.end, [])

    @property
    def attributes(self) -> Mapping[str, nodes.Attribute]:
        """The attributes by name, overridden ones as they are in the end."""
        if not self.over:
            return self.body.attributes
        return {name: node for one in (self, *self.over) for name, node in one.body.attributes.items()}

    def home(self, name: str) -> Item:
        """Return the block that gives an attribute in the end: itself, or one that overrides it."""
        for one in reversed(self.over):
            if name in one.body.attributes:
                return one
        return self


def _parse(source: Source) -> tuple[nodes.Body, list[Fault]]:
    if source.path.endswith(".json"):
        from gatepost.languages.terraform.json_syntax import parse_json

        return parse_json(source.text, tfvars=source.path.endswith(".tfvars.json"))
    return parse(source.text)


def read_file(source: Source) -> File:
    """Parse a file; never raises."""
    body, faults = _parse(source)
    return File(source, [Chunk(source.path, node) for node in body.items], tuple(faults), {}, body)


def _items_of(chunk: Chunk) -> list[Item]:
    """Return the named things of a chunk; a `locals` block has many, most blocks one, some none."""
    node = chunk.node
    if not isinstance(node, nodes.Block):
        return []
    kind, labels = node.type, node.labels
    if kind in ("resource", "data", "ephemeral") and len(labels) == 2:
        return [Item(f"{kind}.{labels[0]}.{labels[1]}", kind, labels[0], labels[1], node, chunk)]
    if kind in ("variable", "output", "module") and len(labels) == 1:
        return [Item(f"{kind}.{labels[0]}", kind, kind, labels[0], node, chunk)]
    if kind == "locals":
        return [
            Item(f"local.{attribute.name}", "local", "local", attribute.name, attribute, chunk)
            for attribute in node.body.items
            if isinstance(attribute, nodes.Attribute)
        ]
    if kind == "provider" and len(labels) == 1:
        alias = node.body.attributes.get("alias")
        value = alias.value if alias is not None else None
        name = f".{value.value}" if isinstance(value, nodes.Literal) else ""
        return [Item(f"provider.{labels[0]}{name}", kind, f"provider.{labels[0]}", labels[0] + name, node, chunk)]
    if kind == "terraform":
        return [Item("terraform", kind, "terraform", "terraform", node, chunk)]
    return []


def type_of(item: Item) -> str:
    """Return the type of the resource that an item is, "" for a local value."""
    if item.kind in ("data", "ephemeral"):
        return f"{item.kind}.{item.type}"
    return "" if item.kind == "local" else item.type


class Directory:
    """The files of a module directory and an index of what they name; the first of two equal names counts.

    `twice` are the names that are given again, `baseless` what an override file overrides and nobody declares.
    `entangled`: what a name stands for depends on more than the block that declares it. `shadowed` are files that
    Terraform reads and OpenTofu does not, since it has others of the same name.
    """

    __slots__ = ("baseless", "entangled", "files", "index", "path", "shadowed", "twice", "types")

    def __init__(self, path: str, files: dict[str, File], shadowed: tuple[str, ...] = ()) -> None:
        self.path = path
        self.shadowed = shadowed
        self.files = files
        self.index: dict[str, Item] = {}
        self.types: dict[str, list[str]] = {}
        self.twice: list[Item] = []
        self.baseless: list[Item] = []
        self.entangled = False
        for file in files.values():
            for chunk in file.chunks:
                for item in chunk.items:
                    self._add(item)

    def _add(self, item: Item) -> None:
        key = item.key
        if _overrides(item.chunk.path) and item.kind != "terraform":
            self.entangled = True
            if self._override(item):
                return
        if key in self.index:
            if item.kind not in ("terraform", "provider"):
                self.twice.append(item)
                self.entangled = True
                return
            number = 2
            while f"{key}#{number}" in self.index:
                number += 1
            item = item._replace(key=f"{key}#{number}")
        self.index[item.key] = item
        type = type_of(item)
        if type:
            self.types.setdefault(type, []).append(item.key)

    def _override(self, item: Item) -> bool:
        """Merge what stands in an override file into what it overrides; returns whether there is such a thing."""
        base = self.index.get(item.key)
        if base is None:
            self.baseless.append(item)
            return False
        self.index[item.key] = item if item.kind == "local" else base._replace(over=(*base.over, item))
        return True

    def with_file(self, file: File, gone: Sequence[Chunk], new: Sequence[Chunk]) -> Directory:
        """Return the directory with another version of a file: `new` chunks stand where `gone` ones did."""
        files = {**self.files, file.source.path: file}
        before = [item for chunk in gone for item in chunk.items]
        after = [item for chunk in new for item in chunk.items]
        keys = [item.key for item in before]
        simple = not self.entangled and all(item.kind not in ("terraform", "provider") for item in (*before, *after))
        added = [item for item in after if item.key not in keys]
        left = {item.key for item in after}
        if not simple or len(left) < len(after) or any(item.key in self.index for item in added):
            return Directory(self.path, files, self.shadowed)
        made = Directory.__new__(Directory)
        made.path, made.files, made.twice, made.baseless, made.entangled = self.path, files, [], [], False
        made.shadowed = self.shadowed
        made.index = dict(self.index)
        made.types = self.types
        for item in after:
            made.index[item.key] = item
        lost = [item for item in before if item.key not in left]
        for item in lost:
            del made.index[item.key]
        if [item.key for item in after] != keys:
            made.types = {}
            for item in (item for one in files.values() for chunk in one.chunks for item in chunk.items):
                type = type_of(item)
                if type:
                    made.types.setdefault(type, []).append(item.key)
        return made

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the files, and names that are given twice."""
        for file in self.files.values():
            yield from file.problems()
        for path in self.shadowed:
            yield Problem(
                Location(path, NOWHERE),
                "OpenTofu reads the file that ends in .tofu in place of this one, so do we; Terraform reads this one",
                "Keep one of the two",
            )
        for item in self.twice:
            yield Problem(
                self.span(item, item.node).location,
                f"{item.key.replace('.', ' ')} is declared a second time",
                "Remove or rename one of the two; the first one is judged",
            )
        for item in self.baseless:
            yield Problem(
                self.span(item, item.node).location,
                f"{item.key.replace('.', ' ')} overrides nothing: no other file declares it",
                "Declare it in a file whose name does not end in _override, or remove it here",
            )

    def delta(self, chunk: Chunk) -> int:
        """Return what has to be added to the offsets of a chunk."""
        return self.files[chunk.path].deltas.get(chunk, 0)

    def span(self, item: Item, node: nodes.Node) -> Span:
        """Return where a node of an item stands."""
        file = self.files[item.chunk.path]
        delta = file.deltas.get(item.chunk, 0)
        return Span(file.source, node.start + delta, node.end + delta)


# OpenTofu reads FILE.tofu in place of FILE.tf.
_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")


def _overrides(path: str) -> bool:
    stem = posixpath.basename(path).removesuffix(".json").removesuffix(".tf").removesuffix(".tofu")
    return stem == "override" or stem.endswith("_override")


def is_module_file(path: str) -> bool:
    """Whether a path is a file of a module."""
    return path.endswith(_SUFFIXES)


def module_files(paths: Sequence[str]) -> list[str]:
    """Return the files of a module among those of its directory, in the order in which they count."""
    of_tofu = [path for path in paths if path.endswith((".tofu", ".tofu.json"))]
    replaced = {re.sub(r"\.tofu(\.json)?$", r".tf\1", path) for path in of_tofu}
    kept = [path for path in paths if is_module_file(path) and path not in replaced]
    return sorted(kept, key=lambda name: (_overrides(name), name))


def read_directory(path: str, reader: Reader) -> Directory:
    """Read all module files of a directory, sorted by name, files that override last."""
    files: dict[str, File] = {}
    for file in module_files(reader.list(path)):
        source = reader.read(file)
        if source is not None:
            files[file] = read_file(source)
    return Directory(path, files, () if ".terraform" in path.split("/") else _shadowed(path, files, reader))


def _shadowed(folder: str, files: Mapping[str, File], reader: Reader) -> tuple[str, ...]:
    """Return the files that OpenTofu passes over and that say something else than those it reads in their place."""
    paths = reader.list(folder)
    if not any(path.endswith((".tofu", ".tofu.json")) for path in paths):
        return ()
    kept = module_files(paths)
    return tuple(path for path in paths if is_module_file(path) and path not in kept and _differs(path, files, reader))


def _differs(path: str, files: Mapping[str, File], reader: Reader) -> bool:
    source, other = reader.read(path), files.get(re.sub(r"\.tf(\.json)?$", r".tofu\1", path))
    if source is None or other is None:
        return True
    file = read_file(source)
    return bool(file.faults) or _judged_texts(file) != _judged_texts(other)


def _judged_texts(file: File) -> list[str]:
    """Return the texts of the blocks of a file; of `terraform` only the providers, the rest of it differs rightly."""
    texts: list[str] = []
    for node in file.body.items:
        inside = [node]
        if isinstance(node, nodes.Block) and node.type == "terraform":
            inside = [
                one for one in node.body.items if isinstance(one, nodes.Block) and one.type == "required_providers"
            ]
        texts += (file.source.text[one.start : one.end] for one in inside)
    return texts
