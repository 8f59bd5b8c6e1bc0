"""A change against its base: whose policy decides, and what is new; never judges a file.

Every run asks here whether it has a base, so what only a base needs is loaded where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gatepost.model.findings import Finding
from gatepost.model.places import Location
from gatepost.model.policy import Comparison
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.plan import plan_roots
from gatepost.pipeline.policies import OfBase
from gatepost.pipeline.request import Request
from gatepost.pipeline.roots import Result, Workshop
from gatepost.sources.discovery import Found
from gatepost.sources.reading import Files, Unreadable, decode

if TYPE_CHECKING:
    from gatepost.pipeline.base_commit import Base
    from gatepost.pipeline.base_reports import Seen as SeenInBase
    from gatepost.services.git_base import Changes

NO_BASE = "none"


class Against(NamedTuple):
    """What a run is compared with: a base, or the reason why it cannot be."""

    base: Base | None = None
    problems: tuple[Problem, ...] = ()
    comparison: Comparison | None = None


NO_CHANGE = Against()


def against(request: Request, root: str) -> Against:
    """Return the base that a request names, or that the build service told."""
    if request.base is None or request.base == NO_BASE:
        if request.base_reports:
            raise UsageError("--base-report tells of a base, and there is none", hint="give --base REVISION")
        return NO_CHANGE
    from gatepost.pipeline.base_commit import open_base

    opened = open_base(root, request.base, request.paths)
    return Against(None, (opened,)) if isinstance(opened, Problem) else Against(opened)


def of_base(base: Base | None) -> OfBase | None:
    """Return the way to the files that a change may not decide about itself with."""
    if base is None:
        return None
    changes = base.everywhere

    def text(path: str) -> str | None:
        parts = path.split("/")
        # A folder on the way may have been replaced by a link to one that did not change.
        prefixes = {"/".join(parts[:count]) for count in range(1, len(parts) + 1)}
        if path in changes.before:
            content = base.tree.read(path)
            if content is None:
                raise KeyError(path)
            try:
                return decode(content)
            except Unreadable as error:
                raise UsageError(f"{path} of {base.revision} cannot be used: {error.what}", hint=error.hint) from None
        if not prefixes.isdisjoint(changes.now | changes.before):
            raise KeyError(path)
        return None

    return OfBase(base.top, base.prefix, base.revision, changes.untracked, text, changes.before, base.commit)


def _reported(request: Request, base: Base, files: Files, workshop: Workshop, results: Sequence[Result]) -> SeenInBase:
    from gatepost.pipeline.base_reports import Seen, seen_in_base

    return seen_in_base(request, base, files, workshop, results) if request.base_reports else Seen()


def manifests_of(changes: Changes) -> frozenset[str]:
    """Return what a change brings of what only `terraform init` is to write: it would say where its modules are."""
    brought = changes.now - changes.untracked
    return frozenset(path for path in brought if path.endswith(".terraform/modules/modules.json"))


def compared(
    request: Request,
    base: Base,
    workshop: Workshop,
    found: Found,
    around: Callable[[], Found],
    results: Sequence[Result],
    excluded: Callable[[str], bool],
    order: Callable[[Finding], object],
) -> tuple[Comparison | None, tuple[Problem, ...]]:
    """Return what the base had below the paths that were asked for, and what of it cannot be read.

    None when git gives up half-way. Raises `UsageError` for reports of the base that are not there.
    """
    from gatepost.pipeline.base_commit import BaseFiles, found_before, judge_before
    from gatepost.services.git_base import GitRefused

    files = BaseFiles(found.root, found.hidden, base)

    def then(found: Found) -> Found:
        return found_before(found, base, excluded)

    try:
        roots = plan_roots(then(found), files, lambda: then(around()), request.environment, bool(request.var_files))
        reported = _reported(request, base, files, workshop, results)
        there = workshop._replace(files=files)
        told = judge_before(there, base, roots, results, order, reported.findings, request.jobs)
        return told._replace(tools=reported.tools), reported.problems
    except GitRefused as error:
        return None, (Problem(Location(".", NOWHERE), error.what, error.hint),)
    finally:
        base.tree.close()
