"""Large texts in UTF-16 or UTF-32 as UTF-8, in a temporary file; never what they say."""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from tempfile import TemporaryFile
from typing import IO

from gatepost.scans.streaming import Buffer

_PIECE = 1024 * 1024


class _Copy:
    """The bytes of a temporary file, which goes away with this."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        self._file.seek(start)
        return self._file.read(max(stop - start, 0))


def in_utf_8(given: Buffer, encoding: str, start: int) -> Buffer:
    """Return a text as UTF-8; `start` is where it begins behind its mark. What is no text becomes U+FFFD."""
    decode = getincrementaldecoder(encoding)("replace").decode
    file = TemporaryFile()  # noqa: SIM115
    for at in range(start, len(given), _PIECE):
        file.write(decode(given[at : at + _PIECE]).encode("utf-8", "replace"))
    file.write(decode(b"", True).encode("utf-8", "replace"))
    return _Copy(file)
