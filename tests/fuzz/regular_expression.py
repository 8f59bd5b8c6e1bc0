"""Any text as a regular expression and what it is searched for in: spans inside the text, or a refusal."""

from __future__ import annotations

from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.languages.terraform.functions.re2_matching import Program


def fuzz(data: bytes) -> None:
    """Search with the first half of the text in the second."""
    text = data.decode("utf-8", "replace")[:400]
    pattern, _, subject = text.partition("\n")
    try:
        spans = Program(pattern).search(subject, 0, [50_000])
    except (Fails, NotComputed):
        return
    assert spans is None or (0 <= spans[0] <= spans[1] <= len(subject))
