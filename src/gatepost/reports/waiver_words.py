"""Waivers in words: what one is about, what state it is in, how all of them stand; never a colour, never a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatepost.model.decisions import WAIVER_STATES, Waiver, WaiverState, WaiverUse
from gatepost.reports.entries import at, plural

STATE_WORDS: Mapping[WaiverState, str] = {
    "expired": "expired",
    "not_yet_valid": "not yet valid",
    "refused": "refused",
    "unused": "unused",
    "shadowed": "shadowed",
    "expiring": "expiring",
    "fix_exists": "a fix exists now",
    "active": "active",
}
# How many are in a state, after the number.
COUNTED: Mapping[WaiverState, str] = {**STATE_WORDS, "fix_exists": "with a fix that exists now"}
# States that a verdict need not speak of: they are listed elsewhere, or as they should be.
_QUIET = frozenset(("active", "unused", "fix_exists"))
_LEADS = (("resource", "on"), ("path", "in"), ("environment", "in"), ("fingerprint", "with fingerprint"))
_MOST_PLACES = 3


def waiver_subject(waiver: Waiver) -> str:
    """Return what a waiver is about, in a few words."""
    what = [", ".join(waiver.of(key)) for key in ("rule", "vulnerability") if waiver.of(key)]
    package = waiver.of("package")
    parts = [" and ".join(what)] if what else []
    parts += [f"{'in ' if what else ''}{', '.join(package)}"] if package else []
    parts = parts or ["everything"]
    return " ".join([*parts, *(f"{lead} {', '.join(waiver.of(key))}" for key, lead in _LEADS if waiver.of(key))])


def state_words(use: WaiverUse) -> str:
    """Return the states of a waiver ("expiring in 5 days, a fix exists now")."""
    return ", ".join(_words(use, state) for state in use.states)


def _words(use: WaiverUse, state: WaiverState) -> str:
    if state == "expired":
        return f"expired {plural(-use.days_left, 'day')} ago"
    if state == "expiring":
        return f"ends in {plural(use.days_left, 'day')}" if use.days_left else "ends today"
    return STATE_WORDS[state]


def waivers_words(uses: Sequence[WaiverUse]) -> str:
    """Return how many waivers want a look and where they are, "" when none does."""
    told: list[str] = []
    for state in WAIVER_STATES:
        here = [use for use in uses if use.state == state]
        if here and state not in _QUIET:
            places = ", ".join(at(use.waiver.location) for use in here[:_MOST_PLACES])
            more = f" and {len(here) - _MOST_PLACES} more" if len(here) > _MOST_PLACES else ""
            told.append(f"{len(here)} {COUNTED[state]} ({places}{more})")
    return "; ".join(told) + (". gatepost waivers lists them" if told else "")
