"""The OSS Review Toolkit's evaluated model and advisor results in JSON; never its scans of licences in files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Package, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading
from gatepost.scans.severities import severity_of
from gatepost.scans.shapes import addresses, listed, mapping, name, text
from gatepost.scans.spellings import cvss_of

NAME = "ort"
WRITTEN_BY = "`ort report -f EvaluatedModel`, `ort advise` in JSON"
UNIT = "one vulnerability of one package; one violation of a rule by one package"
EMPTY_LIST_IS_CLEAN = False
_SEVERITIES: Mapping[str, Severity] = {"error": "high", "warning": "medium", "hint": "low"}


class _Model(NamedTuple):
    packages: Mapping[int, Mapping[str, Any]]
    resolutions: Mapping[str, list[Mapping[str, Any]]]


def _advised(data: Mapping[str, Any]) -> Mapping[str, Any]:
    advisor = mapping(data.get("advisor"))
    results = mapping(advisor.get("results"))
    return mapping(results.get("advisor_results")) or results


def recognises(opened: Opened) -> bool:
    """Whether this is the model with packages and rule violations, or a result with an advisor."""
    data = mapping(opened.data)
    return data.keys() >= {"packages", "rule_violations", "scopes"} or (
        data.keys() >= {"advisor", "analyzer", "repository"}
    )


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield vulnerabilities and rule violations, resolved ones marked; a Problem for each issue of a run."""
    data = mapping(opened.data)
    if "rule_violations" not in data:
        yield from reading.each(_advisories(_advised(data)), partial(_advised_finding, reading))
        return
    rows = [mapping(one) for one in listed(data.get("packages"))]
    model = _Model(
        {number if isinstance(number := one.get("_id"), int) else at: one for at, one in enumerate(rows)},
        {
            key: [mapping(one) for one in listed(data.get(f"{key}_resolutions"))]
            for key in ("issue", "rule_violation", "vulnerability")
        },
    )
    for issue in map(mapping, listed(data.get("issues"))):
        if name(issue.get("severity")).upper() == "ERROR" and not listed(issue.get("resolutions")):
            what = text(issue.get("message"), 300).partition("\n")[0]
            yield reading.problem(f"{name(issue.get('source')) or 'ORT'} reports: {what}")
    faults = map(mapping, listed(data.get("vulnerabilities")))
    yield from reading.each(faults, partial(_vulnerability, reading, model))
    violations = map(mapping, listed(data.get("rule_violations")))
    yield from reading.each(violations, partial(_violation, reading, model))


def _package(found: Mapping[str, Any]) -> Package:
    kind, _, rest = name(found.get("id")).partition(":")
    group, _, rest = rest.partition(":")
    called, _, version = rest.partition(":")
    mark = ":" if kind in ("Maven", "Gradle", "SBT") else "/"
    return package_of(f"{group}{mark}{called}" if group else called, version, (), name(found.get("purl")), kind)


def _place(reading: Reading, found: Mapping[str, Any]) -> Place:
    path = text(found.get("definition_file_path"))
    return reading.placing.file([path]) if path else reading.placing.manifest()


def _marks(row: Mapping[str, Any], known: list[Mapping[str, Any]]) -> tuple[Suppression, ...]:
    numbers = [one for one in listed(row.get("resolutions")) if isinstance(one, int) and 0 <= one < len(known)]
    return tuple(
        Suppression(
            "external", NAME, name(known[one].get("reason")).lower() or "resolved", name(known[one].get("comment"))
        )
        for one in numbers
    )


def _vulnerability(reading: Reading, model: _Model, row: Mapping[str, Any]) -> Finding:
    number = row.get("pkg")
    found = model.packages.get(number, mapping(None)) if isinstance(number, int) else mapping(None)
    marks = _marks(row, model.resolutions["vulnerability"])
    return _found(reading, found, row, _place(reading, found), marks)


def _found(
    reading: Reading, found: Mapping[str, Any], row: Mapping[str, Any], place: Place, marks: tuple[Suppression, ...]
) -> Finding:
    references = [mapping(one) for one in listed(row.get("references"))]
    said = next((name(one.get("severity")) for one in references if one.get("severity")), "")
    word = severity_of(said)
    return reading.vulnerability(
        NAME,
        row.get("id"),
        place,
        _package(found),
        message=name(row.get("summary")) or text(row.get("description")),
        # The word may be a number: then the scores tell.
        severity=word if word != "unknown" else None,
        severity_said=said if word != "unknown" else "",
        scores=[
            cvss_of(one.get("score") if one.get("score") is not None else one.get("severity"), one.get("vector"))
            for one in references
        ],
        references=addresses([one.get("url") for one in references]),
        suppressions=marks,
    )


def _advisories(results: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for identity in results:
        for result in map(mapping, listed(results[identity])):
            for fault in listed(result.get("vulnerabilities")):
                yield identity, mapping(fault)


def _advised_finding(reading: Reading, pair: tuple[str, Mapping[str, Any]]) -> Finding:
    identity, row = pair
    return _found(reading, {"id": identity}, row, reading.placing.manifest(), ())


def _violation(reading: Reading, model: _Model, row: Mapping[str, Any]) -> Finding:
    number = row.get("pkg")
    found = model.packages.get(number, mapping(None)) if isinstance(number, int) else mapping(None)
    package = _package(found) if found else None
    message = text(row.get("message"))
    return reading.finding(
        NAME,
        row.get("rule"),
        _place(reading, found),
        title=message,
        message=message,
        severity=severity_of(row.get("severity"), _SEVERITIES),
        severity_said=row.get("severity"),
        category="license" if "license" in row else "policy",
        subject="package" if package else "code",
        package=package,
        advice=text(row.get("how_to_fix")),
        suppressions=_marks(row, model.resolutions["rule_violation"]),
        content=name(found.get("id")),
    )
