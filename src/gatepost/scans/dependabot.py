"""GitHub's Dependabot alerts, from the REST API and from GraphQL; never its code or secret scanning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Exploitability, Finding, Package, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.paging import full_page, pages
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, score, text, weaknesses
from gatepost.scans.spellings import cvss_of, versions

NAME = "dependabot"
WRITTEN_BY = "`gh api --paginate --slurp repos/OWNER/REPO/dependabot/alerts`, or GraphQL"
UNIT = "one alert: an advisory about a package of one manifest"
EMPTY_LIST_IS_CLEAN = True
_ALERT = frozenset(("security_advisory", "security_vulnerability"))

_DIRECT = {"direct": True, "transitive": False, "indirect": False}


def recognises(opened: Opened) -> bool:
    """Whether this is a list of alerts, or an answer of GraphQL with a repository's alerts."""
    if is_list(opened.data):
        first = next(iter(pages(opened.data)), None)
        return mapping(first).keys() >= _ALERT
    return bool(_repositories(mapping(opened.data)))


def _repositories(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the repositories with alerts in an answer of GraphQL: one, or those that a search has found."""
    data = mapping(answer.get("data"))
    groups = [mapping(data[key]) for key in data]
    found = groups + [mapping(one) for group in groups for one in listed(group.get("nodes"))]
    found += [mapping(one) for group in groups for one in listed(mapping(group.get("repositories")).get("nodes"))]
    return [one for one in found if "vulnerabilityAlerts" in one]


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield open alerts, and dismissed ones marked; a Problem where there are more pages than this one."""
    if is_list(opened.data):
        rows = pages(opened.data)
        more = full_page(reading, opened.data)
        if more is not None:
            yield more
        yield from reading.each(rows, partial(_alert, reading))
        return
    answer = mapping(opened.data)
    for error in map(mapping, listed(answer.get("errors"))):
        yield reading.problem(f"GitHub answered with an error: {name(error.get('message'))}")
    data = mapping(answer.get("data"))
    parts = [mapping(data[key]) for key in data]
    for repository in _repositories(answer):
        alerts = mapping(repository.get("vulnerabilityAlerts"))
        parts.append(alerts)
        if not is_list(alerts.get("nodes")):
            yield reading.problem("the answer has no list of alerts")
        yield from reading.each(map(mapping, listed(alerts.get("nodes"))), partial(_node, reading))
    if any(mapping(part.get("pageInfo")).get("hasNextPage") is True for part in parts):
        yield reading.problem("the answer is one page of several", "ask for every page")


def _alert(reading: Reading, row: Any) -> Finding | None:
    alert = mapping(row)
    advisory, fault = mapping(alert.get("security_advisory")), mapping(alert.get("security_vulnerability"))
    dependency = mapping(alert.get("dependency"))
    what = mapping(dependency.get("package")) or mapping(fault.get("package"))
    suppressions = _dismissed(
        name(alert.get("state")), name(alert.get("dismissed_reason")), name(alert.get("dismissed_comment"))
    )
    if suppressions is None:
        return None
    scores = mapping(advisory.get("cvss_severities"))
    figures = [mapping(scores.get(key)) for key in ("cvss_v4", "cvss_v3")] + [mapping(advisory.get("cvss"))]
    return _finding(
        reading,
        name(advisory.get("ghsa_id")) or name(advisory.get("cve_id")),
        package_of(
            name(what.get("name")),
            fixed=versions(mapping(fault.get("first_patched_version")).get("identifier")),
            ecosystem=name(what.get("ecosystem")),
            direct=_DIRECT.get(name(dependency.get("relationship"))),
        ),
        text(dependency.get("manifest_path")),
        advisory,
        fault.get("severity") or advisory.get("severity"),
        aliases=[advisory.get("cve_id"), *(mapping(one).get("value") for one in listed(advisory.get("identifiers")))],
        scores=[_cvss(one) for one in figures],
        cwe=weaknesses([mapping(one).get("cwe_id") for one in listed(advisory.get("cwes"))]),
        references=[alert.get("html_url"), *(mapping(one).get("url") for one in listed(advisory.get("references")))],
        suppressions=suppressions,
    )


def _node(reading: Reading, node: Mapping[str, Any]) -> Finding | None:
    fault = mapping(node.get("securityVulnerability"))
    advisory = mapping(fault.get("advisory")) or mapping(node.get("securityAdvisory"))
    what = mapping(fault.get("package"))
    suppressions = _dismissed(
        name(node.get("state")) or ("dismissed" if node.get("dismissedAt") else ""),
        name(node.get("dismissReason")),
        name(node.get("dismissComment")),
    )
    if suppressions is None:
        return None
    known = [mapping(one).get("value") for one in listed(advisory.get("identifiers"))]
    identity = name(advisory.get("ghsaId")) or next((name(one) for one in known if one), "")
    required = name(node.get("vulnerableRequirements"))
    scores = mapping(advisory.get("cvssSeverities"))
    figures = [mapping(scores.get(key)) for key in ("cvssV4", "cvssV3")] + [mapping(advisory.get("cvss"))]
    return _finding(
        reading,
        identity,
        package_of(
            name(what.get("name")),
            required[2:] if required.startswith("= ") else "",
            versions(mapping(fault.get("firstPatchedVersion")).get("identifier")),
            ecosystem=name(what.get("ecosystem")),
            direct=_DIRECT.get(name(node.get("dependencyRelationship")).lower()),
        ),
        text(node.get("vulnerableManifestPath")),
        advisory,
        fault.get("severity") or advisory.get("severity"),
        aliases=known,
        scores=[_cvss(one) for one in figures],
        cwe=weaknesses(
            [mapping(one).get("cweId") for one in listed(mapping(advisory.get("cwes")).get("nodes"))],
        ),
        references=[mapping(one).get("url") for one in listed(advisory.get("references"))],
        suppressions=suppressions,
    )


def _finding(
    reading: Reading,
    identity: str,
    package: Package,
    manifest: str,
    advisory: Mapping[str, Any],
    severity: object,
    **more: Any,
) -> Finding:
    figures = advisory.get("epss")
    epss = mapping(next(iter(listed(figures)), None) if is_list(figures) else figures)
    return reading.vulnerability(
        NAME,
        identity,
        # A question that did not ask for the manifest has no answer to it.
        reading.placing.file([manifest.lstrip("/")]) if manifest else reading.placing.manifest(),
        package,
        severity_said=severity,
        message=name(advisory.get("summary")) or text(advisory.get("description")),
        exploitability=Exploitability(
            epss=score(epss.get("percentage"), 1), epss_percentile=score(epss.get("percentile"), 1)
        ),
        references=addresses(more.pop("references")),
        published=day(advisory.get("published_at") or advisory.get("publishedAt")),
        **more,
    )


def _cvss(found: Mapping[str, Any]):
    vector = found.get("vector_string") or found.get("vectorString")
    # An advisory that nobody has scored is written with a score of 0 and no vector.
    return cvss_of(found.get("score"), vector) if vector else None


def _dismissed(state: str, reason: str, comment: str) -> tuple[Suppression, ...] | None:
    """Return the mark of a dismissed alert, nothing for an open one, None for one that was mended."""
    lower = state.lower()
    if lower == "fixed":
        return None
    if lower in ("dismissed", "auto_dismissed"):
        why = ": ".join(one for one in (reason.lower(), comment) if one)
        return (Suppression("external", NAME, lower, why),)
    return ()
