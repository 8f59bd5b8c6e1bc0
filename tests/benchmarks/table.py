"""The table that benchmarks print; never measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One figure beside its budget."""

    what: str
    figure: float
    bound: str
    budget: float
    unit: str
    remark: str

    @property
    def holds(self) -> bool:
        return self.figure <= self.budget if self.bound == "at most" else self.figure >= self.budget


def show(rows: Sequence[Row]) -> str:
    lines = [f"{'':<31}{'measured':>9}   {'budget':<36}"]
    for row in rows:
        budget = f"{row.bound} {row.budget:g} {row.unit}"
        lines.append(
            f"{row.what:<31}{row.figure:>9.2f}   {budget:<36}{'holds' if row.holds else 'MISSED':<8}{row.remark}"
        )
    return "\n".join(lines)
