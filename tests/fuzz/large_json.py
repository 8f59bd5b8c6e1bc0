"""Entry point for fuzzing JSON that is read piece by piece: it is what the decoder reads at once, or no JSON."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

from gatepost.scans import streaming


def fuzz(data: bytes) -> None:
    with patch.multiple(streaming, _SHORT=16, _PIECE=8, _KEPT=2):
        try:
            found, rest = streaming.read_large(data)
        except (streaming.BadJson, UnicodeDecodeError):
            return
        read = _whole(found)
    if not rest.strip():
        assert repr(read) == repr(json.loads(data.decode("utf-8-sig"), parse_constant=lambda _: None))


def _whole(value: Any) -> Any:
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {key: _whole(one) for key, one in value.items()} if isinstance(value, dict) else value
