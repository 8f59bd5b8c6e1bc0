"""A history: any bytes are one, or are told to be none; what is read is written as it was."""

from __future__ import annotations

import json

from gatepost.gate.history import BadHistory, kept, merged, read_history, written


def fuzz(data: bytes) -> None:
    try:
        history = read_history(json.loads(data))
    except (BadHistory, ValueError, RecursionError):
        return
    assert read_history(json.loads(written(history))) == history == merged([history, history])
    kept(history)
