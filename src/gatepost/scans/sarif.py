"""SARIF 2.1.0 (OASIS) of any tool; never what a tool writes beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.findings import Finding, Package, Related, Severity, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.purls import package_of
from gatepost.scans.reading import Reading, raised
from gatepost.scans.severities import LEVELS_OF, SARIF_LEVELS, confidence_of, severity_of, severity_of_score
from gatepost.scans.shapes import (
    addresses,
    first_line,
    identifiers,
    listed,
    mapping,
    masked,
    name,
    score,
    text,
    weaknesses,
    whole,
)

NAME = "sarif"
WRITTEN_BY = "any tool, SARIF 2.1.0"
UNIT = "one result that failed, at its first place; its other places are related"
EMPTY_LIST_IS_CLEAN = False
# Names that tools give themselves, by the name that our rules know them under.
_TOOLS = {
    "semgrep-oss": "semgrep",
    "semgrep-pro": "semgrep",
    "bridgecrew": "checkov",
    "prisma-cloud": "checkov",
    "snykcode": "snyk",
    "snyk-open-source": "snyk",
    "snyk-container": "snyk",
    "snyk-iac": "snyk",
}
# Kinds of results that are no answer: somebody, or more information, has to decide. All others but "fail" are none.
_UNDECIDED_KINDS = {"open": "the tool lacks what it needs to decide", "review": "somebody has to review it"}
_SECRET_TOOLS = ("gitleaks", "trufflehog", "detect-secrets")
_MOST_LOCATIONS = 100


def recognises(opened: Opened) -> bool:
    """Whether there is a list of runs, the first of them (if any) by a tool."""
    runs = mapping(opened.data).get("runs")
    if not isinstance(runs, list):
        return False
    rows = listed(mapping(opened.data).get("runs"))
    return "tool" in mapping(rows[0]) if rows else "version" in mapping(opened.data)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield the results of every run; a Problem for each run that failed or was not made."""
    runs = [mapping(run) for run in listed(mapping(opened.data).get("runs"))]
    if not runs:
        yield reading.problem("the SARIF file has no run", "see whether the scanner ran at all")
    for run in runs:
        one = _Run(run, reading)
        yield from one.problems()
        if run.get("results") is None:
            yield reading.problem(f"{one.tool} has written no results, so it did not run", "see the scanner's own log")
        yield from reading.each((mapping(row) for row in listed(run.get("results"))), one.finding)


class _Run:
    """One run of one tool: its rules, its bases of paths, its files."""

    def __init__(self, run: Mapping[str, Any], reading: Reading) -> None:
        self._run = run
        self._reading = reading
        driver = mapping(mapping(run.get("tool")).get("driver"))
        slug = "-".join(name(driver.get("name")).lower().split()) or "sarif"
        self.tool = _TOOLS.get(slug, slug)
        self._version = name(driver.get("semanticVersion") or driver.get("version"))
        parts = [driver, *map(mapping, listed(mapping(run.get("tool")).get("extensions")))]
        self._rules = [[mapping(rule) for rule in listed(part.get("rules"))] for part in parts]
        self._by_id = {name(rule.get("id")): rule for part in reversed(self._rules) for rule in part}
        self._bases = mapping(run.get("originalUriBaseIds"))

    def problems(self) -> Iterator[Problem]:
        """Yield what an invocation says went wrong."""
        for call in map(mapping, listed(self._run.get("invocations"))):
            kinds = ("toolExecutionNotifications", "toolConfigurationNotifications")
            notes = [mapping(one) for kind in kinds for one in listed(call.get(kind))]
            errors = [note for note in notes if note.get("level") == "error"]
            for note in errors:
                said = first_line(text(mapping(note.get("message")).get("text"))) or "an error"
                yield self._reading.problem(f"{self.tool} reports: {said}")
            if call.get("executionSuccessful") is False and not errors:
                yield self._reading.problem(f"{self.tool} says that its run failed")
        if mapping(self._run.get("externalPropertyFileReferences")).get("results"):
            yield self._reading.problem(f"{self.tool} has written results to another file", "give that file, inlined")

    def finding(self, result: Mapping[str, Any]) -> Finding | None:
        """Return the finding of a result, None for what is no finding: passed, not applicable, gone."""
        kind = name(result.get("kind"))
        if kind not in ("", "fail", *_UNDECIDED_KINDS) or result.get("baselineState") == "absent":
            return None
        rule_id, rule = self._rule(result)
        properties = mapping(rule.get("properties"))
        tags = [name(tag) for tag in listed(properties.get("tags"))]
        places = [self._place(mapping(one)) for one in listed(result.get("locations"))[:_MOST_LOCATIONS]]
        place = places[0] if places else self._reading.placing.file([])
        ids = identifiers(rule_id, *tags)
        secret = self.tool in _SECRET_TOOLS or "secret" in tags or "secrets" in tags
        title = self._title(rule)
        message = self._message(result, rule)
        told = _told(message) if self.tool == "trivy" else {}
        package = _package(told, properties)
        severity, said = self._severity(result, rule)
        if kind in _UNDECIDED_KINDS:
            severity, said, message = "unknown", kind, f"{message} ({_UNDECIDED_KINDS[kind]})"
        return self._reading.finding(
            self.tool,
            rule_id.removeprefix("AVD-"),
            place,
            title=title or first_line(message),
            message=title if secret else told.get("Message", message),
            severity=severity,
            severity_said=said,
            category="secret" if secret else "vulnerability" if ids else _category(tags),
            version=self._version,
            confidence=confidence_of(properties.get("precision")),
            subject="secret" if secret else "package" if package else "code",
            ids=ids,
            package=package,
            fixes=raised(package) if package else (),
            why=masked(text(mapping(rule.get("fullDescription")).get("text"))).strip(),
            cwe=_cwe(tags, properties, result, rule),
            references=addresses([rule.get("helpUri")]),
            suppressions=_suppressions(result, self.tool),
            related=self._related(result, places[1:]),
            content="" if secret else place.line or _fingerprint(result),
        )

    def _rule(self, result: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """Return a result's rule: by its index in the right component, else by its id, also that of a parent."""
        reference = mapping(result.get("rule"))
        rule_id = name(result.get("ruleId")) or name(reference.get("id"))
        component = whole(mapping(reference.get("toolComponent")).get("index"))
        index = whole(result.get("ruleIndex", reference.get("index")))
        part = (
            self._rules[component + 1] if component is not None and component + 1 < len(self._rules) else self._rules[0]
        )
        found: Mapping[str, Any] = part[index] if index is not None and index < len(part) else {}
        if not found or (rule_id and not _is_same(rule_id, name(found.get("id")))):
            parent = rule_id.rpartition("/")[0]
            found = self._by_id.get(rule_id) or self._by_id.get(parent) or {}
        return rule_id or name(found.get("id")), found

    def _title(self, rule: Mapping[str, Any]) -> str:
        short = text(mapping(rule.get("shortDescription")).get("text"))
        return first_line(short) or first_line(text(mapping(rule.get("fullDescription")).get("text")))

    def _message(self, result: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
        message = mapping(result.get("message"))
        said = text(message.get("text"))
        if not said:
            known = mapping(rule.get("messageStrings")).get(name(message.get("id")))
            said = text(mapping(known).get("text"))
        for number, argument in enumerate(listed(message.get("arguments"))[:20]):
            said = said.replace(f"{{{number}}}", text(argument, 300))
        return said[:8000]

    def _severity(self, result: Mapping[str, Any], rule: Mapping[str, Any]) -> tuple[Severity, str]:
        """Return the severity, and the word or number that it comes from."""
        for owner in (result, rule):
            given = mapping(owner.get("properties")).get("security-severity")
            points = score(given, 10)
            if points is not None:
                return severity_of_score(points), name(given) or str(points)
            word = severity_of(given)
            if word != "unknown":
                return word, name(given)
        default = mapping(rule.get("defaultConfiguration")).get("level")
        level = name(result.get("level")) or name(default) or "warning"
        return severity_of(level, LEVELS_OF.get(self.tool, SARIF_LEVELS)), level

    def _place(self, location: Mapping[str, Any]) -> Place:
        physical = mapping(location.get("physicalLocation"))
        artifact = mapping(physical.get("artifactLocation"))
        if not artifact.get("uri"):
            known = listed(self._run.get("artifacts"))
            index = whole(artifact.get("index"))
            if index is not None and index < len(known):
                artifact = mapping(mapping(known[index]).get("location"))
        region = mapping(physical.get("region"))
        first = whole(region.get("startLine"))
        last = whole(region.get("endLine")) or first
        place = self._reading.placing.file(self._paths(artifact), first, last)
        left, right = whole(region.get("startColumn")), whole(region.get("endColumn"))
        return place.between(first, left, last, right)

    def _paths(self, artifact: Mapping[str, Any]) -> list[str]:
        """Return where a file may be: below its base, else as it is written. Escapes are of URIs."""
        uri = text(artifact.get("uri"))
        parts, base, seen = [uri], name(artifact.get("uriBaseId")), set[str]()
        while base and base not in seen and len(seen) < 20 and "://" not in uri:
            seen.add(base)
            found = mapping(self._bases.get(base))
            parts.insert(0, text(found.get("uri")))
            base = name(found.get("uriBaseId"))
        return [_as_uri(one) for one in dict.fromkeys(("".join(parts), uri))]

    def _related(self, result: Mapping[str, Any], places: list[Place]) -> tuple[Related, ...]:
        more = [Related(place.location, "also here") for place in places if not place.outside]
        for one in map(mapping, listed(result.get("relatedLocations"))[:_MOST_LOCATIONS]):
            place = self._place(one)
            if not place.outside:
                said = first_line(text(mapping(one.get("message")).get("text"))) or "related"
                more.append(Related(place.location, masked(said)))
        return tuple(dict.fromkeys(more))


def _told(message: str) -> dict[str, str]:
    """Return what Trivy writes into its messages, a line each: "Package: openssl", "Message: …"."""
    parts = (line.partition(": ") for line in message.splitlines()[:50])
    return {key: value.strip() for key, mark, value in parts if mark}


def _package(told: Mapping[str, str], properties: Mapping[str, Any]) -> Package | None:
    """Return the package that Trivy's message names, or the only package URL of a rule (Grype, OSV-Scanner)."""
    if told.get("Package"):
        return package_of(told["Package"], told.get("Installed Version", ""), told.get("Fixed Version", "").split(","))
    purls = [name(one) for one in listed(properties.get("purls"))]
    return package_of("", purl=purls[0]) if len(purls) == 1 and purls[0].startswith("pkg:") else None


def _fingerprint(result: Mapping[str, Any]) -> str:
    """Return the tool's own mark of what is at fault, for results whose line is not known here."""
    for key in ("partialFingerprints", "fingerprints"):
        found = mapping(result.get(key))
        known = [name(found[one]) for one in sorted(found) if name(found[one]) not in ("", "requires login")]
        if known:
            return known[0]
    return ""


def _as_uri(uri: str) -> str:
    """Return a relative reference so that its escapes are seen as such."""
    return f"file:{uri}" if "%" in uri and ":" not in uri else uri


def _is_same(rule_id: str, known: str) -> bool:
    return rule_id == known or rule_id.startswith(known + "/")


def _category(tags: list[str]) -> str:
    return "misconfiguration" if "misconfiguration" in tags else "license" if "license" in tags else "code"


def _cwe(
    tags: list[str], properties: Mapping[str, Any], result: Mapping[str, Any], rule: Mapping[str, Any]
) -> tuple[int, ...]:
    """Return the weaknesses of a result: among its taxa, its rule's relationships, tags and properties."""
    marked = [tag.rpartition("external/cwe/")[2] for tag in tags if "cwe" in tag.lower()]
    targets = [mapping(mapping(one).get("target")) for one in listed(rule.get("relationships"))[:_MOST_LOCATIONS]]
    taxa = [*map(mapping, listed(result.get("taxa"))[:_MOST_LOCATIONS]), *targets]
    known = [one.get("id") for one in taxa if name(mapping(one.get("toolComponent")).get("name")).upper() == "CWE"]
    return tuple(dict.fromkeys((*weaknesses(known), *weaknesses(marked), *weaknesses(properties.get("cwe") or []))))


def _suppressions(result: Mapping[str, Any], tool: str) -> tuple[Suppression, ...]:
    found: list[Suppression] = []
    for one in map(mapping, listed(result.get("suppressions"))[:_MOST_LOCATIONS]):
        status = name(one.get("status")) or "accepted"
        if status == "accepted":
            kind = "inSource" if one.get("kind") == "inSource" else "external"
            found.append(Suppression(kind, f"sarif/{tool}", status, masked(name(one.get("justification")))))
    return tuple(found)
