"""What a report ought to hold at a place, whatever it does hold; never knows a format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any, cast

from gatepost.model.regexes import regex

_LONGEST = 4000
_LONGEST_NAME = 300
_NOTHING: Mapping[str, Any] = {}


def mapping(found: object) -> Mapping[str, Any]:
    """Return a mapping; an empty one where there is something else."""
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else _NOTHING


def is_list(found: object) -> bool:
    """Whether there is a list."""
    return isinstance(found, list)


def listed(found: object) -> list[Any]:
    """Return a list; an empty one where there is something else."""
    return cast("list[Any]", found) if isinstance(found, list) else []


def text(found: object, longest: int = _LONGEST) -> str:
    """Return text, cut where it is too long; "" where there is something else."""
    if not isinstance(found, str):
        return ""
    return found if len(found) <= longest else found[: longest - 1] + "…"


def name(found: object) -> str:
    """Return a short text on one line; numbers count as text."""
    if type(found) is str and len(found) <= _LONGEST_NAME and found.isprintable() and " " not in found:
        return found  # as most are
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found) if abs(found) < 10**18 else ""
    return " ".join(text(found, _LONGEST_NAME).split())


def first_line(found: str) -> str:
    """Return the first line of a text, short enough for a title."""
    line = found.strip().partition("\n")[0].strip()
    return line if len(line) <= 160 else line[:159] + "…"


def whole(found: object) -> int | None:
    """Return a whole number that can be a line or a column (digits in text too), None where there is something else."""
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 10:
        return int(found)
    if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 10**9:
        return found
    return None


def score(found: object, most: float) -> float | None:
    """Return a number from 0 to `most` (in text too), None where there is something else."""
    if isinstance(found, str) and len(found) < 20:
        try:
            found = float(found)
        except ValueError:
            return None
    if isinstance(found, (int, float)) and not isinstance(found, bool) and 0 <= found <= most:
        return float(found)
    return None


_WEAKNESS = regex(r"(?:cwe[-_ :/]*)?0*(\d{1,5})\b", re.IGNORECASE)


def weaknesses(found: object) -> tuple[int, ...]:
    """Return numbers of weaknesses from "CWE-79: text", 79, or a list of those; each once."""
    numbers: list[int] = []
    for one in listed(found) if is_list(found) else [found]:
        match = _WEAKNESS.match(name(one))
        if match and int(match[1]):
            numbers.append(int(match[1]))
    return tuple(dict.fromkeys(numbers))


_IDENTIFIER = regex(r"\b(?:CVE-\d{4}-\d{4,10}|GHSA(?:-[0-9a-z]{4}){3})\b", re.IGNORECASE)


def identifiers(*found: object) -> tuple[str, ...]:
    """Return the CVE and GHSA identifiers in some texts, each once, in the usual spelling."""
    spelled = [one for each in found for one in _IDENTIFIER.findall(name(each))]
    return tuple(
        dict.fromkeys(one.upper() if one[:3].upper() == "CVE" else "GHSA" + one[4:].lower() for one in spelled)
    )


def names(*found: object) -> tuple[str, ...]:
    """Return identifiers as they are given, each once; CVE and GHSA in the usual spelling; lists are taken apart."""
    known: list[str] = []
    for each in found:
        for one in listed(each) if is_list(each) else [each]:
            known += identifiers(one) or ([name(one)] if name(one) else [])
    return tuple(dict.fromkeys(known))


def day(found: object) -> str:
    """Return a day ("2024-05-31") from a time in text (ISO 8601) or in (milli)seconds since 1970; "" for others."""
    if isinstance(found, str):
        known = found.strip()[:10]
        parts = known.split("-")
        good = [len(part) for part in parts] == [4, 2, 2] and known.replace("-", "").isascii()
        return known if good and all(part.isdigit() for part in parts) and known > "1000" else ""
    if isinstance(found, (int, float)) and not isinstance(found, bool) and 0 < found < 32_503_680_000_000:
        from datetime import datetime

        seconds = found / 1000 if found > 32_503_680_000 else found
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return ""


_ADDRESS = regex(r"https?://[^\s<>\"']{3,500}\Z")


def addresses(found: Iterable[object]) -> tuple[str, ...]:
    """Return the addresses of pages, at most ten."""
    kept = [one for one in found if isinstance(one, str) and _ADDRESS.match(one)]
    return tuple(dict.fromkeys(kept))[:10]


# Shapes of well-known credentials: some tools put what they found into their messages.
_SECRET = regex(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\bxox[abeoprs]-[\w-]{8,}|\bAIza[\w-]{30,}|\b[sr]k_live_\w{10,}|\beyJ[\w-]{10,}\.[\w-]{5,}(?:\.[\w-]*)?"
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*|(?<=://)[^\s/:@]{1,80}:[^\s/@]{1,200}(?=@)",
    re.DOTALL,
)


# One of these stands in every text that the expression above finds something in; looking for them is faster. The
# expression also finds names and passwords in addresses.
_SIGNS = ("AKIA", "ASIA", "gh", "glpat-", "xox", "AIza", "k_live_", "eyJ", "-----BEGIN")
_SIGNS_OF_GITHUB = ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_")


def _may_hold_secret(found: str) -> bool:
    for sign in _SIGNS:
        if sign in found and (sign != "gh" or any(each in found for each in _SIGNS_OF_GITHUB)):
            return True
    return "://" in found and "@" in found


def masked(found: str) -> str:
    """Return a text in which what looks like a credential is hidden."""
    if not _may_hold_secret(found):
        return found
    return _SECRET.sub("•••", found)
