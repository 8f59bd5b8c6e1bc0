"""AWS Security Hub findings (ASFF), bare or wrapped, whatever product wrote them; never Inspector's own form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Exploitability, Finding, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.paging import more_pages
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, identifiers, is_list, listed, mapping, name, score, text
from gatepost.scans.spellings import cvss_of, maturity_of, versions

NAME = "securityhub"
WRITTEN_BY = "`aws securityhub get-findings`, and every tool that writes ASFF"
UNIT = "one finding at one resource, for each vulnerable package"
EMPTY_LIST_IS_CLEAN = True
_FINDING = frozenset(("SchemaVersion", "ProductArn", "GeneratorId"))
# Compliance that is no finding, and that tells that nothing was looked at.
_UNCHECKED = ("NOT_AVAILABLE", "WARNING")


class _Row(NamedTuple):
    finding: Mapping[str, Any]
    resource: Mapping[str, Any]
    vulnerability: Mapping[str, Any]
    package: Mapping[str, Any]


def _rows(data: object) -> list[Any]:
    if is_list(data):
        return listed(data)
    found = mapping(data)
    if "SchemaVersion" in found:
        return [found]
    # An event of EventBridge carries them in its detail.
    inner = mapping(found.get("detail")) or found
    return listed(inner.get("Findings")) or listed(inner.get("findings"))


def recognises(opened: Opened) -> bool:
    """Whether the first finding has what every finding of this format must have; `Findings` alone is a clean answer."""
    rows = _rows(opened.data)
    if rows:
        return mapping(rows[0]).keys() >= _FINDING
    return is_list(mapping(opened.data).get("Findings"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each resource (and vulnerable package) of each finding that did not pass."""
    more = more_pages(reading, mapping(opened.data).get("NextToken"))
    if more is not None:
        yield more
    rows = _rows(opened.data)
    unchecked = sum(_compliance(mapping(row)) in _UNCHECKED for row in rows)
    if unchecked:
        yield reading.problem(
            f"{unchecked} controls could not be checked", "see the status reasons of these controls in Security Hub"
        )
    open_rows = (row for row in map(mapping, rows) if _compliance(row) not in ("PASSED", *_UNCHECKED))
    yield from reading.each((part for row in open_rows for part in _parts(row)), partial(_finding, reading))


def _compliance(row: Mapping[str, Any]) -> str:
    return name(mapping(row.get("Compliance")).get("Status")).upper()


def _parts(row: Mapping[str, Any]) -> Iterator[_Row]:
    for resource in listed(row.get("Resources")) or [None]:
        faults = listed(row.get("Vulnerabilities"))
        if not faults:
            yield _Row(row, mapping(resource), {}, {})
        for fault in map(mapping, faults):
            for package in listed(fault.get("VulnerablePackages")) or [None]:
                yield _Row(row, mapping(resource), fault, mapping(package))


def _finding(reading: Reading, row: _Row) -> Finding:
    finding = row.finding
    if not finding.get("GeneratorId") and not finding.get("Id"):
        raise Unreadable("has no generator")
    fields = mapping(finding.get("ProductFields"))
    control = name(mapping(finding.get("Compliance")).get("SecurityControlId")) or name(fields.get("ControlId"))
    said = name(mapping(finding.get("Severity")).get("Label"))
    place, artifact = _place(reading, row.resource)
    advice = mapping(mapping(finding.get("Remediation")).get("Recommendation"))
    title = text(finding.get("Title"))
    more: dict[str, Any] = {
        "severity": _severity(finding),
        "severity_said": said,
        "resource": text(row.resource.get("Id")),
        "artifact": artifact,
        "suppressions": _suppressions(finding),
        "references": addresses(
            [advice.get("Url"), finding.get("SourceUrl"), *listed(row.vulnerability.get("ReferenceUrls"))]
        ),
    }
    tool = NAME if control else _tool(finding)
    if row.package.get("Name"):
        return _vulnerability(reading, tool, row, place, more)
    found = identifiers(title, row.vulnerability.get("Id"))
    vulnerable = any("Vulnerabilities" in name(one) for one in listed(finding.get("Types")))
    return reading.finding(
        tool,
        control or _rule(finding),
        place,
        title=title,
        message=text(finding.get("Description")) or title,
        category="vulnerability" if vulnerable and found else _category(finding),
        subject="resource",
        ids=found if vulnerable else (),
        advice=text(advice.get("Text")),
        standards=_standards(finding),
        content=name(finding.get("Id")),
        **more,
    )


def _tool(finding: Mapping[str, Any]) -> str:
    product = name(finding.get("ProductName")) or name(finding.get("ProductArn")).rpartition("/")[2]
    return product.lower().replace("security hub", NAME).replace(" ", "-") or NAME


def _rule(finding: Mapping[str, Any]) -> str:
    """Return the generator's name for what it looks for, without what every one of its names begins with."""
    generator = name(finding.get("GeneratorId"))
    if generator.lower().startswith("prowler-"):
        return generator[len("prowler-") :]
    last = generator.rpartition("/")[2] or generator
    kind = next((name(one) for one in listed(finding.get("Types"))), "")
    # GuardDuty names its detector here, and what it has seen in the type.
    return kind.rpartition("/")[2] if kind and ":detector/" in generator else last


def _category(finding: Mapping[str, Any]) -> str:
    """Return the category of a finding by the first part of its type: what is seen in use is no misconfiguration."""
    kinds = [name(one).partition("/")[0] for one in listed(finding.get("Types"))]
    return "threat" if any(one in ("TTPs", "Effects", "Unusual Behaviors") for one in kinds) else "misconfiguration"


def _severity(finding: Mapping[str, Any]) -> Severity:
    for found in (finding, mapping(finding.get("FindingProviderFields"))):
        severity = mapping(found.get("Severity"))
        known = severity_of(severity.get("Label"))
        if known != "unknown":
            return known
        points = severity.get("Normalized")
        if isinstance(points, (int, float)) and not isinstance(points, bool):
            return _normalized(points)
    return "unknown"


def _normalized(points: float) -> Severity:
    """Return the severity of a number from 0 to 100, by the bounds of the format's own table."""
    if points >= 90:
        return "critical"
    if points >= 70:
        return "high"
    if points >= 40:
        return "medium"
    return "low" if points >= 1 else "info"


def _suppressions(finding: Mapping[str, Any]) -> tuple[Suppression, ...]:
    flow = mapping(finding.get("Workflow"))
    why = name(mapping(finding.get("Note")).get("Text"))
    status = name(flow.get("Status")).upper()
    if name(finding.get("RecordState")).upper() == "ARCHIVED":
        return (Suppression("external", NAME, "archived", why),)
    if status in ("SUPPRESSED", "RESOLVED"):
        return (Suppression("external", NAME, status.lower(), why),)
    return ()


def _standards(finding: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the requirements that a control is about: "NIST.800-53.r5 AC-3" is of the standard before the space."""
    found: dict[str, tuple[str, ...]] = {}
    for one in listed(mapping(finding.get("Compliance")).get("RelatedRequirements")):
        standard, _, requirement = name(one).rpartition(" ")
        if standard and requirement:
            found[standard] = (*found.get(standard, ()), requirement)
    return found


def _place(reading: Reading, resource: Mapping[str, Any]) -> tuple[Place, Artifact]:
    identity, kind = text(resource.get("Id")), name(resource.get("Type"))
    details = mapping(resource.get("Details"))
    image = mapping(details.get("AwsEcrContainerImage"))
    if image:
        digest = name(image.get("ImageDigest"))
        tag = next((name(one) for one in listed(image.get("ImageTags"))), "")
        called = name(image.get("RepositoryName")) + (f":{tag}" if tag else f"@{digest}" if digest else "")
        return reading.placing.artifact(called), Artifact(called, "image", (digest,) if digest else ())
    container = name(mapping(details.get("Container")).get("ImageName"))
    if container:
        return reading.placing.artifact(container), Artifact(container, "image")
    kinds = {"AwsEc2Instance": "host", "Container": "image"}
    return reading.placing.artifact(identity), Artifact(identity, kinds.get(kind, "cloud"))


def _vulnerability(reading: Reading, tool: str, row: _Row, place: Place, more: dict[str, Any]) -> Finding:
    fault, thing = row.vulnerability, row.package
    epoch = name(thing.get("Epoch"))
    release = name(thing.get("Release"))
    version = name(thing.get("Version")) + (f"-{release}" if release else "")
    package = package_of(
        name(thing.get("Name")),
        f"{epoch}:{version}" if epoch not in ("", "0") else version,
        tuple(one.removeprefix("0:") for one in versions(thing.get("FixedInVersion"))),
        ecosystem=_ecosystem(row.finding, name(thing.get("PackageManager")).lower()),
    )
    vendor = mapping(fault.get("Vendor"))
    path = text(thing.get("FilePath"))
    more["artifact"] = more["artifact"]._replace(path=path)
    return reading.vulnerability(
        tool,
        name(fault.get("Id")) or name(row.finding.get("Title")),
        place,
        package,
        message=text(row.finding.get("Description")),
        aliases=[row.finding.get("Title")],
        exploitability=_exploitability(fault),
        published=day(vendor.get("VendorCreatedAt")),
        content=path,
        scores=[_cvss(mapping(one)) for one in listed(fault.get("Cvss"))],
        **more,
    )


def _cvss(row: Mapping[str, Any]):
    return cvss_of(row.get("BaseScore"), row.get("BaseVector"), row.get("Version"), row.get("Source"))


def _ecosystem(finding: Mapping[str, Any], manager: str) -> str:
    """Return the package manager; for packages of the system the system, which Inspector tells among its fields."""
    fields = mapping(finding.get("ProductFields"))
    platform = next((name(fields[key]) for key in fields if key.endswith("/platform")), "")
    return platform.partition("_")[0].lower() if manager == "os" and platform else manager


def _exploitability(fault: Mapping[str, Any]) -> Exploitability:
    return Exploitability(epss=score(fault.get("EpssScore"), 1), maturity=maturity_of(fault.get("ExploitAvailable")))
