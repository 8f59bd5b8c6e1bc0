"""A verdict as a Code Quality report of GitLab; never two entries with one fingerprint.

Source: docs.gitlab.com, "Code Quality: report format": GitLab reads these keys and no others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from gatepost.model.decisions import Report, Verdict
from gatepost.model.findings import Severity
from gatepost.reports.remarks import Remark, remarks
from gatepost.reports.safe_text import json_text, printable
from gatepost.reports.view import View

NAME = "codequality"
MEDIA_TYPE = "application/json"
SEVERITIES: Mapping[Severity, str] = {
    "critical": "blocker",
    "high": "critical",
    "medium": "major",
    "low": "minor",
    "info": "info",
    "unknown": "major",
}
_OURS = re.compile(r"[0-9a-f]{8,64}")


def render(verdict: Verdict, view: View) -> Report:  # noqa: ARG001  the same for every view
    """Return the report: everything of the verdict, what is let through as "info" with the reason in its words."""
    seen: dict[str, int] = {}
    rows = ",\n".join(f"  {json.dumps(_row(one, seen))}" for one in remarks(verdict))
    return Report(NAME, MEDIA_TYPE, json_text(f"[\n{rows}\n]\n" if rows else "[]\n"))


def _row(one: Remark, seen: dict[str, int]) -> dict[str, Any]:
    return {
        "description": one.sentence(),
        "check_name": printable(one.rule) or "gatepost",
        "fingerprint": _fingerprint(one, seen),
        "severity": "info" if one.action == "allow" else SEVERITIES[one.severity],
        "location": {"path": one.path or ".", "lines": {"begin": one.line}},
    }


def _fingerprint(one: Remark, seen: dict[str, int]) -> str:
    """Return what tells this entry from all others, whatever line it stands in."""
    own = one.fingerprint if _OURS.fullmatch(one.fingerprint) else ""
    own = own or _digest(one.kind, one.rule, one.path, one.resource, one.title, one.fingerprint)
    seen[own] = seen.get(own, 0) + 1
    return own if seen[own] == 1 else _digest(own, str(seen[own]))


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]
