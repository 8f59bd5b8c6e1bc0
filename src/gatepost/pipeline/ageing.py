"""How old what was found is, by the histories that a run is given: of the base, where there is one; never decides.

A change that writes itself a younger history is judged by that of the base.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from gatepost.gate.dates import days_since, is_date
from gatepost.gate.history import BadHistory, merged, read_history
from gatepost.model.decisions import Assessment, Context, Fact
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem
from gatepost.model.records import NamedTuple
from gatepost.pipeline.policies import OfBase
from gatepost.sources.reading import Unreadable, decode, printable_path, read_bytes

MOST_BYTES = 128 * 1024 * 1024


class Ages(NamedTuple):
    """The first and last day on which each fingerprint was seen, how that is known, and the day to judge by.

    `complete`: every file that was given can be used, so that what is in none of them is seen for the first time.
    """

    first_seen: Mapping[str, tuple[str, str]]
    how: str
    complete: bool
    today: str
    notes: tuple[str, ...] = ()


def ages_of(paths: Sequence[str], base: OfBase | None, today: str) -> tuple[Ages, tuple[Problem, ...]]:
    """Return what the histories tell, and what cannot be read of them."""
    found: list[Mapping[str, tuple[str, str]]] = []
    problems: list[Problem] = []
    notes: list[str] = []
    complete = bool(paths)
    for path in paths:
        shown = printable_path(path)
        try:
            text, whose = _text(path, base)
            if text is None:
                complete = False
                notes.append(f"{shown} is brought by this change: it counts once it is on {whose}")
                continue
            if whose:
                notes.append(f"this change edits {shown}: it counts as {whose} has it")
            found.append(read_history(json.loads(text)))
        except Unreadable as error:
            hint = error.hint if os.path.exists(path) else f"begin one with gatepost history update {shown}"
            problems.append(_problem(shown, error.what, hint))
        except BadHistory as error:
            problems.append(_problem(shown, error.what, "give the file that gatepost history update writes"))
        except (ValueError, RecursionError):
            problems.append(_problem(shown, "it is not JSON", "give the file that gatepost history update writes"))
    how = f"first seen, by {', '.join(printable_path(path) for path in sorted(paths))}"
    return Ages(merged(found), how, complete and not problems, today, tuple(notes)), tuple(problems)


def _problem(path: str, what: str, hint: str) -> Problem:
    return Problem(Location(path, NOWHERE), f"the history cannot be used: {what}", hint, "history")


def _text(path: str, base: OfBase | None) -> tuple[str | None, str]:
    """Return the text of a history (None: the base has none), and the base where it is the one that counts."""
    for inside in base.inside(path) if base is not None else ():
        if base is None or inside in base.untracked:
            break  # the pipeline brought it, not the change
        try:
            text = base.text(inside)
        except KeyError:
            return None, base.name
        if text is not None:
            return text, base.name
    return decode(read_bytes(path, MOST_BYTES)), ""


def aged(one: Assessment, ages: Ages) -> Assessment:
    """Return a finding with its age: since it was first seen, else since the vulnerability was published."""
    context = in_time(one.context, one.finding.fingerprint, ages)
    if context.age is None and is_date(one.finding.published):
        context = context._replace(age=max(0, days_since(one.finding.published, ages.today)))
    return one if context is one.context else one._replace(context=context)


def in_time(context: Context, fingerprint: str, ages: Ages) -> Context:
    """Return a context with the day on which something was first seen, where that is known.

    What no history knows is seen today for the first time, unless the base of the change had it already.
    """
    known = ages.first_seen.get(fingerprint)
    if known is not None:
        seen = Fact(known[0], ages.how)
    elif ages.complete and context.is_new is not False:
        seen = Fact(ages.today, "first seen in this run")
    else:
        return context
    return context._replace(first_seen=seen, age=max(0, days_since(seen.name, ages.today)))
