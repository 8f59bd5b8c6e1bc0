"""Entry point for fuzzing how reports are opened: any bytes are JSON, XML, a table, YAML, an archive or unopened."""

from __future__ import annotations

from gatepost.scans.opening import Unopened, open_report


def fuzz(data: bytes) -> None:
    try:
        opened = open_report(data)
        for name in list(opened.members)[:5]:
            opened.member(name)
        _ = opened.rows, opened.yaml
    except Unopened as error:
        assert error.what
        assert error.hint
