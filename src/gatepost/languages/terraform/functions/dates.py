"""Terraform's functions on given times; never the time of day.

Facts: RFC 3339, and https://developer.hashicorp.com/terraform/language/functions/formatdate.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from fractions import Fraction

from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import on_plain
from gatepost.model.records import NamedTuple

_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:(Z)|([+-])(\d\d):(\d\d))", re.ASCII)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_UNITS = {
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9
}  # fmt: skip


class Time(NamedTuple):
    """A time with its offset; `fraction` are nanoseconds."""

    at: datetime
    fraction: int
    is_utc: bool


def _read(text: str) -> Time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise Fails("a text is no time such as 2026-01-02T03:04:05Z")
    if "," in text:
        raise NotComputed("a time with a comma")
    offset = timedelta(0)
    if match[9]:
        hours, minutes = int(match[10]), int(match[11])
        if hours > 24 or minutes > 60:
            raise Fails("the offset of a time is too large")
        if hours > 23 or minutes > 59:
            raise NotComputed("a time with this offset")
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if match[9] == "-" else 1)
    try:
        year, month, day, hour, minute, second = (int(match[n]) for n in range(1, 7))
        if year == 0:
            raise NotComputed("a time in the year 0")
        at = datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset))
    except ValueError:
        raise Fails("a text is no time that there is") from None
    return Time(at, int((match[7] or "").ljust(9, "0")[:9]), bool(match[8]))


def _timeadd(time: str, duration: str) -> str:
    start = _read(time)
    total = start.fraction + _nanoseconds(duration)
    seconds = total // 10**9
    try:
        at = start.at + timedelta(seconds=seconds)
    except OverflowError:
        raise NotComputed("a time of that year") from None
    return at.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + _zone(start, ":", "Z")


def _nanoseconds(duration: str) -> int:
    sign, rest = (-1, duration[1:]) if duration[:1] == "-" else (1, duration.removeprefix("+"))
    if rest == "0":
        return 0
    found = re.findall(r"(\d*(?:\.\d*)?)(ns|us|µs|μs|ms|s|m|h)", rest)
    if not rest or "".join(number + unit for number, unit in found) != rest or len(rest) > 200:
        raise Fails("a text is no duration such as 1h30m")
    total = 0
    for number, unit in found:
        if number in ("", "."):
            raise Fails("a text is no duration such as 1h30m")
        whole, _, behind = number.partition(".")
        total += int(whole or 0) * _UNITS[unit] + int(Fraction(int(behind or 0), 10 ** len(behind)) * _UNITS[unit])
    if total > 2**63 - 1:
        raise Fails("the duration is too long")
    return sign * total


def _timecmp(one: str, other: str) -> int:
    left, right = _read(one), _read(other)
    mine, theirs = (left.at, left.fraction), (right.at, right.fraction)
    return (mine > theirs) - (mine < theirs)


def _zone(time: Time, between: str, utc: str) -> str:
    offset = time.at.utcoffset() or timedelta(0)
    if not offset and utc:
        return utc
    minutes = abs(int(offset.total_seconds())) // 60
    return f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02d}{between}{minutes % 60:02d}"


def _formatdate(layout: str, time: str) -> str:
    moment = _read(time)
    parts: list[str] = []
    position = 0
    while position < len(layout):
        character = layout[position]
        if layout.startswith("''", position):
            parts.append("'")
            position += 2
        elif character == "'":
            end = _closing(layout, position)
            parts.append(layout[position + 1 : end].replace("''", "'"))
            position = end + 1
        elif character.isascii() and character.isalpha():
            end = position
            while layout[end : end + 1] == character:
                end += 1
            parts.append(_part(character, end - position, moment))
            position = end
        else:
            parts.append(character)
            position += 1
    return "".join(parts)


def _closing(layout: str, opened: int) -> int:
    """Return where the quotation mark stands that closes the one at `opened`; two of them are one in the text."""
    end = layout.find("'", opened + 1)
    while end >= 0 and layout[end + 1 : end + 2] == "'":
        if end + 2 == len(layout):
            return end + 1
        end = layout.find("'", end + 2)
    if end < 0:
        raise Fails("a quotation in the format is not closed")
    return end


def _part(letter: str, count: int, time: Time) -> str:
    at = time.at
    numbers = {
        "M": at.month, "D": at.day, "h": at.hour, "H": (at.hour % 12) or 12, "m": at.minute, "s": at.second
    }  # fmt: skip
    if letter == "Y" and count in (2, 4):
        return f"{at.year % 100:02d}" if count == 2 else f"{at.year:04d}"
    if letter == "M" and count in (3, 4):
        return _MONTHS[at.month - 1][: 3 if count == 3 else None]
    if letter == "E" and count in (3, 4):
        return _DAYS[at.weekday()][: 3 if count == 3 else None]
    if letter in numbers and count in (1, 2):
        return f"{numbers[letter]:0{count}d}"
    if letter == "A" and count == 2:
        return "AM" if at.hour < 12 else "PM"
    if letter == "a" and count == 2:
        return "am" if at.hour < 12 else "pm"
    if letter == "Z" and 1 <= count <= 5:
        if count == 1:
            return _zone(time, ":", "Z")
        if count == 3:
            return _zone(time, "", "UTC")
        return _zone(time, ":" if count == 5 else "", "") if count != 2 else _unsupported("ZZ")
    return _unsupported(letter * count)


def _unsupported(what: str) -> str:
    raise Fails(f"the format has no meaning for {what}")


FUNCTIONS: dict[str, Function] = {
    "formatdate": on_plain("string, string", _formatdate),
    "timeadd": on_plain("string, string", _timeadd),
    "timecmp": on_plain("string, string", _timecmp),
}
