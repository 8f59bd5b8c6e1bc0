"""JSON over HTTP: certificates are verified, answers bounded, credentials shown nowhere."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.routing.hosts.host import Answer, Asked, Host, serving

from gatepost.services import web
from gatepost.services.patience import Patience
from gatepost.services.web import Refused, Web, safe_address, without_secrets


class Said(Host):
    def __init__(self, said: Answer) -> None:
        super().__init__()
        self.said = said

    def answer(self, asked: Asked) -> Answer:
        return self.said


def patience() -> Patience:
    return Patience(20, sleep=lambda _: None)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.com/a", True),
        ("https://example.com:8443/a", True),
        ("http://127.0.0.1:1/a", True),
        ("http://localhost:1/a", True),
        ("http://example.com/a", False),
        ("http://127.0.0.1.example.com/a", False),
        ("http://localhost@example.com/", False),
        ("https://user:pw@example.com/", False),
        ("https://example.com/\r\nX: y", False),
        ("https://exa mple.com/", False),
        ("https:///a", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_an_address_has_to_be_encrypted_unless_it_is_this_machines(address: str, safe: bool) -> None:
    if safe:
        assert safe_address(address, "X") == address
        return
    with pytest.raises(Refused, match=r"^X holds no https address$"):
        safe_address(address, "X")


def test_an_answer_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MOST_BYTES", 1000)
    with serving(Said(Answer(200, "x" * 5000))) as host, pytest.raises(Refused, match="more than"):
        Web(host.address, {}, patience()).ask("GET", "/")


def test_an_answer_that_nests_too_deep_is_no_answer() -> None:
    deep: list[object] = []
    for _ in range(900):
        deep = [deep]
    with serving(Said(Answer(200, deep))) as host:
        assert Web(host.address, {}, patience()).ask("GET", "/").status == 200


def test_what_a_host_says_is_one_short_line_without_what_must_not_be_shown() -> None:
    text = without_secrets("no\n\x1b[31m tok-123456 " + "x" * 500, ["tok-123456"])
    assert "tok-123456" not in text
    assert text.isprintable()
    assert len(text) == 200


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[str]:
    """A host whose certificate nobody vouches for."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not there to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *more], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_certificate_that_nobody_vouches_for_is_refused(encrypted: str) -> None:
    with pytest.raises(Refused, match="certificate"):
        Web(encrypted, {"Authorization": "Bearer secret-1"}, patience()).ask("GET", "/")


def test_the_libraries_refuse_it_too(encrypted: str) -> None:
    pytest.importorskip("github")
    pytest.importorskip("gitlab")
    from gatepost.services.github_issues import GitHubIssues
    from gatepost.services.gitlab_issues import GitLabIssues

    for tracker in (
        GitHubIssues(encrypted, "acme/shop", "secret-1", patience()),
        GitLabIssues(encrypted, "acme/shop", "secret-1", patience()),
    ):
        with pytest.raises(Refused, match="certificate"):
            tracker.find("0" * 12)
