"""A verdict as a SAST report of GitLab: every finding that is not about a package; never one of those."""

from __future__ import annotations

from typing import Any

from gatepost.model.decisions import Report, Verdict
from gatepost.model.findings import Finding
from gatepost.reports.gitlab_secure import document
from gatepost.reports.remarks import Remark
from gatepost.reports.view import View

NAME = "gitlab-sast"
MEDIA_TYPE = "application/json"


def render(verdict: Verdict, view: View) -> Report:
    """Return the report."""
    return document("sast", verdict, view, _place)


def _place(one: Remark, finding: Finding) -> dict[str, Any]:
    return {"file": one.path, "start_line": one.line, "end_line": max(finding.location.region.end_line, one.line)}
