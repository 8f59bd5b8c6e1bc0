"""How long a host may take, and how long it asks to be left alone; never sends anything itself.

Sources: RFC 9110 (Retry-After), "Rate limits for the REST API" (GitHub), "Rate limits" (GitLab, Jira Cloud, Slack).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

MOST_TRIES = 5
LONGEST_WAIT = 60.0  # of our own choice; a host may ask for more
_FIRST_WAIT = 1.0


class OutOfTime(Exception):
    """A host asked for more time than there is; its text says so."""


class LeadsElsewhere(Exception):
    """A host sent us to another address, where a credential does not go along."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the host leads to another address ({status}), which is not followed")


class Patience:
    """The time that is left for one host.

    `now` gives seconds of the day's clock (epoch), `sleep` waits; tests give their own. All that is
    waited goes through `wait`.
    """

    def __init__(
        self, seconds: float, now: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.now = now
        self._sleep = sleep
        self._until = now() + seconds
        self._quiet_until = 0.0
        self._wrote_at = 0.0

    @property
    def left(self) -> float:
        """How many seconds there are."""
        return self._until - self.now()

    def wait(self, seconds: float) -> None:
        """Wait; raises OutOfTime, at once, when that takes longer than there is time."""
        if seconds > self.left:
            raise OutOfTime(f"the host asks to wait {seconds:.0f} s, and there are {max(0.0, self.left):.0f} s left")
        if seconds > 0:
            self._sleep(seconds)

    def before_request(self) -> None:
        """Wait until the host is ready to be asked again, as its last answer told. Raises OutOfTime."""
        self.wait(max(0.0, self._quiet_until - self.now()))
        if self.left <= 0:
            raise OutOfTime("the time for this host is over")

    def before_write(self, apart: float) -> None:
        """Wait until the last write is `apart` seconds ago. Raises OutOfTime."""
        self.wait(max(0.0, self._wrote_at + apart - self.now()))
        self._wrote_at = self.now()

    def heard(self, headers: Mapping[str, str]) -> None:
        """Take note of what an answer says of the requests that are left."""
        if headers_value(headers, *_REMAINING).strip() == "0":
            reset = self._reset(headers)
            if reset is not None:
                self._quiet_until = self.now() + reset

    def after(self, method: str, status: int, headers: Mapping[str, str], tried: int) -> float | None:
        """Return how many seconds to wait before the same request is sent again; None: it is not to be.

        `tried` counts the tries so far, from 1. What the host refuses to look at (429, 503 with a time, 403 of a rate
        limit) can be sent again whatever it is; after another fault of the host only what changes nothing can, since
        nobody knows whether it was done.
        """
        if tried >= MOST_TRIES:
            return None
        asked = self._retry_after(headers)
        limited = status == 429 or (
            status == 403 and (asked is not None or headers_value(headers, *_REMAINING).strip() == "0")
        )
        if limited:
            wait = asked if asked is not None else self._reset(headers)
            return wait if wait is not None else self._backoff(tried)
        if status == 503 and asked is not None:
            return asked
        if status in (500, 502, 503, 504, 520, 521, 522, 523, 524) and method in ("GET", "HEAD", "PUT"):
            return asked if asked is not None else self._backoff(tried)
        return None

    def _backoff(self, tried: int) -> float:
        return min(LONGEST_WAIT, _FIRST_WAIT * 2 ** (tried - 1))

    def _retry_after(self, headers: Mapping[str, str]) -> float | None:
        text = headers_value(headers, "retry-after").strip()
        if not text:
            return None
        if _is_number(text):
            return max(0.0, float(text))
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - self.now())
        except (ValueError, TypeError, OverflowError):
            return None

    def _reset(self, headers: Mapping[str, str]) -> float | None:
        """Return the seconds until a limit is lifted: told as a time of day (epoch or ISO) or as seconds."""
        text = headers_value(headers, "x-ratelimit-reset", "ratelimit-reset").strip()
        if _is_number(text):
            number = float(text)
            return max(0.0, number - self.now()) if number > 10**8 else number
        if len(text) >= 16 and text[4:5] == "-":
            from datetime import UTC, datetime

            try:
                told = datetime.fromisoformat(text.replace("Z", "+00:00"))
            except ValueError:
                return None
            told = told if told.tzinfo else told.replace(tzinfo=UTC)
            return max(0.0, told.timestamp() - self.now())
        return None


_REMAINING = ("x-ratelimit-remaining", "ratelimit-remaining")


def _is_number(text: str) -> bool:
    return len(text) < 16 and text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit()


def headers_value(headers: Mapping[str, str], *names: str) -> str:
    """Return the first header of these names (in small letters), "" where there is none."""
    for name, value in headers.items():
        if name.lower() in names:
            return value
    return ""
