"""The date inside other text; never whether it is past."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatepost.conditions.ordered import order_key_or_none
from gatepost.conditions.scalars import scalar_text
from gatepost.conditions.sorts import Sort
from gatepost.model.values import Unknown, Value

SORT = Sort("date")
_ISO = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d(?::\d\d)?(?:[Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII)
_SHORT = re.compile(r"(?<!\d)(20\d\d)[./_]?(\d\d)[./_]?(\d\d)(?!\d)", re.ASCII)


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the first date or time that is a day of the calendar, as ISO text."""
    del options
    if value.literal is None or value.unknown is not None:
        return value
    text = scalar_text(value.literal) or ""
    for found in _ISO.finditer(text[:2000]):
        if order_key_or_none("date", found[0]) is not None:
            return value._replace(literal=found[0])
    for found in _SHORT.finditer(text[:2000]):
        iso = f"{found[1]}-{found[2]}-{found[3]}"
        if order_key_or_none("date", iso) is not None:
            return value._replace(literal=iso)
    return value._replace(literal=Unknown("there is no date in it", False))
