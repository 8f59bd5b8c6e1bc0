"""Reads the KEV catalogue and EPSS scores from local files, only as much as is asked for; never fetches them.

The catalogue: CISA, "Known Exploited Vulnerabilities Catalog", JSON and its schema. The scores: FIRST, "EPSS data",
a CSV file, compressed or not, whose first line is a comment with its date.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import IO, Any, cast

from gatepost.model.records import NamedTuple
from gatepost.sources.reading import Unreadable, read_bytes

KEV_FILE = "known_exploited_vulnerabilities.json"
EPSS_FILE = "epss_scores-current.csv.gz"
# The catalogue has 1.5 MB in 2026, the scores 10 MB when unpacked.
MOST_CATALOGUE_BYTES = 32 * 1024 * 1024
MOST_SCORES_BYTES = 256 * 1024 * 1024
_BLOCK = 1024 * 1024
_HEAD_BYTES = 4096


class BadFeed(Exception):
    """A feed that cannot be relied on; its text says why."""


class Catalogue(NamedTuple):
    """The KEV catalogue: its day ("" where it has none), and the identifiers that it lists."""

    date: str
    listed: frozenset[str]


class Scores(NamedTuple):
    """EPSS scores: their day ("" where the file has none), how many there are, and (score, percentile) as asked."""

    date: str
    entries: int
    found: Mapping[str, tuple[float, float]]


def feed_paths(directory: str) -> tuple[list[str], list[str]]:
    """Return the files of a directory that are, by their names, KEV catalogues and EPSS scores; raises OSError."""
    names = sorted(os.listdir(directory))
    kev = [name for name in names if name.startswith("known_exploited_vulnerabilities") and name.endswith(".json")]
    epss = [name for name in names if name.startswith("epss") and name.endswith((".csv", ".csv.gz"))]
    return [os.path.join(directory, name) for name in kev], [os.path.join(directory, name) for name in epss]


def read_catalogue(path: str) -> Catalogue:
    """Return the KEV catalogue in a file. Raises BadFeed for one that is broken or lists less than it counts."""
    import json

    try:
        data: Any = json.loads(read_bytes(path, MOST_CATALOGUE_BYTES))
    except Unreadable as error:
        raise BadFeed(error.what) from None
    except (ValueError, RecursionError):
        raise BadFeed("it is not JSON") from None
    if not isinstance(data, dict) or not isinstance(cast("dict[str, Any]", data).get("vulnerabilities"), list):
        raise BadFeed("it is not the KEV catalogue: it has no list of vulnerabilities")
    found = cast("dict[str, Any]", data)
    rows: list[Any] = found["vulnerabilities"]
    named = [cast("dict[str, Any]", row).get("cveID") for row in rows if isinstance(row, dict)]
    listed = frozenset(one.strip().upper() for one in named if isinstance(one, str) and one.strip())
    if not listed:
        raise BadFeed("it lists no vulnerability")
    if len(named) != len(rows) or any(not isinstance(one, str) for one in named):
        raise BadFeed("some of its entries name no vulnerability")
    count = found.get("count")
    if isinstance(count, int) and count != len(rows):
        raise BadFeed(f"it says that it has {count} vulnerabilities and lists {len(rows)}")
    return Catalogue(day_of(found.get("dateReleased")), listed)


def day_of(text: object) -> str:
    """Return the day that a time begins with (2026-11-20T…), "" where it begins with none."""
    if not isinstance(text, str):
        return ""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def scores_date(path: str) -> str:
    """Return the day that a file of scores is of, "" where it has none; raises BadFeed."""
    with _opened(path) as file:
        return _date_in(_guarded(file, _HEAD_BYTES).partition(b"\n")[0])


def read_scores(path: str, wanted: Collection[str]) -> Scores:
    """Return the scores of the vulnerabilities that are wanted. Raises BadFeed for a file that is broken or cut.

    Reads it in blocks: memory does not follow its size.
    """
    ids = {one.encode("utf-8", "replace") for one in wanted}
    found: dict[str, tuple[float, float]] = {}
    day, columns, entries = "", (), 0
    for line in _lines(path):
        if not columns:
            if line.startswith(b"#"):
                day = day or _date_in(line)
                continue
            columns = _columns(line)
            continue
        name, _, rest = line.partition(b",")
        entries += 1
        if name in ids:
            found[name.decode()] = _score(name, rest, columns)
    if not columns:
        raise BadFeed("it has no line with the names cve, epss and percentile")
    if not entries:
        raise BadFeed("it holds no scores")
    return Scores(day, entries, found)


def _columns(line: bytes) -> tuple[int, int]:
    names = [name.strip() for name in line.split(b",")]
    if names[0] != b"cve" or b"epss" not in names or b"percentile" not in names:
        raise BadFeed("it has no line with the names cve, epss and percentile")
    return names.index(b"epss") - 1, names.index(b"percentile") - 1


def _score(name: bytes, rest: bytes, columns: tuple[int, ...]) -> tuple[float, float]:
    values = rest.split(b",")
    try:
        epss, percentile = (float(values[column]) for column in columns)
    except (ValueError, IndexError):
        raise BadFeed(f"the score of {name.decode()} cannot be read") from None
    if not (0 <= epss <= 1 and 0 <= percentile <= 1):
        raise BadFeed(f"the score of {name.decode()} is not between 0 and 1")
    return epss, percentile


def _date_in(line: bytes) -> str:
    _, found, rest = line.partition(b"score_date:")
    return day_of(rest[:10].decode("utf-8", "replace")) if found and line.startswith(b"#") else ""


def _lines(path: str) -> Iterator[bytes]:
    """Yield the lines of a file, without their ends; the last of a file that is cut is told by BadFeed."""
    with _opened(path) as file:
        left, read = b"", 0
        while block := _guarded(file, _BLOCK):
            read += len(block)
            if read > MOST_SCORES_BYTES:
                raise BadFeed(f"it is larger than {MOST_SCORES_BYTES >> 20} MB")
            lines = (left + block).split(b"\n")
            left = lines.pop()
            if len(left) > _HEAD_BYTES:
                raise BadFeed("it is not a table of scores: a line is far too long")
            for line in lines:
                if line.strip():
                    yield line.rstrip(b"\r")
        if left.strip():
            raise BadFeed("it ends in the middle of a line")


def _opened(path: str) -> IO[bytes]:
    try:
        if not os.path.isfile(path):
            raise BadFeed("it is not a regular file")
        with open(path, "rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        if packed:
            import gzip

            return cast("IO[bytes]", gzip.open(path, "rb"))
        return open(path, "rb")
    except OSError as error:
        raise BadFeed(f"it cannot be opened: {(error.strerror or 'unknown reason').lower()}") from None


def _guarded(file: IO[bytes], size: int) -> bytes:
    import zlib

    try:
        return file.read(size)
    except EOFError:
        raise BadFeed("it ends in the middle") from None
    except (OSError, zlib.error):
        raise BadFeed("it cannot be unpacked") from None
