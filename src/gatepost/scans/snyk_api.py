"""Issues from Snyk's API: aggregated issues of a project (v1), and issues of REST; never the command line's reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Cvss, Exploitability, Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.cvss_scores import version_of
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, masked, name, score, text, weaknesses, whole
from gatepost.scans.spellings import maturity_of

NAME = "snyk-api"
# Its findings are those of the command line's reports.
_TOOL = "snyk"
WRITTEN_BY = "Snyk's API: `/v1/org/…/project/…/aggregated-issues`, `/rest/orgs/…/issues`"
UNIT = "one issue of one version of a package (v1); one issue at its first place (REST)"
EMPTY_LIST_IS_CLEAN = False
_REACHABLE = {"function": True, "package": True, "no-path-found": False}
_CATEGORIES = {
    "package_vulnerability": "vulnerability",
    "license": "license",
    "code": "code",
    "cloud": "misconfiguration",
    "config": "misconfiguration",
}


def recognises(opened: Opened) -> bool:
    """Whether the first issue has the parts of v1, or is an issue of REST."""
    data = mapping(opened.data)
    first = mapping(next(iter(listed(data.get("issues"))), None))
    if {"issueData", "issueType"} <= first.keys():
        return True
    row = mapping(next(iter(listed(data.get("data"))), None))
    return (
        "jsonapi" in data
        and row.get("type") == "issue"
        and "effective_severity_level" in mapping(row.get("attributes"))
    )


def accepts(opened: Opened) -> bool:
    """Whether this is an empty list of issues of either."""
    data = mapping(opened.data)
    return data.get("issues") == [] or ("jsonapi" in data and data.get("data") == [])


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield open issues and (marked) ignored ones; those that are resolved are none; a Problem for further pages."""
    data = mapping(opened.data)
    if mapping(data.get("links")).get("next"):
        yield reading.problem("this is one page of Snyk's issues, and there are more", "fetch all pages")
    if is_list(data.get("issues")):
        rows = (
            (mapping(row), name(version))
            for row in listed(data.get("issues"))
            for version in listed(mapping(row).get("pkgVersions")) or [""]
        )
        yield from reading.each(rows, partial(_aggregated, reading))
        return
    yield from reading.each(map(mapping, listed(data.get("data"))), partial(_issue, reading))


def _aggregated(reading: Reading, given: tuple[Mapping[str, Any], str]) -> Finding:
    row, version = given
    about, fix = mapping(row.get("issueData")), mapping(row.get("fixInfo"))
    identifiers = mapping(about.get("identifiers"))
    points, vector = score(about.get("cvssScore"), 10), name(about.get("CVSSv3"))
    package = package_of(
        name(row.get("pkgName")),
        version,
        [*map(name, listed(fix.get("fixedIn"))), name(fix.get("nearestFixedInVersion"))],
        ecosystem={
            "js": "npm",
            "python": "pypi",
            "java": "maven",
            "golang": "golang",
            "ruby": "gem",
            "dotnet": "nuget",
        }.get(name(about.get("language")), ""),
    )
    suppressions = _ignored(row.get("isIgnored"), row.get("ignoreReasons"))
    maturity = name(about.get("exploitMaturity"))
    if name(row.get("issueType")) == "license":
        return _other(reading, row.get("id"), text(about.get("title")), about.get("severity"), "license", suppressions)
    return reading.vulnerability(
        _TOOL,
        row.get("id") or about.get("id"),
        reading.placing.manifest(),
        package,
        aliases=[one for key, each in identifiers.items() if key != "CWE" for one in listed(each)],
        message=text(about.get("title")),
        why=text(about.get("description")).strip(),
        severity_said=about.get("severity"),
        scores=[Cvss(points, vector, version_of(vector), "Snyk")] if points is not None else [],
        cwe=weaknesses(identifiers.get("CWE")),
        exploitability=Exploitability(maturity=maturity_of(maturity)),
        published=day(about.get("publicationTime")),
        references=addresses([about.get("url")]),
        suppressions=suppressions,
    )


def _ignored(ignored: object, reasons: object) -> tuple[Suppression, ...]:
    if ignored is not True:
        return ()
    first = mapping(next(iter(listed(reasons)), None))
    return (Suppression("external", _TOOL, "ignored", masked(name(first.get("reason")))),)


def _other(
    reading: Reading,
    rule: object,
    title: str,
    severity: object,
    category: str,
    suppressions: tuple[Suppression, ...],
    **more: Any,
) -> Finding:
    return reading.finding(
        _TOOL,
        rule,
        more.pop("place", None) or reading.placing.manifest(),
        title=title,
        message=title,
        severity=severity_of(severity),
        severity_said=severity,
        category=category,
        suppressions=suppressions,
        content=more.pop("content", "") or title,
        **more,
    )


def _issue(reading: Reading, row: Mapping[str, Any]) -> Finding | None:
    about = mapping(row.get("attributes"))
    if name(about.get("status")) == "resolved":
        return None
    key = name(about.get("key")) or name(row.get("id"))
    if not key:
        raise Unreadable("has no key")
    category = _CATEGORIES.get(name(about.get("type")), "code")
    places = [mapping(one) for one in listed(about.get("coordinates"))]
    shown = [mapping(one) for each in places for one in listed(each.get("representations"))]
    dependency = next((mapping(one.get("dependency")) for one in shown if "dependency" in one), mapping(None))
    suppressions = _ignored(about.get("ignored"), None)
    severity, title = about.get("effective_severity_level"), text(about.get("title"))
    cwe = weaknesses([mapping(one).get("id") for one in listed(about.get("classes"))])
    if category != "vulnerability" or not dependency:
        place = _source(reading, shown)
        return _other(reading, key, title, severity, category, suppressions, place=place, cwe=cwe)
    problems = [mapping(one) for one in listed(about.get("problems"))]
    upgrades = [
        name(mapping(mapping(one).get("details")).get("upgrade_package"))
        for each in places
        for one in listed(each.get("remedies"))
    ]
    reachable = [_REACHABLE.get(name(one.get("reachability"))) for one in places]
    levels = [mapping(one) for one in listed(mapping(about.get("exploit_details")).get("maturity_levels"))]
    return reading.vulnerability(
        _TOOL,
        key,
        reading.placing.manifest(),
        package_of(
            name(dependency.get("package_name")),
            name(dependency.get("package_version")),
            [one for each in upgrades for one in each.split(",")],
        ),
        aliases=[one.get("id") for one in problems],
        message=title,
        why=text(about.get("description")).strip(),
        severity_said=severity,
        cwe=cwe,
        exploitability=Exploitability(
            reachable=True if True in reachable else False if False in reachable else None,
            maturity=next((maturity_of(one.get("level")) for one in levels if one.get("level")), None),
        ),
        references=addresses([one.get("url") for one in problems]),
        suppressions=suppressions,
    )


def _source(reading: Reading, shown: list[Mapping[str, Any]]) -> Any:
    """Return the place in the code that an issue is shown at, None where there is none."""
    where = next((mapping(one.get("sourceLocation")) for one in shown if "sourceLocation" in one), mapping(None))
    if not where.get("file"):
        return None
    region = mapping(where.get("region"))
    start, end = mapping(region.get("start")), mapping(region.get("end"))
    return reading.placing.file([text(where.get("file"))], whole(start.get("line")), whole(end.get("line")))
