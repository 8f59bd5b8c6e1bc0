"""Sizes ("512Mi", "10 GB", a number with the unit of the place); never how much is enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import Sort
from gatepost.model.values import Value
from gatepost.rules.readers.amounts import amount

SORT = Sort("size")


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the size as text with its unit; `options["unit"]` is the unit of a bare number."""
    return amount(value, options, "size")
