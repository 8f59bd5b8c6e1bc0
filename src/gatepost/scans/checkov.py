"""Checkov's JSON, one object or a list of one per framework; never its SARIF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Cvss, Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.cvss_scores import version_of
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, day, is_list, listed, mapping, name, score, text, whole

NAME = "checkov"
WRITTEN_BY = "`checkov -o json`"
UNIT = "one failed check of one resource; one vulnerability of one package"
EMPTY_LIST_IS_CLEAN = False
_SUMMARY = frozenset(("passed", "failed", "skipped", "parsing_errors", "resource_count"))
_CATEGORIES = {"secrets": "secret", "sca_package": "vulnerability", "sca_image": "vulnerability"}


def _frameworks(opened: Opened) -> list[Mapping[str, Any]]:
    return [mapping(one) for one in listed(opened.data)] if is_list(opened.data) else [mapping(opened.data)]


def recognises(opened: Opened) -> bool:
    """Whether each part has a framework and results, or is the bare summary of a run that scanned nothing."""
    parts = _frameworks(opened)
    return bool(parts) and all(
        ("check_type" in part and "results" in part) or part.keys() >= _SUMMARY for part in parts
    )


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield failed rows and (marked) skipped ones; a Problem for each file that was not parsed, or for an empty run."""
    for part in _frameworks(opened):
        if "results" not in part:
            yield reading.problem("checkov found nothing to scan", "see whether it ran in the right folder")
            continue
        framework = name(part.get("check_type"))
        results = mapping(part.get("results"))
        version = name(mapping(part.get("summary")).get("checkov_version"))
        for path in listed(results.get("parsing_errors")):
            yield reading.problem(f"checkov could not parse {name(path)}")
        for key in ("failed_checks", "skipped_checks"):
            rows = map(mapping, listed(results.get(key)))
            yield from reading.each(rows, partial(_finding, reading, framework, version, key == "skipped_checks"))


def _finding(reading: Reading, framework: str, version: str, skipped: bool, row: Mapping[str, Any]) -> Finding:
    if not row.get("file_path"):
        raise Unreadable("has no file_path")
    lines = listed(row.get("file_line_range"))
    start, end = (whole(lines[0]), whole(lines[1])) if len(lines) == 2 else (None, None)
    relative = text(row.get("file_path")).lstrip("/")
    place = reading.placing.file([text(row.get("file_abs_path")), relative], start, end)
    details = mapping(row.get("vulnerability_details"))
    category = _CATEGORIES.get(framework, "misconfiguration")
    more: dict[str, Any] = {"references": addresses([row.get("guideline"), details.get("link")])}
    if skipped:
        why = _reason(row)
        more["suppressions"] = (Suppression("inSource", NAME, "skipped", why),)
    if details:
        return _vulnerability(reading, version, place, row, details, more)
    title = name(row.get("check_name"))
    return reading.finding(
        NAME,
        row.get("check_id"),
        place,
        title=title,
        message=title,
        severity=severity_of(row.get("severity")),
        severity_said=row.get("severity"),
        category=category,
        version=version,
        resource=_address(framework, name(row.get("resource"))),
        subject="secret" if category == "secret" else "resource",
        content="" if category == "secret" else place.line,
        **more,
    )


def _reason(row: Mapping[str, Any]) -> str:
    """Return the reason that a skip comment gives, on one line."""
    return name(mapping(row.get("check_result")).get("suppress_comment"))


def _address(framework: str, resource: str) -> str:
    """Return the address as our documents write it; "" where a resource is a file, or stands for a secret."""
    if framework == "cloudformation":
        return resource.partition(".")[2] or resource
    return "" if framework in ("dockerfile", "secrets") or resource.startswith("/") else resource


def _vulnerability(
    reading: Reading,
    version: str,
    place: Place,
    row: Mapping[str, Any],
    details: Mapping[str, Any],
    more: dict[str, Any],
) -> Finding:
    fixed = name(details.get("lowest_fixed_version") or details.get("fix_version"))
    others = [name(one) for one in listed(details.get("fixed_versions"))]
    package = package_of(
        name(details.get("package_name")),
        name(details.get("package_version")),
        [fixed, *others],
        ecosystem=name(details.get("package_type")) or _ecosystem(text(row.get("file_path"))),
    )
    points, vector = score(details.get("cvss"), 10), name(details.get("vector"))
    return reading.vulnerability(
        NAME,
        name(details.get("id")) or name(row.get("check_id")),
        place,
        package,
        message=text(details.get("description")),
        severity_said=details.get("severity") or row.get("severity"),
        scores=[Cvss(points, vector, version_of(vector))] if points is not None else [],
        version=version,
        published=day(details.get("published_date")),
        **more,
    )


def _ecosystem(path: str) -> str:
    """Return the ecosystem that a file of dependencies belongs to, "" where its name does not tell."""
    files = {
        "requirements.txt": "pypi",
        "Pipfile.lock": "pypi",
        "poetry.lock": "pypi",
        "package.json": "npm",
        "package-lock.json": "npm",
        "yarn.lock": "npm",
        "go.mod": "golang",
        "go.sum": "golang",
        "pom.xml": "maven",
        "Gemfile.lock": "gem",
        "composer.lock": "composer",
        "Cargo.lock": "cargo",
    }
    return files.get(path.rpartition("/")[2], "")
