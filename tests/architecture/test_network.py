"""The suite's own walls: a test that reached out would pass here and fail elsewhere."""

import socket

import pytest

from tests.conftest import OutsideNetworkError


def test_a_connection_beyond_this_machine_is_refused() -> None:
    with socket.socket() as probe, pytest.raises(OutsideNetworkError, match=r"192\.0\.2\.1"):
        probe.connect(("192.0.2.1", 80))


def test_a_name_beyond_this_machine_is_not_looked_up() -> None:
    with pytest.raises(OutsideNetworkError, match=r"example\.com"):
        socket.getaddrinfo("example.com", 443)


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
