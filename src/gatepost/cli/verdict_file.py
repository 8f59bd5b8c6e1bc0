"""Reads a saved verdict that a command works on; never what it means."""

from __future__ import annotations

import json
import os
from typing import Any

from gatepost.model.problems import UsageError


def read_verdict(path: str, most: int) -> Any:
    """Return the data of a json report of at most `most` bytes. Raises `UsageError`."""
    try:
        if os.path.getsize(path) > most:
            raise UsageError(f"{path!r} is larger than {most >> 20} MB")
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except OSError as error:
        raise UsageError(f"{path!r} cannot be read: {(error.strerror or '').lower()}") from None
    except (ValueError, RecursionError):
        hint = "write one: gatepost check --format json=verdict.json"
        raise UsageError(f"{path!r} is not a json report", hint=hint) from None
