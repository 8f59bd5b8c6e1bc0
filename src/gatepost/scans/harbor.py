"""Harbor's vulnerability reports of an artifact, as its interface gives them; never the scanner's own report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Cvss, Finding
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, is_list, listed, mapping, name, text, weaknesses
from gatepost.scans.spellings import cvss_of, versions

NAME = "harbor"
WRITTEN_BY = "Harbor's API: `…/artifacts/REFERENCE/additions/vulnerabilities`"
UNIT = "one vulnerability of one package of one artifact"
EMPTY_LIST_IS_CLEAN = False
# The interface answers with the report below the name of its media type.
_MEDIA = "application/vnd."


class _Scan(NamedTuple):
    artifact: Artifact | None
    version: str


def _reports(opened: Opened) -> list[Mapping[str, Any]]:
    data = mapping(opened.data)
    if "vulnerabilities" in data:
        return [data]
    return [mapping(data[key]) for key in data if key.startswith(_MEDIA) and "vuln" in key]


def recognises(opened: Opened) -> bool:
    """Whether there is a report with a scanner, a time and a list of vulnerabilities."""
    reports = _reports(opened)
    return bool(reports) and all(one.keys() >= {"scanner", "vulnerabilities", "generated_at"} for one in reports)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerability; where there is no list the scan has not come to its end."""
    for report in _reports(opened):
        if not is_list(report.get("vulnerabilities")):
            # null beside the severity "None" is how the scanners write a clean artifact.
            if name(report.get("severity")).lower() != "none":
                yield reading.problem("the report has no list of vulnerabilities")
            continue
        found = mapping(report.get("artifact"))
        called = name(found.get("repository")) + (f":{name(found.get('tag'))}" if found.get("tag") else "")
        digest = name(found.get("digest"))
        artifact = Artifact(called, "image", (digest,) if digest else ()) if called else None
        scan = _Scan(artifact, name(mapping(report.get("scanner")).get("version")))
        yield from reading.each(map(mapping, listed(report.get("vulnerabilities"))), partial(_finding, reading, scan))


def _finding(reading: Reading, scan: _Scan, row: Mapping[str, Any]) -> Finding:
    digests = tuple(name(one) for one in listed(row.get("artifact_digests")))
    artifact = scan.artifact or (Artifact(digests[0], "image", digests) if digests else None)
    return reading.vulnerability(
        NAME,
        row.get("id"),
        reading.placing.artifact(artifact.name if artifact else ""),
        package_of(name(row.get("package")), name(row.get("version")), versions(row.get("fix_version"))),
        message=text(row.get("description")),
        severity_said=row.get("severity"),
        scores=list(_scores(row)),
        cwe=weaknesses(row.get("cwe_ids")),
        version=scan.version,
        references=addresses(listed(row.get("links"))),
        artifact=artifact,
    )


def _scores(row: Mapping[str, Any]) -> Iterator[Cvss | None]:
    chosen, sources = mapping(row.get("preferred_cvss")), mapping(mapping(row.get("vendor_attributes")).get("CVSS"))
    for key in ("3", "2"):
        # Often without its vector, which the sources have.
        if chosen.get(f"score_v{key}") and (chosen.get(f"vector_v{key}") or not sources):
            yield cvss_of(chosen.get(f"score_v{key}"), chosen.get(f"vector_v{key}"), f"{key}.0")
    for source in sources:
        for key in ("3", "2"):
            found = mapping(sources[source])
            if found.get(f"V{key}Score"):
                yield cvss_of(found.get(f"V{key}Score"), found.get(f"V{key}Vector"), f"{key}.0", source)
