"""The baseline of detect-secrets (`detect-secrets scan`); never the secrets, of which it holds hashes alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding, Suppression
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import listed, mapping, name, text, whole

NAME = "detect-secrets"
WRITTEN_BY = "`detect-secrets scan`, `detect-secrets audit`"
UNIT = "one result: a plugin at a line; audited as no secret is marked"
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether there are results by file beside the plugins that were used."""
    data = mapping(opened.data)
    return isinstance(data.get("results"), dict) and "plugins_used" in data


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each result; a Problem when no plugin was used."""
    data = mapping(opened.data)
    if not listed(data.get("plugins_used")):
        yield reading.problem("detect-secrets used no plugin, so it looked for nothing")
    for path, rows in mapping(data.get("results")).items():
        yield from reading.each(map(mapping, listed(rows)), partial(_finding, reading, text(path)))


def _finding(reading: Reading, path: str, row: Mapping[str, Any]) -> Finding:
    kind = name(row.get("type"))
    verified = row.get("is_verified") is True
    place = reading.placing.file([path, text(row.get("filename"))], whole(row.get("line_number")))
    audited = row.get("is_secret")
    more: dict[str, Any] = {"confidence": "high"} if audited is True else {}
    if audited is False:
        more["suppressions"] = (Suppression("external", NAME, "audited", "marked as no secret"),)
    return reading.secret(
        NAME,
        kind,
        place,
        kind,
        works=verified,
        **more,
    )
