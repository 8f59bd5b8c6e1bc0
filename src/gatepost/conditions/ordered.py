"""Sorts with an order: what text stands for so that it can be compared; never where it was written."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from gatepost.model.findings import SEVERITIES

# Sort keys are numbers or tuples, comparable within one sort only.
Key = Any


def order_key(kind: str, scalar: object) -> Key:
    """Return what a scalar of an ordered sort is compared by; ValueError when it is nothing of that sort."""
    return _KEYS[kind](scalar)


def order_key_or_none(kind: str, scalar: object) -> Key | None:
    """As `order_key`, None when the scalar is nothing of that sort."""
    try:
        return _KEYS[kind](scalar)
    except ValueError:
        return None


def likely_sort(scalar: object) -> str:
    """Return the ordered sort that a scalar most likely is of; "" when it is of none (for attributes of any sort)."""
    if isinstance(scalar, (int, float)) and not isinstance(scalar, bool):
        return "number"
    for kind in ("number", "date", "severity", "version", "duration", "size"):
        if order_key_or_none(kind, scalar) is not None:
            return kind
    return ""


def _number(scalar: object) -> float:
    if isinstance(scalar, bool):
        raise ValueError("a truth value is no number")
    if isinstance(scalar, (int, float)):
        return scalar
    text = str(scalar).strip()
    if not _pattern("number").fullmatch(text) or len(text) > 40:
        raise ValueError(f"{_short(text)} is no number")
    return float(text) if any(c in text for c in ".eE") else int(text)


def _version(scalar: object) -> Key:
    """Order of versions: numbers between dots, then letters; a pre-release stands before its release (semver 11)."""
    if isinstance(scalar, bool):
        raise ValueError("a truth value is no version")
    text = str(scalar).strip()
    found = _pattern("version").fullmatch(text) if len(text) < 200 else None
    if found is None:
        raise ValueError(f"{_short(text)} is no version")
    numbers = [int(n) for n in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    letters, before = found[2] or "", found[3]
    return tuple(numbers), letters, (1,) if before is None else (0, *_prerelease(before))


def _prerelease(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"[.\-_]", text))


def _date(scalar: object) -> Key:
    """Seconds since 0000-03-01 of a date or a time (ISO 8601; without an offset taken as UTC)."""
    text = str(scalar).strip()
    found = _pattern("date").fullmatch(text) if len(text) < 40 else None
    if found is None:
        raise ValueError(f"{_short(text)} is no date like 2026-03-31")
    year, month, day, hour, minute, second = (int(g) if g else 0 for g in found.groups()[:6])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not (1 <= month <= 12 and 1 <= day <= days[month - 1] and hour < 25 and minute < 60 and second < 61):
        raise ValueError(f"{_short(text)} is no day of the calendar")
    # Days from the civil calendar, counted from March so that the leap day comes last.
    shifted = year - (month < 3)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    count = 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + of_year
    zone = found[7] or "Z"
    offset = 0 if zone in "Zz" else (-1 if zone[0] == "-" else 1) * (int(zone[1:3]) * 60 + int(zone[-2:]))
    return count * 86400 + hour * 3600 + minute * 60 + second - offset * 60


_UNITS = {
    "": 1, "s": 1, "sec": 1, "second": 1, "ms": 0.001, "us": 0.000001, "ns": 0.000000001,
    "m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600, "d": 86400, "day": 86400,
    "w": 604800, "week": 604800, "month": 30 * 86400, "y": 365 * 86400, "year": 365 * 86400,
}  # fmt: skip


def _duration(scalar: object) -> float:
    """Seconds of a number (seconds), "30d", "1h30m", "90 days" or ISO 8601 ("P1DT12H"); months have 30 days."""
    if isinstance(scalar, (int, float)) and not isinstance(scalar, bool):
        return scalar
    text = str(scalar).strip()
    if len(text) > 60 or not text:
        raise ValueError(f"{_short(text)} is no duration")
    iso = _pattern("iso").fullmatch(text)
    if iso is not None and len(text) > 1 and text[-1] not in "Tt":
        factors = (365 * 86400, 30 * 86400, 604800, 86400, 3600, 60, 1)
        return sum(float(amount) * factor for amount, factor in zip(iso.groups(), factors, strict=True) if amount)
    if not _pattern("durations").fullmatch(text):
        raise ValueError(f"{_short(text)} is no duration like 30d or 1h30m")
    total = 0.0
    for amount, unit in _pattern("amount").findall(text):
        factor = _UNITS.get(unit.lower(), _UNITS.get(unit.lower().rstrip("s")))
        if factor is None:
            raise ValueError(f"{_short(text)} has no unit of time")
        total += float(amount) * factor
    return total


def _days(scalar: object) -> float:
    """Days of a number (days), or of a duration with its unit ("14 days", "2w", "P14D"); both may be negative."""
    if isinstance(scalar, (int, float)) and not isinstance(scalar, bool):
        return scalar
    text = str(scalar).strip()
    sign, amount = (-1, text[1:].lstrip()) if text.startswith("-") else (1, text)
    if amount.isascii() and amount.isdigit() and len(amount) < 10:
        return sign * int(amount)
    return sign * _duration(amount) / 86400


def _size(scalar: object) -> float:
    """Bytes of a number, "512Mi", "10 GB" or "1.5G"; letters alone and with B are powers of 1000, with i of 1024."""
    if isinstance(scalar, (int, float)) and not isinstance(scalar, bool):
        return scalar
    text = str(scalar).strip()
    found = _pattern("size").fullmatch(text) if len(text) < 60 else None
    if found is None:
        raise ValueError(f"{_short(text)} is no size like 512Mi or 10GB")
    power = " kmgtpe".index(found[2].lower()) if found[2] else 0
    return float(found[1]) * (1024 if found[3] else 1000) ** power


_RANKS = {name: len(SEVERITIES) - at for at, name in enumerate(SEVERITIES) if name != "unknown"}


def _severity(scalar: object) -> int:
    """Rank of a severity; "unknown" has none: it is neither at least nor at most anything."""
    rank = _RANKS.get(str(scalar).strip().lower())
    if rank is None:
        raise ValueError(f"{_short(str(scalar))} is no severity ({', '.join(reversed(_RANKS))})")
    return rank


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_PATTERNS[name], re.ASCII)


_PATTERNS = {
    "number": r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?",
    "version": r"[vV]?(\d{1,18}(?:\.\d{1,18}){0,7})([a-z]{0,3}\d{0,9})?(?:-([0-9A-Za-z.\-_]+))?(?:\+[0-9A-Za-z.\-]*)?",
    "date": r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?",
    "iso": r"[Pp](?:(\d+)[Yy])?(?:(\d+)[Mm])?(?:(\d+)[Ww])?(?:(\d+)[Dd])?"
    r"(?:[Tt](?:(\d+)[Hh])?(?:(\d+)[Mm])?(?:(\d+(?:\.\d+)?)[Ss])?)?",
    "durations": r"(?:\d+(?:\.\d+)?\s{0,3}[a-zA-Z]{0,7}[\s,]{0,3}){1,6}",
    "amount": r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)",
    "size": r"(\d+(?:\.\d+)?)\s{0,3}([kKmMgGtTpPeE]?)(i?)[bB]?(?:ytes?)?",
}

_KEYS = {
    "number": _number,
    "version": _version,
    "date": _date,
    "days": _days,
    "duration": _duration,
    "size": _size,
    "severity": _severity,
}
