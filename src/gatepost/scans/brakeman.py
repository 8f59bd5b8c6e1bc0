"""Brakeman's JSON (`brakeman -f json`); never its SARIF or comparison output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Related, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, is_list, listed, mapping, masked, name, text, weaknesses, whole

NAME = "brakeman"
WRITTEN_BY = "`brakeman -f json`"
UNIT = "one warning at a line; the way a view is rendered is related"
EMPTY_LIST_IS_CLEAN = False
# Brakeman has no severity: its SARIF takes its confidence for one, and so does this.
_CONFIDENCES = {"high": "high", "medium": "medium", "weak": "low"}


def recognises(opened: Opened) -> bool:
    """Whether there are warnings beside what Brakeman says about its scan."""
    data = mapping(opened.data)
    return is_list(data.get("warnings")) and "brakeman_version" in mapping(data.get("scan_info"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield warnings and (marked) ignored ones, and a Problem for each error."""
    data = mapping(opened.data)
    version = name(mapping(data.get("scan_info")).get("brakeman_version"))
    for error in map(mapping, listed(data.get("errors"))):
        said = name(error.get("error")) or "an error"
        yield reading.problem(f"brakeman reports {said} in {name(error.get('location')) or 'the application'}")
    for key in ("warnings", "ignored_warnings"):
        rows = map(mapping, listed(data.get(key)))
        yield from reading.each(rows, partial(_finding, reading, version, key == "ignored_warnings"))


def _finding(reading: Reading, version: str, ignored: bool, row: Mapping[str, Any]) -> Finding:
    if not row.get("file"):
        raise Unreadable("has no file")
    place = reading.placing.file([text(row.get("file"))], whole(row.get("line")))
    kind, confidence = name(row.get("warning_type")), name(row.get("confidence"))
    why = masked(name(row.get("note")))
    return reading.finding(
        NAME,
        row.get("check_name") or kind,
        place,
        title=kind,
        message=text(row.get("message")),
        severity=severity_of(_CONFIDENCES.get(confidence.lower())),
        severity_said=confidence,
        confidence=_confidence(confidence),
        category="code",
        version=version,
        cwe=weaknesses(row.get("cwe_id")),
        references=addresses([row.get("link")]),
        related=_rendered(reading, listed(row.get("render_path"))),
        suppressions=(Suppression("external", NAME, "ignored", why),) if ignored else (),
        content=place.line or name(row.get("fingerprint")),
    )


def _confidence(word: str) -> str:
    """Return our word for Brakeman's confidence."""
    return _CONFIDENCES.get(word.lower(), "medium")


def _rendered(reading: Reading, steps: list[Any]) -> tuple[Related, ...]:
    found: list[Related] = []
    for step in map(mapping, steps[:20]):
        place = reading.placing.file([text(step.get("file"))], whole(step.get("line")))
        if not place.outside and step.get("file"):
            found.append(Related(place.location, "renders the view"))
    return tuple(dict.fromkeys(found))
