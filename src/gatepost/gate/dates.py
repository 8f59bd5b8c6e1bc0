"""ISO dates as text: "2027-03-31" compares as it is; never the clock."""

from __future__ import annotations

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar written as YYYY-MM-DD, so that dates compare as texts."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-" or not text.isascii():
        return False
    year, month, day = text[:4], text[5:7], text[8:]
    if not (year.isdigit() and month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and int(year)):
        return False
    leap = int(year) % 4 == 0 and (int(year) % 100 != 0 or int(year) % 400 == 0)
    return 1 <= int(day) <= _DAYS[int(month) - 1] + (1 if leap and month == "02" else 0)
