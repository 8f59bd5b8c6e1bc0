"""Lays what feeds and evidence know over the findings of a run; never fetches, never reads what nobody names."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gatepost.gate import Policy
from gatepost.model.decisions import Feed
from gatepost.model.findings import Finding
from gatepost.model.places import Location
from gatepost.model.policy import FeedChoice
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.request import Request
from gatepost.sources.reading import printable_path

if TYPE_CHECKING:
    from gatepost.context.feeds import Feeds
    from gatepost.pipeline.base_commit import Base
    from gatepost.pipeline.evidence import Entry


class Fed(NamedTuple):
    """Findings with what feeds know of them, in the same order, and what is to be told of the feeds."""

    findings: tuple[Finding, ...]
    feeds: tuple[Feed, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def fed(
    request: Request,
    root: str,
    policy: Policy,
    organisation: Policy | None,
    findings: Sequence[Finding],
    base: Base | None = None,
) -> Fed:
    """Return the findings with what the feeds know that the request, else a policy, names; `UsageError` without them.

    Where the change edits them, they are those of the base.
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
    feeds = _feeds(folder, base, lambda path: read_feeds(path, wanted_of(findings), request.today, shown))
    return Fed(
        tuple(with_feeds(finding, feeds) for finding in findings),
        feeds.files,
        (*feeds.problems, *age_problems(feeds, oldest)),
        (*feed_notes(feeds, oldest), *_edited(folder, base)),
    )


def _edited(folder: str, base: Base | None) -> tuple[str, ...]:
    if base is None:
        return ()
    from gatepost.pipeline.handed_in import is_of_change, note_of

    return (note_of(folder, base),) if is_of_change(folder, base) else ()


def _feeds(folder: str, base: Base | None, read: Callable[[str], Feeds]) -> Feeds:
    if base is None:
        return read(folder)
    from gatepost.pipeline.handed_in import as_base_has

    with as_base_has(folder, base) as had:
        if had is None:
            raise UsageError(f"{base.revision} has no feeds in {printable_path(folder)!r}, and a change brings none")
        return read(had)


def with_all_evidence(
    paths: Sequence[str], findings: Sequence[Finding], base: Base | None = None
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return the findings with the evidence in some files, and notes; `UsageError` for a file that cannot be read.

    Files that the change edits count as the base has them.
    """
    if not paths:
        return tuple(findings), ()
    from gatepost.pipeline.evidence import read_evidence, with_evidence

    if base is None:
        return with_evidence(findings, [entry for path in paths for entry in read_evidence(path)])
    from gatepost.pipeline.handed_in import as_base_has, is_of_change, note_of

    entries: list[Entry] = []
    for path in paths:
        with as_base_has(path, base) as had:
            entries += read_evidence(had, path) if had is not None else ()
    found, notes = with_evidence(findings, entries)
    return found, (*notes, *(note_of(path, base) for path in paths if is_of_change(path, base)))


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
