"""JFrog Xray: vulnerability reports, component exports, `jf` scans, summaries of artifacts; never licences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Cvss, Exploitability, Finding, Layer, Package
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.paging import cut_short
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, score, text, weaknesses
from gatepost.scans.spellings import cvss_of, versions

NAME = "xray"
WRITTEN_BY = "JFrog Xray: reports of vulnerabilities, `jf scan`, `jf audit`, the artifact summary of its API"
UNIT = "one issue of one component in one artifact"
EMPTY_LIST_IS_CLEAN = True
_REACHED = {"applicable": True, "not applicable": False, "not_applicable": False}


class _Issue(NamedTuple):
    """An issue in one component, whichever shape it was written in."""

    row: Mapping[str, Any]
    component: str
    fixed: tuple[str, ...]
    artifact: str
    path: str = ""
    paths: tuple[tuple[str, ...], ...] = ()
    layer: str = ""
    is_image: bool = False


def _first(data: object) -> Mapping[str, Any]:
    return mapping(next(iter(listed(data)), None))


def recognises(opened: Opened) -> bool:
    """Whether this is one of the five shapes, told by keys that only Xray writes."""
    if is_list(opened.data):
        first = _first(opened.data)
        return "scan_id" in first and bool(first.keys() & {"vulnerabilities", "violations", "component_id"})
    data = mapping(opened.data)
    if "total_rows" in data and "rows" in data:
        return not listed(data.get("rows")) or "issue_id" in _first(data.get("rows"))
    if "total_count" in data and "data" in data:
        return not listed(data.get("data")) or "component_versions" in _first(data.get("data"))
    if "artifacts" in data:
        return "general" in _first(data.get("artifacts"))
    return "securityViolations" in data or "impactedPackageName" in _first(data.get("vulnerabilities"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerable component; a Problem where rows are missing or the scan failed."""
    data = mapping(opened.data)
    for key, total in (("rows", "total_rows"), ("data", "total_count")):
        if key in data and total in data:
            problem = cut_short(reading, len(listed(data.get(key))), data.get(total))
            if problem is not None:
                yield problem
    for failure in listed(data.get("errors")):
        said = text(failure) or " ".join(
            name(mapping(failure).get(key))
            for key in ("errorMessage", "error", "FilePath")
            if mapping(failure).get(key)
        )
        yield reading.problem(f"Xray could not scan all: {said}")
    for scan in map(mapping, listed(opened.data)):
        status = name(scan.get("status")).lower()
        if status not in ("", "completed"):
            yield reading.problem(f"the scan ended with the status {status}")
    yield from reading.each(_issues(opened.data), partial(_finding, reading))


def _issues(data: Any) -> Iterator[_Issue]:
    if is_list(data):
        for scan in map(mapping, listed(data)):
            yield from _scanned(scan)
        return
    report = mapping(data)
    for row in map(mapping, listed(report.get("rows"))):
        path = tuple(_step(one) for one in listed(row.get("impact_path")))
        artifact = name(row.get("impacted_artifact"))
        paths = (path[1:],) if len(path) > 1 else ()
        yield _Issue(row, name(row.get("vulnerable_component")), _fixed(row), artifact, text(row.get("path")), paths)
    for row in map(mapping, listed(report.get("data"))):
        component = name(row.get("source_comp_id"))
        yield _Issue(row, component, _fixed(mapping(row.get("component_versions"))), component)
    for artifact in map(mapping, listed(report.get("artifacts"))):
        about = mapping(artifact.get("general"))
        for row in map(mapping, listed(artifact.get("issues"))):
            for issue in _summarised(row, name(about.get("component_id"))):
                yield issue._replace(is_image=name(about.get("pkg_type")) == "Docker")
    for key in ("vulnerabilities", "securityViolations"):
        for row in map(mapping, listed(report.get(key))):
            component = ":".join(name(row.get(one)) for one in ("impactedPackageName", "impactedPackageVersion"))
            kind = name(row.get("impactedPackageType")).lower()
            yield _Issue(row, f"{kind}://{component}", _fixed(row), "", "")


def _scanned(scan: Mapping[str, Any]) -> Iterator[_Issue]:
    artifact = name(scan.get("component_id"))
    for key in ("vulnerabilities", "violations"):
        for row in map(mapping, listed(scan.get(key))):
            components = mapping(row.get("components"))
            for component in components:
                found = mapping(components[component])
                ways = [tuple(_step(step) for step in listed(way)[1:]) for way in listed(found.get("impact_paths"))]
                paths = tuple(kept for way in ways if (kept := tuple(one for one in way if one)))
                yield _Issue(row, component, _fixed(found), artifact, "", paths, _layer(found))


def _step(found: Any) -> str:
    """Return a step of a way as "name@version"; "" for the archive of a layer."""
    identity = name(mapping(found).get("component_id")) or name(found)
    if not identity or identity.startswith("generic://"):
        return ""
    named, version = _split(identity)
    return f"{named}@{version}" if version else named


def _layer(component: Mapping[str, Any]) -> str:
    """Return the digest of the layer that a component is in: its archive stands on the way to it."""
    for way in listed(component.get("impact_paths")):
        for step in listed(way):
            archive = name(mapping(step).get("component_id"))
            if archive.startswith("generic://sha256:"):
                return archive[len("generic://") :].partition("/")[0]
    return ""


def _summarised(row: Mapping[str, Any], artifact: str) -> Iterator[_Issue]:
    components = [mapping(one) for one in listed(row.get("components"))]
    for one in components:
        yield _Issue(row, name(one.get("component_id")), _fixed(one), artifact)
    if not components:
        # The component is the last part of the way to it: "…/sha256__cb….tar.gz/3.12:openssl:1.1.1g-r0".
        for way in listed(row.get("impact_path")):
            yield _Issue(row, name(way).rpartition("/")[2], (), artifact, text(way))


def _fixed(found: Mapping[str, Any]) -> tuple[str, ...]:
    known = versions(found.get("fixed_versions"), found.get("fixedVersions"))
    return tuple(one for one in (each.strip("[]()≥>= ") for each in known) if one)


def _finding(reading: Reading, issue: _Issue) -> Finding:
    row = issue.row
    cves = [mapping(one) for one in _cves(row)]
    known = [name(one.get("cve") or one.get("id")) for one in cves]
    known = [one for one in known if one]
    issue_id = name(row.get("issue_id") or row.get("issueId") or row.get("id"))
    title = text(row.get("summary"))
    called = issue.artifact.partition("://")[2] or issue.artifact
    place = reading.placing.artifact(called)
    is_image = issue.is_image or issue.artifact.startswith("docker://") or name(row.get("package_type")) == "Docker"
    kind = "image" if is_image else "archive"
    return reading.vulnerability(
        NAME,
        (known[0] if known else "") or issue_id or _slug(title),
        place,
        _package(issue),
        aliases=[*known, issue_id],
        message=text(row.get("description")) or title,
        severity_said=row.get("severity"),
        scores=list(_scores(cves)),
        cwe=weaknesses([cwe for one in cves for cwe in listed(one.get("cwe"))]),
        exploitability=Exploitability(reachable=_reachable(row, cves)),
        references=addresses(listed(row.get("references"))),
        published=day(row.get("published")),
        artifact=Artifact(called, kind, (), "", Layer(issue.layer) if issue.layer else None, issue.path)
        if called
        else None,
        content=issue.path,
    )


def _slug(title: str) -> str:
    """Return a name made of a title, for the issues that the older exports leave without one."""
    words = "".join(one if one.isalnum() else " " for one in title.lower()).split()
    return "-".join(words[:8])


def _cves(row: Mapping[str, Any]) -> list[Any]:
    details = mapping(mapping(row.get("component_versions")).get("more_details"))
    return listed(row.get("cves")) or listed(details.get("cves"))


def _scores(cves: Iterable[Mapping[str, Any]]) -> Iterator[Cvss | None]:
    for one in cves:
        for key in ("v3", "v2"):
            if score(one.get(f"cvss_{key}_score"), 10) is not None:
                yield cvss_of(one.get(f"cvss_{key}_score"), one.get(f"cvss_{key}_vector"), f"{key[1]}.0")
                continue
            # One text of a score and a vector: "9.8/CVSS:3.0/AV:N/…".
            points, _, vector = name(one.get(f"cvss_{key}") or one.get(f"cvssV{key[1]}")).partition("/")
            if points:
                yield cvss_of(points, vector, f"{key[1]}.0")


def _reachable(row: Mapping[str, Any], cves: Iterable[Mapping[str, Any]]) -> bool | None:
    words = [name(row.get("applicable")), *(name(mapping(one.get("applicability")).get("status")) for one in cves)]
    return next((_REACHED[word.lower()] for word in words if word.lower() in _REACHED), None)


def _package(issue: _Issue) -> Package:
    """Return the package of an identifier such as "alpine://3.18:libssl3:3.1.1-r1" or "gav://org.x:y:1.0"."""
    kind = issue.component.partition("://")[0] if "://" in issue.component else ""
    named, version = _split(issue.component)
    return package_of(named, version, issue.fixed, ecosystem="maven" if kind == "gav" else kind, paths=issue.paths)


def _split(component: str) -> tuple[str, str]:
    """Return the name and the version; systems of packages are written in front, epochs of rpm between the two."""
    kind, mark, rest = component.partition("://")
    if not mark:
        kind, rest = "", component
    parts = rest.split(":")
    version = parts.pop() if len(parts) > 1 else ""
    if kind == "rpm" and len(parts) > 1 and parts[-1].isdigit():
        epoch = parts.pop()
        version = version if epoch == "0" else f"{epoch}:{version}"
    of_system = kind in ("alpine", "deb", "rpm") or (not kind and parts[0][:1].isdigit())
    return parts[-1] if of_system else ":".join(parts), version
