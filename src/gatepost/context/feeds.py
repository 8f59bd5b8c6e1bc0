"""What feeds know of vulnerabilities: known to be exploited, and how likely; never fetches, never decides."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from datetime import date

from gatepost.context.feed_files import (
    BadFeed,
    Catalogue,
    Scores,
    feed_paths,
    read_catalogue,
    read_scores,
    scores_date,
)
from gatepost.model.decisions import Feed
from gatepost.model.findings import Exploitability, Finding
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.sources.reading import printable_path

UPDATE = "gatepost feeds update"
# A feed that is older is told of, though no policy asks.
OLD_DAYS = 7
_CVE = re.compile(r"CVE-\d{4}-\d{4,}\Z")
_NO_CATALOGUE = Catalogue("", frozenset())
_NO_SCORES = Scores("", 0, {})


class Feeds(NamedTuple):
    """The feeds of a run as far as its vulnerabilities need them; `files` are those that could be read."""

    files: tuple[Feed, ...] = ()
    catalogue: Catalogue = _NO_CATALOGUE
    scores: Scores = _NO_SCORES
    problems: tuple[Problem, ...] = ()


def wanted_of(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the identifiers of findings that feeds can speak of."""
    return frozenset(one.upper() for finding in findings for one in finding.ids if _CVE.match(one.upper()))


def read_feeds(directory: str, wanted: Collection[str], today: str, shown: str = "") -> Feeds:
    """Return what the feeds of a directory know of the vulnerabilities that are wanted.

    Of several files of one feed the newest counts. One that is broken is a Problem, and nothing is taken from it.
    `shown` is the directory as problems name it. Raises `UsageError` for a directory that is not there or has none.
    """
    shown = shown or printable_path(directory)
    try:
        catalogues, scores = feed_paths(directory)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UsageError(f"the folder of feeds {shown!r} cannot be read: {reason}", hint=_fetch(shown)) from None
    if not catalogues and not scores:
        raise UsageError(f"there are no feeds in {shown!r}", hint=_fetch(shown))
    found = _Found(shown, today)
    listed = found.newest_catalogue(catalogues)
    rated = found.newest_scores(scores, wanted)
    return Feeds(tuple(found.files), listed, rated, tuple(found.problems))


def _fetch(shown: str) -> str:
    return f"{UPDATE} --feeds {shown} fetches them"


class _Found:
    """The feeds while they are read."""

    def __init__(self, shown: str, today: str) -> None:
        self.files: list[Feed] = []
        self.problems: list[Problem] = []
        self._shown = shown.rstrip("/\\")
        self._today = today

    def _name(self, path: str) -> str:
        return f"{self._shown}/{printable_path(os.path.basename(path))}"

    def _broken(self, path: str, feed: str, error: BadFeed) -> None:
        location = Location(self._name(path), NOWHERE)
        what = f"the {feed} feed cannot be used: {error}"
        self.problems.append(Problem(location, what, _fetch(self._shown), "feed"))

    def _used(self, path: str, feed: str, day: str, entries: int | None) -> None:
        self.files.append(Feed(feed, self._name(path), day, days_between(day, self._today), entries))

    def newest_catalogue(self, paths: list[str]) -> Catalogue:
        best: tuple[Catalogue, str] | None = None
        for path in paths:
            try:
                read = read_catalogue(path)
            except BadFeed as error:
                self._broken(path, "KEV", error)
                continue
            if best is None or read.date >= best[0].date:
                best = (read, path)
        if best is None:
            return _NO_CATALOGUE
        self._used(best[1], "KEV", best[0].date, len(best[0].listed))
        return best[0]

    def newest_scores(self, paths: list[str], wanted: Collection[str]) -> Scores:
        dated: list[tuple[str, str]] = []
        for path in paths:
            try:
                dated.append((scores_date(path), path))
            except BadFeed as error:
                self._broken(path, "EPSS", error)
        if not dated:
            return _NO_SCORES
        day, path = max(dated)
        if not wanted:
            self._used(path, "EPSS", day, None)
            return _NO_SCORES._replace(date=day)
        try:
            read = read_scores(path, wanted)
        except BadFeed as error:
            self._broken(path, "EPSS", error)
            return _NO_SCORES
        self._used(path, "EPSS", read.date, read.entries)
        return read


def days_between(day: str, today: str) -> int | None:
    """Return how many days lie between two ISO dates, negative when the first is later; None without a first."""
    return (date.fromisoformat(today) - date.fromisoformat(day)).days if day else None


def age_problems(feeds: Feeds, oldest: int | None) -> tuple[Problem, ...]:
    """Return a Problem for each feed that is older than `oldest` days, or whose age nobody can tell."""
    if oldest is None:
        return ()
    told: list[Problem] = []
    for feed in feeds.files:
        if feed.age is None:
            what = f"the {feed.name} feed does not say of which day it is, and it may be {oldest} days old at most"
        elif feed.age < -1:
            what = f"the {feed.name} feed says that it is of {feed.date}, which is yet to come"
        elif feed.age > oldest:
            what = f"the {feed.name} feed is {_days(feed.age)} old, and may be {oldest} at most"
        else:
            continue
        told.append(Problem(Location(feed.path, NOWHERE), what, UPDATE, "feed"))
    return tuple(told)


def feed_notes(feeds: Feeds, oldest: int | None) -> tuple[str, ...]:
    """Return sentences on the age of the feeds, for those that are old where nobody says how old they may be."""
    if oldest is not None:
        return ()
    old = [feed for feed in feeds.files if feed.age is None or feed.age > OLD_DAYS]
    return tuple(
        f"the {feed.name} feed is {_days(feed.age)} old ({UPDATE})"
        if feed.age is not None
        else f"the {feed.name} feed does not say of which day it is"
        for feed in old
    )


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def with_feeds(finding: Finding, feeds: Feeds) -> Finding:
    """Return a finding with what the feeds know of its CVE identifiers; what they do not know stays as it was.

    A vulnerability that the catalogue does not list is not known to be exploited as of that day, unless a report says
    that it is, or it was published later. Of two scores the newer one counts; of several identifiers the worst.
    """
    ids = sorted({one.upper() for one in finding.ids if _CVE.match(one.upper())})
    if not ids:
        return finding
    known = _rated(_listed(finding, ids, feeds.catalogue), ids, feeds.scores)
    return finding if known == finding.exploitability else finding._replace(exploitability=known)


def _listed(finding: Finding, ids: list[str], catalogue: Catalogue) -> Exploitability:
    known = finding.exploitability
    if not catalogue.listed:
        return known
    by = f"KEV of {catalogue.date}" if catalogue.date else "KEV"
    if any(one in catalogue.listed for one in ids):
        return known._replace(known_exploited=True, exploited_by=by)
    if known.known_exploited or _is_later(finding, ids, catalogue.date):
        return known
    return known._replace(known_exploited=False, exploited_by=by)


def _is_later(finding: Finding, ids: list[str], day: str) -> bool:
    """Whether a vulnerability became known only after a day, so that a list of that day says nothing of it."""
    return bool(day) and (finding.published > day or any(one[4:8] > day[:4] for one in ids))


def _rated(known: Exploitability, ids: list[str], scores: Scores) -> Exploitability:
    found = [scores.found[one] for one in ids if one in scores.found]
    if not found or (known.epss is not None and known.epss_date and scores.date and known.epss_date > scores.date):
        return known
    epss, percentile = max(found)
    by = f"EPSS of {scores.date}" if scores.date else "EPSS"
    return known._replace(epss=epss, epss_percentile=percentile, epss_by=by, epss_date=scores.date or None)
