"""Tags that told owners in the base of a change: a change does not take over what is somebody else's; never decides."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from gatepost.context.owner_tags import TagKeys, telling
from gatepost.model.documents import Document
from gatepost.model.findings import Finding, Undecided
from gatepost.model.policy import OwnersOf, Whose
from gatepost.model.records import NamedTuple
from gatepost.pipeline.base_commit import Base, BaseFiles, differing_names
from gatepost.pipeline.owning import Told
from gatepost.pipeline.preparing import Run
from gatepost.pipeline.roots import Result, read_document
from gatepost.rules.belonging import Calls, tags_of
from gatepost.rules.world import World


class Before(NamedTuple):
    """The tags of a resource, and of the module calls it lies in, as the base has them."""

    tags: Mapping[str, str]
    calls: tuple[tuple[str, str, str], ...]


class TagsBefore:
    """What the base has of resources whose roots the change reaches; (root, address) that it has not are new."""

    __slots__ = ("_before", "_reached")

    def __init__(self, reached: frozenset[str], before: Mapping[tuple[str, str], Before]) -> None:
        self._reached = reached
        self._before = before

    def of(self, whose: Whose, keys: TagKeys) -> Whose:
        """Return something with the tags that count: those of the base where it has any that tell the same."""
        for root in _roots_of(whose.path, whose.roots):
            if root in self._reached:
                return _with_base(whose, self._before.get((root, whose.resource)), keys)
        return whose


def told_before(
    run: Run, base: Base, results: Sequence[Result], things: Sequence[Finding | Undecided], told: Told
) -> Told:
    """Return what tells owners, by the tags that count."""
    if told.owned is None or told.owned_there is None or told.keys is None or told.keys_there is None:
        return told
    names = (*told.keys.owners, *told.keys.projects, *told.keys_there.owners, *told.keys_there.projects)
    before = tags_before(run, base, results, things, names)
    return told._replace(
        owned=_by_tags_that_count(told.owned, told.keys, before),
        owned_there=_by_tags_that_count(told.owned_there, told.keys_there, before),
    )


def _by_tags_that_count(owned: OwnersOf, keys: TagKeys, before: TagsBefore) -> OwnersOf:
    return lambda whose: owned(before.of(whose, keys) if whose.resource else whose)


def _with_base(whose: Whose, before: Before | None, keys: TagKeys) -> Whose:
    names = (*keys.owners, *keys.projects)
    now = telling(whose.tags, names)
    if before is None:
        return whose._replace(fresh=frozenset(now))
    tags = dict(whose.tags)
    for kind in (keys.owners, keys.projects):
        then = telling(before.tags, kind)
        if then:
            for key in telling(whose.tags, kind):
                del tags[key]
            tags.update({key: before.tags[key] for key in then})
    calls = before.calls if any(telling({key: value}, names) for _, key, value in before.calls) else whose.calls
    fresh = frozenset(key for key in telling(tags, names) if before.tags.get(key) != tags[key])
    return whose._replace(tags=tags, calls=calls, fresh=fresh)


def _roots_of(path: str, roots: Sequence[str]) -> list[str]:
    if roots:
        return [root.removesuffix("/") or "." for root in roots]
    return [posixpath.dirname(path) or ".", path]


def tags_before(
    run: Run, base: Base, results: Sequence[Result], things: Sequence[Finding | Undecided], names: Sequence[str]
) -> TagsBefore:
    """Return the tags of the base for the things whose tags tell owners, in the roots that the change can reach."""
    wanted: dict[str, set[str]] = {}
    for one in things:
        if one.resource and (telling(one.tags, names) or one.calls):
            for root in _roots_of(one.location.path, one.roots):
                wanted.setdefault(root, set()).add(one.resource)
    differing = differing_names(base.changes)
    reached = {
        result.root.path: result.root
        for result in results
        if result.root.path in wanted and not result.read.isdisjoint(differing)
    }
    files = BaseFiles(run.found.root, run.found.hidden, base)
    found: dict[tuple[str, str], Before] = {}
    for path, root in sorted(reached.items()):
        document = read_document(run.workshop._replace(files=files), root)
        if document is not None:
            found.update({(path, address): one for address, one in _tags(document, wanted[path], run).items()})
    return TagsBefore(frozenset(reached), found)


def _tags(document: Document, wanted: set[str], run: Run) -> dict[str, Before]:
    world, calls = World(document, run.catalogue), Calls(document)
    found: dict[str, Before] = {}
    for type in document.types():
        if document.language == "terraform" and not any(f"{type}." in address for address in wanted):
            continue
        for resource in document.resources(type):
            if resource.address in wanted:
                found[resource.address] = Before(tags_of(resource, world), calls.of(resource.address))
    return found
