"""Which controls of a framework a rule or finding speaks to, by the files in policies/standards; never a judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gatepost.languages.positioned import read_yaml
from gatepost.model.records import NamedTuple
from gatepost.sources.shipped import shipped_standards


class Derived(NamedTuple):
    """A way from what is known of a finding to controls; of several conditions all have to hold, and `why` is told."""

    controls: tuple[str, ...]
    why: str
    categories: frozenset[str] = frozenset()
    cwe: frozenset[int] = frozenset()
    standards: Mapping[str, frozenset[str]] = {}

    def holds(self, category: str, cwe: Iterable[int], standards: Mapping[str, Sequence[str]]) -> bool:
        """Tell whether what is known leads to the controls."""
        if self.categories and category not in self.categories:
            return False
        if self.cwe and self.cwe.isdisjoint(cwe):
            return False
        return all(not wanted.isdisjoint(standards.get(name, ())) for name, wanted in self.standards.items())


class Framework(NamedTuple):
    """A framework: its name, the key by which rules speak of it, its controls with titles, and what is left out.

    `whole`: the controls are all that it has. `aside` tells of some why no file can show them.
    """

    name: str
    key: str
    controls: Mapping[str, str]
    derived: tuple[Derived, ...]
    left_out: str
    whole: bool = False
    aside: Mapping[str, str] = {}

    def controls_of(self, category: str, cwe: Iterable[int], standards: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """Return the controls that a rule or finding speaks to: those it names itself, else those that are derived."""
        named = standards.get(self.key)
        if named:
            return tuple(named)
        numbers = tuple(cwe)
        found = (one.controls for one in self.derived if one.holds(category, numbers, standards))
        return tuple(dict.fromkeys(control for controls in found for control in controls))

    def in_order(self, named: Iterable[str]) -> list[str]:
        """Return all controls: those of the file as they stand there, then others that are named, by their numbers."""
        others = set(named).difference(self.controls)
        return [*self.controls, *sorted(others, key=_by_number)]


def _by_number(control: str) -> list[tuple[int, int, str]]:
    parts = control.replace("-", ".").split(".")
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts]


def frameworks() -> tuple[Framework, ...]:
    """Return the frameworks that come with Gatepost, in the order of their files."""
    return tuple(_framework(read_yaml(text).plain()) for _, text in sorted(shipped_standards().items()))


def _framework(plain: Mapping[str, Any]) -> Framework:
    return Framework(
        plain["framework"],
        plain["key"],
        {str(id): title for id, title in plain.get("controls", {}).items()},
        tuple(
            Derived(
                tuple(one["controls"]),
                one["why"],
                frozenset(one.get("categories", ())),
                frozenset(one.get("cwe", ())),
                {name: frozenset(ids) for name, ids in one.get("standards", {}).items()},
            )
            for one in plain.get("derived", ())
        ),
        " ".join(plain["left_out"].split()),
        bool(plain.get("whole", False)),
        {str(id): one["why"] for one in plain.get("aside", ()) for id in one["controls"]},
    )
