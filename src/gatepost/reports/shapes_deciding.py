"""The shapes of what is decided beside single findings: counts, ages, budgets, groups, exploitation; never a value."""

from __future__ import annotations

from typing import Literal, TypedDict

from gatepost.model.decisions import Action
from gatepost.model.findings import Severity


class PassedOverShape(TypedDict):
    """How many files were not looked at, and why."""

    reason: str
    files: int


class CountsShape(TypedDict):
    """How many of each; `waived` and `not_new` are among the allowed."""

    block: int
    warn: int
    allow: int
    waived: int
    not_new: int
    undecided: int
    problems: int
    severities: dict[Severity, int]
    files: int
    roots: int
    resources: int
    reports: int
    passed_over: list[PassedOverShape]
    left_for_thorough: int


class FeedShape(TypedDict):
    """A file of facts about vulnerabilities that was used; `age_days` is by the day that was judged by."""

    name: str
    path: str
    date: str | None
    age_days: int | None
    entries: int | None


class AgeShape(TypedDict):
    """How old something is: the days since it was first seen, else published, and how that is known."""

    days: int
    since: str
    counted_from: Literal["first_seen", "published"]
    how: str


class BudgetLineShape(TypedDict):
    """Where a budget is written."""

    path: str
    line: int


class BudgetShape(TypedDict):
    """A budget: how many `count`, and may count (`not_known`); `over` are fingerprints that it holds to account.

    `base` is how many the base of the change had, null where that was not asked for or there is none. `broken` says
    which limit does not hold, null where all do.
    """

    name: str
    policy: str
    line: BudgetLineShape | None
    unit: Literal["findings", "groups"]
    count: int
    not_known: int
    at_most: int | None
    base: int | None
    broken: str | None
    action: Action
    over: list[str]
    notes: list[str]


class GroupShape(TypedDict):
    """Findings of one cause, by their fingerprints, with the strictest of their decisions and the worst severity."""

    id: str
    cause: str | None
    mend: str | None
    action: Action
    severity: Severity
    count: int
    findings: list[str]


class ExploitabilityShape(TypedDict):
    """What is known of exploitation, and which feed of which day told it (null: a report); EPSS is from 0 to 1."""

    known_exploited: bool | None
    exploited_by: str | None
    epss: float | None
    epss_percentile: float | None
    epss_by: str | None
    epss_date: str | None
    reachable: bool | None
    maturity: str | None
    validated: bool | None
