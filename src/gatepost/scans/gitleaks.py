"""The JSON of Gitleaks, 8 and before (`gitleaks git -f json`); never its SARIF output, never the secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.shapes import addresses, listed, mapping, name, text, whole

NAME = "gitleaks"
WRITTEN_BY = "`gitleaks … -f json`, versions 7 and 8"
UNIT = "one leak: a rule at a place, in a commit"
EMPTY_LIST_IS_CLEAN = True
_KEYS = frozenset(("RuleID", "File", "StartLine"))
_OLDER = frozenset(("rule", "file", "lineNumber", "offender"))


def recognises(opened: Opened) -> bool:
    """Whether this is a list of leaks, with the keys of version 8 or those before."""
    rows = listed(opened.data)
    keys = mapping(next(iter(rows), None)).keys()
    return keys >= _KEYS or keys >= _OLDER


def accepts(opened: Opened) -> bool:
    """Whether this is null, which some versions write when they find nothing."""
    return opened.text.strip() == "null"


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each leak."""
    yield from reading.each(map(mapping, listed(opened.data)), partial(_finding, reading))


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding:
    newer = "RuleID" in row
    path = text(row.get("File" if newer else "file"))
    if not path:
        raise Unreadable("has no file")
    first = whole(row.get("StartLine" if newer else "lineNumber"))
    last = whole(row.get("EndLine"))
    place = reading.placing.file([path], first, last)
    right = whole(row.get("EndColumn"))
    place = place.between(first, whole(row.get("StartColumn")), last, right + 1 if right else None)
    rule = name(row.get("RuleID" if newer else "rule"))
    return reading.secret(
        NAME,
        rule,
        place,
        rule,
        why=text(row.get("Description")).strip(),
        commit=row.get("Commit" if newer else "commit"),
        references=addresses([row.get("Link"), row.get("leakURL")]),
    )
