"""When findings were first seen: a file kept between runs, read, merged and written; never a clock, never a path.

A history maps a fingerprint to the first and the last day on which it was seen. Merging two keeps the earlier first
and the later last day, so that the order of merging, and merging twice, makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias, cast

from gatepost.gate.dates import days_since, is_date

VERSION = 1
MOST_ENTRIES = 500_000
FORGET_AFTER = 365  # days that something is remembered after it was last seen

# Fingerprint → first and last day (ISO).
Seen: TypeAlias = Mapping[str, tuple[str, str]]
_FINGERPRINT = re.compile(r"[0-9a-f]{4,64}\Z")


class BadHistory(Exception):
    """A history that cannot be used; `what` is a sentence without a full stop."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def read_history(data: object) -> dict[str, tuple[str, str]]:
    """Return what a history, a json report or a SARIF log, parsed, tells of first days; raises BadHistory."""
    if not isinstance(data, dict):
        raise BadHistory("it is neither a history, nor a json report, nor SARIF")
    top = cast("dict[str, Any]", data)
    if isinstance(top.get("first_seen"), dict):
        return _own(top)
    if isinstance(top.get("runs"), list):
        return _checked(
            _of_sarif(top["runs"]), "SARIF that tells no day: neither when a run ended, nor when a result was"
        )
    if isinstance(top.get("verdict"), dict):
        return of_report(top)
    raise BadHistory("it is neither a history, nor a json report, nor SARIF")


def _own(top: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    if top.get("version") != VERSION:
        raise BadHistory(f"this Gatepost reads histories of version {VERSION}")
    found: dict[str, tuple[str, str]] = {}
    for fingerprint, days in cast("dict[str, Any]", top["first_seen"]).items():
        if not isinstance(days, list) or len(cast("list[Any]", days)) != 2:
            raise BadHistory(f"the entry {fingerprint[:20]!r} is not [first day, last day]")
        first, last = cast("list[Any]", days)
        _add(found, fingerprint, first, last)
    return found


def of_report(report: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return what a json report tells: its own day, and the earlier one on which it knows something was first seen."""
    verdict: Any = report.get("verdict")
    today = cast("Mapping[str, Any]", verdict).get("today") if isinstance(verdict, dict) else None
    if not isinstance(today, str) or not is_date(today):
        raise BadHistory("a json report that does not tell by which day it judged")
    found: dict[str, tuple[str, str]] = {}
    for name in ("findings", "undecided"):
        for one in _mappings(report.get(name)):
            age = _mapping(_mapping(one.get("context")).get("age"))
            since = age.get("since") if age.get("counted_from") == "first_seen" else None
            fingerprint = one.get("fingerprint")
            if isinstance(fingerprint, str) and fingerprint:
                _add(found, fingerprint, since if isinstance(since, str) else today, today)
    return found


def _of_sarif(runs: object) -> Iterator[tuple[str, str]]:
    for run in _mappings(runs):
        ends = [one.get(name) for one in _mappings(run.get("invocations")) for name in ("endTimeUtc", "startTimeUtc")]
        days = [day for day in map(_day, (*ends, _mapping(run.get("properties")).get("today"))) if day]
        for result in _mappings(run.get("results")):
            told = _day(_mapping(result.get("provenance")).get("firstDetectionTimeUtc"))
            fingerprint = _mapping(result.get("fingerprints")).get("gatepost/v1")
            fingerprint = fingerprint or _mapping(result.get("partialFingerprints")).get("gatepost/v1")
            day = told or (min(days) if days else "")
            if isinstance(fingerprint, str) and fingerprint:
                yield fingerprint, day


def _checked(entries: Iterable[tuple[str, str]], undated: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    some = False
    for fingerprint, day in entries:
        some = True
        if day:
            _add(found, fingerprint, day, day)
    if some and not found:
        raise BadHistory(undated)
    return found


def _add(found: dict[str, tuple[str, str]], fingerprint: str, first: object, last: object) -> None:
    if not _FINGERPRINT.match(fingerprint):
        raise BadHistory(f"{fingerprint[:20]!r} is no fingerprint")
    if not (isinstance(first, str) and isinstance(last, str) and is_date(first) and is_date(last) and first <= last):
        raise BadHistory(f"the days of {fingerprint} are not two dates in their order")
    known = found.get(fingerprint)
    found[fingerprint] = (first, last) if known is None else (min(first, known[0]), max(last, known[1]))
    if len(found) > MOST_ENTRIES:
        raise BadHistory(f"it has more than {MOST_ENTRIES} entries")


def merged(histories: Iterable[Seen]) -> dict[str, tuple[str, str]]:
    """Return several histories as one."""
    found: dict[str, tuple[str, str]] = {}
    for history in histories:
        for fingerprint, (first, last) in history.items():
            known = found.get(fingerprint)
            found[fingerprint] = (first, last) if known is None else (min(first, known[0]), max(last, known[1]))
    return found


def kept(history: Seen, days: int = FORGET_AFTER) -> dict[str, tuple[str, str]]:
    """Return what was seen in the last `days` before the newest entry; at most MOST_ENTRIES, the latest seen."""
    newest = max((last for _, last in history.values()), default="")
    found = {name: seen for name, seen in history.items() if days_since(seen[1], newest) <= days}
    if len(found) <= MOST_ENTRIES:
        return found
    by_last = sorted(found, key=lambda name: (found[name][1], name), reverse=True)[:MOST_ENTRIES]
    return {name: found[name] for name in by_last}


def written(history: Seen) -> str:
    """Return the text of a history: an entry a line, in a fixed order, so that versions of it merge as text."""
    lines = [f'    "{name}": ["{first}", "{last}"]' for name, (first, last) in sorted(history.items())]
    inside = "\n" + ",\n".join(lines) + "\n  " if lines else ""
    return f'{{\n  "version": {VERSION},\n  "first_seen": {{{inside}}}\n}}\n'


def _day(time: object) -> str:
    """Return the day of a time (ISO 8601), "" for anything else."""
    return time[:10] if isinstance(time, str) and is_date(time[:10]) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (cast("Mapping[str, Any]", one) for one in cast("list[Any]", value) if isinstance(one, dict))
