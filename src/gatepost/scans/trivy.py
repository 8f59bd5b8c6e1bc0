"""Trivy's JSON: the current form, the older list of targets, and clusters; never its SARIF or CycloneDX output."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Cvss, Finding, Layer, Suppression
from gatepost.model.problems import NOWHERE, Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.cvss_scores import scored
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, masked, name, score, text, weaknesses, whole
from gatepost.scans.trivy_parts import Image, Ways

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
    resource: str
    image: Image
    ways: Ways


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
    """Yield a finding for each row that failed, in all four kinds; of modified ones marked as suppressed.

    A Problem where the operating system is so old that Trivy is told no more of its vulnerabilities.
    """
    system = mapping(mapping(mapping(opened.data).get("Metadata")).get("OS"))
    if system.get("EOSL") is True:
        called = f"{name(system.get('Family'))} {name(system.get('Name'))}"
        what = f"{called} is at its end, so that nobody tells of its new vulnerabilities"
        yield reading.problem(what, "build on a release that is maintained")
    for target, result in _results(opened.data):
        makers: tuple[tuple[str, Callable[..., Finding | None]], ...] = (
            ("Vulnerabilities", _vulnerability),
            ("Misconfigurations", _misconfiguration),
            ("Secrets", _secret),
            ("Licenses", _license),
        )
        for key, make in makers:
            yield from reading.each(map(mapping, listed(result.get(key))), partial(make, reading, target))
        modified = map(mapping, listed(result.get("ExperimentalModifiedFindings")))
        yield from reading.each(modified, partial(_modified, reading, target))


def _results(data: Any) -> Iterator[tuple[_Target, Mapping[str, Any]]]:
    if is_list(data):
        for result in map(mapping, listed(data)):
            yield _target({}, result, "", Image({})), result
        return
    report = mapping(data)
    if "ClusterName" not in report:
        image = Image(report)
        for result in map(mapping, listed(report.get("Results"))):
            yield _target(report, result, "", image), result
        return
    for key in ("Resources", "Vulnerabilities", "Misconfigurations", "Findings"):
        for thing in map(mapping, listed(report.get(key))):
            address = "/".join(part for part in (name(thing.get(one)) for one in ("Namespace", "Kind", "Name")) if part)
            about = {"ArtifactType": "cluster", "ArtifactName": address, "Metadata": _images(thing)}
            image = Image(about)
            for result in map(mapping, listed(thing.get("Results"))):
                yield _target(about, result, address, image), result


def _images(thing: Mapping[str, Any]) -> Any:
    """Return what is known of the image that a resource runs: one or a list of several, of which the first counts."""
    found = thing.get("Metadata")
    return next(iter(listed(found)), None) if is_list(found) else found


def _target(report: Mapping[str, Any], result: Mapping[str, Any], resource: str, image: Image) -> _Target:
    kind = name(report.get("ArtifactType"))
    is_folder = kind in _FOLDERS if kind else name(result.get("Class")) != "os-pkgs"
    version = name(mapping(report.get("Trivy")).get("Version"))
    target = text(result.get("Target"))
    ways = Ways(listed(result.get("Packages")))
    return _Target(
        text(report.get("ArtifactName")), is_folder, target, name(result.get("Type")), version, resource, image, ways
    )


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


def _artifact(target: _Target, path: str, layer: Mapping[str, Any] | None = None) -> Artifact | None:
    if target.is_folder:
        return None
    called = target.artifact or target.target
    if target.resource:
        return Artifact(target.resource, "cluster", target.image.digests, target.image.os, path=path)
    given = mapping(layer)
    key = (called, name(given.get("Digest")), name(given.get("DiffID")), path)
    known = target.image.artifacts.get(key)
    if known is None:
        command = target.image.command(key[2]) or text(given.get("CreatedBy"), 1000)
        found = Layer(key[1], key[2], command)
        known = Artifact(called, "image", target.image.digests, target.image.os, found if any(found) else None, path)
        target.image.artifacts[key] = known
    return known


def _vulnerability(reading: Reading, target: _Target, row: Mapping[str, Any]) -> Finding:
    path = text(row.get("PkgPath"))
    layer = mapping(row.get("Layer"))
    direct, paths = target.ways.to(name(row.get("PkgID")))
    package = package_of(
        name(row.get("PkgName")),
        name(row.get("InstalledVersion")),
        name(row.get("FixedVersion")).split(","),
        purl=name(mapping(row.get("PkgIdentifier")).get("PURL")),
        ecosystem=target.type,
        direct=direct,
        paths=paths,
    )
    chosen = name(row.get("SeveritySource"))
    scores = list(_scores(mapping(row.get("CVSS")), chosen))
    description = text(row.get("Description")).strip()
    return reading.vulnerability(
        NAME,
        row.get("VulnerabilityID"),
        _place(reading, target, path),
        package,
        aliases=[listed(row.get("VendorIDs"))],
        message=text(row.get("Title")) or description,
        why=description if row.get("Title") else "",
        severity_said=row.get("Severity"),
        scores=scores,
        cvss=scores[0] if scores else None,
        cwe=weaknesses(row.get("CweIDs")),
        version=target.version,
        resource=target.resource,
        no_fix=_no_fix(name(row.get("Status"))),
        published=day(row.get("PublishedDate")),
        artifact=_artifact(target, path, layer),
        references=addresses([row.get("PrimaryURL"), *listed(row.get("References"))]),
        content="" if target.is_folder else path,
    )


def _no_fix(status: str) -> str:
    told = {
        "will_not_fix": "those who maintain the package will not mend it",
        "end_of_life": "the package is at its end",
    }
    return told.get(status, "no version mends it yet")


def _scores(sources: Mapping[str, Any], chosen: str) -> Iterator[Cvss]:
    """Yield all scores: those of the source that the severity is from, of well-known ones, of the others."""
    for source in dict.fromkeys((chosen, "nvd", "ghsa", "redhat", *sorted(sources))):
        if source not in sources:
            continue
        found = mapping(sources.get(source))
        for key, version in (("V40", "4.0"), ("V3", "3.1"), ("V2", "2.0")):
            points, vector = score(found.get(f"{key}Score"), 10), name(found.get(f"{key}Vector"))
            if points is None:
                worked_out = scored(vector, source)
                if worked_out is not None:
                    yield worked_out
            else:
                yield Cvss(points, vector, "3.0" if vector.startswith("CVSS:3.0") else version, source)


def _misconfiguration(reading: Reading, target: _Target, row: Mapping[str, Any]) -> Finding | None:
    status = name(row.get("Status")) or "FAIL"
    if status not in ("FAIL", "EXCEPTION"):
        return None
    cause = mapping(row.get("CauseMetadata"))
    start = whole(cause.get("StartLine"))
    place = _place(reading, target, "", start, whole(cause.get("EndLine")))
    if not start:  # about the whole file, not about its first line
        place = place._replace(location=place.location._replace(region=NOWHERE), line="")
    return reading.finding(
        NAME,
        name(row.get("ID") or row.get("AVDID")).removeprefix("AVD-"),
        place,
        title=text(row.get("Title")),
        message=text(row.get("Message")) or text(row.get("Title")),
        severity=severity_of(row.get("Severity")),
        severity_said=row.get("Severity"),
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
    return reading.secret(
        NAME,
        row.get("RuleID"),
        _place(reading, target, "", whole(row.get("StartLine")), whole(row.get("EndLine"))),
        name(row.get("Title")),
        severity=severity_of(row.get("Severity")),
        severity_said=row.get("Severity"),
        version=target.version,
        resource=target.resource,
        artifact=_artifact(target, target.target, mapping(row.get("Layer"))),
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
        severity_said=row.get("Severity"),
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
    said = Suppression("external", NAME, name(row.get("Status")) or "ignored", masked(name(row.get("Statement"))))
    return found._replace(suppressions=(*found.suppressions, said))
