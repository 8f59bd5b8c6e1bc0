"""Where things stand in a text: sources, spans, regions and locations; never what the text means.

Lines and columns are 1-based and counted in Unicode code points; ends are exclusive. Offsets are 0-based.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from gatepost.model.records import NamedTuple


class Region(NamedTuple):
    """A stretch of a file; an empty region is a place to insert."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class Location(NamedTuple):
    """A region of the file at `path`, which is relative to the scanned root and uses forward slashes."""

    path: str
    region: Region


class Source:
    """One file as found: its path, its decoded text and what it was recognised as. Never changed after it is made.

    `kind` is one of "terraform", "terraform-json", "tfvars", "tfvars-json", "cloudformation", "dockerfile",
    "report", "policy", "rule".
    """

    __slots__ = ("_starts", "kind", "path", "text")

    def __init__(self, path: str, text: str, kind: str) -> None:
        self.path = path
        self.text = text
        self.kind = kind
        self._starts: list[int] | None = None

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            lengths = [len(line) + 1 for line in self.text.split("\n")]
            del lengths[-1]  # no line begins behind the last one
            self._starts = list(accumulate(lengths, initial=0))
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Return the 1-based (line, column) of a 0-based offset."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def region(self, start: int, end: int) -> Region:
        """Return the region between two 0-based offsets."""
        starts = self._line_starts()
        line = bisect_right(starts, start)
        begins = starts[line - 1]
        if start <= end and (line == len(starts) or end < starts[line]):
            return Region(line, start - begins + 1, line, end - begins + 1)
        return Region(line, start - begins + 1, *self.position(end))

    def offset(self, line: int, column: int) -> int:
        """Return the 0-based offset of a 1-based line and column, held inside the text."""
        starts = self._line_starts()
        if line > len(starts):
            return len(self.text)
        return min(starts[line - 1] + column - 1, len(self.text))

    def line_count(self) -> int:
        """Return how many lines the text has; a final newline does not begin another."""
        starts = self._line_starts()
        return len(starts) - (1 if len(starts) > 1 and starts[-1] == len(self.text) else 0)

    def line(self, number: int) -> str:
        """Return a 1-based line without its line break; "" where there is none."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r")

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters, {self.kind!r})"


class Span(NamedTuple):
    """A stretch of a source by 0-based offsets, end exclusive; lines are counted only when somebody asks."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters of the span."""
        return self.source.text[self.start : self.end]

    @property
    def region(self) -> Region:
        """The same stretch in lines and columns."""
        return self.source.region(self.start, self.end)

    @property
    def location(self) -> Location:
        """The same stretch with the path of its file."""
        return Location(self.source.path, self.region)
