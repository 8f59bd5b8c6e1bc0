"""What stands before what, in each sort that has an order."""

from __future__ import annotations

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.conditions.ordered import likely_sort, order_key, order_key_or_none

RISING = [
    ("version", ["0.2", "1.0", "1.0.1", "1.2", "1.10", "2.0.0-alpha", "2.0.0-beta.2", "2.0.0-beta.10", "2.0.0", "10"]),
    (
        "date",
        ["1999-12-31", "2024-02-29", "2024-03-01", "2024-03-01T00:00:01Z", "2024-03-01T12:00:00-05:00", "2026-01-01"],
    ),
    ("duration", [0, "1s", 59, "1m", "PT1H", "1h30m", "1 day", "P1W", "30 days", "P1Y"]),
    ("size", [1, "1k", "1Ki", "1 MB", "1Mi", "1.5G", "10Gi", "1TiB"]),
    ("severity", ["info", "low", "medium", "high", "critical"]),
    ("number", ["-1", 0, "0.5", 1, "1e3"]),
]


@pytest.mark.parametrize(("kind", "rising"), RISING)
def test_the_order_of_a_sort(kind, rising):
    keys = [order_key(kind, one) for one in rising]
    assert all(a < b for a, b in itertools.pairwise(keys))


@pytest.mark.parametrize(
    ("kind", "text"),
    [("version", "latest"), ("version", True), ("date", "2026-02-29"), ("date", "tomorrow"), ("duration", "P"),
     ("duration", ""),
     ("duration", "3 apples"), ("size", "big"), ("severity", "unknown"), ("number", "1,5"), ("number", True)],
)  # fmt: skip
def test_what_is_not_of_the_sort_is_refused(kind, text):
    with pytest.raises(ValueError, match=r"\w"):
        order_key(kind, text)


@given(st.dates(), st.dates())
def test_dates_stand_as_many_seconds_apart_as_the_calendar_says(one, other):
    apart = order_key("date", other.isoformat()) - order_key("date", one.isoformat())
    assert apart == (other - one) / datetime.timedelta(seconds=1)


@given(st.text(max_size=30), st.sampled_from([kind for kind, _ in RISING]))
def test_any_text_is_answered(text, kind):
    order_key_or_none(kind, text)
    likely_sort(text)
