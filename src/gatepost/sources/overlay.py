"""Files with texts laid over those on disk, as a fix or a patch would leave them; never written."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from gatepost.model.places import Source
from gatepost.sources.discovery import Found, would_find
from gatepost.sources.reading import Files, kind_of, printable_path


class Overlay(Files):
    """The files below a root as they would be: `texts` gives the new ones by path, None for a file that goes."""

    def __init__(self, root: str, hidden: frozenset[str], texts: Mapping[str, str | None]) -> None:
        super().__init__(root, hidden)
        self.texts = texts

    def list(self, directory: str) -> list[str]:
        """Return the relative paths of the files that would be right in a directory, sorted."""
        folder = "" if directory in (".", "") else directory.rstrip("/")
        here = {path for path in super().list(directory) if self.texts.get(path, "") is not None}
        laid = {path for path, text in self.texts.items() if text is not None and posixpath.dirname(path) == folder}
        return sorted(here | (laid - self.hidden))

    def is_missing(self, path: str) -> bool:
        """Tell whether there surely would be nothing at a relative path."""
        if path in self.texts:
            return self.texts[path] is None
        return super().is_missing(path)

    def data(self, path: str) -> bytes | None:
        """Return the bytes that a file would have."""
        if path in self.texts and path not in self.hidden:
            text = self.texts[path]
            return None if text is None else text.encode("utf-8", "surrogateescape")
        return super().data(path)

    def below(self, directory: str, most: int) -> list[str] | None:
        """Return the paths of all files that would be below a directory, relative to it; None as on disk."""
        here = super().below(directory, most)
        if here is None:
            return None
        prefix = "" if directory in (".", "") else directory.rstrip("/") + "/"
        paths = {path for path in here if self.texts.get(prefix + path, "") is not None}
        paths.update(
            path[len(prefix) :]
            for path, text in self.texts.items()
            if text is not None and path.startswith(prefix) and path not in self.hidden
        )
        return sorted(paths)

    def read(self, path: str, kind: str = "") -> Source | None:
        """Return a file as it would be, or None."""
        if path not in self.texts:
            return super().read(path, kind)
        self.asked.add(path)
        text = self.texts[path]
        return None if text is None else Source(printable_path(path), text, kind or kind_of(path))


def found_with(found: Found, texts: Mapping[str, str | None], excluded: Callable[[str], bool]) -> Found:
    """Return what discovery would find with the texts laid over, below the folders that were asked for."""
    files = {kind: set(paths) for kind, paths in found.files.items()}
    for path, text in texts.items():
        if text is None:
            for paths in files.values():
                paths.discard(path)
        elif would_find(path, found, excluded):
            files.setdefault(kind_of(path), set()).add(path)
    return found._replace(
        files={kind: tuple(sorted(paths)) for kind, paths in sorted(files.items()) if paths},
        given=frozenset(path for path in found.given if texts.get(path, "") is not None),
    )
