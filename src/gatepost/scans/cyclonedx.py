"""CycloneDX with vulnerabilities: SBOM, VDR and VEX, JSON and XML; an SBOM without any is never taken for a scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from gatepost.model.findings import Artifact, Cvss, Finding, Layer, Severity
from gatepost.model.problems import Problem
from gatepost.scans.cvss_scores import scored, version_of
from gatepost.scans.cyclonedx_parts import Components
from gatepost.scans.cyclonedx_xml import as_json
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import from_purl, package_of
from gatepost.scans.ranges import upper_bounds
from gatepost.scans.reading import Reading
from gatepost.scans.severities import severity_of, severity_of_score
from gatepost.scans.shapes import addresses, day, first_line, listed, mapping, name, score, text, weaknesses
from gatepost.scans.vex import stated

NAME = "cyclonedx"
WRITTEN_BY = "any tool, CycloneDX 1.4 and later in JSON and XML, 1.2 and 1.3 with the vulnerability extension"
UNIT = "one vulnerability of one component; what an analysis closes is marked"
EMPTY_LIST_IS_CLEAN = False
# Tools that look for vulnerabilities whenever they write one, so that an empty list is their answer.
_SCANNERS = ("grype", "osv-scanner", "snyk", "dependency-track", "depscan", "cdxgen-vdr")
_METHODS = {"CVSSv2": "2.0", "CVSSv3": "3.0", "CVSSv31": "3.1", "CVSSv4": "4.0"}


def recognises(opened: Opened) -> bool:
    """Whether the format's own name is there."""
    if opened.xml is not None:
        return opened.xml.tag == "bom" and "cyclonedx.org/schema/bom" in opened.xml.space
    return mapping(opened.data).get("bomFormat") == "CycloneDX"


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each component that a vulnerability affects; a Problem for a mere list of components."""
    data = as_json(opened.xml) if opened.xml is not None else mapping(opened.data)
    components = Components(data)
    rows = [mapping(row) for row in listed(data.get("vulnerabilities"))]
    tools = components.tools()
    if not rows and not any(tool in _SCANNERS for tool, _ in tools):
        count = len(components)
        what = f"the SBOM lists {count} components and no vulnerabilities: it is no scan"
        yield reading.problem(what, "have it scanned, and give that report")
    for row in rows:
        yield from reading.each(_affected(row), partial(_finding, reading, components, tools, row))


def _affected(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [mapping(one) for one in listed(row.get("affects"))] or [mapping(None)]


def _finding(
    reading: Reading,
    components: Components,
    tools: list[tuple[str, str]],
    row: Mapping[str, Any],
    affected: Mapping[str, Any],
) -> Finding:
    ref = name(affected.get("ref"))
    component = components.find(ref)
    purl = name(component.get("purl")) or components.purl_in(ref)
    called, version = from_purl(purl)
    group, own = name(component.get("group")), name(component.get("name"))
    paths = components.paths(ref)
    place, artifact = _place(reading, components, component, ref)
    scores = list(_scores(row))
    analysis = mapping(row.get("analysis"))
    why = name(analysis.get("justification")) or text(analysis.get("detail"))
    severity, said = _severity(row)
    source = mapping(row.get("source"))
    ids = [name(mapping(one).get("id")) for one in listed(row.get("references"))]
    description = text(row.get("description")) or text(row.get("detail"))
    package = package_of(
        called or (f"{group}/{own}" if group else own) or ref,
        name(component.get("version")) or version,
        _fixed(affected, text(row.get("recommendation"))),
        purl=purl,
        direct=any(len(path) == 1 for path in paths) if paths else None,
        paths=paths,
    )
    return reading.vulnerability(
        NAME,
        row.get("id") or row.get("bom-ref"),
        place,
        package,
        aliases=ids,
        message=first_line(description),
        why=description.strip(),
        severity=severity,
        severity_said=said,
        scores=scores,
        cwe=weaknesses(row.get("cwes")),
        advice=text(row.get("recommendation")).strip() or text(row.get("workaround")).strip(),
        published=day(row.get("published")),
        version=tools[0][1] if tools else "",
        artifact=artifact,
        references=addresses([source.get("url"), *(mapping(one).get("url") for one in listed(row.get("advisories")))]),
        content=ref if artifact and artifact.kind == "image" else "",
        **stated(name(analysis.get("state")), why, components.author, NAME),
    )


def _fixed(affected: Mapping[str, Any], recommendation: str) -> list[str]:
    """Return the versions that a range ends with, and those that are listed as unaffected."""
    found: list[str] = []
    for one in map(mapping, listed(affected.get("versions"))):
        status = name(one.get("status")) or "affected"
        if status == "unaffected":
            found.append(name(one.get("version")))
        elif status == "affected" and one.get("range"):
            found += upper_bounds(name(one.get("range")).rpartition("/")[2].replace("|", " | "))
    if not found and recommendation.startswith("Upgrade "):  # as Trivy words it: "Upgrade x to version 1, 2"
        _, to, versions = recommendation.partition(" to version ")
        found = [one.strip().rstrip(".") for one in versions.split(",")] if to and " or " not in versions else []
    return found


def _ratings(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the ratings, those of the vulnerability's own source first."""
    own = name(mapping(row.get("source")).get("name"))
    ratings = [mapping(one) for one in listed(row.get("ratings"))]
    return sorted(ratings, key=lambda one: name(mapping(one.get("source")).get("name")) != own)


def _severity(row: Mapping[str, Any]) -> tuple[Severity | None, str]:
    """Return the severity of the vulnerability's own source, else the first that has one; None where all are scores."""
    for one in _ratings(row):
        said = name(one.get("severity"))
        if severity_of(said) != "unknown":
            return severity_of(said), said
        points = score(one.get("score"), 10)
        if points is not None and name(one.get("method")).startswith("CVSS"):
            return severity_of_score(points), ""
    return None, ""


def _scores(row: Mapping[str, Any]) -> Iterator[Cvss]:
    for one in _ratings(row):
        points, method = score(one.get("score"), 10), name(one.get("method"))
        if points is None and method.startswith("CVSSv4"):
            found = scored(name(one.get("vector")), name(mapping(one.get("source")).get("name")))
            if found is not None:
                yield found
        elif points is not None and method.startswith("CVSS"):
            vector = name(one.get("vector"))
            version = version_of(vector) or _METHODS.get(method, "")
            if vector and version >= "3" and not vector.startswith("CVSS:"):
                vector = f"CVSS:{version}/{vector}"
            yield Cvss(points, vector, version, name(mapping(one.get("source")).get("name")))


def _place(
    reading: Reading, components: Components, component: Mapping[str, Any], ref: str
) -> tuple[Place, Artifact | None]:
    """Return the lock file that leads to a component, or where a tool says it lies, or the image that it is in."""
    root = components.root
    properties = components.properties(component)
    path = properties.get("syft:location:0:path") or properties.get("aquasecurity:trivy:FilePath") or ""
    if properties.get("gatepost:image"):  # the image that a waiver was for
        image = Artifact(properties["gatepost:image"], "image")
        return reading.placing.manifest(), image
    if properties.get("gatepost:path"):
        own = properties["gatepost:path"]
        return reading.placing.file([own]), Artifact(f"file:{quote(own, safe='/')}", "archive")
    if name(root.get("type")) == "container":
        image = name(root.get("name"))
        version = name(root.get("version"))
        layer = Layer(
            properties.get("aquasecurity:trivy:LayerDigest", "") or properties.get("syft:location:0:layerID", ""),
            properties.get("aquasecurity:trivy:LayerDiffID", ""),
        )
        digests = (version,) if version.startswith("sha256:") else ()
        found = Artifact(image, "image", digests, layer=layer if any(layer) else None, path=path)
        return reading.placing.artifact(image), found
    lock = components.lock_file(ref) or path.lstrip("/")
    return (reading.placing.file([lock]) if lock else reading.placing.manifest()), None
