"""Verdict → report, a module per format; never filters, never decides."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.model.decisions import Report, Verdict
    from gatepost.reports.view import View

# Each module has NAME, MEDIA_TYPE and `render(verdict, view) -> Report`, and is imported only when it is asked for.
FORMATS: dict[str, str] = {
    "terminal": "gatepost.reports.terminal",
    "json": "gatepost.reports.json",
    "sarif": "gatepost.reports.sarif",
    "junit": "gatepost.reports.junit",
    "markdown": "gatepost.reports.markdown",
    "github": "gatepost.reports.github",
    "html": "gatepost.reports.html",
}


def render(name: str, verdict: Verdict, view: View) -> Report:
    """Return the report called `name` (a key of `FORMATS`) of a verdict; raises `KeyError` for any other name."""
    return import_module(FORMATS[name]).render(verdict, view)
