"""A server that cannot listen says why in one sentence, on both sides."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from survey_app.hosting.port import require_free_port
from survey_app.hosting.settings import Place
from tests.public.served import PATIENCE


def refused(side: str, data: Path, *flags: str) -> str:
    """What a start says that must end at once with nothing on stdout."""
    command = [sys.executable, "-m", f"{side}.commands", "serve", "--data", str(data), *flags]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr


@pytest.mark.parametrize("side", ["survey_app", "admin"])
def test_a_port_that_is_taken_is_said_in_one_sentence(sound: Path, side: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused(side, sound, "--port", str(port))
    assert said == f"Port {port} is taken: stop what uses it, or choose another with --port.\n"


def test_an_address_of_another_machine_is_said(sound: Path) -> None:
    said = refused("survey_app", sound, "--host", "192.0.2.1", "--hosts", "a.example")
    assert said == "This machine has no address 192.0.2.1: choose another with --host.\n"


def test_a_free_port_stays_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    for _ in range(2):
        require_free_port(Place(data=tmp_path, port=port))
    socket.create_server(("127.0.0.1", port)).close()
