"""A verdict as a container scanning report of GitLab: the packages of images; never those of a project."""

from __future__ import annotations

from typing import Any

from gatepost.model.decisions import Report, Verdict
from gatepost.model.findings import Finding
from gatepost.reports.gitlab_secure import dependency, document, text
from gatepost.reports.remarks import Remark
from gatepost.reports.view import View

NAME = "gitlab-container"
MEDIA_TYPE = "application/json"


def render(verdict: Verdict, view: View) -> Report:
    """Return the report. The schema demands an operating system: "unknown" where the scan report names none."""
    return document("container_scanning", verdict, view, _place)


def _place(one: Remark, finding: Finding) -> dict[str, Any]:  # noqa: ARG001  the place is the image
    artifact = finding.artifact
    return {
        "dependency": dependency(finding),
        "operating_system": text(artifact.os if artifact else ""),
        "image": text(artifact.name if artifact else ""),
    }
