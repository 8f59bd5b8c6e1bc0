"""Files come over HTTP whole or not at all, and never from an address that is not safe."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from gatepost.services.downloads import NotFetched, download


class Server(BaseHTTPRequestHandler):
    answers: ClassVar[dict[str, Callable[[Server], None]]] = {}

    def do_GET(self) -> None:
        self.answers[self.path](self)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def give(self, body: bytes, code: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def drip(server: Server) -> None:
    server.send_response(200)
    server.end_headers()
    for _ in range(40):
        try:
            server.wfile.write(b"x")
            server.wfile.flush()
        except OSError:
            return
        time.sleep(0.05)


Server.answers = {
    "/good": lambda server: server.give(b"new"),
    "/moved": lambda server: server.give(b"", 302, Location="/good"),
    "/away": lambda server: server.give(b"", 302, Location="http://example.com/x"),
    "/file": lambda server: server.give(b"", 302, Location="file:///etc/hostname"),
    "/round": lambda server: server.give(b"", 302, Location="/round"),
    "/missing": lambda server: server.give(b"no", 404),
    "/short": lambda server: server.give(b"ne", length=100),
    "/large": lambda server: server.give(b"x" * 3000),
    "/garbage": lambda server: server.wfile.write(b"\x00\xff not http\r\n\r\n") and None,
    "/drip": drip,
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def accept(_: str) -> None:
    """Takes any file."""


@pytest.mark.parametrize("path", ["/good", "/moved"])
def test_a_file_replaces_the_one_that_was_there(address: str, path: str, tmp_path: Path) -> None:
    target = tmp_path / "feed"
    target.write_text("old")
    download(address + path, str(target), most_bytes=1000, seconds=10, verify=accept)
    assert target.read_text() == "new"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/missing", "answers 404"),
        ("/away", "no https address"),
        ("/file", "answers 302"),
        ("/round", "answers 302"),
        ("/short", "broke off"),
        ("/large", "larger than"),
        ("/garbage", "cannot be read"),
        ("/drip", "takes too long"),
    ],
)
def test_what_goes_wrong_is_told_and_the_old_file_stays(address: str, path: str, why: str, tmp_path: Path) -> None:
    target = tmp_path / "feed"
    target.write_text("old")
    with pytest.raises(NotFetched, match=why):
        download(address + path, str(target), most_bytes=1000, seconds=0.5, verify=accept)
    assert (target.read_text(), len(list(tmp_path.iterdir()))) == ("old", 1)


@pytest.mark.parametrize(
    "unsafe", ["http://example.com/x", "file:///etc/passwd", "ftp://example.com/x", "x", "http://["]
)
def test_only_encrypted_addresses_are_asked(unsafe: str, tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="no https address"):
        download(unsafe, str(tmp_path / "feed"), most_bytes=1, seconds=1, verify=accept)


def test_nobody_listening_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="cannot be reached"):
        download("http://127.0.0.1:9/x", str(tmp_path / "feed"), most_bytes=1, seconds=1, verify=accept)


def test_what_is_not_meant_is_not_taken(address: str, tmp_path: Path) -> None:
    def refuse(path: str) -> None:
        raise ValueError(Path(path).read_text())

    with pytest.raises(ValueError, match="new"):
        download(f"{address}/good", str(tmp_path / "feed"), most_bytes=1000, seconds=10, verify=refuse)
    assert list(tmp_path.iterdir()) == []
