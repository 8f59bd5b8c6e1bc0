"""CODEOWNERS files of any bytes are read, and every path has an answer in both dialects."""

from __future__ import annotations

from gatepost.context.codeowners import read_codeowners
from gatepost.context.owner_checks import line_faults


def fuzz(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    head, _, rest = text.partition("\n")
    paths = [head, "live/a.tf", "README.md"]
    for dialect in ("github", "gitlab"):
        read = read_codeowners(rest, "CODEOWNERS", dialect)
        for path in paths:
            told = {entry.section.lower() for entry in read.deciding(path)}
            assert len(told) == len(read.deciding(path))
            assert all(owner.name.strip() == owner.name for owner in read.owners(path))
        assert all(0 < fault.line <= rest.count("\n") + rest.count("\r") + 2 for fault in line_faults(read, paths))
