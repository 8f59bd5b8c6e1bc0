"""GitLab's secure reports of every scan type and of versions 2 to 15; never its merged list of vulnerabilities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Package
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import confidence_of, severity_of
from gatepost.scans.shapes import addresses, is_list, listed, mapping, name, text, weaknesses, whole
from gatepost.scans.spellings import cvss_of

NAME = "gitlab"
WRITTEN_BY = "GitLab CI's `gl-*-report.json` of every scan type"
UNIT = "one vulnerability of the report"
EMPTY_LIST_IS_CLEAN = False
# Scan types of the schemas, with the category of what they find.
_CATEGORIES = {
    "sast": "code",
    "dependency_scanning": "vulnerability",
    "container_scanning": "vulnerability",
    "cluster_image_scanning": "vulnerability",
    "secret_detection": "secret",
    "dast": "web",
    "api_fuzzing": "web",
    "coverage_fuzzing": "code",
}
_ROW = frozenset(("identifiers", "location"))
_FAILED = ("fatal", "error")
# "Upgrade to versions 2.2.3, 3.0.1 or above." and "Upgrade libc6 from 2.28-10 to 2.28-11".
_FIXED = re.compile(r"(?:\bto versions? |\bfrom \S{1,80} to |^upgrade \S{1,120} to )([^\n;]{1,200})", re.IGNORECASE)
_VERSION = re.compile(r"v?\d[\w.+:~-]*")


class _Scan(NamedTuple):
    type: str
    scanner: str
    version: str
    managers: Mapping[str, str]
    # What a file's dependencies are called: the ways to one are told by their numbers.
    numbered: Mapping[tuple[str, int], str]


def recognises(opened: Opened) -> bool:
    """Whether there are vulnerabilities with a version of the schema, and a scan or rows that are GitLab's alone."""
    data = mapping(opened.data)
    if "vulnerabilities" not in data:
        return False
    if not isinstance(data.get("version"), str):
        # Some reports of DAST have no version.
        row = mapping(next(iter(listed(data.get("vulnerabilities"))), None))
        return row.keys() >= {*_ROW, "id", "severity"}
    if name(mapping(data.get("scan")).get("type")) in _CATEGORIES:
        return True
    first = mapping(next(iter(listed(data.get("vulnerabilities"))), None))
    return first.keys() >= _ROW if first else "remediations" in data


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerability; a Problem where the scan failed or says why it could not do all."""
    data = mapping(opened.data)
    scan = mapping(data.get("scan"))
    status = name(scan.get("status"))
    if status and status != "success":
        yield reading.problem(f"the scan ended with the status {status}")
    for message in map(mapping, listed(scan.get("messages"))):
        if name(message.get("level")).lower() in _FAILED:
            yield reading.problem(f"the scan says: {name(message.get('value'))}")
    if not is_list(data.get("vulnerabilities")):
        yield reading.problem("the report has no list of vulnerabilities")
        return
    scanner = mapping(scan.get("scanner"))
    files = [mapping(one) for one in listed(data.get("dependency_files"))]
    managers = {text(one.get("path")): name(one.get("package_manager")) for one in files}
    about = _Scan(name(scan.get("type")), _tool(scanner), name(scanner.get("version")), managers, _numbered(files))
    yield from reading.each(map(mapping, listed(data.get("vulnerabilities"))), partial(_finding, reading, about))


def _numbered(files: list[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    known: dict[tuple[str, int], str] = {}
    for file in files:
        for one in map(mapping, listed(file.get("dependencies"))):
            number = whole(one.get("iid"))
            if number is not None:
                called, version = name(mapping(one.get("package")).get("name")), name(one.get("version"))
                known[text(file.get("path")), number] = f"{called}@{version}" if version else called
    return known


def _paths(location: Mapping[str, Any], scan: _Scan) -> tuple[tuple[str, ...], ...]:
    """Return the way from what a project asks for to a dependency, in the names of its file's list."""
    dependency = mapping(location.get("dependency"))
    numbers = [whole(mapping(one).get("iid")) for one in listed(dependency.get("dependency_path"))]
    file = text(location.get("file"))
    way = tuple(found for one in numbers if one is not None and (found := scan.numbered.get((file, one))))
    called, version = name(mapping(dependency.get("package")).get("name")), name(dependency.get("version"))
    return ((*way, f"{called}@{version}" if version else called),) if way else ()


def _tool(scanner: Mapping[str, Any]) -> str:
    return (name(scanner.get("id")) or name(scanner.get("name"))).lower().replace(" ", "-")


def _finding(reading: Reading, scan: _Scan, row: Mapping[str, Any]) -> Finding:
    kind = scan.type or name(row.get("category"))
    location = mapping(row.get("location"))
    known = [mapping(one) for one in listed(row.get("identifiers"))]
    if not known:
        raise Unreadable("has no identifiers")
    tool = scan.scanner or _tool(mapping(row.get("scanner"))) or NAME
    is_secret = kind == "secret_detection"
    title = name(row.get("name")) or name(row.get("message")) or name(row.get("cve"))
    said = name(row.get("message")) if is_secret else text(row.get("description")) or text(row.get("message"))
    more: dict[str, Any] = {
        "message": said or title,
        "severity": severity_of(row.get("severity")),
        "severity_said": row.get("severity"),
        "version": scan.version,
        "confidence": "low" if _is_doubted(row) else confidence_of(row.get("confidence")),
        "cwe": weaknesses([_weakness(one) for one in known if name(one.get("type")).lower() == "cwe"]),
        "scores": tuple(one for one in map(_cvss, listed(row.get("cvss_vectors"))) if one),
        "references": addresses(
            [mapping(one).get("url") for one in [*listed(row.get("links")), *known]],
        ),
    }
    package = _package(row, location, scan)
    place = _place(reading, location)
    if package is not None and package.name:
        return reading.vulnerability(
            tool,
            _rule(known, prefer_cve=True),
            place,
            package,
            aliases=[one.get("value") for one in known],
            resource=_workload(location),
            artifact=_artifact(location),
            **more,
        )
    return reading.finding(
        tool,
        _rule(known, prefer_cve=False),
        place,
        title=title,
        category=_CATEGORIES.get(kind, "code"),
        subject="secret" if is_secret else "code",
        resource=_request(location),
        advice=text(row.get("solution")),
        content=_content(row, location, place, is_secret),
        artifact=_artifact(location),
        **more,
    )


def _is_doubted(row: Mapping[str, Any]) -> bool:
    flags = [name(mapping(flag).get("type")) for flag in listed(row.get("flags"))]
    return "flagged-as-likely-false-positive" in flags


def _rule(known: list[Mapping[str, Any]], *, prefer_cve: bool) -> str:
    """Return the name of the rule: the first identifier, for packages a CVE or GHSA before the analyser's own."""
    if prefer_cve:
        for kind in ("cve", "ghsa"):
            for one in known:
                if name(one.get("type")).lower() == kind:
                    return name(one.get("value"))
    value, called = name(known[0].get("value")), name(known[0].get("name"))
    # Some analysers write a whole sentence for a value.
    return called if " " in value and " " not in called else value


def _weakness(identifier: Mapping[str, Any]) -> str:
    # Some analysers put the name of their rule into the value.
    return name(identifier.get("value")) if weaknesses(identifier.get("value")) else name(identifier.get("name"))


def _cvss(found: Any):
    row = mapping(found)
    return cvss_of(row.get("score"), row.get("vector"), source=row.get("vendor"))


def _package(row: Mapping[str, Any], location: Mapping[str, Any], scan: _Scan) -> Package | None:
    dependency = mapping(location.get("dependency"))
    if not dependency:
        return None
    return package_of(
        name(mapping(dependency.get("package")).get("name")),
        name(dependency.get("version")),
        _fixed(text(row.get("solution"))),
        ecosystem=scan.managers.get(text(location.get("file"))) or name(location.get("operating_system")),
        direct=dependency.get("direct") if isinstance(dependency.get("direct"), bool) else None,
        paths=_paths(location, scan),
    )


def _fixed(solution: str) -> tuple[str, ...]:
    found = _FIXED.search(solution)
    if not found:
        return ()
    return tuple(dict.fromkeys(one.rstrip(".") for one in _VERSION.findall(found[1])))


def _place(reading: Reading, location: Mapping[str, Any]) -> Place:
    image = name(location.get("image"))
    if image:
        return reading.placing.artifact(image)
    file = text(location.get("file"))
    if file:
        return reading.placing.file([file], whole(location.get("start_line")), whole(location.get("end_line")))
    host = name(location.get("hostname"))
    return reading.placing.artifact(host.partition("://")[2] or host)


def _artifact(location: Mapping[str, Any]) -> Artifact | None:
    image, host = name(location.get("image")), name(location.get("hostname"))
    if image:
        return Artifact(image, "image", os=name(location.get("operating_system")))
    return Artifact(host, "site") if host else None


def _workload(location: Mapping[str, Any]) -> str:
    found = mapping(location.get("kubernetes_resource"))
    return "/".join(part for part in (name(found.get(key)) for key in ("namespace", "kind", "name")) if part)


def _request(location: Mapping[str, Any]) -> str:
    """Return what was asked of a web application; "" for other scans."""
    host, path = name(location.get("hostname")), name(location.get("path"))
    return f"{name(location.get('method'))} {host}{path}".strip() if host or path else ""


def _content(row: Mapping[str, Any], location: Mapping[str, Any], place: Place, is_secret: bool) -> str:
    if is_secret:
        return name(mapping(location.get("commit")).get("sha")).strip("0")
    if location.get("dependency"):
        return name(row.get("cve"))
    within = ".".join(name(location.get(key)) for key in ("class", "method") if location.get(key))
    return place.line or name(location.get("param")) or name(location.get("crash_state")) or within
