"""A saved verdict as Code Insights of Bitbucket Cloud; never a result that the change itself could have written."""

from __future__ import annotations

import re

from gatepost.model.checks import CheckAnnotation, InsightsReport
from gatepost.model.digests import sha256_of
from gatepost.reports.safe_text import plain
from gatepost.reviewing.check_run import annotations_of, title_of
from gatepost.reviewing.told import Told

# What Bitbucket takes: annotations of a report, rows of data (10), and characters of texts.
MOST_ANNOTATIONS = 1_000
LONGEST_DETAILS, _LONGEST_ROW, _LONGEST_TITLE = 2_000, 100, 100


def insights(told: Told, name: str, commit: str, link: str = "") -> InsightsReport:
    """Return the report of a commit, what blocks first. Where the verdict only observes it has passed.

    Beyond the limit the last annotation says how many more there are.
    """
    every = annotations_of(told)
    made = every[:MOST_ANNOTATIONS]
    if len(every) > len(made):
        made[-1] = _more(len(every) - len(made) + 1)
    details = [title_of(told), *told.budgets, *told.notes]
    details += ["It only observes: nothing is stopped"] if told.observes else []
    details += [f"{len(every) - len(made) + 1} more have no annotation"] if len(every) > len(made) else []
    return InsightsReport(
        _id(told, name),
        commit,
        plain(name)[:_LONGEST_TITLE],
        "\n".join(plain(line) for line in details)[:LONGEST_DETAILS],
        told.outcome == "passed" or told.observes,
        _data(told),
        tuple(made),
        link,
    )


def _id(told: Told, name: str) -> str:
    """Return an id that a path may hold; names and scanned folders that differ have different ones."""
    word = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    digest = sha256_of("\0".join((name, told.scope)))[:12]
    return f"gatepost-{word or 'report'}-{digest}"


def _data(told: Told) -> tuple[tuple[str, str, str | int], ...]:
    actions = [group.action for group in told.groups]
    return (
        ("Decision", "TEXT", told.outcome),
        ("Block", "NUMBER", actions.count("block")),
        ("Warn", "NUMBER", actions.count("warn")),
        ("Waived", "NUMBER", told.waived),
        ("Not new", "NUMBER", told.not_new),
        ("Undecided", "NUMBER", told.unanswered),
        ("Problems", "NUMBER", len(told.problems)),
        ("Policy", "TEXT", plain(told.policy)[:_LONGEST_ROW] or "none"),
    )


def _more(count: int) -> CheckAnnotation:
    title = f"{count} more are not shown here"
    return CheckAnnotation("", 0, 0, "notice", title, "Bitbucket takes 1,000 annotations of a report.", key="more")
