"""A document after edits: what they touch is read again, and what differs is told; never judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.bodies import entries_of
from gatepost.languages.terraform.instances import uses
from gatepost.languages.terraform.modules import Chunk, Directory, File, Item, Reader, type_of
from gatepost.languages.terraform.reparsing import Cut, Replaced, cut_text, replace_file
from gatepost.languages.terraform.scope import Scope
from gatepost.languages.terraform.state import Earlier, State
from gatepost.model.changes import Edit
from gatepost.model.documents import ReadKey
from gatepost.model.places import Source

MOST_EARLIER = 8


class OverlaidReader:
    """The files as they are after edits."""

    __slots__ = ("_edited", "_reader")

    _edited: dict[str, Source]
    _reader: Reader

    def __init__(self, reader: Reader, edited: dict[str, Source]) -> None:
        if isinstance(reader, OverlaidReader):
            edited = {**reader._edited, **edited}
            reader = reader._reader
        self._reader = reader
        self._edited = edited

    def list(self, directory: str) -> Sequence[str]:
        """Return the paths of the readable files directly in a directory."""
        return self._reader.list(directory)

    def read(self, path: str) -> Source | None:
        """Return a file in its newest version."""
        return self._edited.get(path) or self._reader.read(path)


def cuts_by_path(edits: Sequence[Edit], find: dict[str, Source]) -> dict[str, list[Cut]]:
    """Return the edits as cuts of each file, in order; those of unknown files are left out."""
    found: dict[str, list[Cut]] = {}
    for location, replacement in edits:
        source = find.get(location.path)
        if source is not None:
            region = location.region
            start = source.offset(region.start_line, region.start_column)
            end = source.offset(region.end_line, region.end_column)
            found.setdefault(location.path, []).append(Cut(start, end, replacement))
    for cuts in found.values():
        cuts.sort(key=lambda cut: (cut.start, cut.end))
    return found


# -- what differs -----------------------------------------------------------------------------------------------------


def _text(file: File, chunk: Chunk, node: nodes.Node) -> str:
    delta = file.deltas.get(chunk, 0)
    return file.source.text[node.start + delta : node.end + delta]


def _texts(file: File, item: Item) -> dict[str, tuple[str, ...]]:
    """The text of each attribute's value, or of the blocks of each name, of an item."""
    if not isinstance(item.node, nodes.Block):
        return {"": (_text(file, item.chunk, item.node),)}
    return {
        name: tuple(_text(file, item.chunk, _told_by(node)) for node in written)
        for name, written in entries_of(item.body).items()
    }


def _told_by(node: nodes.Attribute | nodes.Block) -> nodes.Node:
    """What of an entry says something: how far the column of equals signs is moved says nothing."""
    return node.value if isinstance(node, nodes.Attribute) else node


def differences(before: Directory, after: Directory, replaced: Replaced) -> Iterator[ReadKey]:
    """Yield (item, attribute) of what differs, without the prefix of a module; ("type:" + T, "*") for new and lost."""
    if before.entangled or after.entangled:  # which of two equal names counts may have changed anywhere
        old, new = before.index, after.index
    else:
        old = {item.key: item for chunk in replaced.gone for item in chunk.items}
        new = {item.key: item for chunk in replaced.new for item in chunk.items}
    for key, item in old.items():
        other = new.get(key)
        if other is None:
            yield from _all_of(before.files[item.chunk.path], item)
        elif [one.chunk for one in (item, *item.over)] != [one.chunk for one in (other, *other.over)]:
            if item.over or other.over:
                yield from _all_of(before.files[item.chunk.path], item)
                yield from _all_of(after.files[other.chunk.path], other)
                yield from _attributes(
                    item, {name for one in (*item.over, *other.over) for name in entries_of(one.body)}
                )
                continue
            was = _texts(before.files[item.chunk.path], item)
            now = _texts(after.files[other.chunk.path], other)
            names = [name for name in (*was, *(set(now) - set(was))) if was.get(name) != now.get(name)]
            yield from _attributes(item, names)
            if was.keys() != now.keys():
                yield key, "*"
            if _expands(item) != _expands(other):
                yield key, "count"
                yield key, "for_each"
    for key, item in new.items():
        if key not in old:
            yield from _all_of(after.files[item.chunk.path], item)
    was_listed, now_listed = _by_type(old.values()), _by_type(new.values())
    for type in was_listed.keys() | now_listed.keys():
        if was_listed.get(type) != now_listed.get(type):
            yield f"type:{type}", "*"


def _by_type(items: Iterable[Item]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in items:
        type = type_of(item)
        if type:
            found.setdefault(type, []).append(item.key)
    return found


def _expands(item: Item) -> tuple[bool, bool]:
    """Whether the instances of an item differ in what is written, so that they are listed one by one."""
    attributes = item.body.attributes
    return ("count" in attributes and uses(item.body, "count"), "for_each" in attributes and uses(item.body, "each"))


def _all_of(file: File, item: Item) -> Iterator[ReadKey]:
    yield item.key, "*"
    if type_of(item):
        yield f"type:{type_of(item)}", "*"
    if item.kind == "module":
        yield "modules", "*"
        yield item.key, "source"
    yield from _attributes(item, [*_texts(file, item), "count", "for_each", "value"])


def _attributes(item: Item, names: Iterable[str]) -> Iterator[ReadKey]:
    told = False
    for name in names:
        told = True
        yield item.key, name
    if told and item.kind == "variable":
        yield item.key, "value"
        yield item.key, "default"


def _prefixes(state: State, root: Scope, directory: str) -> list[str]:
    """The prefixes of the module instances whose files are in a directory."""
    scopes = [root, *(scope for scope in state.scopes.values() if scope is not None)]
    return [scope.prefix for scope in scopes if scope.directory.path == directory]


# -- the new state ----------------------------------------------------------------------------------------------------


def after_edits(old: State, root: Scope, edits: Sequence[Edit]) -> tuple[State, frozenset[ReadKey], bool]:
    """Return the state after edits, what changed, and whether something that tells provider versions did."""
    sources = {path: file.source for directory in old.directories.values() for path, file in directory.files.items()}
    sources.update({file.source.path: file.source for file in old.var_files})
    for edit in edits:
        if edit.location.path not in sources:
            other = old.reader.read(edit.location.path)
            if other is not None:
                sources[edit.location.path] = other
    cuts = cuts_by_path(edits, sources)
    changed: set[ReadKey] = set()
    moved: set[str] = set()
    made: dict[str, Source] = {}
    directories = dict(old.directories)
    versions = False
    for path, listed in cuts.items():
        changed.add((f"file:{path}", "*"))
        for name, directory in directories.items():
            before = directory.files.get(path)
            if before is not None:
                replaced = replace_file(before, listed)
                made[path] = replaced.file.source
                directories[name] = directory.with_file(replaced.file, replaced.gone, replaced.new)
                versions = versions or _tells_versions(replaced)
                _tell(old, root, directory, directories[name], replaced, changed, moved)
        made.setdefault(path, Source(path, cut_text(sources[path].text, listed), sources[path].kind))
    var_files = [_var_file(file, cuts, changed, moved) for file in old.var_files]
    changed.update(
        key for key in old.lists if not old.memo[key].reads.isdisjoint(changed)
    )  # which resources of a type there are may depend on what changed: count, for_each, the calls of modules
    new = State(old.path, OverlaidReader(old.reader, made) if made else old.reader, old.ledger)
    new.directories = directories
    new.var_files = var_files
    new.inputs = old.inputs
    new.earlier = _earlier(old, frozenset(changed), frozenset(moved))
    return new, frozenset(changed), versions


def _tells_versions(replaced: Replaced) -> bool:
    chunks = (*replaced.gone, *replaced.new)
    return any(isinstance(c.node, nodes.Block) and c.node.type in ("terraform", "provider") for c in chunks)


def _tell(
    old: State,
    root: Scope,
    directory: Directory,
    after: Directory,
    replaced: Replaced,
    changed: set[ReadKey],
    moved: set[str],
) -> None:
    different = list(differences(directory, after, replaced))
    if directory.entangled or after.entangled:
        moved.update(prefix + key for prefix in _prefixes(old, root, directory.path) for key in after.index)
    shifted = [item.key for chunk in (*replaced.moved, *replaced.gone, *replaced.new) for item in chunk.items]
    for prefix in _prefixes(old, root, directory.path):
        moved.update(shifted if not prefix else [prefix + key for key in shifted])
        for item, attribute in different:
            general = item.startswith("type:") or item == "modules"
            changed.add((item if general else prefix + item, attribute))


def _var_file(file: File, cuts: dict[str, list[Cut]], changed: set[ReadKey], moved: set[str]) -> File:
    listed = cuts.get(file.source.path)
    if listed is None:
        return file
    replaced = replace_file(file, listed)
    was, now = _given(file), _given(replaced.file)
    for name in (*was, *now):
        moved.add(f"variable.{name}")
        if was.get(name) != now.get(name):
            changed.add((f"variable.{name}", "value"))
    return replaced.file


def _given(file: File) -> dict[str, str]:
    return {c.node.name: _text(file, c, c.node) for c in file.chunks if isinstance(c.node, nodes.Attribute)}


def _earlier(old: State, changed: frozenset[ReadKey], moved: frozenset[str]) -> tuple[Earlier, ...]:
    chain = [Earlier(old.memo, changed, moved)]
    chain += [Earlier(one.memo, one.changed | changed, one.moved | moved) for one in old.earlier]
    if len(chain) <= MOST_EARLIER:
        return tuple(chain)
    merged = {key: found for one in reversed(chain) for key in one.memo if (found := one.find(key)) is not None}
    return (Earlier(merged, frozenset(), frozenset()),)
