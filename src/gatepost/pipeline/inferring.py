"""Gathers what tells environments: from each root as it is judged, and from the run; never what comes of it."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from gatepost.context.run_signs import signs_of_run
from gatepost.context.signs import signs_of_document, signs_of_names, signs_of_resource
from gatepost.model.documents import Document, Resource
from gatepost.model.environment_words import PRODUCTION, folders_of
from gatepost.model.findings import Finding, Sign, Undecided
from gatepost.model.policy import Surroundings
from gatepost.pipeline.request import Request
from gatepost.services.git import repository_top

if TYPE_CHECKING:
    from gatepost.pipeline.plan import Root
    from gatepost.pipeline.roots import Result, Workshop
    from gatepost.rules.judgements import Judgement

_One = TypeVar("_One", Finding, Undecided)


def with_signs(
    workshop: Workshop,
    root: Root,
    document: Document,
    result: Result,
    violated: Sequence[Judgement],
    undecided: Sequence[Judgement],
) -> Result:
    """Return what a root came to, with what tells its environment and that of each finding.

    `violated` and `undecided` are the judgements of which its findings and undecided rules tell.
    """
    accounts = workshop.infer or frozenset()
    known: dict[str, tuple[Sign, ...]] = {}

    def own(resource: Resource) -> tuple[Sign, ...]:
        if resource.address not in known:
            known[resource.address] = signs_of_resource(resource, document, accounts)
        return known[resource.address]

    def told(one: _One, judgement: Judgement) -> _One:
        signs = own(judgement.subject.resource)
        return one._replace(signs=signs) if signs else one

    several = len(root.environments) > 1
    signs = (*_given(workshop, root, result), *signs_of_document(document, several))
    return result._replace(
        findings=tuple(map(told, result.findings, violated)),
        undecided=tuple(map(told, result.undecided, undecided)),
        signs=tuple(dict.fromkeys(signs)),
    )


def _given(workshop: Workshop, root: Root, result: Result) -> Iterator[Sign]:
    """Yield what the command line tells of a Terraform root: its workspace, the names of its var files."""
    if root.kind != "terraform":
        return
    if workshop.inputs.workspace:
        yield from signs_of_names(workshop.inputs.workspace, f"workspace {workshop.inputs.workspace[:80]}", None)
    for path in workshop.var_files:
        if path in result.files:
            stem = posixpath.basename(path).partition(".tfvars")[0]
            folder = posixpath.basename(posixpath.dirname(path))
            for text in (stem, folder):
                yield from signs_of_names(text, f"var file {path}", None)


def surroundings_of(request: Request, results: Sequence[Result], root: str) -> Surroundings:
    """Return what tells environments in a run whose scanned root is the folder `root`."""
    top = repository_top(root) or root
    below = os.path.relpath(root, top).replace(os.sep, "/")
    prefix = "" if below == "." else f"{below}/"
    return Surroundings(
        {_seat(result): result.signs for result in results},
        signs_of_run(request.branch, request.branch_how, os.environ),
        prefix,
        _umbrellas(prefix + result.root.path for result in results),
        {
            _seat(result): [prefix + path for one in result.root.environments for path in one.files]
            for result in results
            if result.root.environments
        },
    )


def _umbrellas(roots: Iterable[str]) -> dict[str, list[str]]:
    """Return the folders called `live` with those below them that are called by another word for production."""
    found: dict[str, list[str]] = {}
    for root in roots:
        parts = [part for environment, part in folders_of(root) if environment == PRODUCTION]
        for outer in parts:
            if posixpath.basename(outer) == "live":
                inner = [part for part in parts if len(part) > len(outer) and posixpath.basename(part) != "live"]
                found.setdefault(outer, []).extend(inner)
    return {outer: sorted(set(inner)) for outer, inner in found.items() if inner}


def _seat(result: Result) -> str:
    """Return a root as `Finding.roots` names it."""
    return f"{result.root.path}/" if result.root.kind == "terraform" else result.root.path
