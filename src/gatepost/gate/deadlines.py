"""Until when things have to be mended, by severity: reads the section and works out what is due; never what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatepost.conditions import Condition
from gatepost.conditions.ordered import order_key_or_none
from gatepost.gate.attributes import OF_DEADLINES, About, Matter, Plain
from gatepost.gate.dates import day_after
from gatepost.gate.facts import SEEN_DAYS
from gatepost.gate.lines import asked_by, read_condition
from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.decisions import Due
from gatepost.model.findings import SEVERITIES
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown

MOST_DAYS = 36_500
MOST_DEADLINES = 50
# What a deadline is counted from, and the attribute that holds the days since then.
STARTS: Mapping[str, str] = {"first_seen": SEEN_DAYS, "published": "published_days"}
_SINCE: Mapping[str, str] = {"first_seen": "it was first seen", "published": "it was published"}
KEYS = (*SEVERITIES, "from", "only")


class Deadline(NamedTuple):
    """Days by severity, counted from the first of `starts` that is known, where `condition` holds (None: always)."""

    days: Mapping[str, int]
    starts: tuple[str, ...]
    condition: Condition | None
    attributes: frozenset[str]
    location: Location


class Reckoned(NamedTuple):
    """What is due, None where no deadline applies, and the facts that lines ask for."""

    due: Due | None
    facts: Mapping[str, Plain] = {}


NOT_DUE = Reckoned(None)


def read_deadlines(page: Page, node: Node) -> tuple[Deadline, ...]:
    """Return what `deadlines` says, one or several of which the first that applies counts; raises UsageError."""
    nodes = node.value if node.kind == "list" else [node]
    if not nodes:
        page.fault(node, "`deadlines` is an empty list")
    if len(nodes) > MOST_DEADLINES:
        page.fault(nodes[MOST_DEADLINES], f"there are more than {MOST_DEADLINES} deadlines")
    return tuple(_deadline(page, one) for one in nodes)


def _deadline(page: Page, node: Node) -> Deadline:
    fields = page.fields(node, KEYS, "`deadlines`")
    days = {name: _days(page, fields[name][1]) for name in SEVERITIES if name in fields}
    if not days:
        page.fault(node, "`deadlines` gives no severity its days", "write high: 30 days")
    starts = page.texts(fields["from"][1], "`from`") if "from" in fields else tuple(STARTS)
    for start in starts:
        if start not in STARTS:
            page.unknown_word(fields["from"][1], start, STARTS, f'a deadline cannot be counted from "{start}"')
    condition, attributes = None, frozenset[str]()
    if "only" in fields:
        only = fields["only"][1]
        condition = read_condition(page, only, "`only`")
        attributes = asked_by(condition)
        own = next((name for name in OF_DEADLINES if name in attributes), "")
        if own:
            page.fault(only, f"`only` asks for {own}, which comes of the deadline itself")
    return Deadline(days, starts, condition, attributes, page.location(node))


def _days(page: Page, node: Node) -> int:
    days = order_key_or_none("days", node.value) if node.kind in ("text", "number") else None
    if days is None or days != int(days) or not 0 <= days <= MOST_DAYS:
        page.fault(
            node, f"a deadline is a number of whole days up to {MOST_DAYS}", "write it as 30 days, 2 weeks or 7d"
        )
    return int(days)


def attributes_of(deadlines: Sequence[Deadline]) -> frozenset[str]:
    """Return the facts that deadlines are worked out of."""
    if not deadlines:
        return frozenset()
    starts = (STARTS[start] for one in deadlines for start in one.starts)
    return frozenset({"severity", *starts}).union(*(one.attributes for one in deadlines))


def reckon(
    deadlines: Sequence[Deadline], matter: Matter, environment: str, settings: Mapping[str, str], today: str
) -> Reckoned:
    """Return what is due of a matter in one environment: the first deadline counts that applies to it.

    What a deadline cannot be worked out without, and is not known, makes it not known, never absent.
    """
    severity = matter.fact("severity")
    word = "unknown" if isinstance(severity, Unknown) else str(severity)
    about = About(matter, environment)
    for one in deadlines:
        if word not in one.days and word != "unknown":
            continue
        outcome = one.condition.judge(about, settings) if one.condition is not None else None
        if outcome is not None and outcome.truth is False:
            continue
        if outcome is not None and outcome.truth is None:
            missing = ", ".join(dict.fromkeys(asked.attribute for asked in outcome.unknowns))
            return _not_known(one, missing)
        if word not in one.days:
            return _not_known(one, "severity")
        return _counted(one, word, matter, today)
    return NOT_DUE


def _counted(deadline: Deadline, severity: str, matter: Matter, today: str) -> Reckoned:
    days = deadline.days[severity]
    for start in deadline.starts:
        passed = matter.fact(STARTS[start])
        if isinstance(passed, int | float) and not isinstance(passed, bool):
            left = days - int(passed)
            noun = "day" if days == 1 else "days"
            how = f"{days} {noun} for {severity} since {_SINCE[start]} ({_place(deadline)})"
            due = Due(day_after(today, left), how, left < 0)
            return Reckoned(due, {"overdue": left < 0, "due_in": left})
    return _not_known(deadline, " and ".join(f"when {_SINCE[start]}" for start in deadline.starts))


def _not_known(deadline: Deadline, what: str) -> Reckoned:
    verb = "are" if " and " in what or ", " in what else "is"
    why = f"the deadline ({_place(deadline)}) is not known: {what} {verb} not known"
    unknown = Unknown(why, may_be_missing=True)
    return Reckoned(Due("", why), dict.fromkeys(OF_DEADLINES, unknown))


def _place(deadline: Deadline) -> str:
    return f"{deadline.location.path}:{deadline.location.region.start_line}"


def earliest(dues: Sequence[Due | None]) -> Due | None:
    """Return the one that is due first; one that is not known where none is, None where nothing is due."""
    known = [due for due in dues if due is not None]
    return min(known, key=lambda due: (not due.date, due.date), default=None)
