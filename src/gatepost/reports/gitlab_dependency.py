"""A verdict as a dependency scanning report of GitLab: packages that no image was scanned for; never code."""

from __future__ import annotations

from typing import Any

from gatepost.model.decisions import Report, Verdict
from gatepost.model.findings import Finding
from gatepost.reports.gitlab_secure import dependency, document
from gatepost.reports.remarks import Remark
from gatepost.reports.view import View

NAME = "gitlab-dependency"
MEDIA_TYPE = "application/json"


def render(verdict: Verdict, view: View) -> Report:
    """Return the report."""
    return document("dependency_scanning", verdict, view, _place)


def _place(one: Remark, finding: Finding) -> dict[str, Any]:
    return {"file": one.path, "dependency": dependency(finding)}
