"""Reads a saved verdict that a command works on; never what it means."""

from __future__ import annotations

import json
from typing import Any

from gatepost.model.problems import UsageError


def read_verdict(path: str, most: int) -> Any:
    """Return the data of a json report of at most `most` bytes. Raises `UsageError`."""
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)  # a pipe or a device does not say how much it holds
        if len(data) > most:
            raise UsageError(f"{path!r} is larger than {most >> 20} MB")
        return json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path!r} cannot be read: {(error.strerror or '').lower()}") from None
    except (ValueError, RecursionError):
        hint = "write one: gatepost check --format json=verdict.json"
        raise UsageError(f"{path!r} is not a json report", hint=hint) from None
