"""Veracode: detailed reports in XML, pipeline scans, findings of the REST interface; never a summary report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Exploitability, Finding, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.paging import cut_short
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import addresses, day, first_line, listed, mapping, name, text, weaknesses, whole
from gatepost.scans.spellings import cvss_of
from gatepost.scans.xml_tree import Node

NAME = "veracode"
WRITTEN_BY = "Veracode: the detailed report in XML, `pipeline-scan`'s JSON, the findings of the REST API"
UNIT = "one flaw at its line or address; one vulnerability of one component"
EMPTY_LIST_IS_CLEAN = False
# https://docs.veracode.com: 5 very high, 4 high, 3 medium, 2 low, 1 very low, 0 informational.
_SEVERITIES: tuple[Severity, ...] = ("info", "low", "low", "medium", "high", "critical")
_WORDS = ("informational", "very low", "low", "medium", "high", "very high")


def recognises(opened: Opened) -> bool:
    """Whether this is a detailed report, a pipeline scan, or a page of the interface's findings."""
    if opened.xml is not None:
        return opened.xml.tag == "detailedreport"
    data = mapping(opened.data)
    if "pipeline_scan" in data or ("scan_status" in data and "findings" in data):
        return True
    first = mapping(next(iter(_page(data)), None))
    if first:
        return "finding_details" in first or ("library" in first and "issue_type" in first)
    return "total_elements" in mapping(data.get("page"))


def _page(data: Mapping[str, Any]) -> list[Any]:
    """Return the findings, or the issues of composition analysis, of one page."""
    inner = mapping(data.get("_embedded"))
    return listed(inner.get("findings")) or listed(inner.get("issues")) or listed(data.get("findings"))


def accepts(opened: Opened) -> bool:
    """Whether this is an empty list under the key of this format, which others have too."""
    return mapping(opened.data).get("findings") == []


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield flaws and vulnerable components; mended ones are none, those with an accepted mitigation are marked."""
    if opened.xml is not None:
        yield from _xml(opened.xml, reading)
        return
    data = mapping(opened.data)
    if "scan_status" in data or "pipeline_scan" in data:
        status = name(data.get("scan_status"))
        if status.upper() != "SUCCESS":
            yield reading.problem(f"the scan ended with the status {status or 'that is not told'}")
        yield from reading.each(map(mapping, listed(data.get("findings"))), partial(_pipeline, reading))
        return
    rows = _page(data)
    problem = cut_short(reading, len(rows), mapping(data.get("page")).get("total_elements"))
    if problem is not None:
        yield problem
    yield from reading.each(map(mapping, rows), partial(_finding, reading))


def _rated(found: object) -> dict[str, Any]:
    number = whole(found)
    known = number is not None and number < len(_WORDS)
    return {
        "severity": _SEVERITIES[number] if known and number is not None else "unknown",
        "severity_said": _WORDS[number] if known and number is not None else "",
    }


def _xml(root: Node, reading: Reading) -> Iterator[Finding | Problem]:
    for kind in ("static-analysis", "dynamic-analysis"):
        for scan in root.all(kind):
            if "incomplete" in scan.get("scan_exit_status_desc").lower():
                yield reading.problem(f"the {kind} did not come to its end")
    advice = {
        category.get("categoryid"): " ".join(one.get("text") for one in category.all("recommendations", "para"))
        for category in root.all("severity", "category")
    }
    yield from reading.each(root.walk("flaw"), partial(_flaw, reading, advice))
    components = root.all("software_composition_analysis", "vulnerable_components", "component")
    pairs = [(one, fault) for one in components for fault in one.all("vulnerabilities", "vulnerability")]
    yield from reading.each(pairs, partial(_component, reading))


def _flaw(reading: Reading, advice: Mapping[str, str], flaw: Node) -> Finding | None:
    if flaw.get("remediation_status").lower() in ("fixed", "remediated"):
        return None
    address = flaw.get("url")
    if address:
        place = reading.placing.artifact(address.partition("://")[2] or address)
    else:
        folder = flaw.get("sourcefilepath")
        joined = f"{folder.rstrip('/')}/{flaw.get('sourcefile')}" if folder else ""
        place = reading.placing.file([joined, flaw.get("sourcefile")], whole(flaw.get("line")))
    why = next((one.get("description") for one in reversed(flaw.all("mitigations", "mitigation"))), "")
    accepted = flaw.get("mitigation_status").lower() == "accepted"
    return reading.finding(
        NAME,
        f"CWE-{flaw.get('cweid')}" if flaw.get("cweid") else flaw.get("categoryname"),
        place,
        title=flaw.get("categoryname") or first_line(flaw.get("description")),
        message=flaw.get("description"),
        **_rated(flaw.get("severity")),
        category="web" if address else "code",
        cwe=weaknesses(flaw.get("cweid")),
        resource=address,
        advice=advice.get(flaw.get("categoryid"), ""),
        suppressions=(Suppression("external", NAME, "accepted", why),) if accepted else (),
        content=place.line or flaw.get("functionprototype") or flaw.get("vuln_parameter"),
    )


def _component(reading: Reading, pair: tuple[Node, Node]) -> Finding:
    component, fault = pair
    paths = [path.get("value") for path in component.all("file_paths", "file_path")]
    # "maven:org.example:thing:1.0:" names the package better than its file does.
    parts = component.get("library_id").rstrip(":").split(":")
    known = len(parts) > 2
    named = ":".join(parts[1:-1]) if known else component.get("library") or component.get("file_name")
    path = next(iter(paths), component.get("file_name"))
    return reading.vulnerability(
        NAME,
        fault.get("cve_id"),
        # "shop.war#WEB-INF/lib/x.jar" is a way into what was uploaded, and no file of the project.
        reading.placing.file([path]) if "/" in path and "#" not in path else reading.placing.manifest(),
        package_of(named, component.get("version"), ecosystem=parts[0] if known else ""),
        message=fault.get("cve_summary"),
        **_rated(fault.get("severity")),
        scores=[cvss_of(fault.get("cvss_score"))],
        cwe=weaknesses(fault.get("cwe_id")),
        suppressions=(Suppression("external", NAME, "mitigated"),) if fault.get("mitigation") == "true" else (),
        artifact=Artifact(component.get("file_name"), "archive", path=path),
        content=path,
    )


def _pipeline(reading: Reading, row: Mapping[str, Any]) -> Finding:
    file = mapping(mapping(row.get("files")).get("source_file"))
    path = text(file.get("file")) or text(file.get("upload_file"))
    if not path:
        raise Unreadable("has no file")
    place = reading.placing.file(
        [path, *(f"{one}{path}" for one in ("src/main/java/", "src/"))], whole(file.get("line"))
    )
    cwe = name(row.get("cwe_id"))
    return reading.finding(
        NAME,
        f"CWE-{cwe}" if cwe else name(row.get("issue_type_id")),
        place,
        title=name(row.get("issue_type")) or name(row.get("title")),
        message=_plain(text(row.get("display_text"))),
        **_rated(row.get("severity")),
        category="code",
        cwe=weaknesses(row.get("cwe_id")),
        content=place.line or name(file.get("qualified_function_name")) or name(file.get("function_name")),
    )


def _plain(found: str) -> str:
    """Return the text of some HTML."""
    from html import unescape

    parts = (part.rpartition(">")[2] for part in found.split("<"))
    return " ".join(unescape(" ".join(parts)).split())


def _issue(reading: Reading, row: Mapping[str, Any]) -> Finding | None:
    """Return an issue of the agent's composition analysis."""
    if name(row.get("issue_status")).lower() == "fixed" or name(row.get("issue_type")) == "library":
        return None
    library, fault = mapping(row.get("library")), mapping(row.get("vulnerability"))
    parts = name(library.get("id")).rstrip(":").split(":")
    cve = name(fault.get("cve"))
    licence = mapping(row.get("license"))
    if licence and not fault:
        return None
    vectors = [name(fault.get(f"cvss{one}_vector")).strip("()") for one in "32"]
    third = f"CVSS:3.1/{vectors[0]}" if vectors[0].startswith("AV:") else vectors[0]
    direct = library.get("direct")
    return reading.vulnerability(
        NAME,
        f"CVE-{cve}" if cve[:4].isdigit() else cve or f"SRCCLR-{name(fault.get('id'))}",
        reading.placing.manifest(),
        package_of(
            ":".join(parts[1:-1]) if len(parts) > 2 else name(library.get("name")),
            name(library.get("version")),
            ecosystem=parts[0] if len(parts) > 2 else "",
            direct=direct if isinstance(direct, bool) else None,
        ),
        message=name(fault.get("title")),
        scores=[cvss_of(fault.get("cvss3_score"), third, "3.1"), cvss_of(fault.get("cvss2_score"), vectors[1], "2.0")],
        cwe=weaknesses(fault.get("cwe_id")),
        exploitability=Exploitability(reachable=True if row.get("vulnerable_method") is True else None),
        suppressions=(Suppression("external", NAME, "ignored"),) if row.get("ignored") is True else (),
    )


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding | None:
    if "library" in row:
        return _issue(reading, row)
    details, status = mapping(row.get("finding_details")), mapping(row.get("finding_status"))
    resolution = name(status.get("resolution")).upper()
    if name(status.get("status")).upper() == "CLOSED" and resolution not in ("MITIGATED", "POTENTIAL_FALSE_POSITIVE"):
        return None
    accepted = name(status.get("resolution_status")).upper() == "APPROVED"
    marked = (Suppression("external", NAME, "approved", resolution.lower()),) if accepted else ()
    if name(row.get("scan_type")) == "SCA" or "cve" in details:
        return _finding_of_package(reading, row, details, marked)
    file, address = text(details.get("file_path")), text(details.get("url"))
    if not file and not address:
        raise Unreadable("has no place")
    host = address.partition("://")[2] or address
    line = whole(details.get("file_line_number"))
    place = reading.placing.file([file], line) if file else reading.placing.artifact(host)
    cwe = mapping(details.get("cwe"))
    title = name(mapping(details.get("finding_category")).get("name")) or name(cwe.get("name"))
    return reading.finding(
        NAME,
        f"CWE-{name(cwe.get('id'))}" if cwe.get("id") else name(row.get("issue_id")),
        place,
        title=title,
        message=_plain(text(row.get("description"))),
        **_rated(details.get("severity")),
        category="code" if file else "web",
        cwe=weaknesses(cwe.get("id")),
        resource=address,
        suppressions=marked,
        content=place.line or name(details.get("procedure")) or name(details.get("vulnerable_parameter")),
    )


def _finding_of_package(
    reading: Reading, row: Mapping[str, Any], details: Mapping[str, Any], marked: tuple[Suppression, ...]
) -> Finding:
    cve = mapping(details.get("cve"))
    third = mapping(cve.get("cvss3"))
    vector = name(third.get("vector"))
    path = text(mapping(next(iter(listed(details.get("component_path"))), None)).get("path"))
    version = name(details.get("version"))
    file = name(details.get("component_filename"))
    named = file.removesuffix(f"-{version}.jar") if version else file
    return reading.vulnerability(
        NAME,
        cve.get("name"),
        reading.placing.manifest(),
        package_of(named, version),
        message=text(row.get("description")),
        **_rated(details.get("severity")),
        scores=[
            cvss_of(third.get("score"), f"CVSS:3.1/{vector}" if vector.startswith("AV:") else vector, "3.0"),
            cvss_of(cve.get("cvss"), cve.get("vector"), "2.0"),
        ],
        cwe=weaknesses(mapping(details.get("cwe")).get("id")),
        references=addresses([cve.get("href")]),
        published=day(cve.get("published_date")),
        suppressions=marked,
        content=path,
    )
