"""Dockle's JSON (`dockle -f json`); never its SARIF output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.reading import Reading
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import is_list, listed, mapping, name, text

NAME = "dockle"
WRITTEN_BY = "`dockle -f json`"
UNIT = "one checkpoint of an image that did not pass; its alerts are the message"
EMPTY_LIST_IS_CLEAN = False
_LEVELS: Mapping[str, Severity] = {"fatal": "high", "warn": "medium", "info": "low"}


def recognises(opened: Opened) -> bool:
    """Whether there are checkpoints and a summary of Dockle's levels."""
    data = mapping(opened.data)
    return "details" in data and {"fatal", "warn", "pass"} <= mapping(data.get("summary")).keys()


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each checkpoint that failed; skipped and passed ones are none, ignored ones are marked."""
    data = mapping(opened.data)
    summary = mapping(data.get("summary"))
    rows = listed(data.get("details"))
    if not rows and not any(summary.values()):
        yield reading.problem("dockle made no check", "see whether the image was there")
    if data.get("details") is not None and not is_list(data.get("details")):
        yield reading.problem("dockle's report has no list of checkpoints")
    image = name(data.get("image"))
    place = reading.placing.artifact(image) if image else reading.placing.manifest()
    yield from reading.each(map(mapping, rows), partial(_finding, reading, image, place))


def _finding(reading: Reading, image: str, place: Place, row: Mapping[str, Any]) -> Finding | None:
    level = name(row.get("level")).lower()
    if level in ("skip", "pass"):
        return None
    alerts = [text(one, 500) for one in listed(row.get("alerts"))[:50] if text(one)]
    return reading.finding(
        NAME,
        row.get("code"),
        place,
        title=text(row.get("title")),
        message="; ".join(alerts) or text(row.get("title")),
        severity=severity_of(level, _LEVELS),
        severity_said=row.get("level"),
        category="dockerfile",
        subject="resource",
        artifact=Artifact(image) if image else None,
        suppressions=(Suppression("external", NAME, "ignored"),) if level == "ignore" else (),
    )
