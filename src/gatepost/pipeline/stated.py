"""Places what reports find on live resources at the blocks that made them, by state files; never judges anything."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from gatepost.model.findings import Finding, Related
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.planned import folder_named, named_root, on_disk, shown_path
from gatepost.pipeline.roots import Workshop, read_document
from gatepost.sources.reading import Files, Unreadable, printable_path, read_bytes

if TYPE_CHECKING:
    from gatepost.languages.states import Held, Placing, StateIndex
    from gatepost.pipeline.plan import Root
    from gatepost.pipeline.request import Request

MOST_BYTES = 256 * 1024 * 1024


class Placed(NamedTuple):
    """Findings, those that a state knows at their blocks; what is wrong with the states, and what they came to."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


# What `read_reports` returns: findings, problems, and how many reports there were.
Read: TypeAlias = "tuple[tuple[Finding, ...], tuple[Problem, ...], int]"


def by_states(request: Request, read: Read, roots: Sequence[Root], workshop: Workshop) -> tuple[Read, tuple[str, ...]]:
    """Return what reports say with its findings placed by the states of a request, and notes of what came of it."""
    findings, problems, count = read
    if not count and workshop.named:
        return read, ()  # it tells by which names the sources of owners know the resources
    if not count:
        hint = "give the report of a scanner of your cloud with --report, or leave --state out"
        raise UsageError("--state places what scan reports find, and there is no report", hint=hint)
    placed = place_by_states(request.states, findings, roots, workshop)
    return (placed.findings, (*problems, *placed.problems), count), placed.notes


def names_by_states(
    given: Sequence[tuple[str | None, str]], roots: Sequence[Root], workshop: Workshop
) -> tuple[dict[tuple[str, str], tuple[str, ...]], tuple[Problem, ...]]:
    """Return the identifiers that states give resources by (root directory, address), and what cannot be read."""
    problems: list[Problem] = []
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for directory, file in given:
        state = _read(directory, file, roots, workshop, problems)
        if state is not None:
            found.update({(state.root.path, address): names for address, names in state.states.identifiers().items()})
    return found, tuple(problems)


class _State(NamedTuple):
    states: StateIndex
    root: Root
    placing: Placing


def place_by_states(
    given: Sequence[tuple[str | None, str]], findings: Sequence[Finding], roots: Sequence[Root], workshop: Workshop
) -> Placed:
    """Place the findings of reports by the states that were given as (root directory or None, file).

    Raises `UsageError` for a state that is not there, that no root fits, or that has no report to be of use to.
    """
    problems: list[Problem] = []
    states: list[_State] = []
    for directory, file in given:
        state = _read(directory, file, roots, workshop, problems)
        if state is not None:
            states.append(state)
    counts = dict.fromkeys((state.states.path for state in states), 0)
    placed: list[Finding] = []
    for finding in findings:
        for state in states:
            found = _placed(finding, state)
            if found is not None:
                finding, _ = found, counts.update({state.states.path: counts[state.states.path] + 1})
                break
        placed.append(finding)
    notes = tuple(
        f"{state.states.path} is the state of {folder_named(state.root.path)}; {_told(counts[state.states.path])}"
        for state in states
    )
    return Placed(tuple(placed), tuple(problems), notes)


def _told(count: int) -> str:
    return (
        f"{count} finding{'s' if count != 1 else ''} of reports placed by it"
        if count
        else "no finding names what is in it"
    )


def _read(
    directory: str | None, file: str, roots: Sequence[Root], workshop: Workshop, problems: list[Problem]
) -> _State | None:
    from gatepost.languages.states import Placing, StateError, read_state

    if not os.path.exists(file):
        raise UsageError(f"there is no state {printable_path(file)!r}", hint="look at the spelling of the path")
    paths = tuple(dict.fromkeys(root.path for root in roots if root.kind == "terraform"))
    top = workshop.files.root
    path = named_root(directory, paths, top) if directory is not None else None
    shown = shown_path(file, top)
    try:
        index = read_state(read_bytes(file, MOST_BYTES), shown)
    except (StateError, Unreadable) as error:
        problems.append(Problem(Location(shown, NOWHERE), error.what, error.hint))
        return None
    path = path or _root_of(index, paths, on_disk(workshop.files))
    root = next(root for root in roots if root.kind == "terraform" and root.path == path)
    document = read_document(workshop, root)
    return _State(index, root, Placing(document)) if document is not None else None


def _root_of(index: StateIndex, paths: Sequence[str], disk: Files) -> str:
    from gatepost.languages.plans.belonging import declared

    names = {_declaration(held) for held in index.resources}
    scores = sorted(((len(names & declared(path, disk)), path) for path in paths), reverse=True)
    if not scores or not scores[0][0]:
        raise UsageError(
            f"the state {index.path!r} cannot be used: no Terraform root module here declares what is in it",
            hint="scan the folder that it belongs to, or name it: --state FOLDER=FILE",
        )
    best = sorted(path for score, path in scores if score == scores[0][0])
    if len(best) > 1:
        raise UsageError(
            f"the state {index.path!r} may belong to {' or '.join(repr(path) for path in best[:5])}",
            hint="say to which: --state FOLDER=FILE",
        )
    return best[0]


def _declaration(held: Held) -> str:
    """Return what in the root module makes a resource: its block, or the call of its module."""
    if held.module:
        return ".".join(held.module.partition("[")[0].split(".")[:2])
    return f"{held.type}.{held.name}"


def _placed(finding: Finding, state: _State) -> Finding | None:
    from gatepost.rules.pointing import narrow

    if finding.location.region != NOWHERE:
        return None  # it stands in a file
    artifact = finding.artifact
    in_cloud = artifact is not None and artifact.kind == "cloud"
    for identifier in (finding.resource, artifact.name if artifact is not None else ""):
        # A plain name means something only to whoever speaks of a cloud: an image may be called like a bucket.
        if not (in_cloud or identifier.startswith("arn:") or "/" in identifier):
            continue
        held = state.states.find(identifier)
        block = state.placing.block_of(held) if held is not None else None
        if held is not None and block is not None:
            told = f"{identifier} is {held.address} in this state"
            related = (*finding.related, Related(Location(state.states.path, NOWHERE), told))
            return finding._replace(location=narrow(block.header), resource=held.address, related=related)
    return None
