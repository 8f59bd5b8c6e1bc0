"""Names that states give resources, on what was found about these; never whose they are."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import TypeVar

from gatepost.model.findings import Finding, Undecided
from gatepost.model.problems import Problem
from gatepost.pipeline.preparing import Run
from gatepost.pipeline.stated import names_by_states

_One = TypeVar("_One", Finding, Undecided)


def with_names(
    run: Run, findings: Sequence[Finding], undecided: Sequence[Undecided]
) -> tuple[tuple[Finding, ...], tuple[Undecided, ...], tuple[Problem, ...]]:
    """Return what was found with the identifiers that the states of a run give its resources, and what is wrong."""
    known, problems = names_by_states(run.request.states, run.roots, run.workshop)
    return tuple(_named(one, known) for one in findings), tuple(_named(one, known) for one in undecided), problems


def _named(one: _One, known: Mapping[tuple[str, str], tuple[str, ...]]) -> _One:
    if not one.resource:
        return one
    roots = [root.removesuffix("/") or "." for root in one.roots] or [posixpath.dirname(one.location.path) or "."]
    names = dict.fromkeys(one.names)
    for root in roots:
        names.update(dict.fromkeys(known.get((root, one.resource), ())))
    return one._replace(names=tuple(names)) if len(names) > len(one.names) else one
