"""Code Insights of Bitbucket Cloud, by its REST API 2.0: a hundred annotations a request; never decides what is said.

Sources: "Reports" (developer.atlassian.com) and, for the proxy that a build may speak to the API through without a
credential, "Code insights" (support.atlassian.com): requests to it are plain http, and it knows who is asking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from gatepost.model.checks import CheckAnnotation, CheckWritten, InsightsReport
from gatepost.services.patience import Patience
from gatepost.services.web import Refused, Web

BATCH = 100
PROXY, BEHIND_PROXY = "http://localhost:29418", "http://api.bitbucket.org"
_LONGEST_SUMMARY, _LONGEST_DETAILS = 450, 2_000
_SEVERITIES = {"critical": "CRITICAL", "high": "HIGH", "medium": "MEDIUM", "low": "LOW", "info": "LOW"}


class BitbucketInsights:
    """The reports of one repository. Without a credential the proxy of the build is asked."""

    def __init__(self, address: str, repository: str, token: str, patience: Patience, proxy: str = PROXY) -> None:
        if token:
            self._web = Web(address, {"Authorization": f"Bearer {token}"}, patience, [token])
        else:
            self._web = Web(BEHIND_PROXY, {}, patience, proxy=proxy)
        workspace, _, name = repository.partition("/")
        self._top = f"/2.0/repositories/{quote(workspace, safe='')}/{quote(name, safe='')}"

    def write(self, report: InsightsReport) -> CheckWritten:
        """Write a report in place of the one of an earlier run, whose annotations go with it.

        The decision is written first, so what becomes of the annotations changes nothing about it: those that are
        refused are counted.
        """
        path = f"{self._top}/commit/{quote(report.commit, safe='')}/reports/{quote(report.id, safe='')}"
        try:
            self._web.ask("DELETE", path, repeatable=True)
        except Refused as error:
            if error.status != 404:
                raise
        self._web.ask("PUT", path, _report(report), repeatable=True)
        rows = _rows(report)
        lost, why = 0, ""
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            try:
                # What is sent twice is written once, as each has an identity.
                self._web.ask("POST", f"{path}/annotations", batch, repeatable=True)
            except Refused as error:
                why = str(error)
                if error.status not in (400, 422):
                    lost += len(rows) - start
                    break
                lost += len(batch)
        return CheckWritten(len(rows) - lost, lost, why)


def _report(report: InsightsReport) -> dict[str, Any]:
    made: dict[str, Any] = {
        "title": report.title,
        "details": report.details,
        "report_type": "SECURITY",
        "reporter": "Gatepost",
        "result": "PASSED" if report.passed else "FAILED",
        "data": [{"title": title, "type": kind, "value": value} for title, kind, value in report.data],
    }
    return {**made, "link": report.link} if report.link else made


def _rows(report: InsightsReport) -> Sequence[Mapping[str, Any]]:
    seen: dict[str, int] = {}
    return [_row(one, seen) for one in report.annotations]


def _row(one: CheckAnnotation, seen: dict[str, int]) -> Mapping[str, Any]:
    key = one.key or hashlib.sha256(f"{one.path}\0{one.title}\0{one.first}".encode("utf-8", "replace")).hexdigest()[:16]
    seen[key] = seen.get(key, 0) + 1
    made: dict[str, Any] = {
        "external_id": f"gatepost-{key}-{seen[key]}",
        "annotation_type": "VULNERABILITY" if one.severity in _SEVERITIES else "BUG",
        "summary": _cut(one.title, _LONGEST_SUMMARY),
        "details": _cut(one.message, _LONGEST_DETAILS),
        "severity": _SEVERITIES.get(one.severity, "MEDIUM"),
    }
    if one.level == "failure":
        made["result"] = "FAILED"
    if one.path:
        made |= {"path": one.path, "line": one.first} if one.first else {"path": one.path}
    return made


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
