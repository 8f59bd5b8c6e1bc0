"""How a lock file comes to hold a package: the shortest way from what is asked for; never which way is to change."""

from __future__ import annotations

from gatepost.languages.manifests.manifest import Locked, Need
from gatepost.model.records import NamedTuple

_LONGEST = 60


class Way(NamedTuple):
    """A way to a package: the folder of the project that asks, and the packages from the first one asked for."""

    folder: str
    packages: tuple[Locked, ...]
    needs: tuple[Need, ...]


class Ways:
    """The shortest way to each package of one lock file, all found in one walk."""

    def __init__(self, locked: tuple[Locked, ...], asked: list[tuple[str, Need]]) -> None:
        self._locked = {one.key: one for one in locked}
        self._came: dict[str, tuple[str, str, Need]] = {}
        waiting: list[str] = []
        for folder, need in asked:
            if need.key in self._locked and need.key not in self._came:
                self._came[need.key] = (folder, "", need)
                waiting.append(need.key)
        for key in waiting:
            folder = self._came[key][0]
            for need in self._locked[key].needs:
                if need.key in self._locked and need.key not in self._came:
                    self._came[need.key] = (folder, key, need)
                    waiting.append(need.key)

    def to(self, key: str) -> Way | None:
        """Return the way to a package; None where nothing leads there."""
        packages: list[Locked] = []
        needs: list[Need] = []
        at, folder = key, ""
        while at and len(packages) < _LONGEST:
            step = self._came.get(at)
            if step is None:
                return None
            packages.append(self._locked[at])
            folder, at, need = step
            needs.append(need)
        return Way(folder, tuple(reversed(packages)), tuple(reversed(needs)))
