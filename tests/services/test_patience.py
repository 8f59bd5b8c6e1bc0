"""How long a host is waited for, by what it says itself, on a clock of the test's own."""

from __future__ import annotations

import pytest

from gatepost.services.patience import MOST_TRIES, OutOfTime, Patience

NOW = 1_800_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def patience(seconds: float = 100.0) -> tuple[Patience, Clock]:
    clock = Clock()
    return Patience(seconds, lambda: clock.now, clock.sleep), clock


@pytest.mark.parametrize(
    ("method", "status", "headers", "wait"),
    [
        ("POST", 429, {"Retry-After": "7"}, 7.0),
        ("POST", 429, {"retry-after": "Fri, 15 Jan 2027 08:00:12 GMT"}, 12.0),
        ("POST", 429, {"Retry-After": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0.0),
        ("POST", 429, {"X-RateLimit-Reset": "1800000030"}, 30.0),
        ("POST", 429, {"RateLimit-Reset": "45"}, 45.0),
        ("POST", 429, {"X-RateLimit-Reset": "2027-01-15T08:00:20Z"}, 20.0),
        ("POST", 429, {}, 1.0),
        ("POST", 429, {"Retry-After": "soon", "X-RateLimit-Reset": "later"}, 1.0),
        ("POST", 403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1800000003"}, 3.0),
        ("POST", 403, {"Retry-After": "60"}, 60.0),
        ("POST", 403, {"X-RateLimit-Remaining": "10"}, None),
        ("POST", 503, {"Retry-After": "2"}, 2.0),
        ("POST", 503, {}, None),
        ("POST", 500, {}, None),
        ("GET", 500, {}, 1.0),
        ("PUT", 502, {}, 1.0),
        ("PATCH", 502, {}, None),
        ("GET", 501, {}, None),
        ("GET", 404, {}, None),
        ("POST", 422, {"Retry-After": "5"}, None),
    ],
)
def test_what_a_host_says_decides_whether_and_when_it_is_asked_again(
    method: str, status: int, headers: dict[str, str], wait: float | None
) -> None:
    waiting, _ = patience()
    assert waiting.after(method, status, headers, 1) == wait


def test_pauses_grow_and_end() -> None:
    waiting, _ = patience()
    pauses = [waiting.after("GET", 500, {}, tried) for tried in range(1, MOST_TRIES + 1)]
    assert pauses == [1.0, 2.0, 4.0, 8.0, None]


def test_no_more_is_waited_than_there_is_time() -> None:
    waiting, clock = patience(10)
    waiting.wait(6)
    with pytest.raises(OutOfTime, match="asks to wait 5 s, and there are 4 s left"):
        waiting.wait(5)
    assert clock.slept == [6]
    waiting.wait(4)
    with pytest.raises(OutOfTime, match="the time for this host is over"):
        waiting.before_request()


def test_a_used_up_quota_is_waited_for_before_the_next_request() -> None:
    waiting, clock = patience()
    waiting.heard({"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "1800000050"})
    waiting.before_request()
    assert clock.slept == []
    waiting.heard({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1800000050"})
    waiting.before_request()
    assert clock.slept == [50.0]
