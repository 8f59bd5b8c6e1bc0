"""Fetches a file over HTTP, whole or not at all; never runs unless a person asks for it by a command."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import IO, Any
from urllib.parse import urlsplit

# One answer of the server; all of them together have the time that the caller gives.
_ANSWER_SECONDS = 30
_BLOCK = 64 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class NotFetched(Exception):
    """A file that could not be fetched; its text says why."""


def download(address: str, path: str, *, most_bytes: int, seconds: float, verify: Callable[[str], None]) -> None:
    """Fetch `address` and put it at `path` in one step.

    `verify` is given the path of the fetched file before anything is replaced, and raises where it is not what was
    meant; its exception goes through. Raises NotFetched for everything else; what was at `path` then stays.
    """
    _require_safe(address)
    beside = f"{path}.{os.getpid()}.tmp"
    try:
        with open(beside, "wb") as file:
            _fetch(address, file, most_bytes, time.monotonic() + seconds)
        verify(beside)
        os.replace(beside, path)
    except OSError as error:
        raise NotFetched(f"it cannot be written: {(error.strerror or str(error)).lower()}") from None
    finally:
        if os.path.exists(beside):
            os.unlink(beside)


def _require_safe(address: str) -> None:
    """Raise NotFetched for an address that is not encrypted, unless it is this machine's own."""
    try:
        parts = urlsplit(address)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    except ValueError:
        safe = False
    if not safe:
        raise NotFetched(f"{address!r} is no https address")


class _OnlySafe(urllib.request.HTTPRedirectHandler):
    """Follows redirections, but never from an encrypted address to one that is not."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        _require_safe(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetch(address: str, file: IO[bytes], most_bytes: int, until: float) -> None:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _OnlySafe(),
    ):
        opener.add_handler(handler)
    request = urllib.request.Request(address, headers={"User-Agent": "gatepost", "Accept": "*/*"})
    try:
        with opener.open(request, timeout=_ANSWER_SECONDS) as answer:
            _copy(answer, file, most_bytes, until)
    except urllib.error.HTTPError as error:
        raise NotFetched(f"the server answers {error.code}") from None
    except urllib.error.URLError as error:
        raise NotFetched(f"the server cannot be reached: {error.reason}") from None
    except TimeoutError:
        raise NotFetched("the server takes too long") from None
    except (HTTPException, ValueError) as error:
        raise NotFetched(f"the server's answer cannot be read: {type(error).__name__}") from None
    except OSError as error:
        raise NotFetched(f"the connection broke: {(error.strerror or str(error)).lower()}") from None


def _copy(answer: Any, file: IO[bytes], most_bytes: int, until: float) -> None:
    expected = answer.headers.get("Content-Length")
    size = 0
    while block := answer.read1(_BLOCK):
        size += len(block)
        if size > most_bytes:
            raise NotFetched(f"it is larger than {most_bytes >> 20} MB")
        if time.monotonic() > until:
            raise NotFetched("the server takes too long")
        file.write(block)
    if expected is not None and expected.isdigit() and int(expected) != size:
        raise NotFetched(f"the server broke off after {size} of {expected} bytes")
