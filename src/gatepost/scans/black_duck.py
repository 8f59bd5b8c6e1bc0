"""Black Duck: components with vulnerabilities, security tables (alone or zipped), binary analysis; never licences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Package, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.paging import cut_short
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, day, identifiers, is_list, listed, mapping, name, text, weaknesses
from gatepost.scans.spellings import cvss_of

NAME = "black-duck"
WRITTEN_BY = "Black Duck: `…/vulnerable-bom-components` of its API, `security.csv` of a report, binary analysis in CSV"
UNIT = "one vulnerability of one component"
EMPTY_LIST_IS_CLEAN = True
_TABLE = frozenset(("Vulnerability id", "Remediation status", "Security Risk"))
_BINARY = frozenset(("Component", "Matching type", "Object full path", "CVE"))
_MEMBER = "security.csv"
# What a person (or Black Duck itself) has said about a vulnerability that need not be mended.
_MARKED = ("ignored", "not_affected", "mitigated", "patched", "remediation_complete", "duplicate")
_ORIGINS = {"npmjs": "npm", "rubygems": "gem", "packagist": "composer", "crates": "cargo", "pypi": "pypi"}


def _items(data: object) -> list[Any]:
    return listed(data) if is_list(data) else listed(mapping(data).get("items"))


def _member(opened: Opened) -> str:
    """Return the name of the table in an archive: alone, or in a folder; "" where there is none."""
    return next((one for one in opened.members if one.rpartition("/")[2] == _MEMBER), "")


def recognises(opened: Opened) -> bool:
    """Whether rows have a remediation and a component, or this is one of the tables, or an archive with one."""
    if opened.members:
        return bool(_member(opened))
    if opened.is_text:
        columns = set(opened.columns)
        return columns >= _TABLE or columns >= _BINARY
    return "vulnerabilityWithRemediation" in mapping(next(iter(_items(opened.data)), None))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerable component; those with a remediation that closes them are marked."""
    if opened.members or opened.is_text:
        table = opened.member(_member(opened)) if opened.members else opened
        if not (set(table.columns) >= _TABLE or set(table.columns) >= _BINARY):
            yield reading.problem(f"{_MEMBER} is not the table of vulnerabilities")
            return
        make = _binary if set(table.columns) >= _BINARY else _table
        yield from reading.each(table.rows, partial(make, reading))
        return
    rows_found = _items(opened.data)
    problem = cut_short(reading, len(rows_found), mapping(opened.data).get("totalCount"))
    if problem is not None:
        yield problem
    yield from reading.each(map(mapping, rows_found), partial(_finding, reading))


def _package(origin: str, identity: str, called: str, version: str) -> Package:
    """Return the package of an origin's own identifier ("org.x:y:1.0", "code-server/3.3.0"), else of its name."""
    ecosystem = _ORIGINS.get(origin.lower(), origin.lower())
    mark = ":" if ecosystem == "maven" else "/"
    named, _, ending = identity.rpartition(mark)
    if ecosystem in ("maven", "npm", "pypi", "gem", "nuget", "composer", "golang", "cargo") and named and ending:
        return package_of(named, ending, ecosystem=ecosystem)
    return package_of(called, version, ecosystem=ecosystem)


def _suppressions(status: str, why: str = "") -> tuple[Suppression, ...]:
    word = status.lower().replace(" ", "_")
    return (Suppression("external", NAME, word, why),) if word in _MARKED else ()


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding:
    fault = mapping(row.get("vulnerabilityWithRemediation"))
    known = name(fault.get("vulnerabilityName"))
    related = name(fault.get("relatedVulnerability")).rpartition("/")[2]
    ignored = (Suppression("external", NAME, "ignored"),) if row.get("ignored") is True else ()
    return reading.vulnerability(
        NAME,
        known,
        reading.placing.manifest(),
        _package(
            name(row.get("componentVersionOriginName")),
            name(row.get("componentVersionOriginId")),
            name(row.get("componentName")),
            name(row.get("componentVersionName")),
        ),
        aliases=[related],
        message=text(fault.get("description")),
        severity_said=fault.get("severity"),
        scores=[cvss_of(fault.get("overallScore") if fault.get("baseScore") is None else fault.get("baseScore"))],
        cwe=weaknesses(fault.get("cweId")),
        published=day(fault.get("vulnerabilityPublishedDate")),
        suppressions=ignored
        or _suppressions(name(fault.get("remediationStatus")), name(fault.get("remediationComment"))),
    )


def _table(reading: Reading, row: Mapping[str, str]) -> Finding:
    def said(*keys: str) -> str:
        return next((text(row[key]) for key in keys if row.get(key)), "")

    known = said("Vulnerability id")
    ids = identifiers(known)
    # "BDSA-2019-2725 (CVE-2019-12402)"
    first = known.partition(" ")[0]
    return reading.vulnerability(
        NAME,
        first if not first.isdigit() else f"{said('Vulnerability source') or 'VULNDB'}-{first}",
        reading.placing.manifest(),
        _package(
            said("Component origin name", "Channel version origin"),
            said("Component origin id", "Channel version origin id"),
            said("Component name", "Project name"),
            said("Component version name", "Version"),
        ),
        aliases=ids,
        message=said("Description"),
        severity_said=said("Security Risk"),
        scores=[cvss_of(said("Base score"))],
        references=addresses([said("URL")]),
        published=day(said("Published on")),
        suppressions=_suppressions(said("Remediation status"), said("Remediation comment")),
    )


def _binary(reading: Reading, row: Mapping[str, str]) -> Finding:
    path = text(row.get("Object full path"))
    triage = name(row.get("Note reason")) or name(row.get("Triage vectors"))
    vectors = [name(row.get("CVSS vector (v3)")), name(row.get("CVSS vector (v2)"))]
    return reading.vulnerability(
        NAME,
        name(row.get("CVE")) or name(row.get("BDSA")),
        reading.placing.artifact(path.partition(":")[0]),
        package_of(name(row.get("Component")), name(row.get("Version"))),
        aliases=[row.get("BDSA")],
        message=text(row.get("Summary")),
        scores=[
            cvss_of(row.get("CVSS3"), vectors[0], "3.0") if name(row.get("CVSS3")) not in ("", "0.0") else None,
            cvss_of(row.get("CVSS"), vectors[1], "2.0") if name(row.get("CVSS")) not in ("", "0.0") else None,
        ],
        references=addresses([row.get("Vulnerability URL")]),
        published=day(row.get("CVE publication date")),
        suppressions=(Suppression("external", NAME, "triaged", triage),) if triage else (),
        artifact=Artifact(name(row.get("Object")), "archive", path=path),
        content=path,
    )
