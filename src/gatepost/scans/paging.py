"""Lists that an interface gives a page at a time; never what is in their rows."""

from __future__ import annotations

from typing import Any

from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import is_list, listed, name, whole

# Rows in a page of GitHub's REST interface: what it gives unasked, and the most it gives.
_FULL = (30, 100)


def pages(data: object) -> list[Any]:
    """Return the rows of a list, or of a list of pages (as `gh api --paginate --slurp` writes them)."""
    rows = listed(data)
    if rows and all(is_list(one) for one in rows):
        return [row for page in rows for row in listed(page)]
    return rows


def full_page(reading: Reading, data: object) -> Problem | None:
    """Return the Problem with a list that is exactly one full page: what comes after it is not known."""
    rows = listed(data)
    if len(rows) not in _FULL or is_list(rows[0]):
        return None
    return reading.problem(
        f"the list has exactly {len(rows)} rows, which is a full page: there may be more",
        "write all pages: gh api --paginate --slurp",
    )


def cut_short(reading: Reading, rows: int, total: object) -> Problem | None:
    """Return the Problem with a report that holds fewer rows than it says there are."""
    known = whole(total)
    if known is None or known <= rows:
        return None
    return reading.problem(f"the report holds {rows} of {known} rows", "write every page to the report")


def without_end(reading: Reading, opened: Opened) -> Problem | None:
    """Return the Problem with JSON lines whose last line has no end: every tool writes it, and a cut takes it away."""
    if opened.ends_whole or is_list(opened.data):
        return None
    return reading.problem("the last line of the report has no end: more may be missing")


def more_pages(reading: Reading, token: object) -> Problem | None:
    """Return the Problem with an answer that names where the next page begins."""
    if not name(token):
        return None
    return reading.problem("the answer is one page of several", "write every page to the report")
