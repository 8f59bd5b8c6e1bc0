"""GitHub's secret scanning alerts, from the REST API; never the secrets themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from gatepost.model.findings import Exploitability, Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.paging import full_page, pages
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, mapping, name, text, whole

NAME = "github-secret-scanning"
WRITTEN_BY = "`gh api --paginate --slurp repos/OWNER/REPO/secret-scanning/alerts`"
UNIT = "one alert, at the first place of the secret"
EMPTY_LIST_IS_CLEAN = True
_ALERT = frozenset(("secret_type", "locations_url"))


def recognises(opened: Opened) -> bool:
    """Whether this is a list of alerts with the type of a secret and the address of its places."""
    return mapping(next(iter(pages(opened.data)), None)).keys() >= _ALERT


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield open alerts, and resolved ones marked with how they were resolved."""
    more = full_page(reading, opened.data)
    if more is not None:
        yield more
    yield from reading.each(pages(opened.data), partial(_finding, reading))


def _finding(reading: Reading, row: Any) -> Finding:
    alert = mapping(row)
    found = mapping(alert.get("first_location_detected"))
    path = text(found.get("path")).lstrip("/")
    start, end = whole(found.get("start_line")), whole(found.get("end_line"))
    # Without a place of its own the alert stands at the report.
    place = reading.placing.file([path], start, end) if path else reading.placing.artifact("")
    kind = name(alert.get("secret_type_display_name")) or name(alert.get("secret_type"))
    public = ", which has been published elsewhere too" if alert.get("publicly_leaked") is True else ""
    suppressions: tuple[Suppression, ...] = ()
    if name(alert.get("state")) == "resolved":
        why = (name(alert.get("resolution")), name(alert.get("resolution_comment")))
        suppressions = (Suppression("external", NAME, "resolved", ": ".join(one for one in why if one)),)
    validity = name(alert.get("validity"))
    more: dict[str, Any] = {"exploitability": Exploitability(validated=False)} if validity == "inactive" else {}
    return reading.secret(
        NAME,
        alert.get("secret_type"),
        place,
        f"{kind}{public}",
        works=validity == "active",
        commit=found.get("commit_sha"),
        references=addresses([alert.get("html_url")]),
        suppressions=suppressions,
        content=f"alert {name(alert.get('number'))}",
        **more,
    )
