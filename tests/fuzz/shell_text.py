"""Feeds bytes to the shell reader, which must never raise."""

from __future__ import annotations

from gatepost.languages.shell.reader import read_commands
from gatepost.model.places import Source, Span


def fuzz(data: bytes) -> None:
    """Read the bytes as a script and ask for everything in it."""
    text = data.decode("utf-8", "replace")
    value = read_commands(text, Span(Source("script.sh", text, "dockerfile"), 0, len(text)))
    for command in value.literal:
        for part in command.literal.values():
            assert part is not None
