"""Any bytes as a baseline: its entries, which are written and read again as they are, or an error in words."""

from __future__ import annotations

from gatepost.gate.baseline import read_baseline, written
from gatepost.model.problems import UsageError


def fuzz(data: bytes) -> None:
    """Read the bytes as a baseline; must raise nothing but `UsageError`."""
    try:
        found = read_baseline(data.decode("utf-8", "replace"), "baseline.json")
    except UsageError:
        return
    assert read_baseline("".join(written(found.values())), "baseline.json") == found
