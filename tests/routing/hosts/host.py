"""A host on the loopback interface that remembers what it was asked and can be told to fail; never a real one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.raw) if self.raw else None


class Answer(NamedTuple):
    status: int = 200
    data: Any = None
    headers: Mapping[str, str] = {}
    delay: float = 0.0
    broken: bool = False
    raw: str = ""  # in place of JSON


class Fault(NamedTuple):
    """An answer in place of the host's own, to the requests that `on` holds for; after `done` the work is done, too."""

    on: Callable[[Asked], bool]
    answer: Answer
    done: bool = False


class Described(Protocol):
    """What a host says of its own API: `fault` of a request ("" for none), `held` gives an answer as it would be."""

    def fault(self, asked: Asked) -> str: ...

    def held(self, asked: Asked, answer: Answer) -> Answer: ...


class Host:
    """What every host has: a lock, a log, faults that are used up one by one.

    `described` is held against what is asked and answered; `wrong` are the answers that the host would not give.
    """

    described: Described | None = None
    malformed = 422  # what a request is answered that the description does not allow

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.asked: list[Asked] = []
        self.faults: list[Fault] = []
        self.wrong: list[str] = []
        self.address = ""

    def answer(self, asked: Asked) -> Answer:
        raise NotImplementedError

    def fail(self, method: str, part: str, answer: Answer, *, times: int = 1, done: bool = False) -> None:
        fault = Fault(lambda asked: asked.method == method and part in asked.path, answer, done)
        self.faults.extend([fault] * times)

    def take(self, asked: Asked) -> Answer:
        with self.lock:
            self.asked.append(asked)
            fault = next((one for one in self.faults if one.on(asked)), None)
            if fault is None:
                return self._held(asked)
            self.faults.remove(fault)
            if fault.done:
                self._held(asked)
            return fault.answer

    def _held(self, asked: Asked) -> Answer:
        if self.described is None:
            return self.answer(asked)
        fault = self.described.fault(asked)
        if fault:
            return Answer(self.malformed, {"message": f"Validation Failed: {fault}"})
        try:
            return self.described.held(asked, self.answer(asked))
        except AssertionError as error:
            self.wrong.append(str(error))
            return Answer(599, {"message": str(error)})

    def writes(self) -> list[Asked]:
        return [one for one in self.asked if one.method not in ("GET", "HEAD") and "/search" not in one.path]


def handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def _take(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            given = parse_qs(parts.query, keep_blank_values=True)
            query = {name: ",".join(values) if "[]" in name else values[-1] for name, values in given.items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = host.take(Asked(self.command, parts.path, query, headers, raw))
            if answer.delay:
                time.sleep(answer.delay)
            if answer.broken:
                self.close_connection = True
                self.connection.close()
                return
            body = answer.raw.encode() if answer.data is None else json.dumps(answer.data).encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/json; charset=utf-8")
            for name, value in answer.headers.items():
                self.send_header(name, value)
            with suppress(OSError):  # whoever asked may have gone
                self.end_headers()
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _take  # noqa: N815

    return Handler


@contextmanager
def serving(host: Host) -> Iterator[Host]:
    """Let a host answer as long as the context lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(host))
    server.daemon_threads = True
    host.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
    assert not host.wrong, f"the host would not answer this: {host.wrong}"
