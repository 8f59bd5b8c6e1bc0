"""Any text as a Terraform expression: an answer of one of the three kinds, in bounded time, never a traceback."""

from __future__ import annotations

from tests.conformance.expressions_console import ROOT
from tests.conformance.expressions_gatepost import answers


def fuzz(data: bytes) -> None:
    """Evaluate the text."""
    text = data.decode("utf-8", "replace")[:2_000]
    assert answers([text], ROOT)[text][0] in ("value", "unknown", "error")
