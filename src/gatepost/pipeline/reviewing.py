"""Waivers as those look at them who answer for them: which of them nobody needs, how sure that is; never decides.

A waiver that covers nothing may be needed by what was not looked at: then it is in doubt, and stays.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection

from gatepost.conditions.globs import compile_glob
from gatepost.model.decisions import WAIVER_STATES, Verdict, Waiver, WaiverState, WaiverUse
from gatepost.model.records import NamedTuple
from gatepost.pipeline.own_rules import with_own_rules
from gatepost.pipeline.policies import POLICY_FILE
from gatepost.pipeline.request import Request, Watch
from gatepost.pipeline.steps import check
from gatepost.rules.catalogue import load_shipped
from gatepost.sources.discovery import scan_root

# What wants something to be done about it.
BAD: tuple[WaiverState, ...] = ("expired", "refused", "unused", "shadowed", "expiring")


class Reviewed(NamedTuple):
    """A waiver after a run; `doubt` says why it is not sure that it covers nothing, "" where that is sure."""

    use: WaiverUse
    doubt: str = ""

    def bad(self, accepted: Collection[str]) -> tuple[WaiverState, ...]:
        """Return the states that want something to be done, without those that are accepted or in doubt."""
        wanted = [state for state in BAD if state not in accepted and not (state == "unused" and self.doubt)]
        return tuple(state for state in wanted if state in self.use.states)


class Review(NamedTuple):
    """All waivers of a run with its verdict."""

    verdict: Verdict
    waivers: tuple[Reviewed, ...]


def review(request: Request, warn_before: int | None, watch: Watch | None = None) -> Review:
    """Judge what a request names and return its waivers. `warn_before` is in days, None for what the policy says."""
    verdict = check(request, watch)
    uses = verdict.waivers if warn_before is None else tuple(_warned(use, warn_before) for use in verdict.waivers)
    verdict = verdict._replace(waivers=uses)
    doubted = _doubts(request, verdict)
    return Review(verdict, tuple(Reviewed(use, doubted(use) if "unused" in use.states else "") for use in uses))


def _warned(use: WaiverUse, days: int) -> WaiverUse:
    held = set(use.states) - {"expiring", "active"}
    if held.isdisjoint({"expired", "not_yet_valid", "refused"}) and use.days_left <= days:
        held.add("expiring")
    return use._replace(states=tuple(state for state in WAIVER_STATES if state in held) or ("active",))


def _doubts(request: Request, verdict: Verdict) -> Callable[[WaiverUse], str]:
    ids = with_own_rules(load_shipped(), request.rules).ids()
    whole = _whole(request)

    def doubt(use: WaiverUse) -> str:
        waiver = use.waiver
        if waiver.covers is None and verdict.problems:
            return "something could not be read"
        if waiver.covers is None and not whole:
            return "only a part was looked at"
        if waiver.of("environment") and request.environment is not None:
            return f"only {request.environment} was looked at"
        if not verdict.counts.reports and not _is_ours(waiver, ids):
            return "no report was given"
        return ""

    return doubt


def _whole(request: Request) -> bool:
    """Whether all that the policy speaks of was looked at: one folder, and the policy in it."""
    if len(request.paths) != 1 or not os.path.isdir(request.paths[0]):
        return False
    policy = os.path.realpath(request.policy or os.path.join(scan_root(request.paths), POLICY_FILE))
    looked = os.path.realpath(request.paths[0]).rstrip(os.sep) + os.sep
    return policy.startswith(looked)


def _is_ours(waiver: Waiver, ids: Collection[str]) -> bool:
    """Whether a waiver can only speak about what our own rules find."""
    rules = waiver.of("rule")
    if not rules or waiver.of("vulnerability") or waiver.of("package"):
        return False
    return all(glob in ids or (glob[:1] != "*" and any(map(compile_glob(glob), ids))) for glob in rules)
