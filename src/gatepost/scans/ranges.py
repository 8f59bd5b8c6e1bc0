"""Versions that mend a package, taken from the words in which advisories say so; never a comparison of versions."""

from __future__ import annotations

from gatepost.model.regexes import regex

_PARTS = regex(r"(<=|>=|~>|==|=|<|>|\^|~)?\s*v?(\d[\w.+:~-]*)")


def upper_bounds(vulnerable: str) -> tuple[str, ...]:
    """Return the versions that end what is vulnerable and are themselves not: "<1.2.6 || >=2 <2.3" has two."""
    return tuple(version for mark, version in _PARTS.findall(vulnerable[:2000]) if mark == "<")


def lower_bounds(patched: str) -> tuple[str, ...]:
    """Return the versions with which what is mended begins: ">= 2.12.5, < 3.0.0, >= 3.7.2" has two.

    "<0.0.0" is how some write that nothing is mended.
    """
    found = _PARTS.findall(patched[:2000])
    return tuple(version for mark, version in found if mark in (">=", "~>", "=", "==", "^", "~", ""))
