"""Reads the scan reports of a run; never judges what they say."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem


def read_reports(
    reports: Sequence[tuple[str, str | None]], root: str
) -> tuple[tuple[Finding, ...], tuple[Problem, ...], int]:
    """Return the findings and problems of the reports, and how many reports were read."""
    if not reports:
        return (), (), 0
    raise NotImplementedError
