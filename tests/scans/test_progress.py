"""A long report says how far its reading is."""

from __future__ import annotations

import json

from gatepost.scans import read_report


def test_whoever_watches_is_told_every_thousand_findings() -> None:
    rows = [
        {"code": "DL3008", "level": "warning", "line": 1, "column": 1, "file": "Dockerfile", "message": f"m{number}"}
        for number in range(2_500)
    ]
    seen: list[int] = []
    assert len(read_report(json.dumps(rows).encode(), "hadolint.json", watch=seen.append).findings) == 2_500
    assert seen == [1_000, 2_000]
