"""Webhooks: signed, to public addresses only, and honest about what went wrong."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from pytest_django import Settings

from common.errors import InvalidInput
from common.webhooks import SIGNATURE_HEADER, WebhookError, check_webhook_url, send_webhook, sign


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it gets and answers what it was told to."""

    def do_POST(self) -> None:
        """Take a webhook."""
        length = int(self.headers["Content-Length"])
        server: Any = self.server
        server.got.append((self.path, self.headers, self.rfile.read(length)))
        self.send_response(server.answer)
        if server.answer == 302:
            self.send_header("Location", "/elsewhere/")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@contextmanager
def receiving(answer: int = 204) -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answer = [], answer
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def address_of(server: Any) -> str:
    return f"http://127.0.0.1:{server.server_port}/hook?key=1"


def send(url: str) -> int:
    return send_webhook(url=url, content={"b": 1, "a": "é"}, secret="sesame", at=1_700_000_000)


@pytest.fixture
def _open(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]


@pytest.mark.usefixtures("_open")
def test_what_is_sent_is_signed_json() -> None:
    with receiving() as server:
        assert send(address_of(server)) == 204
        [(path, headers, body)] = server.got
    assert path == "/hook?key=1"
    assert json.loads(body) == {"a": "é", "b": 1}
    expected = hmac.new(b"sesame", b"1700000000." + body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE_HEADER] == f"t=1700000000,v1={expected}"


def test_another_secret_or_instant_is_another_signature() -> None:
    told = {sign(b"{}", secret=secret, at=at) for secret in ("a", "b") for at in (1, 2)}
    assert len(told) == 4


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize(
    ("answer", "is_final"), [(302, True), (404, True), (410, True), (408, False), (429, False), (503, False)]
)
def test_what_is_no_success_says_so_and_whether_to_try_again(answer: int, is_final: bool) -> None:
    with receiving(answer) as server, pytest.raises(WebhookError, match=str(answer)) as failed:
        send(address_of(server))
    assert failed.value.is_final is is_final
    assert len(server.got) == 1


@pytest.mark.usefixtures("_open")
def test_a_host_that_is_away_can_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(WebhookError, match="could not be reached") as failed:
        send(f"http://127.0.0.1:{port}/")
    assert not failed.value.is_final


def test_this_machine_is_not_asked() -> None:
    with receiving() as server, pytest.raises(WebhookError, match="private network") as failed:
        send(address_of(server))
    assert failed.value.is_final
    assert server.got == []


@pytest.mark.parametrize("private", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_a_public_name_with_a_private_address_is_refused(private: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One private address among public ones is enough: which is connected to must not be a matter of luck."""
    found = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (private, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(WebhookError, match="private network"):
        send("https://hooks.example.com/")


def test_the_connection_goes_to_the_address_that_was_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def refuse(address: Any, *_: Any) -> None:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.216.34", 443))])
    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(WebhookError):
        send("https://hooks.example.com/")
    assert asked == [("93.184.216.34", 443)]


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://LOCALHOST.:8000/",
        "https://127.0.0.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://0.0.0.0/",
        "http://10.0.0.8/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.google.internal/",
        "http://printer.local/",
        "http://database/",
        "http://224.0.0.1/",
    ],
)
def test_a_private_host_is_refused_when_it_is_typed(url: str) -> None:
    with pytest.raises(InvalidInput, match="private network") as refused:
        check_webhook_url(url, field="webhook_url")
    assert refused.value.field == "webhook_url"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "example.com/hook",
        "https://",
        "https://user:secret@example.com/",
        "https://exa mple.com/",
        "https://example.com/\r\nX: 1",
        "https://example.com:99999/",
        "javascript:alert(1)",
        "",
        "https://[::1",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        check_webhook_url(url, field="webhook_url")


def test_a_public_address_is_taken_without_asking_anybody() -> None:
    assert check_webhook_url(" https://hooks.example.com/x?y=1 ", field="url") == "https://hooks.example.com/x?y=1"


def test_a_private_host_can_be_allowed(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["hooks.internal"]
    assert check_webhook_url("http://hooks.internal/x", field="url") == "http://hooks.internal/x"
