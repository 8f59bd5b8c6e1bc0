"""ISO dates as text ("2027-03-31" compares as it is), and numbers of days ("7d"); never the clock."""

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


def days_of(text: str) -> int | None:
    """Return the days that a text such as "7d" or "2w" stands for, None where it is none of these."""
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdigit() and len(number) < 6 and unit in ("d", "w")):
        return None
    return int(number) * (7 if unit == "w" else 1)


def days_since(day: str, today: str) -> int:
    """Return how many days lie between two ISO dates, negative when the first is later."""
    from datetime import date

    return (date.fromisoformat(today) - date.fromisoformat(day)).days


def day_after(day: str, days: int) -> str:
    """Return the ISO date that lies a number of days after another one (before it, when less than 0)."""
    from datetime import date, timedelta

    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except OverflowError:
        return "9999-12-31" if days > 0 else "0001-01-01"
