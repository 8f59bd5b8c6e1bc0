"""Amazon Inspector 2's findings in its own form; never those it sends to Security Hub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Exploitability, Finding, Layer, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.paging import more_pages
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, score, text, weaknesses, whole
from gatepost.scans.spellings import cvss_of, maturity_of, versions

NAME = "inspector"
WRITTEN_BY = "`aws inspector2 list-findings`, exported findings"
UNIT = "one vulnerability of one package in one resource; one finding of another kind"
EMPTY_LIST_IS_CLEAN = True
_FINDING = frozenset(("findingArn", "severity", "type"))


class _Row(NamedTuple):
    finding: Mapping[str, Any]
    resource: Mapping[str, Any]
    package: Mapping[str, Any]


def _rows(data: object) -> list[Any]:
    return listed(data) if is_list(data) else listed(mapping(data).get("findings"))


def recognises(opened: Opened) -> bool:
    """Whether the first finding has Inspector's own name, a severity and a type."""
    return mapping(next(iter(_rows(opened.data)), None)).keys() >= _FINDING


def accepts(opened: Opened) -> bool:
    """Whether this is an empty list under the key of this format, which others have too."""
    return mapping(opened.data).get("findings") == []


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each resource and vulnerable package that is not closed; suppressed ones marked."""
    more = more_pages(reading, mapping(opened.data).get("nextToken"))
    if more is not None:
        yield more
    yield from reading.each(_parts(_rows(opened.data)), partial(_finding, reading))


def _parts(rows: list[Any]) -> Iterator[_Row]:
    for row in map(mapping, rows):
        packages = listed(mapping(row.get("packageVulnerabilityDetails")).get("vulnerablePackages"))
        for resource in listed(row.get("resources")) or [None]:
            for package in packages or [None]:
                yield _Row(row, mapping(resource), mapping(package))


def _finding(reading: Reading, row: _Row) -> Finding | None:
    finding = row.finding
    status = name(finding.get("status")).upper()
    if status == "CLOSED":
        return None
    place, artifact = _place(reading, row.resource)
    more: dict[str, Any] = {
        "severity": severity_of(finding.get("severity")),
        "severity_said": name(finding.get("severity")),
        "message": text(finding.get("description")) or text(finding.get("title")),
        "resource": text(row.resource.get("id")),
        "artifact": artifact,
        "suppressions": (Suppression("external", NAME, "suppressed"),) if status == "SUPPRESSED" else (),
    }
    fault = mapping(finding.get("packageVulnerabilityDetails"))
    if fault:
        return _vulnerability(reading, row, fault, place, more)
    code = mapping(finding.get("codeVulnerabilityDetails"))
    if code:
        return _code(reading, finding, code, place, more)
    title = text(finding.get("title"))
    if not title:
        raise Unreadable("has no title")
    reach = mapping(finding.get("networkReachabilityDetails"))
    ports = mapping(reach.get("openPortRange"))
    span = "-".join(dict.fromkeys(name(ports.get(key)) for key in ("begin", "end") if ports))
    return reading.finding(
        NAME,
        f"network-reachability-{name(reach.get('protocol')).lower()}-{span}" if reach else finding.get("type"),
        place,
        title=title,
        category="misconfiguration",
        subject="resource",
        advice=_advice(finding),
        **more,
    )


def _advice(finding: Mapping[str, Any]) -> str:
    said = text(mapping(mapping(finding.get("remediation")).get("recommendation")).get("text"))
    return "" if said == "None Provided" else said


def _code(
    reading: Reading, finding: Mapping[str, Any], code: Mapping[str, Any], place: Place, more: dict[str, Any]
) -> Finding:
    file = mapping(code.get("filePath"))
    path, line = text(file.get("filePath")) or text(file.get("fileName")), name(file.get("startLine"))
    return reading.finding(
        NAME,
        name(code.get("detectorId")) or name(code.get("ruleId")),
        place,
        title=text(finding.get("title")),
        category="code",
        cwe=weaknesses(code.get("cwes")),
        advice=_advice(finding),
        references=addresses(listed(code.get("referenceUrls"))),
        content=f"{path}:{line}",
        **{**more, "artifact": more["artifact"]._replace(path=f"{path}:{line}" if line else path)},
    )


def _place(reading: Reading, resource: Mapping[str, Any]) -> tuple[Place, Artifact]:
    identity = text(resource.get("id"))
    image = mapping(mapping(resource.get("details")).get("awsEcrContainerImage"))
    if image:
        tag = next((name(one) for one in listed(image.get("imageTags"))), "")
        digest = name(image.get("imageHash"))
        called = name(image.get("repositoryName")) + (f":{tag}" if tag else f"@{digest}" if digest else "")
        digests = (digest,) if digest else ()
        return reading.placing.artifact(called), Artifact(
            called, "image", digests, _system(name(image.get("platform")))
        )
    details = mapping(resource.get("details"))
    system = next(
        (name(mapping(details[key]).get("platform")) for key in details if mapping(details[key]).get("platform")), ""
    )
    kind = {"AWS_EC2_INSTANCE": "host", "AWS_LAMBDA_FUNCTION": "function"}.get(name(resource.get("type")), "cloud")
    return reading.placing.artifact(identity), Artifact(identity, kind, os=_system(system))


def _system(platform: str) -> str:
    """Return "ubuntu 20.04" for UBUNTU_20_04."""
    return platform.lower().replace("_", " ", 1).replace("_", ".")


def _vulnerability(
    reading: Reading, row: _Row, fault: Mapping[str, Any], place: Place, more: dict[str, Any]
) -> Finding:
    finding, thing = row.finding, row.package
    path, layer = text(thing.get("filePath")), name(thing.get("sourceLayerHash"))
    if path or layer:
        more["artifact"] = more["artifact"]._replace(path=path, layer=Layer(layer) if layer else None)
    package = package_of(
        name(thing.get("name")),
        _version(thing),
        tuple(one.removeprefix("0:") for one in versions(thing.get("fixedInVersion"))),
        ecosystem=_ecosystem(thing, more["artifact"].os),
    )
    return reading.vulnerability(
        NAME,
        fault.get("vulnerabilityId"),
        place,
        package,
        aliases=listed(fault.get("relatedVulnerabilities")),
        cwe=weaknesses(fault.get("cwes")),
        exploitability=Exploitability(
            epss=score(mapping(finding.get("epss")).get("score"), 1),
            maturity=maturity_of(finding.get("exploitAvailable")),
        ),
        references=addresses([fault.get("sourceUrl"), *listed(fault.get("referenceUrls"))]),
        published=day(fault.get("vendorCreatedAt")),
        content=path,
        scores=[_cvss(mapping(one)) for one in listed(fault.get("cvss"))],
        **more,
    )


def _ecosystem(thing: Mapping[str, Any], system: str) -> str:
    manager = name(thing.get("packageManager")).lower()
    return system.partition(" ")[0] if manager == "os" else manager


def _version(thing: Mapping[str, Any]) -> str:
    """Return the version with epoch and release, as the system's own package manager writes it."""
    release, epoch = name(thing.get("release")), whole(thing.get("epoch"))
    version = name(thing.get("version")) + (f"-{release}" if release else "")
    return f"{epoch}:{version}" if epoch else version


def _cvss(row: Mapping[str, Any]):
    return cvss_of(row.get("baseScore"), row.get("scoringVector"), row.get("version"), row.get("source"))
