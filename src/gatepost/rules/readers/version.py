"""The version inside other text (`TLS1_2`, a load balancer's security policy, `python3.9`); never which is too old."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from gatepost.conditions.ordered import order_key_or_none
from gatepost.conditions.scalars import scalar_text
from gatepost.conditions.sorts import Sort
from gatepost.model.regexes import regex
from gatepost.model.values import Unknown, Value

SORT = Sort("version")
_MOST_TEXT = 300
_POLICY_13 = regex(r"TLS13[-_](\d)[-_](\d)", re.IGNORECASE | re.ASCII)
_TLS = regex(r"(?:TLS|FS)[-_ ]?v?[-_]?(\d)(?:[._-]?(\d))?(?!\d)", re.IGNORECASE | re.ASCII)
_SSL = regex(r"SSL[-_ ]?v?(\d)", re.IGNORECASE | re.ASCII)
_NUMBER = regex(r"\d{1,9}(?:[._]\d{1,9}){0,5}", re.ASCII)


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return the version as text; `options["table"]` maps whole texts to versions and goes first.

    SSL 2 and 3 count as 0.2 and 0.3, before TLS 1.0. A load balancer's policy without a number allows TLS 1.0.
    """
    if value.literal is None or value.unknown is not None:
        return value
    text = scalar_text(value.literal)
    if text is None or len(text) > _MOST_TEXT:
        return value._replace(literal=Unknown("there is no version in it", False))
    table: Any = options.get("table")
    said = cast("Mapping[str, Any]", table).get(text) if isinstance(table, Mapping) else None
    found = scalar_text(said) if said is not None else version_in(text)
    return value._replace(literal=found if found is not None else Unknown("there is no version in it", False))


def version_in(text: str) -> str | None:
    """Return the version that a text names, None when it names none."""
    if order_key_or_none("version", text) is not None:
        return text
    found = _POLICY_13.search(text) or _TLS.search(text)
    if found is not None:
        return f"{found[1]}.{found[2] or 0}"
    old = _SSL.search(text)
    if old is not None:
        return f"0.{old[1]}"
    if text.startswith("ELBSecurityPolicy-"):
        return "1.0"
    number = _NUMBER.search(text)
    return number[0].replace("_", ".") if number is not None else None
