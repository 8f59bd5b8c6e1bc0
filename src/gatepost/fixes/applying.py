"""Puts edits into texts; never decides which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gatepost.model.changes import Edit
from gatepost.model.places import Region, Source


class OverlapError(ValueError):
    """Two edits that want the same characters."""


def _start(region: Region) -> tuple[int, int]:
    return (region.start_line, region.start_column)


def apply_edits(source: Source, edits: Iterable[Edit]) -> str:
    """Return the text of a source after its edits; every character outside of them stays.

    Edits at one empty place are put in in the order in which they are given. Raises `OverlapError`.
    """
    mine = [edit for edit in edits if edit.location.path == source.path]
    mine.sort(key=lambda edit: (_start(edit.location.region), edit.location.region[2:]))
    out: list[str] = []
    done = 0
    for edit in mine:
        region = edit.location.region
        start = source.offset(region.start_line, region.start_column)
        end = source.offset(region.end_line, region.end_column)
        if start < done:
            raise OverlapError(f"two edits meet at {source.path}:{region.start_line}")
        out.append(source.text[done:start])
        out.append(edit.replacement)
        done = end
    out.append(source.text[done:])
    return "".join(out)


def overlap(one: Sequence[Edit], other: Sequence[Edit]) -> bool:
    """Whether two sets of edits touch the same or neighbouring lines of a file.

    Each was proved alone; what stands side by side (two entries for one list) may not go together.
    """
    return any(
        a.location.path == b.location.path
        and a.location.region.start_line <= b.location.region.end_line + 1
        and b.location.region.start_line <= a.location.region.end_line + 1
        for a in one
        for b in other
    )


def apply_all(sources: Mapping[str, Source], edits: Sequence[Edit]) -> dict[str, str]:
    """Return the new texts of the files that edits touch, by path. Raises `OverlapError`."""
    paths = dict.fromkeys(edit.location.path for edit in edits)
    return {path: apply_edits(sources[path], edits) for path in paths}
