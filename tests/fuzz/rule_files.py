"""Arbitrary bytes as a rule file and as a resource file: they load, or say where they are wrong."""

from __future__ import annotations

from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.rules.catalogue import load


def fuzz(data: bytes) -> None:
    """Load the bytes both ways; anything but `UsageError` is a fault of the loader."""
    text = data.decode("utf-8", "replace")
    for rules, resources in (([("a/b", Source("b.yaml", text, "rule"))], []), ([], [Source("c.yaml", text, "rule")])):
        try:
            load(rules, resources)
        except UsageError:
            continue
