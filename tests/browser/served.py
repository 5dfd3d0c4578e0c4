"""Run the real commands as their own processes behind TLS. Nothing of the servers is imported here."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .certificate import STAFF, SURVEY
from .folder import Folder
from .front import Front, tls_front
from .window import until

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Served:
    """A running server and its front."""

    url: str
    front: Front
    folder: Folder


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        line.request("GET", "/help")
        status = line.getresponse().status
        line.close()
        return status < 500
    return False


@contextmanager
def running(command: list[str], settings: Mapping[str, str], pem: Path) -> Iterator[Front]:
    """Start COMMAND on a free port, wait until it answers, and put a TLS front before it."""
    port = free_port()
    whole = [str(BIN / command[0]), *command[1:], "--port", str(port)]
    with subprocess.Popen(whole, env=os.environ | settings) as server:
        try:
            until(lambda: server.poll() is not None or _answers(port), f"{command[0]} to answer")
            assert server.poll() is None, f"{command[0]} ended with {server.returncode}"
            with tls_front(pem, port) as front:
                yield front
        finally:
            server.terminate()


@contextmanager
def public_server(folder: Folder, pem: Path) -> Iterator[Served]:
    """`yourvoice serve` on FOLDER."""
    command = ["yourvoice", "serve", "--data", str(folder.data)]
    with running(command, {"YOURVOICE_HOSTS": SURVEY, "YOURVOICE_TLS": "1"}, pem) as front:
        yield Served(f"https://{SURVEY}:{front.port}", front, folder)


@contextmanager
def staff_server(data: Path, pem: Path) -> Iterator[str]:
    """`yourvoice-admin serve` on DATA; its address."""
    command = ["yourvoice-admin", "serve", "--data", str(data), "--tls"]
    with running(command, {"YOURVOICE_STAFF_HOSTS": STAFF}, pem) as front:
        yield f"https://{STAFF}:{front.port}"
