"""What GitHub's code scanning demands of SARIF beyond its schema; never what the schema says already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MOST_RESULTS, MOST_RULES, MOST_TAGS, MOST_LOCATIONS = 25_000, 25_000, 20, 1_000
_ABSOLUTE = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:|/|\\)")
_REGION = ("startLine", "startColumn", "endLine", "endColumn")
_NEEDED_KINDS = ("fail", "open", "review", "pass", "notApplicable", "informational")


def complaints(log: Mapping[str, Any]) -> list[str]:
    """Return a sentence per demand that is not met."""
    runs = log["runs"]
    found = [] if len(runs) == 1 else [f"{len(runs)} runs in one file"]
    for run in runs:
        found += [*_rules(run), *_results(run), *_places(run), *_empty_strings(run, "run"), *_whole(run)]
    return found


def _rules(run: Mapping[str, Any]) -> Iterator[str]:
    rules = run["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    if len(set(ids)) != len(ids):
        yield "rules are not unique"
    if len(ids) > MOST_RULES:
        yield "too many rules"
    for rule in rules:
        name = rule["id"]
        tags = rule["properties"]["tags"]
        if len(set(tags)) != len(tags) or len(tags) > MOST_TAGS:
            yield f"{name}: tags are not unique or too many"
        for text in ("fullDescription", "help", "shortDescription"):
            if not rule.get(text, {}).get("text"):
                yield f"{name}: no {text}.text"
        if len(rule["fullDescription"]["text"]) > 1024 or len(rule["shortDescription"]["text"]) > 1024:
            yield f"{name}: description is too long"
        if len(rule["name"]) > 255:
            yield f"{name}: name is too long"
        yield from _score(name, rule["properties"])


def _score(name: str, properties: Mapping[str, Any]) -> Iterator[str]:
    score = properties.get("security-severity")
    if score is not None and (not isinstance(score, str) or not 0.0 < float(score) <= 10.0):
        yield f"{name}: security-severity {score!r} is not a string above 0.0 up to 10.0"
    if properties.get("precision") not in ("very-high", "high", "medium", "low"):
        yield f"{name}: no precision"
    if properties.get("problem.severity") not in ("error", "warning", "recommendation"):
        yield f"{name}: no problem.severity"


def _results(run: Mapping[str, Any]) -> Iterator[str]:
    rules = run["tool"]["driver"]["rules"]
    results = run["results"]
    if len(results) > MOST_RESULTS:
        yield "too many results"
    for number, result in enumerate(results):
        if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
            yield f"result {number}: ruleIndex names another rule"
        if result["kind"] not in _NEEDED_KINDS or (result["kind"] != "fail" and result["level"] != "none"):
            yield f"result {number}: kind {result['kind']} with level {result['level']}"
        fingerprints = result.get("partialFingerprints")
        if not fingerprints:
            yield f"result {number}: no partialFingerprints"
        elif "primaryLocationLineHash" in fingerprints:
            yield f"result {number}: GitHub computes primaryLocationLineHash itself and compares"
        if len(result["locations"]) != 1:
            yield f"result {number}: GitHub reads one location"
        if len(result.get("relatedLocations", ())) + 1 > MOST_LOCATIONS:
            yield f"result {number}: too many locations"
        if re.search(r"\]\(", result["message"]["text"]):
            yield f"result {number}: the message holds a link"


def _places(run: Mapping[str, Any]) -> Iterator[str]:
    for path, value in _walk(run, "run"):
        if not isinstance(value, Mapping):
            continue
        if "artifactLocation" in value:
            place = value["artifactLocation"]
            uri = place["uri"]
            if _ABSOLUTE.match(uri) or ".." in uri.split("/") or place.get("uriBaseId") != "%SRCROOT%":
                yield f"{path}: {uri!r} is not below %SRCROOT%"
        for key in ("region", "deletedRegion"):
            if key in value and any(value[key].get(name, 0) < 1 for name in _REGION):
                yield f"{path}.{key}: not all four numbers from 1"


def _empty_strings(value: Any, path: str) -> Iterator[str]:
    for where, inner in _walk(value, path):
        if inner == "":
            yield f"{where}: an empty string"


def _whole(run: Mapping[str, Any]) -> Iterator[str]:
    """What must be said by all results or by none."""
    for key in ("suppressions", "baselineState"):
        saying = sum(key in result for result in run["results"])
        if saying not in (0, len(run["results"])):
            yield f"{key} on some results only"


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{number}]")
