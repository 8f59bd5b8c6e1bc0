"""Which lines and waivers of a large policy can speak about a finding at all, by one look; never whether they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from gatepost.conditions.scalars import scalar_text
from gatepost.gate.lines import GateLine
from gatepost.model.decisions import Waiver
from gatepost.model.findings import Finding, Undecided
from gatepost.model.values import Value


class LineIndex:
    """Lines in their order, told apart by an attribute that has to be one of some texts (`Condition.guards`)."""

    __slots__ = ("_by_attribute", "_free", "_lines")

    def __init__(self, lines: Sequence[GateLine]) -> None:
        self._lines = lines
        self._free: list[int] = []
        self._by_attribute: dict[str, dict[str, list[int]]] = {}
        for number, line in enumerate(lines):
            guard = next(iter(line.condition.guards), None)
            if guard is None:
                self._free.append(number)
                continue
            by_text = self._by_attribute.setdefault(guard[0], {})
            for text in guard[1]:
                by_text.setdefault(text, []).append(number)

    def lines(self, get: Callable[[str], Value | None]) -> Iterator[GateLine]:
        """Yield, in order, the lines that may hold for something with these attributes; the others surely do not."""
        numbers = set(self._free)
        for attribute, by_text in self._by_attribute.items():
            value = get(attribute)
            if value is None or value.literal is None:
                continue
            text = scalar_text(value.literal)
            if text is not None:
                numbers.update(by_text.get(text, ()))
            else:
                numbers.update(number for listed in by_text.values() for number in listed)
        return (self._lines[number] for number in sorted(numbers))


class WaiverIndex:
    """Waivers in their order, told apart by the rule that they name, else by the folder their path begins with."""

    __slots__ = ("_by_folder", "_by_rule", "_free", "_waivers")

    def __init__(self, waivers: Sequence[Waiver]) -> None:
        self._waivers = waivers
        self._by_rule: dict[str, list[int]] = {}
        self._by_folder: dict[str, list[int]] = {}
        self._free: list[int] = []
        for number, waiver in enumerate(waivers):
            folder = _first_folder(waiver.path)
            if waiver.rule and not _is_glob(waiver.rule):
                self._by_rule.setdefault(waiver.rule, []).append(number)
            elif folder:
                self._by_folder.setdefault(folder, []).append(number)
            else:
                self._free.append(number)

    def about(self, matter: Finding | Undecided) -> list[Waiver]:
        """Return, in order, the waivers that may cover a finding or an undecided rule."""
        numbers = set(self._free)
        for name in _names(matter):
            numbers.update(self._by_rule.get(name, ()))
        if self._by_folder:
            numbers.update(self._by_folder.get(matter.location.path.partition("/")[0], ()))
        return [self._waivers[number] for number in sorted(numbers)]


def _is_glob(text: str) -> bool:
    return "*" in text or "?" in text


def _first_folder(glob: str) -> str:
    """Return the folder that every path below a glob begins with, "" where it may begin with any."""
    first, slash, rest = glob.removeprefix("./").removeprefix("/").partition("/")
    return first if slash and rest and not any(character in first for character in "*?[") else ""


def _names(matter: Finding | Undecided) -> Iterator[str]:
    """Yield what a waiver may call it by."""
    yield matter.rule
    if isinstance(matter, Finding):
        yield from matter.also_known_as
        yield from (detector.id for detector in matter.detectors)
        yield from matter.ids
