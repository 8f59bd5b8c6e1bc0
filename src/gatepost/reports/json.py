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
    before = "{\n"
    for key, value in data.items():
        if isinstance(value, list | Iterator):
            yield f"{before}  {_encoded(key)}: ["
            some = False
            rows = _Rows() if key == "findings" else None
            for row in cast("Iterable[Any]", value):
                yield f"{',' if some else ''}\n    {_encoded(row) if rows is None else rows.encoded(row)}"
                some = True
            yield "\n  ]" if some else "]"
        else:
            yield f"{before}  {_encoded(key)}: {_encoded(value)}"
        before = ",\n"
    yield "\n}\n"


# What is written is a tree that was just made, so nobody has to look whether it goes in circles.
_encoder = json.JSONEncoder(separators=(", ", ": "), allow_nan=False, check_circular=False)


def _encoded(value: Any) -> str:
    return json_text(_encoder.encode(value))


class _Rows:
    """Encodes findings; what the last finding of the same rule said under a key as well is encoded once."""

    __slots__ = ("_known", "_latest", "_names")

    def __init__(self) -> None:
        # By rule and key: what was said there last, and how it is written behind its key.
        self._known: dict[str, dict[str, tuple[Any, str]]] = {}
        self._latest: dict[str, tuple[Any, str]] = {}
        self._names: dict[str, str] = {}

    def encoded(self, row: Mapping[str, Any]) -> str:
        """Return a finding as JSON text."""
        if _has_fractions(row):
            return _encoded(row)
        if not self._names:
            self._names = {key: f"{_encoder.encode(key)}: " for key in row}
            self._latest = dict.fromkeys(row, (self, ""))
        known = self._known.get(row["rule"])
        if known is None:
            # Another rule's finding says the same under many keys too: nothing.
            known = self._known[row["rule"]] = dict(self._latest)
        self._latest = known
        texts: list[str] = []
        for key, value in row.items():
            said, text = known[key]
            if said is not value and said != value:
                text = self._names[key] + _encoder.encode(value)
                known[key] = (value, text)
            texts.append(text)
        return json_text(f"{{{', '.join(texts)}}}")


def _has_fractions(row: Mapping[str, Any]) -> bool:
    """Whether there may be fractions in a finding: 1 and 1.0 are equal, and are written differently."""
    context = row["context"]
    if row["cvss"] is not None or row["scores"]:
        return True
    return context is not None and set(context["exploitability"].values()) != {None}
