"""Sonatype OSS Index: its own answers, AuditJS, DevAudit and Nancy; never Nexus IQ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.purls import from_purl, package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, identifiers, is_list, listed, mapping, name, text, weaknesses
from gatepost.scans.spellings import cvss_of

NAME = "ossindex"
WRITTEN_BY = "OSS Index's API (`component-report`), `auditjs ossi --json`, `devaudit`"
UNIT = "one vulnerability of one package"
EMPTY_LIST_IS_CLEAN = True
# What tells which packages a project has, by the type of package URL.
_MANIFESTS: Mapping[str, tuple[str, ...]] = {
    "npm": ("package-lock.json", "yarn.lock", "package.json"),
    "golang": ("go.sum", "go.mod"),
    "pypi": ("poetry.lock", "requirements.txt", "pyproject.toml"),
    "maven": ("pom.xml", "build.gradle"),
    "gem": ("Gemfile.lock", "Gemfile"),
    "nuget": ("packages.lock.json", "packages.config"),
    "cargo": ("Cargo.lock", "Cargo.toml"),
    "composer": ("composer.lock", "composer.json"),
}


class Audited(NamedTuple):
    """A vulnerability of a package, whichever tool has asked OSS Index; `fields` are its keys in lower case."""

    tool: str
    purl: str
    fields: Mapping[str, Any]
    version: str = ""


def recognises(opened: Opened) -> bool:
    """Whether this is a list of coordinates with vulnerabilities, or DevAudit's frame."""
    if is_list(opened.data):
        first = mapping(next(iter(listed(opened.data)), None))
        return "coordinates" in first and "vulnerabilities" in first
    return "Packages Audited" in mapping(opened.data)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerability of each package."""
    yield from reading.each(_rows(opened.data), partial(audited, reading))


def _rows(data: Any) -> Iterator[Audited]:
    for row in map(mapping, listed(data)):
        for fault in listed(row.get("vulnerabilities")):
            yield Audited(NAME, name(row.get("coordinates")), lowered(fault))
    for row in map(mapping, listed(mapping(data).get("Packages"))):
        thing = mapping(row.get("Package"))
        group = name(thing.get("group"))
        way = f"{group}/{name(thing.get('name'))}" if group not in ("", "None") else name(thing.get("name"))
        for fault in listed(row.get("Vulnerabilities")):
            purl = f"pkg:{name(thing.get('pm')).lower()}/{way}@{name(thing.get('version'))}"
            yield Audited(NAME, purl, lowered(fault))


def lowered(found: Any) -> Mapping[str, Any]:
    """Return an object with its keys in lower case: the tools write one answer in several ways."""
    row = mapping(found)
    return {key.lower(): row[key] for key in row}


def audited(reading: Reading, row: Audited) -> Finding:
    """Return the finding of one vulnerability."""
    fault = row.fields
    title = name(fault.get("title"))
    ids = identifiers(fault.get("cve"), fault.get("displayname"), title)
    identity = next(iter(ids), "") or name(fault.get("displayname")) or name(fault.get("id"))
    called, version = from_purl(row.purl)
    kind = row.purl[4:].partition("/")[0]
    excluded = fault.get("excluded") is True
    return reading.vulnerability(
        row.tool,
        identity,
        reading.placing.manifest(*_MANIFESTS.get(kind, ())),
        package_of(called, version, (), row.purl),
        aliases=[*ids, fault.get("id")],
        message=text(fault.get("description")) or title,
        severity_said=fault.get("severity"),
        scores=[cvss_of(fault.get("cvssscore"), fault.get("cvssvector"))],
        cwe=weaknesses(fault.get("cwe")) or (weaknesses(title) if title[:4].upper() == "CWE-" else ()),
        version=row.version,
        references=addresses([fault.get("reference"), *listed(fault.get("externalreferences"))]),
        suppressions=(Suppression("external", row.tool, "excluded"),) if excluded else (),
    )
