"""Any bytes into the JSON reader: a tree that agrees with Python's, or `Malformed`, never anything else."""

from __future__ import annotations

import json

from gatepost.languages.positioned import Malformed, read_json


def fuzz(data: bytes) -> None:
    """Read `data` as JSON; what is read has to be what `json.loads` reads."""
    text = data.decode("utf-8", "replace")
    try:
        node = read_json(text)
    except Malformed as problem:
        assert 0 <= problem.offset <= len(text)
        return
    assert 0 <= node.start <= node.end <= len(text)
    if "\\u" not in text:
        assert json.loads(text.removeprefix("\ufeff")) == node.plain()
