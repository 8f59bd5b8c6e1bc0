"""The JSON of KICS (`kics scan --report-formats json`); never its SARIF, GitLab or CycloneDX output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, is_list, listed, mapping, name, text, weaknesses, whole

NAME = "kics"
WRITTEN_BY = "`kics scan --report-formats json`"
UNIT = "one file entry of a query: a query at a line"
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether there are queries beside the counts of KICS."""
    data = mapping(opened.data)
    return is_list(data.get("queries")) and "queries_total" in data and "files_scanned" in data


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each file of each query; a Problem where files or queries failed, or no file was scanned."""
    data = mapping(opened.data)
    failed = whole(data.get("files_failed_to_scan")) or 0
    if failed:
        yield reading.problem(f"kics could not scan {failed} {'file' if failed == 1 else 'files'}")
    failed = whole(data.get("queries_failed_to_execute")) or 0
    if failed:
        yield reading.problem(f"{failed} {'query' if failed == 1 else 'queries'} of kics failed")
    if not whole(data.get("files_scanned")):
        yield reading.problem("kics scanned no file", "see whether it ran in the right folder")
    version = name(data.get("kics_version"))
    for query in map(mapping, listed(data.get("queries"))):
        rows = map(mapping, listed(query.get("files")))
        yield from reading.each(rows, partial(_finding, reading, version, query))


def _finding(reading: Reading, version: str, query: Mapping[str, Any], row: Mapping[str, Any]) -> Finding:
    if not row.get("file_name"):
        raise Unreadable("has no file_name")
    place = reading.placing.file([text(row.get("file_name"))], whole(row.get("line")))
    title = name(query.get("query_name"))
    secret = name(query.get("category")) == "Secret Management"
    expected, actual = text(row.get("expected_value")), text(row.get("actual_value"))
    return reading.finding(
        NAME,
        query.get("query_id"),
        place,
        title=title,
        message=title if secret else actual or expected or title,
        severity=severity_of(query.get("severity")),
        severity_said=query.get("severity"),
        category="secret" if secret else "misconfiguration",
        subject="secret" if secret else "resource",
        version=version,
        resource=_resource(name(query.get("platform")), row),
        why=text(query.get("description")).strip(),
        advice="" if secret else expected,
        cwe=weaknesses(query.get("cwe")),
        references=addresses([query.get("query_url")]),
        content="" if secret else place.line or name(row.get("similarity_id")),
    )


def _resource(platform: str, row: Mapping[str, Any]) -> str:
    """Return the address of a resource: "aws_s3_bucket_policy[this].policy" is in aws_s3_bucket_policy.this."""
    key = name(row.get("search_key"))
    kind, bracket, rest = key.partition("[")
    inner = rest.partition("]")[0]
    if platform == "Terraform" and bracket and inner and kind.replace("_", "").isalnum() and "_" in kind:
        return f"{kind}.{inner}"
    if platform == "CloudFormation" and key.startswith("Resources."):
        return key.split(".")[1]
    return ""
