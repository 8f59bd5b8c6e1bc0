"""Chooses the cases that show a rule to people: short, found, and mended; never runs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatepost.model.records import NamedTuple
from gatepost.testing.cases import strip_marks

_LONG = 20
_DIALECTS = ("terraform", "cloudformation", "dockerfile")


class Shown(NamedTuple):
    """A case of one language: text in which `lines` (1-based) are found, and a text that is right ("" for none)."""

    language: str
    name: str
    bad: str
    lines: frozenset[int]
    good: str


def examples(cases: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """Return one example of each language that has a finding: the first short one, with its fix if there is one.

    Where no case shows a fix, a case that stays silent stands for what is right.
    """
    found: list[Shown] = []
    for dialect in _DIALECTS:
        texts = [(case, str(case[dialect])) for case in cases if dialect in case]
        wrong = [(case, text) for case, text in texts if "finding" in strip_marks(text)[1].values()]
        if not wrong:
            continue
        case, text = min(wrong, key=_rank)
        bad, marks = strip_marks(text)
        good = str(case.get("fixed", "")) or _silent([text for _, text in texts])
        lines = frozenset(line for line, mark in marks.items() if mark == "finding")
        found.append(Shown(dialect, str(case.get("name", "")), bad, lines, good))
    return found


def _rank(pair: tuple[Mapping[str, Any], str]) -> tuple[bool, bool]:
    """Return what puts first what shows its fix, then what is short; of equals, the first in the file counts."""
    return "fixed" not in pair[0], pair[1].count("\n") > _LONG


def _silent(texts: Sequence[str]) -> str:
    silent = [text for text in texts if not strip_marks(text)[1]]
    return min(silent, key=lambda text: (text.count("\n"), len(text)), default="")
