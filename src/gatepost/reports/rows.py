"""Reads a json report row by row, so that memory follows its longest row and not its size; never what a row means."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, cast

MOST_BYTES = 128 * 1024 * 1024  # of a report that has to be read whole, and of one row
_BEGINS = b"{\n"


class BadReport(Exception):
    """A file that is no json report of Gatepost; `what` is a sentence without a full stop."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def rows(path: str) -> Iterator[tuple[str, Any]]:
    """Yield what a report holds: each element of a list on the top level by itself, everything else as a whole.

    A report as Gatepost writes it, a row to a line, is never held as a whole; one that was written anew by another
    tool is read at once. Raises BadReport, and OSError where the file cannot be read.
    """
    with open(path, "rb") as file:
        if not os.path.isfile(path):
            raise BadReport("it is not a file")
        head = [file.readline(MOST_BYTES) for _ in range(3)]
        if head[0] == _BEGINS and head[2].startswith(b'  "verdict": {') and head[2].endswith(b"},\n"):
            file.seek(len(_BEGINS))
            yield from _by_line(file)
            return
        if os.fstat(file.fileno()).st_size > MOST_BYTES:
            raise BadReport(f"it is larger than {MOST_BYTES >> 20} MB, and not as Gatepost writes it")
        file.seek(0)
        yield from _whole(_parsed(file.read()))


def _whole(report: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(report, dict):
        raise BadReport("it is not a json report")
    for key, value in cast("Mapping[str, Any]", report).items():
        if isinstance(value, list):
            for row in cast("Sequence[Any]", value):
                yield key, row
        else:
            yield key, value


def _by_line(file: BinaryIO) -> Iterator[tuple[str, Any]]:
    """Yield the rows of a report in which each stands on a line of its own; the first line is read."""
    inside = ""
    while line := file.readline(MOST_BYTES + 1):
        if len(line) > MOST_BYTES:
            raise BadReport(f"it has a row of more than {MOST_BYTES >> 20} MB")
        text = line.strip()
        if inside:
            if text in (b"]", b"],"):
                inside = ""
            else:
                yield inside, _parsed(text.removesuffix(b","))
        elif text == b"}":
            return
        elif text.endswith(b": ["):
            inside = _key(text.removesuffix(b": ["))
        else:
            name, _, value = text.partition(b": ")
            rows = _parsed(value.removesuffix(b","))
            if rows != []:
                yield _key(name), rows
    raise BadReport("it ends in the middle")


def _key(text: bytes) -> str:
    key = _parsed(text)
    if not isinstance(key, str):
        raise BadReport("it is not a json report")
    return key


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadReport("it is not a json report") from None
