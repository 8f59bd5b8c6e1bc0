"""The JSON of TruffleHog, 3 (`trufflehog … --json`) and 2 (`--json`); never the secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Artifact, Finding, Layer
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.placing import Place
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import addresses, is_list, listed, mapping, name, text, whole
from gatepost.scans.streaming import each

NAME = "trufflehog"
WRITTEN_BY = "`trufflehog … --json`, versions 2 and 3"
UNIT = "one result: a detector at a place; a verified one counts as validated"
EMPTY_LIST_IS_CLEAN = True
_NEWER = frozenset(("SourceMetadata", "DetectorName"))
_OLDER = frozenset(("path", "reason", "stringsFound"))


def _rows(opened: Opened) -> list[Mapping[str, Any]]:
    """Return the results: JSON lines, or the elements of a list; lines of its log too."""
    return each(listed(opened.data) if opened.is_json and is_list(opened.data) else opened.documents, mapping)


def recognises(opened: Opened) -> bool:
    """Whether one of the first documents is a result of version 2 or 3."""
    return any(row.keys() >= _NEWER or row.keys() >= _OLDER for row in _rows(opened)[:50])


def accepts(opened: Opened) -> bool:
    """Whether there is nothing but lines of its log."""
    return bool(opened.documents) and all(_is_log(row) for row in _rows(opened))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each result; a Problem for each error in the log that is mixed in."""
    rows = _rows(opened)
    for row in rows:
        if _is_log(row) and name(row.get("level")) in ("error", "fatal"):
            yield reading.problem(f"trufflehog reports: {name(row.get('error')) or name(row.get('msg'))}")
    yield from reading.each((row for row in rows if not _is_log(row)), partial(_finding, reading))


def _is_log(row: Mapping[str, Any]) -> bool:
    return "level" in row and "msg" in row


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding:
    if "SourceMetadata" not in row:
        return _older(reading, row)
    source = mapping(mapping(row.get("SourceMetadata")).get("Data"))
    kind = next((key for key in source if mapping(source[key])), "")
    where = mapping(source.get(kind))
    detector = name(row.get("DetectorName"))
    if not detector:
        raise Unreadable("has no detector")
    verified = row.get("Verified") is True
    place, artifact = _place(reading, kind.lower(), where)
    return reading.secret(
        NAME,
        detector,
        place,
        detector,
        works=verified,
        commit=where.get("commit"),
        severity_said="verified" if verified else "unverified",
        references=addresses([where.get("link")]),
        artifact=artifact,
    )


def _place(reading: Reading, kind: str, where: Mapping[str, Any]) -> tuple[Place, Artifact | None]:
    path, line = text(where.get("file")), whole(where.get("line"))
    image = name(where.get("image"))
    if kind == "docker" and image:
        tag = name(where.get("tag"))
        called = f"{image}:{tag}" if tag else image
        layer = Layer(name(where.get("layer"))) if where.get("layer") else None
        return reading.placing.artifact(called), Artifact(called, layer=layer, path=path)
    if kind in ("", "git", "github", "gitlab", "filesystem", "bitbucket", "azure_repos") or not (where.get("link")):
        return reading.placing.file([path], line), None
    return reading.placing.artifact(text(where.get("link"))), None


def _older(reading: Reading, row: Mapping[str, Any]) -> Finding:
    if not row.get("path"):
        raise Unreadable("has no path")
    reason = name(row.get("reason"))
    place = reading.placing.file([text(row.get("path"))])
    return reading.secret(NAME, reason, place, reason, commit=row.get("commitHash") or row.get("commit_hash"))
