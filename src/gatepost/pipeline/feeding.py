"""Lays what feeds and evidence know over the findings of a run; never fetches, never reads what nobody names."""

from __future__ import annotations

import os
from collections.abc import Sequence

from gatepost.gate import Policy
from gatepost.model.decisions import Feed
from gatepost.model.findings import Finding
from gatepost.model.places import Location
from gatepost.model.policy import FeedChoice
from gatepost.model.problems import NOWHERE, Problem
from gatepost.model.records import NamedTuple
from gatepost.pipeline.request import Request
from gatepost.sources.reading import printable_path


class Fed(NamedTuple):
    """Findings with what feeds know of them, in the same order, and what is to be told of the feeds."""

    findings: tuple[Finding, ...]
    feeds: tuple[Feed, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def fed(request: Request, root: str, policy: Policy, organisation: Policy | None, findings: Sequence[Finding]) -> Fed:
    """Return the findings with what the feeds know that the request, else a policy, names; `UsageError` without them.

    The organisation's folder of feeds stands for the repository's, and of two ages that are allowed the lower counts.
    """
    folder, shown = feeds_folder(request, root, policy.feeds, organisation.feeds if organisation else FeedChoice())
    if not folder:
        return Fed(
            tuple(findings),
            (),
            tuple(_missing(one) for one in (policy, organisation) if one is not None and one.feeds.oldest is not None),
        )
    from gatepost.context.feeds import age_problems, feed_notes, read_feeds, wanted_of, with_feeds

    ages = [one.feeds.oldest for one in (policy, organisation) if one is not None and one.feeds.oldest is not None]
    oldest = min(ages, default=None)
    feeds = read_feeds(folder, wanted_of(findings), request.today, shown)
    return Fed(
        tuple(with_feeds(finding, feeds) for finding in findings),
        feeds.files,
        (*feeds.problems, *age_problems(feeds, oldest)),
        feed_notes(feeds, oldest),
    )


def with_all_evidence(paths: Sequence[str], findings: Sequence[Finding]) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return the findings with the evidence in some files, and notes; `UsageError` for a file that cannot be read."""
    if not paths:
        return tuple(findings), ()
    from gatepost.pipeline.evidence import read_evidence, with_evidence

    return with_evidence(findings, [entry for path in paths for entry in read_evidence(path)])


def _missing(policy: Policy) -> Problem:
    what = f"{policy.name} says how old feeds may be, and there are none"
    place = policy.feeds.location or Location(policy.name, NOWHERE)
    return Problem(place, what, "give --feeds FOLDER, or `path` below `feeds` in the policy", "feed")


def feeds_folder(request: Request, root: str, ours: FeedChoice, theirs: FeedChoice) -> tuple[str, str]:
    """Return the folder of the feeds as a path and as it is shown; ("", "") where nobody names one."""
    if request.feeds is not None:
        return request.feeds, printable_path(request.feeds)
    for choice, policy in ((theirs, request.organisation_policy), (ours, request.policy)):
        if choice.path:
            base = os.path.dirname(policy) if policy is not None else root
            return os.path.join(base, choice.path), choice.path
    return "", ""
