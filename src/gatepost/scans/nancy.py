"""Nancy's JSON (`nancy sleuth --output json`); never other answers of OSS Index."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from gatepost.model.findings import Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.ossindex import Audited, audited, lowered
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import listed, mapping, name

NAME = "nancy"
WRITTEN_BY = "`go list -json -deps ./... | nancy sleuth -o json`"
UNIT = "one vulnerability of one module"
EMPTY_LIST_IS_CLEAN = False


def recognises(opened: Opened) -> bool:
    """Whether there are audited and vulnerable modules with their number."""
    return mapping(opened.data).keys() >= {"num_audited", "num_vulnerable"}


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding for each vulnerability; a Problem for modules without a version that can be looked up."""
    data = mapping(opened.data)
    invalid = len(listed(data.get("invalid")))
    if invalid:
        yield reading.problem(f"{invalid} modules have a version that OSS Index does not know")
    if data.get("num_audited") == 0 and not invalid:
        yield reading.problem("nancy has audited no modules")
    version = name(data.get("version"))
    rows = [
        Audited(NAME, name(one.get("Coordinates")), lowered(fault), version)
        for one in map(mapping, listed(data.get("vulnerable")))
        for fault in listed(one.get("Vulnerabilities"))
    ]
    yield from reading.each(rows, partial(audited, reading))
