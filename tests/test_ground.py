"""The ground that the tests stand on: the network is off, and what CI requires cannot be skipped."""

import socket

import pytest
from conftest import miss


@pytest.mark.parametrize("address", ["192.0.2.1", "example.org", "2001:db8::1"])
def test_a_connection_that_leaves_the_machine_is_refused(address: str) -> None:
    with pytest.raises(RuntimeError, match=f"network is off.*{address}"):
        socket.create_connection((address, 80))


def test_a_plain_socket_is_refused_too() -> None:
    with socket.socket() as line, pytest.raises(RuntimeError, match="network is off"):
        line.connect(("192.0.2.1", 80))


def test_a_connection_on_this_machine_is_let_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as line:
        line.connect(server.getsockname())
        assert line.getpeername() == server.getsockname()


def test_a_missing_browser_skips_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YOURVOICE_REQUIRE_BROWSERS", raising=False)
    with pytest.raises(pytest.skip.Exception):
        miss("Chromium", "YOURVOICE_REQUIRE_BROWSERS")


def test_a_required_browser_that_is_missing_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOURVOICE_REQUIRE_BROWSERS", "1")
    with pytest.raises(pytest.fail.Exception, match="YOURVOICE_REQUIRE_BROWSERS=1"):
        miss("Chromium", "YOURVOICE_REQUIRE_BROWSERS")
