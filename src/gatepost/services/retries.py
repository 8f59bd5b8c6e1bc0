"""Patience for the libraries that speak to GitHub and GitLab through urllib3; never loaded without one of them."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.util.retry import Retry

from gatepost.services.patience import MOST_TRIES, LeadsElsewhere, OutOfTime, Patience


class Retries(Retry):
    """Asks a `Patience` whether and when a request is sent again."""

    def __init__(self, *given: Any, patience: Patience, tried: int = 0, wait: float = 0.0, **named: Any) -> None:
        named.setdefault("total", None)
        named.setdefault("raise_on_status", False)
        named.setdefault("redirect", 0)
        super().__init__(*given, **named)
        self._patience = patience
        self._tried = tried
        self._wait = wait

    def new(self, **changed: Any) -> Retries:
        """Return a copy with some things changed."""
        changed.setdefault("tried", self._tried)
        changed.setdefault("wait", self._wait)
        return super().new(patience=self._patience, **changed)

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:  # noqa: ARG002
        """Whether an answer is to be looked at by `increment`, which alone sees its headers."""
        return status_code in (403, 429) or status_code >= 500 or 300 <= status_code < 400

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: TracebackType | None = None,
    ) -> Retries:
        """Return what the next try goes by; raises where there is none, which hands the answer to whoever asked."""
        tried = self._tried + 1
        if response is not None:
            if response.status < 400:
                raise LeadsElsewhere(response.status)
            headers = dict(response.headers.items())
            self._patience.heard(headers)
            wait = self._patience.after(method or "POST", response.status, headers, tried)
            if wait is None:
                raise MaxRetryError(_pool, url or "", None)
            return self.new(tried=tried, wait=wait)
        # Nothing was sent where no connection came about.
        if isinstance(error, NewConnectionError | ConnectTimeoutError) and tried < min(3, MOST_TRIES):
            return self.new(tried=tried, wait=float(tried))
        if isinstance(error, ReadTimeoutError | ProtocolError):
            raise error
        raise MaxRetryError(_pool, url or "", error)

    def sleep(self, response: Any = None) -> None:  # noqa: ARG002
        """Wait as the last answer asked. Raises OutOfTime."""
        self._patience.wait(self._wait)


def what_of(error: BaseException) -> str:
    """Return what an exception of a library says, in our words: nothing of the request may be shown."""
    current: BaseException | None = error
    for _ in range(10):
        if current is None:
            break
        if isinstance(current, OutOfTime | LeadsElsewhere):
            return str(current)
        current = current.__cause__ or current.__context__
    if isinstance(error, requests.exceptions.SSLError):
        return "the certificate of the host cannot be verified"
    if isinstance(error, requests.ConnectionError):
        return "the host cannot be reached"
    if isinstance(error, requests.Timeout):
        return "the host takes too long"
    return f"the host's answer cannot be read: {type(error).__name__}"
