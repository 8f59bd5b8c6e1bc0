"""Any bytes as a filter pattern: clauses or a reason, and places inside the text."""

from __future__ import annotations

from gatepost.model.places import Source, Span
from gatepost.model.values import Value
from gatepost.rules.readers import reader


def fuzz(data: bytes) -> None:
    """Read one pattern; must never raise."""
    text = data.decode("utf-8", "replace")
    source = Source("fuzz.tf", text, "terraform")
    found = reader("filter_pattern").read(Value(text, Span(source, 0, len(text)), notation="hcl"), {})
    for clause in found.literal if found.is_list else ():
        assert clause.span is not None
        assert 0 <= clause.span.start <= clause.span.end <= len(text)
