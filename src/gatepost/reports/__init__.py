"""Verdict → report, a module per format; never filters, never decides."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gatepost.model.decisions import Report, Verdict
    from gatepost.model.findings import Finding
    from gatepost.model.places import Source
    from gatepost.model.problems import Problem
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
    "compliance": "gatepost.reports.compliance",
    "compliance-csv": "gatepost.reports.compliance_csv",
    "openvex": "gatepost.reports.openvex",
    "cyclonedx": "gatepost.reports.cyclonedx",
    "codequality": "gatepost.reports.codequality",
    "gitlab-sast": "gatepost.reports.gitlab_sast",
    "gitlab-dependency": "gatepost.reports.gitlab_dependency",
    "gitlab-container": "gatepost.reports.gitlab_container",
    "rdjson": "gatepost.reports.rdjson",
    "azure": "gatepost.reports.azure",
    "bitbucket": "gatepost.reports.bitbucket",
    "gerrit": "gatepost.reports.gerrit",
}


def render(name: str, verdict: Verdict, view: View) -> Report:
    """Return the report called `name` (a key of `FORMATS`) of a verdict; raises `KeyError` for any other name."""
    return import_module(FORMATS[name]).render(verdict, view)


def render_scan(
    name: str,
    scan_format: str,
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    view: View,
    sources: Mapping[str, Source] | None = None,
) -> Report:
    """Return one scan report, normalised and undecided, as "terminal" or "json"; raises `KeyError` for another name."""
    module = import_module({key: FORMATS[key] for key in ("terminal", "json")}[name])
    return module.render_scan(scan_format, findings, problems, sources or {}, view)
