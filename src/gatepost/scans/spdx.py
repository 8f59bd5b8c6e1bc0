"""SPDX 2 in JSON and as tags, with the security advisories it points to; an SBOM without any is never a scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans import spdx3
from gatepost.scans.opening import Opened
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, identifiers, is_list, listed, mapping, name

NAME = "spdx"
WRITTEN_BY = "any tool, SPDX 2 in JSON and tag-value, SPDX 3 in JSON-LD"
UNIT = "one advisory that a package refers to; one vulnerability of one package (SPDX 3)"
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether the document says which SPDX it is."""
    if opened.is_text:
        return opened.head.startswith("SPDXVersion:") or "\nSPDXVersion:" in opened.head
    data = mapping(opened.data)
    return "spdxVersion" in data or spdx3.is_spdx3(data)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each advisory of each package; a Problem for a mere list of packages."""
    data = mapping(opened.data)
    if spdx3.is_spdx3(data):
        yield from spdx3.read_graph(NAME, data, reading)
        return
    packages = list(_tagged(opened.text)) if opened.is_text else [mapping(one) for one in listed(data.get("packages"))]
    rows = [(package, ref) for package in packages for ref in map(mapping, listed(package.get("externalRefs")))]
    advisories = [row for row in rows if name(row[1].get("referenceType")).rpartition("#")[2] == "advisory"]
    if not advisories:
        what = f"the SBOM lists {len(packages)} packages and no vulnerabilities: it is no scan"
        yield reading.problem(what, "have it scanned, and give that report")
    if opened.is_text and not opened.ends_whole:
        yield reading.problem("the report ends in the middle", "see whether the scanner was stopped")
    if not opened.is_text and not is_list(data.get("packages")):
        yield reading.problem("the SPDX document has no packages")
    yield from reading.each(advisories, partial(_finding, reading))


def _tagged(text: str) -> Iterator[Mapping[str, Any]]:
    """Yield the packages of a document of tags: "PackageName: x" begins one."""
    package: dict[str, Any] = {}
    for line in text.splitlines():
        tag, _, value = line.partition(": ")
        if tag == "PackageName":
            if package:
                yield package
            package = {"name": value.strip(), "externalRefs": []}
        elif tag == "PackageVersion":
            package["versionInfo"] = value.strip()
        elif tag == "ExternalRef" and package:
            parts = value.split(maxsplit=2)
            if len(parts) == 3:
                keys = ("referenceCategory", "referenceType", "referenceLocator")
                package["externalRefs"].append(dict(zip(keys, parts, strict=True)))
    if package:
        yield package


def _finding(reading: Reading, row: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Finding:
    package, ref = row
    locator = name(ref.get("referenceLocator"))
    known = identifiers(locator)
    purls = (mapping(one) for one in listed(package.get("externalRefs")))
    purl = next((name(one.get("referenceLocator")) for one in purls if name(one.get("referenceType")) == "purl"), "")
    found = package_of(name(package.get("name")), name(package.get("versionInfo")), purl=purl)
    return reading.vulnerability(
        NAME,
        known[0] if known else locator.rstrip("/").rpartition("/")[2],
        reading.placing.manifest(),
        found,
        aliases=known,
        message=f"an advisory may concern {found.name}: {name(ref.get('comment')) or locator}",
        references=addresses([locator]),
        content=name(package.get("SPDXID")),
    )
