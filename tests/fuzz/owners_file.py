"""OWNERS files of any bytes are read, in bounded time whatever their expressions."""

from __future__ import annotations

from gatepost.context.owners_files import OwnersFiles


def fuzz(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    files = OwnersFiles(lambda path: text if path in ("OWNERS", "live/OWNERS", "OWNERS_ALIASES") else None)
    names = [claim.name for claim in files.owners("live/aaaaaaaaaaaaaaaaaaaaaaaa/b.tf")]
    assert len(names) == len(set(names))
