"""A change against its base: whose policy decides, what is new, and what the change proposes; never judges a file.

Every run asks here whether it has a base, so what only a base needs is loaded where there is one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gatepost.gate import Decided, Policy
from gatepost.gate.policy import KnownRules
from gatepost.model.decisions import Decision
from gatepost.model.findings import SEVERITIES, Finding
from gatepost.model.policy import Comparison
from gatepost.model.problems import Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.plan import plan_roots
from gatepost.pipeline.policies import POLICY_FILE, OfBase, load_file, load_policies
from gatepost.pipeline.request import Request
from gatepost.pipeline.roots import Result, Workshop
from gatepost.sources.discovery import Found
from gatepost.sources.reading import Unreadable, decode

if TYPE_CHECKING:
    from gatepost.pipeline.base_commit import Base

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
        return NO_CHANGE
    from gatepost.pipeline.base_commit import open_base

    opened = open_base(root, request.base)
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


def compared(
    request: Request,
    base: Base,
    workshop: Workshop,
    found: Found,
    around: Callable[[], Found],
    results: Sequence[Result],
    excluded: Callable[[str], bool],
    order: Callable[[Finding], object],
) -> Comparison:
    """Return what the base had below the paths that were asked for. Raises `UsageError` when git gives up half-way."""
    from gatepost.pipeline.base_commit import BaseFiles, found_before, judge_before
    from gatepost.services.git_base import GitRefused

    files = BaseFiles(found.root, found.hidden, base)

    def then(found: Found) -> Found:
        return found_before(found, base, excluded)

    try:
        roots = plan_roots(then(found), files, lambda: then(around()), request.environment, bool(request.var_files))
        return judge_before(workshop._replace(files=files), base, roots, results, order)
    except GitRefused as error:
        raise UsageError(error.what, hint=error.hint) from None
    finally:
        base.tree.close()


def proposal_notes(
    request: Request,
    root: str,
    change: Against,
    known: KnownRules,
    decided: Decided,
    decide: Callable[[Policy, Policy | None], Decided],
) -> tuple[str, ...]:
    """Tell what the policy of the change would decide otherwise; nothing where the change leaves it alone."""
    base = change.base
    if base is None:
        return ()
    path = request.policy or os.path.join(root, POLICY_FILE)
    inside = os.path.relpath(os.path.join(os.path.realpath(os.getcwd()), path), base.top).replace(os.sep, "/")
    changes = base.everywhere
    if inside not in changes.now | changes.before or (request.policy and inside in changes.untracked):
        return ()
    shown = request.policy or POLICY_FILE
    counts = f"it counts once it is on {base.revision}"
    try:
        if os.path.isfile(path):
            proposed = load_file(path, known, shown)
        else:
            proposed = load_policies(request._replace(policy=None), root, known)[0]
        organisation = load_policies(request, root, known)[1] if request.organisation_policy else None
    except UsageError as error:
        return (f"{shown} as this change has it does not load ({error.message}); {base.revision}'s decides",)
    then = decide(proposed, organisation)
    softer = [now for now, later in zip(decided.decisions, then.decisions, strict=True) if _softer(later, now)]
    harder = [later for now, later in zip(decided.decisions, then.decisions, strict=True) if _softer(now, later)]
    told = [text for text in (_counted("let pass", softer), _counted("stop", harder)) if text]
    return (f"this change edits {shown}, which would {' and '.join(told) or 'change no decision'}; {counts}",)


def _softer(one: Decision, other: Decision) -> bool:
    return one.action != "block" and other.action == "block"


def _counted(verb: str, decisions: Sequence[Decision]) -> str:
    if not decisions:
        return ""
    by_severity = [
        f"{count} {severity}"
        for severity in (*SEVERITIES, "unknown")
        if (count := sum(one.assessment.finding.severity == severity for one in decisions))
    ]
    noun = "finding" if len(decisions) == 1 else "findings"
    return f"{verb} {len(decisions)} {noun} ({', '.join(dict.fromkeys(by_severity))})"
