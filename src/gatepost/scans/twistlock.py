"""What `twistcli` and the console of Prisma Cloud write about images, in JSON and CSV; never runtime events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Exploitability, Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, text
from gatepost.scans.spellings import cvss_of, versions

NAME = "twistlock"
WRITTEN_BY = "`twistcli images scan --output-file`, tables of Prisma Cloud's console"
UNIT = "one vulnerability of one package, one compliance issue"
EMPTY_LIST_IS_CLEAN = False
_RESULT = frozenset(
    ("vulnerabilityDistribution", "complianceDistribution", "vulnerabilityScanPassed", "complianceScanPassed")
)
_TABLE = frozenset(("CVE ID", "Compliance ID", "Packages", "Fix Status"))
_NEVER = {"will not fix": "those who maintain the package will not mend it", "end-of-life": "the package is at its end"}


def recognises(opened: Opened) -> bool:
    """Whether the first result counts its vulnerabilities or compliance issues as only this tool does."""
    if opened.is_text:
        return set(opened.columns) >= _TABLE
    first = mapping(next(iter(listed(mapping(opened.data).get("results"))), None))
    return bool(first.keys() & _RESULT)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerable package and for each compliance issue of each image."""
    if opened.is_text:
        yield from reading.each(opened.rows, partial(_cells, reading))
        return
    for result in map(mapping, listed(mapping(opened.data).get("results"))):
        if "err" in result and name(result.get("err")):
            yield reading.problem(f"the scan failed: {name(result.get('err'))}")
        digest = name(result.get("digest"))
        called = name(result.get("name")) or name(result.get("id"))
        artifact = Artifact(called, "image", (digest,) if digest else (), name(result.get("distro")))
        place = reading.placing.artifact(called)
        faults = map(mapping, listed(result.get("vulnerabilities")))
        yield from reading.each(faults, partial(_vulnerability, reading, place, artifact))
        rows = map(mapping, listed(result.get("compliances")))
        yield from reading.each(rows, partial(_compliance, reading, place, artifact))


def _cells(reading: Reading, cells: Mapping[str, str]) -> Finding:
    """Return the finding of a row of the table, by the keys of the JSON."""
    image = "/".join(part for part in (name(cells.get("Registry")), name(cells.get("Repository"))) if part)
    called = f"{image}:{name(cells.get('Tag'))}" if cells.get("Tag") else image
    digest = name(cells.get("Id"))
    artifact = Artifact(called, "image", (digest,) if digest else (), name(cells.get("Distro")))
    place = reading.placing.artifact(called)
    about = {"severity": cells.get("Severity"), "description": cells.get("Description"), "cause": cells.get("Cause")}
    if not cells.get("CVE ID"):
        row = {**about, "id": cells.get("Compliance ID"), "title": cells.get("Description")}
        return _compliance(reading, place, artifact, row)
    factors = [one.strip() for one in text(cells.get("Risk Factors")).split(",")]
    row = {
        **about,
        "id": cells.get("CVE ID"),
        "status": cells.get("Fix Status"),
        "cvss": cells.get("CVSS"),
        "packageName": cells.get("Packages"),
        "packageVersion": cells.get("Package Version"),
        "publishedDate": cells.get("Published"),
        "riskFactors": factors,
    }
    return _vulnerability(reading, place, artifact, row)


def _vulnerability(reading: Reading, place: Place, artifact: Artifact, row: Mapping[str, Any]) -> Finding:
    status = name(row.get("status")).lower()
    fixed = versions(status.removeprefix("fixed in ")) if status.startswith("fixed in ") else ()
    path = text(row.get("packagePath"))
    cvss = cvss_of(row.get("cvss"), row.get("vector"))
    more: dict[str, Any] = {} if fixed or status not in _NEVER else {"no_fix": _NEVER[status]}
    return reading.vulnerability(
        NAME,
        name(row.get("cve")) or name(row.get("id")),
        place,
        package_of(name(row.get("packageName")), name(row.get("packageVersion")), fixed, name(row.get("purl"))),
        severity_said=row.get("severity"),
        message=text(row.get("description")),
        # A score of 0 stands for none.
        scores=[cvss if cvss and cvss.score else None],
        exploitability=_exploitability(row.get("riskFactors")),
        references=addresses([row.get("link")]),
        published=day(row.get("publishedDate")),
        artifact=artifact._replace(path=path),
        content=path,
        **more,
    )


def _exploitability(factors: object) -> Exploitability:
    found = listed(factors) if is_list(factors) else list(mapping(factors))
    words = {name(one).lower() for one in found}
    wild = any("in the wild" in word for word in words)
    return Exploitability(maturity="in the wild" if wild else "poc" if any("poc" in word for word in words) else None)


def _compliance(reading: Reading, place: Place, artifact: Artifact, row: Mapping[str, Any]) -> Finding:
    title = name(row.get("title"))
    return reading.finding(
        NAME,
        row.get("id") or "-".join("".join(one if one.isalnum() else " " for one in title.lower()).split()[:8]),
        place,
        title=title,
        message=text(row.get("cause")) or title,
        severity=severity_of(row.get("severity")),
        severity_said=name(row.get("severity")),
        category="misconfiguration",
        subject="resource",
        why=text(row.get("description")),
        artifact=artifact,
        content=title,
    )
