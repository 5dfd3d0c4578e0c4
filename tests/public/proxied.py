"""The proxies of docs/proxy as they stand there, in front of a real server, with a throw-away certificate."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.browser.certificate import SURVEY, make_certificate
from tests.public.builders import ROOT
from tests.public.served import PATIENCE

SNIPPETS = ROOT / "docs" / "proxy"
NAME = "survey.example.org"
VISITOR, CROWD = "127.0.0.9", "127.0.0.8"
"""Addresses of this machine from which visitors come in these tests."""


@dataclass
class Proxied:
    """A running proxy: its port for https, its folder with all that it may write."""

    port: int
    folder: Path

    def dial(self, source: str = CROWD, protocols: tuple[str, ...] = ()) -> ssl.SSLSocket:
        """A connection with TLS from this address."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(list(protocols))
        return context.wrap_socket(self.dial_plainly(source), server_hostname=SURVEY)

    def dial_plainly(self, source: str) -> socket.socket:
        """The same without TLS."""
        address = "127.0.0.1", self.port
        return socket.create_connection(address, timeout=PATIENCE, source_address=(source, 0))

    def exchange(self, sent: bytes) -> bytes:
        """Send these bytes on a connection of their own; return all that comes back until it closes."""
        with self.dial(VISITOR) as line:
            with suppress(OSError):
                line.sendall(sent)
            return b"".join(iter(lambda: _received(line), b""))

    def written(self) -> Iterator[tuple[Path, bytes]]:
        """Every file that it wrote, and what it said."""
        for path in self.folder.rglob("*"):
            if path.is_file() and path.suffix not in (".pem", ".conf"):
                yield path, path.read_bytes()


def _received(line: ssl.SSLSocket) -> bytes:
    try:
        return line.recv(65_536)
    except OSError:
        return b""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def filled_in(name: str, changes: Mapping[str, str]) -> str:
    """The snippet with each of these pieces replaced; each must be there."""
    text = (SNIPPETS / name).read_text()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(
    program: str, folder: Path, backend: int, name: str = SURVEY, pem: Path | None = None
) -> Iterator[Proxied]:
    """nginx before the server on port `backend`, by this name. It may make no file once it runs."""
    port, pem = free_port(), pem or make_certificate(folder).pem
    temporary = folder / "temporary"
    kinds = ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    changes = {
        "user www-data;": "user nobody nogroup;" if os.geteuid() == 0 else "",
        "/run/nginx.pid": f"{folder}/pid",
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{free_port()}",
        "/etc/ssl/survey.example.org.pem": str(pem),
        "/etc/ssl/survey.example.org.key": str(pem),
        NAME: name,
        "127.0.0.1:8000": f"127.0.0.1:{backend}",
        "http {\n": "http {\n" + "".join(f"{kind}_temp_path {temporary}/{kind};\n" for kind in kinds),
    }
    temporary.mkdir()
    (folder / "proxy.conf").write_text(filled_in("nginx.conf", changes))
    command = [program, "-p", str(folder), "-c", str(folder / "proxy.conf"), "-g", "daemon off;"]
    with _running(command, Proxied(port, folder)) as proxied:
        for path in (*temporary.iterdir(), temporary):
            if os.geteuid() == 0:
                shutil.chown(path, "root")
            path.chmod(0o500)
        yield proxied
        for path in (temporary, *temporary.iterdir()):
            path.chmod(0o700)


@contextmanager
def caddy(
    program: str, folder: Path, backend: int, name: str = SURVEY, pem: Path | None = None
) -> Iterator[Proxied]:
    """Caddy before the server on port `backend`, by this name."""
    port, pem = free_port(), pem or make_certificate(folder).pem
    changes = {
        f"{NAME} {{": f"https://{name}:{port} {{\n\tbind 127.0.0.1\n\ttls {pem} {pem}",
        "\tadmin off\n": f"\tadmin off\n\tauto_https disable_redirects\n\thttp_port {free_port()}\n",
        "127.0.0.1:8000": f"127.0.0.1:{backend}",
    }
    (folder / "proxy.conf").write_text(filled_in("Caddyfile", changes))
    command = [program, "run", "--adapter", "caddyfile", "--config", str(folder / "proxy.conf")]
    with _running(command, Proxied(port, folder)) as proxied:
        yield proxied


PROXIES: Mapping[str, Callable[..., AbstractContextManager[Proxied]]] = {"nginx": nginx, "caddy": caddy}


def open_for_nobody(folder: Path) -> Path:
    """The folder, into which nginx's workers come: they are nobody, where root starts it."""
    for path in (folder, *folder.parents):
        if path.stat().st_uid == folder.stat().st_uid and path != path.parent:
            path.chmod(path.stat().st_mode | 0o111)
    return folder


@contextmanager
def _running(command: list[str], proxied: Proxied) -> Iterator[Proxied]:
    surroundings = {**os.environ, "HOME": str(proxied.folder), "XDG_DATA_HOME": str(proxied.folder)}
    with (
        (proxied.folder / "said").open("wb") as said,
        subprocess.Popen(command, stdout=said, stderr=said, env=surroundings) as process,
    ):
        try:
            _await(proxied.port, process)
            yield proxied
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert process.poll() is None, "the proxy did not start"
        assert time.monotonic() < end
        time.sleep(0.05)
