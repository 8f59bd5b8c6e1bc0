"""ShellCheck's JSON (`shellcheck --format json1`, or json); never its GCC or Checkstyle output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.reading import Reading, Unreadable
from gatepost.scans.severities import LINTER, severity_of
from gatepost.scans.shapes import listed, mapping, name, text, whole

NAME = "shellcheck"
WRITTEN_BY = "`shellcheck -f json1`, `-f json`"
UNIT = "one comment at a place"
EMPTY_LIST_IS_CLEAN = True
_KEYS = frozenset(("file", "line", "level", "code", "message"))


def recognises(opened: Opened) -> bool:
    """Whether these are ShellCheck's comments: their codes are numbers."""
    comments = mapping(opened.data).get("comments")
    if comments is not None:
        rows = listed(comments)
        return len(mapping(opened.data)) == 1 and (not rows or _is_comment(rows[0]))
    rows = listed(opened.data)
    return bool(rows) and _is_comment(rows[0])


def _is_comment(row: object) -> bool:
    found = mapping(row)
    return found.keys() >= _KEYS and isinstance(found.get("code"), int)


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each comment."""
    rows = listed(mapping(opened.data).get("comments")) or listed(opened.data)
    yield from reading.each([mapping(row) for row in rows], partial(_finding, reading))


def _finding(reading: Reading, row: Mapping[str, Any]) -> Finding:
    code = whole(row.get("code"))
    if not row.get("file") or code is None:
        raise Unreadable("has no file or no code")
    first, last = whole(row.get("line")), whole(row.get("endLine"))
    place = reading.placing.file([text(row.get("file"))], first, last)
    exact = place.between(first, whole(row.get("column")), last, whole(row.get("endColumn")))
    message = text(row.get("message"))
    return reading.finding(
        NAME,
        f"SC{code}",
        exact,
        title=message,
        message=message,
        severity=severity_of(name(row.get("level")), LINTER),
        severity_said=row.get("level"),
        category="shell",
        references=(f"https://www.shellcheck.net/wiki/SC{code}",),
        content=place.line,
    )
