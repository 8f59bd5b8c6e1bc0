"""The page: paths → roots → findings → assessments → decisions → verdict; never a detail of any of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from gatepost.model.decisions import Verdict
from gatepost.pipeline.comparing import compared
from gatepost.pipeline.deciding import decide_all
from gatepost.pipeline.excerpts import Excerpts
from gatepost.pipeline.parallel import spread
from gatepost.pipeline.plan import Root
from gatepost.pipeline.preparing import OpenFiles, Run, prepare, require_used
from gatepost.pipeline.request import Request, Watch
from gatepost.pipeline.roots import Result, judge_root
from gatepost.pipeline.seeing import place_of, see, with_problems
from gatepost.sources.reading import Files

if TYPE_CHECKING:
    from gatepost.pipeline.tracing import Tracing


def check(
    request: Request, watch: Watch | None = None, open_files: OpenFiles = Files, known: dict[Root, Result] | None = None
) -> Verdict:
    """Return the verdict on what a request names. Raises `UsageError`; what files do wrong is in the verdict.

    `open_files` makes the files below a root, given also the paths that are passed over. Roots in `known` are not
    judged again; those that are judged are put into it.
    """
    if not request.traced:
        return _check(request, watch, open_files, known)[0]
    from gatepost.pipeline.tracing import Tracing

    with Tracing() as tracing:
        verdict, run, results = _check(request, watch, open_files, {}, tracing)
        return verdict._replace(trace=tracing.trace(run, results, verdict))


def _check(
    request: Request,
    watch: Watch | None,
    open_files: OpenFiles,
    known: dict[Root, Result] | None,
    tracing: Tracing | None = None,
) -> tuple[Verdict, Run, list[Result]]:
    run = prepare(request, open_files)
    results = judge_roots(run, watch, {} if known is None else known, tracing)
    require_used(run, results)
    seen = see(run, results, watch)
    run = with_base(run, results)
    if known is None and tracing is None:
        results.clear()  # there may be many findings, and what is told of them from here on stands in `seen`
    seen = with_problems(seen, run.change.problems)
    decided = decide_all(request, seen, run.change, run.policy, run.organisation)
    proposed: tuple[str, ...] = ()
    if run.change.base is not None:
        from gatepost.pipeline.proposing import proposed_by

        proposed = proposed_by(run, seen, decided)
    verdict = Verdict(
        decided.mode,
        decided.policy,
        decided.decisions,
        decided.undecided,
        decided.problems,
        seen.counts,
        decided.unused_waivers,
        (*seen.notes, *proposed),
        sources=Excerpts(run.workshop.files),
        feeds=seen.feeds,
        waivers=decided.waivers,
        budgets=decided.budgets,
        today=request.today,
    )
    if any(policy.routes for policy in run.policies):
        from gatepost.pipeline.routing import with_routes

        verdict = with_routes(verdict, run, seen)
    elif run.change.base is not None:
        from gatepost.pipeline.routing import with_judged

        verdict = with_judged(verdict, run)
    return verdict, run, results


def judge_roots(
    run: Run, watch: Watch | None, known: dict[Root, Result], tracing: Tracing | None = None
) -> list[Result]:
    """Judge every root that is not known yet; returns the results of all, in order."""
    fresh = [root for root in run.roots if root not in known]
    judge = partial(judge_root, run.workshop)
    if tracing is not None:
        judge = tracing.work(judge, run.found.root)
    judged = spread(judge, fresh, run.request.jobs)
    for done, result in enumerate(judged, 1):
        known[result.root] = result
        if watch is not None:
            watch(done, len(fresh), result.root.path)
    return [known[root] for root in run.roots]


def with_base(run: Run, results: Sequence[Result]) -> Run:
    """Return the run with what the base of the change had, where there is a base."""
    base = run.change.base
    if base is None:
        return run
    then, wrong = compared(run.request, base, run.workshop, run.found, run.around, results, run.excluded, place_of)
    return run._replace(change=run.change._replace(comparison=then, problems=(*run.change.problems, *wrong)))
