"""Reads what people found when they tried (`--evidence`), and lays it over findings; never judges who says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gatepost.conditions.globs import compile_glob as compile_text_glob
from gatepost.gate.dates import is_date
from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.findings import Evidence, Finding
from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.sources.path_globs import compile_glob as compile_path_glob
from gatepost.sources.reading import Unreadable, decode, printable_path, read_bytes

VERSION = 1
MOST_BYTES = 8 * 1024 * 1024
MOST_ENTRIES = 10_000
NARROWING = ("id", "rule", "resource", "package", "fingerprint")
_WHERE = (*NARROWING, "path")
_SAID = ("validated", "by", "on", "what", "reference")
_INSTANCE = re.compile(r'\[(?:"[^"]*"|[^\]"]*)\]')


class Entry(NamedTuple):
    """One piece of evidence and what it is about: all of `where` has to hold."""

    where: tuple[tuple[str, str], ...]
    evidence: Evidence


def read_evidence(path: str, name: str = "") -> tuple[Entry, ...]:
    """Return the evidence in a YAML or JSON file, which is shown by its name; `UsageError` at what cannot be read."""
    shown = printable_path(name or path)
    try:
        text = decode(read_bytes(path, MOST_BYTES))
    except Unreadable as error:
        raise UsageError(f"the evidence {shown!r} cannot be read: {error.what}", hint=error.hint) from None
    page = Page(Source(shown, text, "evidence"))
    fields = page.fields(page.root, ("version", "evidence"), "the evidence")
    version = page.required(fields, "version", page.root, "the evidence")
    if version.value != VERSION or version.kind != "number":
        page.fault(version, f"this Gatepost reads evidence of version {VERSION}")
    entries = page.listed(page.required(fields, "evidence", page.root, "the file"), "`evidence`")
    if len(entries) > MOST_ENTRIES:
        page.fault(page.root, f"there are more than {MOST_ENTRIES} pieces of evidence in one file")
    return tuple(_entry(page, node) for node in entries)


def _entry(page: Page, node: Node) -> Entry:
    fields = page.fields(node, (*_WHERE, *_SAID), "a piece of evidence")
    where = tuple((name, page.text(fields[name][1], f"`{name}`")) for name in _WHERE if name in fields)
    if not any(name in NARROWING for name, _ in where):
        page.fault(node, "this evidence is about nothing", f"give one of: {', '.join(NARROWING)}")
    validated = page.truth(page.required(fields, "validated", node, "this evidence"), "`validated`")
    said = {
        name: page.text(page.required(fields, name, node, "this evidence"), f"`{name}`")
        for name in ("by", "on", "what")
    }
    if not is_date(said["on"]):
        page.fault(fields["on"][1], f'"{said["on"]}" is not a date', "write it as YYYY-MM-DD")
    reference = page.text(fields["reference"][1], "`reference`") if "reference" in fields else ""
    return Entry(where, Evidence(validated, said["by"], said["on"], said["what"], reference, page.location(node)))


def with_evidence(findings: Sequence[Finding], entries: Sequence[Entry]) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return the findings with the evidence that is about them, and a note for each piece that is about none."""
    if not entries:
        return tuple(findings), ()
    used: set[int] = set()
    out: list[Finding] = []
    for finding in findings:
        about = [index for index, entry in enumerate(entries) if _is_about(entry, finding)]
        used.update(about)
        out.append(_with(finding, [entries[index].evidence for index in about]))
    unused = [entry.evidence.location for index, entry in enumerate(entries) if index not in used]
    return tuple(out), tuple(
        f"the evidence at {place.path}:{place.region.start_line} is about nothing that was found" for place in unused
    )


def _with(finding: Finding, evidence: Sequence[Evidence]) -> Finding:
    """Return a finding with evidence, the newest first. What a tool has shown to be usable stays so."""
    if not evidence:
        return finding
    every = sorted({*finding.evidence, *evidence}, key=lambda one: (one.on, one.validated, one), reverse=True)
    known = finding.exploitability
    validated = every[0].validated or (known.validated is True)
    return finding._replace(evidence=tuple(every), exploitability=known._replace(validated=validated))


def _is_about(entry: Entry, finding: Finding) -> bool:
    return all(_holds(name, wanted, finding) for name, wanted in entry.where)


def _holds(name: str, wanted: str, finding: Finding) -> bool:
    if name == "id":
        return wanted.upper() in (one.upper() for one in finding.ids)
    if name == "path":
        return compile_path_glob(wanted)(finding.location.path)
    if name == "fingerprint":
        return len(wanted) >= 8 and finding.fingerprint.startswith(wanted.lower())
    matches = compile_text_glob(wanted)
    if name == "rule":
        names = (finding.rule, *finding.also_known_as, *(one.id for one in finding.detectors))
        return any(matches(one) for one in names)
    if name == "resource":
        return bool(finding.resource) and (matches(finding.resource) or matches(_INSTANCE.sub("", finding.resource)))
    package = finding.package
    return package is not None and (
        matches(package.name)
        or matches(f"{package.name}@{package.version}")
        or (bool(package.purl) and matches(package.purl))
    )


def evidence_schema() -> dict[str, Any]:
    """Return the JSON Schema of the file."""
    text = {"type": "string", "minLength": 1}
    properties: dict[str, Any] = {
        "id": {**text, "description": "an identifier of the vulnerability: CVE-…, GHSA-…"},
        "rule": {**text, "description": "our rule, or tool/rule; * stands for anything"},
        "resource": {**text, "description": "the address of a resource; one without instance means them all"},
        "package": {**text, "description": "a package: its name, name@version, or package URL"},
        "fingerprint": {**text, "pattern": "^[0-9a-f]{8,16}$"},
        "path": {**text, "description": "a glob of files, relative to the scanned root"},
        "validated": {"type": "boolean", "description": "true: it can be used; false: they tried and it cannot"},
        "by": {**text, "description": "who says so"},
        "on": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "the day it was tried"},
        "what": {**text, "description": "what was done and what came of it"},
        "reference": {**text, "description": "where the proof is"},
    }
    entry = {
        "type": "object", "additionalProperties": False, "properties": properties,
        "required": ["validated", "by", "on", "what"], "anyOf": [{"required": [name]} for name in NARROWING],
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Gatepost evidence", "type": "object",
        "additionalProperties": False, "required": ["version", "evidence"],
        "properties": {"version": {"const": VERSION}, "evidence": {"type": "array", "items": entry}},
    }  # fmt: skip


if __name__ == "__main__":
    import json

    print(json.dumps(evidence_schema(), indent=2))
