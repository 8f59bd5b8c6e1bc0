"""What is evidenced of each control, and what is not, as CSV, a row per control; never a formula."""

from __future__ import annotations

import csv
import io

from gatepost.model.decisions import Report, Verdict
from gatepost.reports.evidenced import Row, sections
from gatepost.reports.safe_text import printable
from gatepost.reports.view import View

NAME = "compliance-csv"
MEDIA_TYPE = "text/csv"
COLUMNS = (
    "framework",
    "control",
    "title",
    "state",
    "why not evidenced",
    "rules that looked",
    "times looked",
    "findings open",
    "findings blocked",
    "findings waived",
    "undecided",
    "reported by other tools",
    "rules that met nothing",
    "rules switched off",
    "rules",
)


def render(verdict: Verdict, view: View) -> Report:  # noqa: ARG001  the same for every view
    """Return the table, quoted as RFC 4180 says."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for section in sections(verdict):
        for row in section.rows:
            writer.writerow([_cell(value) for value in (section.framework.name, *_values(row))])
    return Report(NAME, MEDIA_TYPE, out.getvalue())


def _values(row: Row) -> tuple[str | int, ...]:
    return (
        row.control,
        row.title,
        row.state,
        row.lacking,
        len(row.rules),
        sum(count for _, count in row.rules),
        row.open,
        row.blocked,
        row.waived,
        row.undecided,
        "; ".join(f"{tool}: {count}" for tool, count in row.tools),
        row.idle,
        row.off,
        "; ".join(f"{rule}: {count}" for rule, count in row.rules),
    )


def _cell(value: str | int) -> str | int:
    """Return a value that no spreadsheet takes for a formula: text like one gets an apostrophe before it."""
    if isinstance(value, int):
        return value
    text = printable(value)
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") else text
