"""A verdict as versioned JSON, a line per finding; never a key that its schema does not tell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from gatepost.model.decisions import Report, Verdict
from gatepost.model.findings import Finding
from gatepost.model.places import Source
from gatepost.model.problems import Problem
from gatepost.reports.plain_data import scan_report, verdict_report
from gatepost.reports.safe_text import json_text
from gatepost.reports.view import View

NAME = "json"
MEDIA_TYPE = "application/json"


def render(verdict: Verdict, view: View) -> Report:  # noqa: ARG001  the same for every view
    """Return the json report; the same verdict gives the same bytes, all of them ASCII."""
    return Report(NAME, MEDIA_TYPE, lambda: pieces(verdict_report(verdict, keep=False)))


def render_scan(
    scan_format: str,
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    sources: Mapping[str, Source],
    view: View,  # noqa: ARG001  the same for every view
) -> Report:
    """Return one scan report, normalised, as JSON."""
    return Report(NAME, MEDIA_TYPE, written(scan_report(scan_format, findings, problems, sources)))


def written(data: Mapping[str, Any]) -> str:
    """Return JSON text with each element of the top lists on a line of its own."""
    return "".join(pieces(data))


def pieces(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the pieces of such a text: an iterator on the top level counts as a list, and is never held as a whole."""
    # Indenting everything would leave the fast encoder, and such lines are compared more easily than whole trees.
    encoder = json.JSONEncoder(separators=(", ", ": "), allow_nan=False)

    def encode(value: Any) -> str:
        return json_text(encoder.encode(value))

    before = "{\n"
    for key, value in data.items():
        if isinstance(value, list | Iterator):
            yield f"{before}  {encode(key)}: ["
            some = False
            for row in cast("Iterable[Any]", value):
                yield f"{',' if some else ''}\n    {encode(row)}"
                some = True
            yield "\n  ]" if some else "]"
        else:
            yield f"{before}  {encode(key)}: {encode(value)}"
        before = ",\n"
    yield "\n}\n"
