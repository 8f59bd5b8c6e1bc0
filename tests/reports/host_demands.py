"""What code hosts demand of reports, from their documentation and schemas; never what our reports happen to do."""

from __future__ import annotations

from typing import Any

SEVERITIES = ("info", "minor", "major", "critical", "blocker")


def codequality_complaints(report: list[dict[str, Any]]) -> list[str]:
    """Return what GitLab would not take: docs.gitlab.com, "Code Quality: report format"."""
    found: list[str] = []
    for row in report:
        path = row["location"]["path"]
        found += [] if row["description"] and row["check_name"] and row["fingerprint"] else [f"{row}: empty"]
        found += [] if row["severity"] in SEVERITIES else [f"{row}: severity"]
        found += [] if path and not path.startswith(("./", "/")) and ".." not in path.split("/") else [f"{row}: path"]
        found += [] if row["location"]["lines"]["begin"] >= 1 else [f"{row}: line"]
    fingerprints = [row["fingerprint"] for row in report]
    return found + ([] if len(set(fingerprints)) == len(fingerprints) else ["two with one fingerprint"])
