"""The texts that reports show parts of, read again when they are asked for; never all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gatepost.model.places import Source
from gatepost.sources.reading import Files

# Findings come in the order of their files, so a few texts at a time are enough.
KEPT = 8


class Excerpts(Mapping[str, Source]):
    """Sources by path. Iterating yields nothing: what there is shows only by asking."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._kept: dict[str, Source] = {}

    def __getitem__(self, path: str) -> Source:
        source = self._kept.get(path)
        if source is None:
            source = self._files.read(path)
            if source is None:
                raise KeyError(path)
            if len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[path] = source
        return source

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and (path in self._kept or self.get(path) is not None)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
