"""Sends JSON to a host and reads its answer, with patience; never shows a credential, never follows to another place.

Redirections are not followed at all: a request carries a credential, and an API that has moved is to be named anew.
Certificates are always verified. What a host says of an error is shown in one short line, without anything we sent.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from http.client import HTTPException
from typing import Any, cast
from urllib.parse import urlsplit

from gatepost.model.records import NamedTuple
from gatepost.services.patience import OutOfTime, Patience

ANSWER_SECONDS = 30.0
MOST_BYTES = 16 * 1024 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SHORTEST_SECRET = 4
_BLOCK = 64 * 1024
_WHY = {401: "the credential is not accepted", 403: "the credential may not do this", 404: "it is not there"}
_MOST_CALLS = 3  # at a host that cannot be reached


class Refused(Exception):
    """A request that came to nothing; its text says why. `status` is 0 where no answer came."""

    def __init__(self, what: str, status: int = 0, unsure: bool = False) -> None:
        super().__init__(what)
        self.status = status
        self.unsure = unsure  # whether it may have been done all the same


class Moved(Refused):
    """What a request was about has changed meanwhile; its text says how."""


class Answer(NamedTuple):
    """What a host answered; `data` is None where it sent no JSON, and `text` is what it sent then."""

    status: int
    headers: Mapping[str, str]
    data: Any
    text: str = ""


def safe_address(address: str, what: str) -> str:
    """Return an address to send to; raises Refused where it is not encrypted, unless it is this machine's own.

    The text of the error does not show it: addresses of webhooks are credentials.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
        safe = bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))
        bare = parts.username is None and parts.password is None and parts.port != 0
    except ValueError:
        safe = bare = False
    if not safe or not bare or any(ord(sign) <= 32 or ord(sign) > 126 for sign in address):
        raise Refused(f"{what} holds no https address")
    return address.rstrip("/")


def _opener(proxy: str) -> urllib.request.OpenerDirector:
    """Return what opens addresses; without a handler for redirections, which are errors then."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler({"http": proxy} if proxy else None),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


class Web:
    """A host that is spoken to in JSON. `headers` go with every request; `secrets` never appear in what it raises.

    `proxy`: the address of what http addresses are asked through, "" for what the environment says.
    """

    def __init__(
        self,
        address: str,
        headers: Mapping[str, str],
        patience: Patience,
        secrets: Collection[str] = (),
        proxy: str = "",
    ) -> None:
        self._address = address
        self._headers = {"User-Agent": "gatepost", "Accept": "application/json", **headers}
        self._patience = patience
        self._secrets = [one for one in {*secrets, headers.get("Authorization", "")} if len(one) >= _SHORTEST_SECRET]
        self._opener = _opener(proxy)

    def ask(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] = {},
        repeatable: bool = False,
    ) -> Answer:
        """Send a request and return the answer, sending it again where that is right. Raises Refused.

        `repeatable`: sent twice, it counts once, whatever its method.
        """
        if data is not None:
            body = json.dumps(data, allow_nan=False).encode("utf-8")
        sent = {**self._headers, **headers}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        tried = 0
        while True:
            tried += 1
            try:
                self._patience.before_request()
                answer = self._once(method, path, body, sent, last=tried >= _MOST_CALLS)
                if answer is None:  # nothing was sent
                    self._patience.wait(float(tried))
                    continue
                self._patience.heard(answer.headers)
                if answer.status < 300:
                    return answer
                wait = self._patience.after("PUT" if repeatable else method, answer.status, answer.headers, tried)
                if wait is None:
                    raise self._refusal(method, answer)
                self._patience.wait(wait)
            except OutOfTime as error:
                raise Refused(str(error)) from None

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], *, last: bool
    ) -> Answer | None:
        """Return the answer; None where the host could not be reached and this was not the last try."""
        request = urllib.request.Request(self._address + path, data=body, headers=dict(headers), method=method)
        seconds = max(1.0, min(ANSWER_SECONDS, self._patience.left))
        try:
            with self._opener.open(request, timeout=seconds) as answer:
                return self._read(answer.status, answer.headers, answer)
        except urllib.error.HTTPError as error:
            with error:
                return self._read(error.code, error.headers, error)
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise Refused("the host takes too long", unsure=True) from None
            if not last:
                return None
            raise Refused(f"the host cannot be reached: {self._clean(str(error.reason))}") from None
        except TimeoutError:
            raise Refused("the host takes too long", unsure=True) from None
        except (HTTPException, ValueError) as error:
            raise Refused(f"the host's answer cannot be read: {type(error).__name__}", unsure=True) from None
        except OSError as error:
            raise Refused(f"the connection broke: {(error.strerror or '').lower()}", unsure=True) from None

    def _read(self, status: int, headers: Any, answer: Any) -> Answer:
        blocks: list[bytes] = []
        size = 0
        while block := answer.read1(_BLOCK):
            size += len(block)
            if size > MOST_BYTES:
                raise Refused(f"the host answers with more than {MOST_BYTES >> 20} MB", status, unsure=True)
            if self._patience.left <= 0:
                raise Refused("the host takes too long", status, unsure=True)
            blocks.append(block)
        content = b"".join(blocks)
        try:
            return Answer(status, dict(headers.items()), json.loads(content) if content.strip() else None)
        except (ValueError, RecursionError):
            return Answer(status, dict(headers.items()), None, content.decode("utf-8", "replace"))

    def _refusal(self, method: str, answer: Answer) -> Refused:
        status = answer.status
        if 300 <= status < 400:
            return Refused(f"the host leads to another address ({status}), which is not followed", status)
        return refusal(status, _said(answer.data), self._secrets, unsure=status >= 500 and method == "POST")

    def _clean(self, text: str) -> str:
        return without_secrets(text, self._secrets)


def refusal(status: int, said: str, secrets: Collection[str], unsure: bool) -> Refused:
    """Return what an answer of a host comes to as an error: the status in words, and what the host said of it."""
    text = f"the host answers {status}" + (f", {_WHY[status]}" if status in _WHY else "")
    shown = without_secrets(said, secrets)
    return Refused(f"{text}: {shown}" if shown else text, status, unsure)


def without_secrets(text: str, secrets: Collection[str]) -> str:
    """Return one short line of what a host said, without anything that must not be shown."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "[hidden]")
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= 200 else line[:199] + "…"


def _said(data: Any) -> str:
    """Return what hosts say of an error: GitHub's message, Jira's errorMessages and errors, ServiceNow's, Slack's."""
    if not isinstance(data, dict):
        return ""
    found = cast("dict[str, Any]", data)
    parts: list[str] = []
    error = found.get("error")
    if isinstance(error, dict):
        told = cast("dict[str, Any]", error)
        parts += [str(told.get(name)) for name in ("message", "detail") if told.get(name)]
    elif isinstance(error, str):
        parts.append(error)
    if isinstance(found.get("message"), str):
        parts.append(found["message"])
    messages = found.get("errorMessages")
    if isinstance(messages, list):
        parts += [str(one) for one in cast("list[Any]", messages)[:3]]
    errors = found.get("errors")
    if isinstance(errors, dict):
        parts += [f"{name}: {what}" for name, what in list(cast("dict[str, Any]", errors).items())[:3]]
    return "; ".join(parts)
