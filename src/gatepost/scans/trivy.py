"""Trivy's JSON: the current form, the older list of targets, and clusters; never its SARIF or CycloneDX output."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Cvss, Finding, Package, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.reading import Reading, Unreadable, raised
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, identifiers, is_list, listed, mapping, name, score, text, weaknesses, whole

NAME = "trivy"
WRITTEN_BY = "`trivy … --format json`, also older lists and `trivy k8s`"
UNIT = "one vulnerability of one package in one target; one failed check, secret or licence at one place"
EMPTY_LIST_IS_CLEAN = True
_FOLDERS = ("filesystem", "repository")
_KINDS = ("Vulnerabilities", "Misconfigurations", "Secrets", "Licenses")


class _Target(NamedTuple):
    """What is scanned: the artifact as the report names it, and the result's own target below it."""

    artifact: str
    is_folder: bool
    target: str
    type: str
    version: str
    resource: str = ""


def recognises(opened: Opened) -> bool:
    """Whether this is one of Trivy's three forms. A clean scan has no results at all."""
    if is_list(opened.data):
        first = mapping(next(iter(listed(opened.data)), None))
        return "Target" in first and ("Type" in first or any(kind in first for kind in _KINDS))
    found = mapping(opened.data)
    if "ClusterName" in found:
        return bool(found.keys() & {"Resources", "Vulnerabilities", "Misconfigurations", "Findings"})
    return "SchemaVersion" in found and bool(found.keys() & {"Results", "ArtifactName", "ArtifactType"})


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each row that failed, in all four kinds; of modified ones marked as suppressed."""
    for target, result in _results(opened.data):
        makers: tuple[tuple[str, Callable[..., Finding | None]], ...] = (
            ("Vulnerabilities", _vulnerability),
            ("Misconfigurations", _misconfiguration),
            ("Secrets", _secret),
            ("Licenses", _license),
        )
        for key, make in makers:
            rows = [mapping(row) for row in listed(result.get(key))]
            yield from reading.each(rows, partial(make, reading, target))
        modified = [mapping(row) for row in listed(result.get("ExperimentalModifiedFindings"))]
        yield from reading.each(modified, partial(_modified, reading, target))


def _results(data: Any) -> Iterator[tuple[_Target, Mapping[str, Any]]]:
    if is_list(data):
        for result in map(mapping, listed(data)):
            yield _target({}, result, ""), result
        return
    report = mapping(data)
    if "ClusterName" not in report:
        for result in map(mapping, listed(report.get("Results"))):
            yield _target(report, result, ""), result
        return
    for key in ("Resources", "Vulnerabilities", "Misconfigurations", "Findings"):
        for thing in map(mapping, listed(report.get(key))):
            address = "/".join(part for part in (name(thing.get(one)) for one in ("Namespace", "Kind", "Name")) if part)
            for result in map(mapping, listed(thing.get("Results"))):
                yield _target({"ArtifactType": "cluster", "ArtifactName": address}, result, address), result


def _target(report: Mapping[str, Any], result: Mapping[str, Any], resource: str) -> _Target:
    kind = name(report.get("ArtifactType"))
    is_folder = kind in _FOLDERS if kind else name(result.get("Class")) != "os-pkgs"
    version = name(mapping(report.get("Trivy")).get("Version"))
    target = text(result.get("Target"))
    return _Target(text(report.get("ArtifactName")), is_folder, target, name(result.get("Type")), version, resource)


def _place(reading: Reading, target: _Target, path: str, start: int | None = None, end: int | None = None) -> Place:
    """Return the place of `path` (or of the target): below the scanned folder, or the image it is in."""
    if not target.is_folder:
        return reading.placing.artifact(target.artifact or target.target)
    inner = [one for one in (path, target.target) if one]
    base = target.artifact.rstrip("/")
    joined = [base if base.rpartition("/")[2] == one else f"{base}/{one}" for one in inner if base not in ("", ".")]
    if "://" in base:
        joined = []
    return reading.placing.file([one for one in [*joined, *inner] if not one.startswith("://")], start, end)


def _vulnerability(reading: Reading, target: _Target, row: Mapping[str, Any]) -> Finding:
    identity = name(row.get("VulnerabilityID"))
    if not identity or not row.get("PkgName"):
        raise Unreadable("has no vulnerability or no package")
    fixed = tuple(one.strip() for one in name(row.get("FixedVersion")).split(",") if one.strip())
    purl = name(mapping(row.get("PkgIdentifier")).get("PURL"))
    package = Package(name(row.get("PkgName")), name(row.get("InstalledVersion")), fixed, purl, target.type)
    path = text(row.get("PkgPath"))
    return reading.finding(
        NAME,
        identity,
        _place(reading, target, path),
        title=f"{identity} in {package.name} {package.version}".rstrip(),
        message=text(row.get("Title")) or text(row.get("Description")),
        severity=severity_of(row.get("Severity")),
        category="vulnerability",
        version=target.version,
        subject="package",
        resource=target.resource,
        ids=identifiers(identity, *listed(row.get("VendorIDs"))) or (identity,),
        package=package,
        cvss=_cvss(mapping(row.get("CVSS")), name(row.get("SeveritySource"))),
        cwe=weaknesses(row.get("CweIDs")),
        fixes=raised(package),
        no_fix="" if fixed else _no_fix(name(row.get("Status"))),
        references=addresses([row.get("PrimaryURL"), *listed(row.get("References"))]),
        content="" if target.is_folder else path,
    )


def _no_fix(status: str) -> str:
    told = {
        "will_not_fix": "those who maintain the package will not mend it",
        "end_of_life": "the package is at its end",
    }
    return told.get(status, "no version mends it yet")


def _cvss(sources: Mapping[str, Any], chosen: str) -> Cvss | None:
    """Return the score of the source that the severity is from, else of a well-known one, else the first."""
    for source in dict.fromkeys((chosen, "nvd", "ghsa", "redhat", *sorted(sources))):
        found = mapping(sources.get(source))
        for key, version in (("V40", "4.0"), ("V3", "3.1"), ("V2", "2.0")):
            points = score(found.get(f"{key}Score"), 10)
            if points is not None:
                vector = name(found.get(f"{key}Vector"))
                return Cvss(points, vector, "3.0" if vector.startswith("CVSS:3.0") else version)
    return None


def _misconfiguration(reading: Reading, target: _Target, row: Mapping[str, Any]) -> Finding | None:
    status = name(row.get("Status")) or "FAIL"
    if status not in ("FAIL", "EXCEPTION"):
        return None
    cause = mapping(row.get("CauseMetadata"))
    place = _place(reading, target, "", whole(cause.get("StartLine")), whole(cause.get("EndLine")))
    return reading.finding(
        NAME,
        name(row.get("ID") or row.get("AVDID")).removeprefix("AVD-"),
        place,
        title=text(row.get("Title")),
        message=text(row.get("Message")) or text(row.get("Title")),
        severity=severity_of(row.get("Severity")),
        category="misconfiguration",
        version=target.version,
        subject="resource",
        resource=target.resource or name(cause.get("Resource")),
        why=text(row.get("Description")).strip(),
        advice=text(row.get("Resolution")).strip(),
        references=addresses([row.get("PrimaryURL"), *listed(row.get("References"))]),
        suppressions=(Suppression("external", NAME, "exception"),) if status == "EXCEPTION" else (),
        content="" if cause.get("Resource") else place.line,
    )


def _secret(reading: Reading, target: _Target, row: Mapping[str, Any]) -> Finding:
    title = name(row.get("Title")) or "A secret"
    return reading.finding(
        NAME,
        row.get("RuleID"),
        _place(reading, target, "", whole(row.get("StartLine")), whole(row.get("EndLine"))),
        title=title,
        message=f"{title} is written in the file",
        severity=severity_of(row.get("Severity")),
        category="secret",
        version=target.version,
        subject="secret",
        resource=target.resource,
        content="" if target.is_folder else target.target,
    )


def _license(reading: Reading, target: _Target, row: Mapping[str, Any]) -> Finding:
    licence, package = name(row.get("Name")), name(row.get("PkgName"))
    if not licence:
        raise Unreadable("has no licence")
    of = f" of {package}" if package else ""
    return reading.finding(
        NAME,
        f"license-{licence}",
        _place(reading, target, text(row.get("FilePath"))),
        title=f"The licence{of} is {licence}",
        message=f"The licence{of} is {licence}, of the category {name(row.get('Category')) or 'unknown'}",
        severity=severity_of(row.get("Severity")),
        category="license",
        version=target.version,
        subject="package" if package else "code",
        resource=target.resource,
        content=package,
    )


def _modified(reading: Reading, target: _Target, row: Mapping[str, Any]) -> Finding | None:
    """Return what an ignore file or a statement took out, marked so."""
    make = {"vulnerability": _vulnerability, "misconfiguration": _misconfiguration, "secret": _secret}
    maker = make.get(name(row.get("Type")))
    found = maker(reading, target, mapping(row.get("Finding"))) if maker else None
    if found is None:
        return None
    said = Suppression("external", NAME, name(row.get("Status")) or "ignored", name(row.get("Statement")))
    return found._replace(suppressions=(*found.suppressions, said))
