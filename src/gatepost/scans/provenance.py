"""When a scan was made and of which commit, as the report itself says; never the time of the file.

The fields are those of the tools' own reports: SARIF 2.1.0 (3.28.7, 3.20.8), Trivy's and Grype's JSON, GitLab's
security report schemas, Bandit, Brakeman, detect-secrets, KICS, Kubescape, CycloneDX, Dependency-Check, the Trivy
operator, Wiz CLI, Sysdig, Horusec, Polaris, KubeLinter, retire.js, Checkmarx One.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.shapes import listed, mapping, name

_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}\Z")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class Provenance(NamedTuple):
    """The day of the oldest scan in a report (ISO, "" where it does not say), and the commits it names."""

    day: str = ""
    commits: tuple[str, ...] = ()


NOTHING = Provenance()


def provenance(format: str, opened: Opened) -> Provenance:
    """Return what a report of a format of FORMATS says of itself."""
    read = _READERS.get(format)
    if read is None:
        return NOTHING
    days: list[str] = []
    commits: list[str] = []
    for document in opened.documents:
        for kind, said in read(mapping(document)):
            text = name(said).strip()
            if kind == "commit" and _COMMIT.match(text):
                commits.append(text.lower())
            elif kind == "day" and (day := _day(text)):
                days.append(day)
    return Provenance(min(days, default=""), tuple(dict.fromkeys(commits)))


def _day(text: str) -> str:
    """Return the day that a time begins with; "" for none, and for the year 1 that stands for no time at all."""
    from datetime import date

    found = _DAY.match(text)
    if not found or found[1] < "1990":
        return ""
    try:
        return date.fromisoformat(found[0]).isoformat()
    except ValueError:
        return ""


_Said = Iterator[tuple[str, Any]]
_Reader = Callable[[Mapping[str, Any]], _Said]


def _sarif(data: Mapping[str, Any]) -> _Said:
    for run in map(mapping, listed(data.get("runs"))):
        for invocation in map(mapping, listed(run.get("invocations"))):
            yield "day", invocation.get("endTimeUtc") or invocation.get("startTimeUtc")
        for origin in map(mapping, listed(run.get("versionControlProvenance"))):
            yield "commit", origin.get("revisionId")


def _trivy(data: Mapping[str, Any]) -> _Said:
    yield "day", data.get("CreatedAt")
    yield "commit", mapping(data.get("Metadata")).get("Commit")


def _gitlab(data: Mapping[str, Any]) -> _Said:
    scan = mapping(data.get("scan"))
    yield "day", scan.get("end_time") or scan.get("start_time")


def _at(*path: str) -> _Reader:
    """Return a reader of the time at a path of keys."""

    def read(data: Mapping[str, Any]) -> _Said:
        found: Any = data
        for key in path:
            found = mapping(found).get(key)
        yield "day", found

    return read


def _snyk(data: Mapping[str, Any]) -> _Said:
    yield "commit", mapping(data.get("target")).get("commit") or data.get("commit")


def _trivy_operator(data: Mapping[str, Any]) -> _Said:
    for item in [data, *map(mapping, listed(data.get("items")))]:
        yield "day", mapping(item.get("report")).get("updateTimestamp")


_READERS: Mapping[str, _Reader] = {
    "sarif": _sarif,
    "trivy": _trivy,
    "trivy-operator": _trivy_operator,
    "grype": _at("descriptor", "timestamp"),
    "gitlab": _gitlab,
    "snyk": _snyk,
    "bandit": _at("generated_at"),
    "brakeman": _at("scan_info", "end_time"),
    "detect-secrets": _at("generated_at"),
    "kics": _at("end"),
    "kubescape": _at("generationTime"),
    "cyclonedx": _at("metadata", "timestamp"),
    "dependency-check": _at("projectInfo", "reportDate"),
    "harbor": _at("generated_at"),
    "wiz": _at("createdAt"),
    "sysdig": _at("info", "scanTime"),
    "horusec": _at("finishedAt"),
    "polaris": _at("AuditTime"),
    "kube-linter": _at("Summary", "CheckEndTime"),
    "retire": _at("start"),
    "checkmarx": _at("reportHeader", "scanDate"),
}
