"""Prowler's reports: JSON and CSV of version 3, OCSF and CSV of version 4 and later; never its ASFF or HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, is_list, listed, mapping, name, text

NAME = "prowler"
WRITTEN_BY = "`prowler … -M json-ocsf` or `csv`; `-M json` of version 3"
UNIT = "one resource that failed a check"
EMPTY_LIST_IS_CLEAN = True
_THIRD = frozenset(("CheckID", "Status", "StatusExtended"))
_TABLE = frozenset(("CHECK_ID", "STATUS", "STATUS_EXTENDED"))


class _Check(NamedTuple):
    """A check of one resource, whichever form it was written in."""

    rule: str
    title: str
    said: str
    severity: str
    resource: str
    why: str
    advice: str
    account: str
    version: str
    muted: bool
    standards: Mapping[str, tuple[str, ...]]
    pages: tuple[str, ...]


def _rows(opened: Opened) -> Sequence[Any]:
    return listed(opened.data) if is_list(opened.data) else opened.documents


def recognises(opened: Opened) -> bool:
    """Whether the first row is Prowler's: by the keys of version 3, by the product, or by a table's columns."""
    if opened.is_text:
        return set(opened.columns) >= _TABLE
    first = mapping(next(iter(_rows(opened)), None))
    return first.keys() >= _THIRD or _product(first).lower() == NAME


def _product(row: Mapping[str, Any]) -> str:
    return name(mapping(mapping(row.get("metadata")).get("product")).get("name"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each resource that failed a check; muted ones marked. What a person must check is none."""
    rows: Sequence[Any] = opened.rows if opened.is_text else _rows(opened)
    yield from reading.each(rows, partial(_finding, reading))


def _finding(reading: Reading, row: Any) -> Finding | None:
    found = mapping(row)
    if "CheckID" in found:
        check = _third(found)
    elif "CHECK_ID" in found:
        check = _table(found)
    else:
        check = _ocsf(found)
    if check is None:
        return None
    if not check.rule:
        raise Unreadable("has no check")
    place = reading.placing.artifact(check.resource or check.account)
    return reading.finding(
        NAME,
        check.rule,
        place,
        title=check.title,
        message=check.said or check.title,
        severity=severity_of(check.severity),
        severity_said=check.severity,
        category="misconfiguration",
        version=check.version,
        subject="resource",
        resource=check.resource,
        why=check.why,
        advice=check.advice,
        standards=check.standards,
        references=addresses(check.pages),
        artifact=Artifact(check.account or check.resource, "cloud"),
        suppressions=(Suppression("external", NAME, "muted"),) if check.muted else (),
    )


def _third(row: Mapping[str, Any]) -> _Check | None:
    status = name(row.get("Status")).upper()
    # Before 3.12 a muted check was written as a warning.
    if status not in ("FAIL", "MUTED", "WARNING"):
        return None
    advice = mapping(mapping(row.get("Remediation")).get("Recommendation"))
    compliance = mapping(row.get("Compliance"))
    account = next(
        (name(row.get(key)) for key in ("AccountId", "SubscriptionId", "ProjectId", "Subscription") if row.get(key)), ""
    )
    return _Check(
        name(row.get("CheckID")),
        text(row.get("CheckTitle")),
        text(row.get("StatusExtended")),
        name(row.get("Severity")),
        text(row.get("ResourceArn")) or text(row.get("ResourceId")),
        text(row.get("Risk")),
        text(advice.get("Text")),
        account,
        "",
        status != "FAIL",
        {key: tuple(name(one) for one in listed(compliance[key])) for key in compliance},
        (text(advice.get("Url")), text(row.get("RelatedUrl"))),
    )


def _table(row: Mapping[str, str]) -> _Check | None:
    status = row["STATUS"].upper() if "STATUS" in row else ""
    if status not in ("FAIL", "MUTED", "WARNING"):
        return None

    def said(*keys: str) -> str:
        return next((text(row[key]) for key in keys if row.get(key)), "")

    return _Check(
        name(row.get("CHECK_ID")),
        said("CHECK_TITLE"),
        said("STATUS_EXTENDED"),
        name(row.get("SEVERITY")),
        said("RESOURCE_UID", "RESOURCE_ARN", "RESOURCE_ID"),
        said("RISK"),
        said("REMEDIATION_RECOMMENDATION_TEXT"),
        said("ACCOUNT_UID", "ACCOUNT_ID"),
        name(row.get("PROWLER_VERSION")),
        status != "FAIL" or said("MUTED").lower() == "true",
        _standards(said("COMPLIANCE")),
        (said("REMEDIATION_RECOMMENDATION_URL"), said("RELATED_URL")),
    )


def _standards(found: str) -> dict[str, tuple[str, ...]]:
    """Return what a cell such as "CIS-1.4: 1.20, 1.21 | SOC2: cc_6_7" says."""
    parts = [one.partition(":") for one in found.split("|") if ":" in one]
    return {key.strip(): tuple(each.strip() for each in values.split(",") if each.strip()) for key, _, values in parts}


def _ocsf(row: Mapping[str, Any]) -> _Check | None:
    status = name(row.get("status_code")).upper()
    older = mapping(row.get("finding"))  # how version 3 wrote it
    if not status and older:
        status = "FAIL" if name(row.get("status")).lower() == "failure" else "PASS"
    if status not in ("FAIL", "MUTED"):
        return None
    about, product = mapping(row.get("metadata")), mapping(mapping(row.get("metadata")).get("product"))
    info, remedy = mapping(row.get("finding_info")) or older, mapping(row.get("remediation"))
    remedy = remedy or mapping(older.get("remediation"))
    resource = mapping(next(iter(listed(row.get("resources"))), None))
    unmapped = mapping(row.get("unmapped"))
    compliance = mapping(unmapped.get("compliance"))
    return _Check(
        name(about.get("event_code")) or name(mapping(product.get("feature")).get("uid")),
        text(info.get("title")),
        text(row.get("status_detail")) or text(row.get("message")),
        name(row.get("severity")),
        text(resource.get("uid")) or text(resource.get("name")),
        text(row.get("risk_details")),
        text(remedy.get("desc")),
        name(mapping(mapping(row.get("cloud")).get("account")).get("uid")),
        name(product.get("version")),
        status == "MUTED" or name(row.get("status")).lower() == "suppressed" or unmapped.get("muted") is True,
        {key: tuple(name(one) for one in listed(compliance[key])) for key in compliance},
        tuple(text(one) for one in [*listed(remedy.get("references")), unmapped.get("related_url")] if one),
    )
