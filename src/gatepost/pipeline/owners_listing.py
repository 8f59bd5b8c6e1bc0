"""Whose the files and resources below some paths are, and what is wrong with the sources; never decides."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from gatepost.context.owner_checks import gone, line_faults
from gatepost.context.owner_names import plain_owner
from gatepost.context.owners import Owners
from gatepost.context.taggable import TAGGABLE
from gatepost.model.documents import Document, Resource
from gatepost.model.owners import OwnedThing, OwnerFault, OwnersListing
from gatepost.model.policy import Whose
from gatepost.model.problems import Problem
from gatepost.pipeline.comparing import of_base
from gatepost.pipeline.owning import Repository, owners_of, repository_of
from gatepost.pipeline.preparing import Run, prepare
from gatepost.pipeline.request import Request
from gatepost.pipeline.roots import read_document
from gatepost.rules.belonging import Calls, names_of, tags_of
from gatepost.rules.world import World
from gatepost.services.git import tracked_files
from gatepost.sources.reading import Files

_NO_RESOURCES = ("variable", "output", "parameter", "local", "module", "terraform", "document", "stage")
_MOST_WALKED = 200_000


def list_owners(request: Request, check: bool = False) -> OwnersListing:
    """Return the owners of the files below the paths of a request and of the resources in them.

    With `check` also what is wrong with the sources. Raises `UsageError`.
    """
    run = prepare(request, Files)
    repository = repository_of(run.found, run.workshop.files, of_base(run.change.base), run.around)
    owners, problems, notes = owners_of(request, run.policy, repository)
    asked = list(_asked(run))
    things = [_thing(owners, whose) for whose, _ in asked]
    found = [*run.found.problems, *run.change.problems, *problems]
    for _, problem in sorted(run.workshop.files.problems.items()):
        found.append(problem)
    faults = tuple(_faults(owners, repository, asked, things)) if check else None
    return OwnersListing(tuple(things), _present(owners), _in_order(found), faults, notes)


def _in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.location, one.what)))


def _present(owners: Owners) -> tuple[str, ...]:
    sources = owners.sources
    there = {
        "directories": bool(sources.directories),
        "cmdb": sources.cmdb is not None,
        "codeowners": sources.codeowners is not None,
        "catalogue": sources.catalogue is not None,
        "audit_log": sources.creations is not None,
        "history": sources.history is not None,
    }
    return tuple(name for name in (*sources.order, "audit_log", "history") if there.get(name, True))


def _asked(run: Run) -> Iterator[tuple[Whose, str]]:
    """Yield what owners are asked for, with the type of a resource ("" for a file): by path, files first."""
    resources: dict[str, list[tuple[Whose, str]]] = {path: [] for path in run.found.given}
    for root in run.roots:
        run.workshop.files.problems.clear()
        document = read_document(run.workshop, root)
        if document is None:
            resources.setdefault(root.path, [])
            continue
        for source in document.sources:
            if not root.only or source.path in root.only:
                resources.setdefault(source.path, [])
        for whose, type in _resources(document, run):
            if whose.path in resources:
                resources[whose.path].append((whose, type))
    for path in sorted(resources):
        yield Whose(path), ""
        once = {(whose.resource, type): (whose, type) for whose, type in resources[path]}
        yield from sorted(once.values(), key=lambda pair: (pair[0].lines, pair[0].resource))


def _resources(document: Document, run: Run) -> Iterator[tuple[Whose, str]]:
    world, calls = World(document, run.catalogue), Calls(document)
    for type in document.types():
        if not _is_resource(type):
            continue
        for resource in document.resources(type):
            yield _whose(resource, world, calls), type


def _is_resource(type: str) -> bool:
    return (
        type not in _NO_RESOURCES and not type.isupper() and not type.startswith(("provider.", "data.", "ephemeral."))
    )


def _whose(resource: Resource, world: World, calls: Calls) -> Whose:
    region = resource.span.region
    return Whose(
        resource.header.location.path,
        tags_of(resource, world),
        resource.address,
        (region.start_line, region.end_line),
        names_of(resource),
        calls.of(resource.address),
    )


def _thing(owners: Owners, whose: Whose) -> OwnedThing:
    answers = [*owners.answers(whose), *owners.guesses(whose)]
    catalogue = owners.sources.catalogue
    names = {plain_owner(claim.name): claim.name for answer in reversed(answers) for claim in reversed(answer.facts)}
    members = [(name, catalogue.members(name)) for name in names.values()] if catalogue is not None else []
    return OwnedThing(
        whose.path,
        whose.resource,
        whose.lines[0],
        owners.of(whose),
        tuple((answer.source, answer.facts) for answer in answers),
        tuple((name, several) for name, several in members if several),
    )


def _faults(
    owners: Owners, repository: Repository, asked: Sequence[tuple[Whose, str]], things: Sequence[OwnedThing]
) -> Iterator[OwnerFault]:
    yield from _nobodys(things)
    sources = owners.sources
    if sources.catalogue is not None:
        yield from gone(sources.catalogue, _named(owners, things))
    if sources.codeowners is not None:
        yield from line_faults(sources.codeowners, _every_path(repository))
    if sources.owners_files is not None:
        for name, why in sorted(sources.owners_files.strange.items()):
            yield OwnerFault("line", name, 0, f"it is not read: {why}")
    told: set[tuple[str, int]] = set()
    for whose, type in asked:
        place = (whose.path, whose.lines[0])
        if type in TAGGABLE and place not in told and not owners.contacts(whose):
            told.add(place)
            yield OwnerFault("contact", *place, f"{whose.resource} has no tag that tells whom to contact")


def _nobodys(things: Sequence[OwnedThing]) -> Iterator[OwnerFault]:
    """Yield what nobody owns: a file once where that is all of it, else the resources; instances of a block once."""
    by_path: dict[str, list[OwnedThing]] = {}
    for thing in things:
        by_path.setdefault(thing.path, []).append(thing)
    for path, several in by_path.items():
        resources = [one for one in several if one.resource]
        alone = {one.line: one for one in reversed(resources) if not one.owning.owners}
        if not any(one.owning.owners for one in several):
            count = len(alone)
            more = f", nor its {count} resources" if count > 1 else ", nor its resource" if count else ""
            yield OwnerFault("nobody", path, 0, f"nobody owns this file{more}")
        else:
            for line, one in sorted(alone.items()):
                yield OwnerFault("nobody", path, line, f"nobody owns {one.resource}")


def _named(owners: Owners, things: Sequence[OwnedThing]) -> Iterator[tuple[str, str, int]]:
    """Yield every owner that a source names as (name, path, line)."""
    sources = owners.sources
    if sources.codeowners is not None:
        for entry in sources.codeowners.entries:
            yield from ((name, sources.codeowners.path, entry.line) for name in entry.owners)
    for line in sources.directories:
        path, _, number = line.place.rpartition(":")
        yield from ((name, path, int(number)) for name in line.owners)
    if sources.catalogue is not None:
        for one in sources.catalogue.components:
            path, _, number = one.place.rpartition(":")
            if one.owner:
                yield one.owner, path, int(number)
    for thing in things:
        for source, claims in thing.answers:
            if source in ("tags", "modules", "owners_files"):
                yield from ((claim.name, thing.path, thing.line) for claim in claims)


def _every_path(repository: Repository) -> Sequence[str]:
    """Return the files of the repository, from its top."""
    tracked = tracked_files(repository.top)
    if tracked is not None:
        return tracked
    found: list[str] = []
    for folder, folders, names in os.walk(repository.top):
        folders[:] = sorted(name for name in folders if name != ".git")
        inside = os.path.relpath(folder, repository.top).replace(os.sep, "/")
        found += [name if inside == "." else f"{inside}/{name}" for name in sorted(names)]
        if len(found) > _MOST_WALKED:
            break
    return found
