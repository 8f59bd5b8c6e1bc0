"""Durations ("30d", "rate(7 days)", ISO 8601, a number with the unit of the place); never how long is enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import Sort
from gatepost.model.values import Value
from gatepost.rules.readers.amounts import amount

SORT = Sort("duration")


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the duration as text with its unit; `options["unit"]` is the unit of a bare number."""
    return amount(value, options, "duration")
