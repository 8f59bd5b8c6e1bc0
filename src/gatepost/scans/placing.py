"""Where a report's paths lie below the scanned root: relative, inside it, or kept out; never opens a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gatepost.model.places import Location, Region
from gatepost.model.problems import NOWHERE
from gatepost.model.records import NamedTuple

# Gives the lines of a file below the root, None where there is no such file.
LinesOf = Callable[[str], "Sequence[str] | None"]
_LONGEST_PATH = 1000


class Place(NamedTuple):
    """A location; `outside` is the path as the report has it when that is not in the scanned root, else ""."""

    location: Location
    outside: str = ""
    line: str = ""

    def between(self, first: int | None, left: int | None, last: int | None, right: int | None) -> Place:
        """Return the place with exact columns (1-based, exclusive end), the same where they make no region."""
        if self.outside or not (first and last and left and right) or (last, right) <= (first, left):
            return self
        return self._replace(location=self.location._replace(region=Region(first, left, last, right)))


def as_path(raw: str) -> str:
    """Return a path or file URI with forward slashes and without escapes; "" for other kinds of address."""
    path = raw.strip()[:_LONGEST_PATH]
    if path[:5].lower() == "file:":
        path = _unescaped(path[5:])
        path = path[path.find("/", 2) :] if path.startswith("//") and "/" in path[2:] else path
        if len(path) > 2 and path[0] == "/" and path[2] == ":":
            path = path[1:]
    elif "://" in path:
        return ""
    path = path.replace("\\", "/")
    return path if path.isprintable() else "".join(one for one in path if one >= " " and one != "\x7f")


def _unescaped(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return unquote(text)


def is_absolute(path: str) -> bool:
    """Whether a path begins at a root or at a drive."""
    return path.startswith("/") or (path[1:3] == ":/" and path[0].isalpha())


def normal(path: str) -> str | None:
    """Return a relative path without `.` and `..`, None when it leads out of where it starts."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or None


class Placing:
    """Places what one report speaks of."""

    __slots__ = ("_inside", "_known", "_lines_of", "_report", "_root")

    def __init__(self, report: str, root: str, lines_of: LinesOf | None) -> None:
        self._report = report
        self._root = root.replace("\\", "/").rstrip("/")
        self._lines_of = lines_of
        self._known: dict[str, Sequence[str] | None] = {}
        self._inside: dict[str, str | None] = {}

    def lines(self, path: str) -> Sequence[str] | None:
        """Return the lines of a file below the root, None where it is not there or nobody can tell."""
        if self._lines_of is None:
            return None
        if path not in self._known:
            self._known[path] = self._lines_of(path)
        return self._known[path]

    def inside(self, raw: str) -> str | None:
        """Return a path below the root, None when it lies outside."""
        if raw not in self._inside:
            self._inside[raw] = self._find_inside(raw)
        return self._inside[raw]

    def _find_inside(self, raw: str) -> str | None:
        path = as_path(raw)
        if not is_absolute(path):
            return normal(path)
        if self._root and (path + "/").startswith(self._root + "/"):
            return normal(path[len(self._root) :])
        return self._known_end(path)

    def _known_end(self, path: str) -> str | None:
        """Return the longest end of an absolute path that is a file here: the scan ran in another place."""
        normalised = normal(path)
        parts = normalised.split("/") if normalised else []
        if self._lines_of is None or len(parts) > 40:
            return None
        ends = ("/".join(parts[start:]) for start in range(1, len(parts)))
        return next((end for end in ends if self.lines(end) is not None), None)

    def file(self, candidates: Sequence[str], start: int | None = None, end: int | None = None) -> Place:
        """Return the place of lines `start` to `end` (1-based, inclusive) of the first candidate that is a file here.

        Where nobody can tell, the first one inside the root; what lies outside is placed at the report itself.
        """
        found = [path for raw in candidates if raw and (path := self.inside(raw)) is not None]
        if not found:
            return Place(Location(self._report, NOWHERE), next((as_path(raw) or raw for raw in candidates if raw), ""))
        path = next((one for one in found if self.lines(one) is not None), found[0])
        return self._at(path, start or 1, end or start or 1)

    def _at(self, path: str, start: int, end: int) -> Place:
        lines = self.lines(path)
        end = max(start, end)
        if lines is None or not 1 <= start <= len(lines):
            return Place(Location(path, Region(start, 1, end, 1)))
        first = lines[start - 1].rstrip("\r\n")
        last = lines[min(end, len(lines)) - 1].rstrip("\r\n")
        column = len(first) - len(first.lstrip()) + 1
        return Place(Location(path, Region(start, column, min(end, len(lines)), len(last.rstrip()) + 1)), line=first)

    def manifest(self, *names: str) -> Place:
        """Return the place of the first of some files that is there, beside the report or in the root, else the report.

        For the reports that do not say what they have looked at.
        """
        folder = self._report.rpartition("/")[0]
        beside = [f"{folder}/{name}" for name in names if folder and not is_absolute(self._report)]
        found = next((path for path in (*beside, *names) if self.lines(path) is not None), None)
        return self.file([found]) if found else Place(Location(self._report, NOWHERE))

    def artifact(self, raw: str) -> Place:
        """Return the place of something that is no file of the root, such as an image: its name stands for a path."""
        path = as_path(raw) or raw
        if is_absolute(path):
            path = path.rstrip("/").rpartition("/")[2]
        kept = "/".join(part for part in path.split("/") if part not in ("", ".", ".."))
        return Place(Location(kept or self._report, NOWHERE))
