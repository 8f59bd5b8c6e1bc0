"""Which lines and waivers of a large policy can speak about a finding at all, by one look; never whether they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from gatepost.conditions.scalars import scalar_text
from gatepost.gate.lines import GateLine
from gatepost.gate.waivers import without_instances
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
    """Waivers in their order, told apart by what they name exactly, else by the folder that their path begins with."""

    __slots__ = ("_by_folder", "_by_name", "_free", "_packages", "_waivers")

    def __init__(self, waivers: Sequence[Waiver]) -> None:
        self._waivers = waivers
        self._by_name: dict[tuple[str, str], list[int]] = {}
        self._by_folder: dict[str, list[int]] = {}
        self._free: list[int] = []
        self._packages = False
        for number, waiver in enumerate(waivers):
            names = _exact_names(waiver)
            folders = {_first_folder(path) for path in waiver.of("path")}
            self._packages = self._packages or any(sort == "package" for sort, _ in names)
            for name in names:
                self._by_name.setdefault(name, []).append(number)
            if not names and folders and "" not in folders:
                for folder in folders:
                    self._by_folder.setdefault(folder, []).append(number)
            elif not names:
                self._free.append(number)

    def about(self, matter: Finding | Undecided) -> list[Waiver]:
        """Return, in order, the waivers that may cover a finding or an undecided rule."""
        return [self._waivers[number] for number in self.numbers(matter)]

    def numbers(self, matter: Finding | Undecided) -> list[int]:
        """Return their numbers, from 0."""
        if not self._waivers:
            return []
        numbers = set(self._free)
        if self._by_name:
            for name in _names(matter, self._packages):
                numbers.update(self._by_name.get(name, ()))
        if self._by_folder:
            numbers.update(self._by_folder.get(matter.location.path.partition("/")[0], ()))
        return sorted(numbers)


def _exact_names(waiver: Waiver) -> set[tuple[str, str]]:
    """Return names of which what it covers has one, as (sort, name); none where a glob may match any."""
    for key in ("fingerprint", "vulnerability", "package", "rule", "resource"):
        names = waiver.of(key)
        if key == "package":
            from gatepost.gate.packages import key_of

            names = tuple(map(key_of, names))
        elif key == "vulnerability":
            names = tuple(name.upper() for name in names)
        if names and not any(name == "" or _is_glob(name) for name in names):
            return {(key, name) for name in names}
    return set()


def _is_glob(text: str) -> bool:
    return "*" in text or "?" in text


def _first_folder(glob: str) -> str:
    """Return the folder that every path below a glob begins with, "" where it may begin with any."""
    first, slash, rest = glob.removeprefix("./").removeprefix("/").partition("/")
    return first if slash and rest and not any(character in first for character in "*?[") else ""


def _names(matter: Finding | Undecided, packages: bool) -> Iterator[tuple[str, str]]:
    """Yield what a waiver may call it by, as (sort, name)."""
    yield "rule", matter.rule
    if matter.fingerprint:
        yield "fingerprint", matter.fingerprint
    if matter.resource:
        yield "resource", matter.resource
        if "[" in matter.resource:
            yield "resource", without_instances(matter.resource)
    if isinstance(matter, Undecided):
        return
    for name in matter.also_known_as:
        yield "rule", name
    for detector in matter.detectors:
        yield "rule", detector.id
    for identity in matter.ids:
        yield "rule", identity
        yield "vulnerability", identity.upper()
    if packages and matter.package is not None:
        from gatepost.gate.packages import keys_of

        for name in keys_of(matter.package):
            yield "package", name
