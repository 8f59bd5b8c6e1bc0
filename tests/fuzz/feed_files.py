"""Feeds of any bytes are read or refused; what is taken from them is always in its bounds."""

from __future__ import annotations

import tempfile

from gatepost.context.feed_files import BadFeed, read_catalogue, read_scores

WANTED = {"CVE-2021-44228", "CVE-2024-3094"}


def fuzz(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            assert read_catalogue(file.name).listed
        except BadFeed as error:
            assert str(error)
        try:
            scores = read_scores(file.name, WANTED)
        except BadFeed as error:
            assert str(error)
        else:
            assert scores.found.keys() <= WANTED
            assert all(0 <= one <= 1 for pair in scores.found.values() for one in pair)
