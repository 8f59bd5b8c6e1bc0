"""Fuzz entry point of the HCL parser, its JSON notation and the search for remarks."""

from __future__ import annotations

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.json_syntax import parse_json
from gatepost.languages.terraform.remarks import remarks_of
from gatepost.languages.terraform.syntax import parse
from gatepost.model.places import Source


def fuzz(data: bytes) -> None:
    """Read any bytes; never raises, and every node lies inside the text."""
    text = data.decode("utf-8", "replace")
    for read, kind in ((parse, "terraform"), (parse_json, "terraform-json")):
        body, faults = read(text)
        for node in nodes.below(body):
            assert 0 <= node.start <= node.end <= len(text)
        for fault in faults:
            assert 0 <= fault.offset <= len(text)
        remarks_of(Source("main.tf", text, kind), body)
