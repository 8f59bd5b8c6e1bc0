"""Semgrep's JSON (`semgrep scan --json`); never its SARIF or GitLab output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.findings import Exploitability, Finding, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable, raised
from gatepost.scans.severities import SEMGREP, WORDS, confidence_of, severity_of
from gatepost.scans.shapes import (
    addresses,
    day,
    first_line,
    is_list,
    listed,
    mapping,
    name,
    names,
    text,
    weaknesses,
    whole,
)

NAME = "semgrep"
WRITTEN_BY = "`semgrep scan --json`"
UNIT = "one result at one place"
EMPTY_LIST_IS_CLEAN = False
_WORDS: Mapping[str, Severity] = {**WORDS, **SEMGREP}
# A rule about secrets may repeat what it found in its message.
_SECRETS = ("secret", "password", "credential", "api-key", "api_key", "token", "private-key")


def recognises(opened: Opened) -> bool:
    """Whether there are results, errors and paths as Semgrep writes them."""
    data = mapping(opened.data)
    rows = listed(data.get("results"))
    if "errors" not in data or not is_list(data.get("results")):
        return False
    return "check_id" in mapping(rows[0]) if rows else "paths" in data


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each result, and a Problem for each error: a file that was not read, or only in part."""
    data = mapping(opened.data)
    version = name(data.get("version"))
    for error in listed(data.get("errors")):
        yield _problem(mapping(error), reading)
    rows = map(mapping, listed(data.get("results")))
    yield from reading.each(rows, lambda row: _finding(row, version, reading))


def _problem(error: Mapping[str, Any], reading: Reading) -> Problem:
    kind = error.get("type")
    said = name(kind) or name(listed(kind)[0] if listed(kind) else "") or "an error"
    where = name(error.get("path"))
    told = first_line(text(error.get("message")))
    return reading.problem(f"semgrep reports {said}{f' in {where}' if where else ''}{f': {told}' if told else ''}")


def _place(row: Mapping[str, Any], reading: Reading) -> Place:
    start, end = mapping(row.get("start")), mapping(row.get("end"))
    first, last = whole(start.get("line")), whole(end.get("line"))
    place = reading.placing.file([text(row.get("path"))], first, last)
    left, right = whole(start.get("col")), whole(end.get("col"))
    return place.between(first, left, last, right)


def _finding(row: Mapping[str, Any], version: str, reading: Reading) -> Finding:
    extra, rule = mapping(row.get("extra")), name(row.get("check_id"))
    if not row.get("path"):
        raise Unreadable("has no path")
    about = mapping(extra.get("metadata"))
    place = _place(row, reading)
    message = text(extra.get("message"))
    last = rule.rpartition(".")[2]
    secret = name(about.get("category")) == "secrets" or any(word in rule.lower() for word in _SECRETS)
    suppressed = extra.get("is_ignored") is True
    more = _package(mapping(extra.get("sca_info")), about)
    return reading.finding(
        NAME,
        rule,
        place,
        title=f"A secret, found by {last}" if secret else first_line(message) or last,
        message="" if secret else message,
        severity=severity_of(extra.get("severity"), _WORDS),
        severity_said=extra.get("severity"),
        category="secret" if secret else "vulnerability" if "package" in more else "code",
        version=version,
        confidence=confidence_of(about.get("confidence")),
        cwe=weaknesses(about.get("cwe")),
        references=addresses([about.get("source"), *listed(about.get("references"))]),
        suppressions=(Suppression("inSource", NAME, "ignored"),) if suppressed else (),
        advice="" if secret else text(extra.get("fix")).strip(),
        content="" if secret else place.line,
        **{"subject": "secret" if secret else "code", **more},
    )


def _package(found: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a supply-chain result says besides: the package, its lock file, and whether it is reached."""
    dependency = mapping(mapping(found.get("dependency_match")).get("found_dependency"))
    if not dependency:
        return {}
    fixes = [name(version) for one in listed(about.get("sca-fix-versions")) for version in mapping(one).values()]
    transitivity = name(dependency.get("transitivity"))
    package = package_of(
        name(dependency.get("package")),
        name(dependency.get("version")),
        fixes,
        ecosystem=name(dependency.get("ecosystem")),
        direct={"direct": True, "transitive": False}.get(transitivity),
    )
    reachable = found.get("reachable")
    return {
        "subject": "package",
        "package": package,
        "ids": names(about.get("sca-vuln-database-identifier"), about.get("cve"), about.get("ghsa")),
        "exploitability": Exploitability(reachable=reachable if isinstance(reachable, bool) else None),
        "fixes": raised(package),
        "published": day(about.get("publish-date")),
    }
