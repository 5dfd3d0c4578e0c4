"""Real nginx: with the configuration of docs/proxy the doctor finds nothing, with a thoughtless one much."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection

import pytest

from tests.doctor.certificates import make_certificate
from tests.doctor.installation import examine, make_sound
from tests.public.proxied import free_port, nginx
from tests.public.served import PATIENCE, Served, serve

THOUGHTLESS = """
user root; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
    access_log {folder}/access.log; {temporary}
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {pem}; ssl_certificate_key {pem};
        location / {{ proxy_pass http://127.0.0.1:{backend}; proxy_set_header Host localhost; }}
    }}
}}
"""


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate") / "localhost.pem")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sound(tmp_path_factory.mktemp("behind") / "data")


@pytest.fixture(scope="module")
def served(data: Path) -> Iterator[Served]:
    with serve(data, "--tls", "--behind-proxy") as running:
        yield running


@pytest.fixture(autouse=True)
def _trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))


@contextmanager
def thoughtless(program: str, folder: Path, backend: int, pem: Path) -> Iterator[int]:
    """nginx as somebody sets it up in five minutes; yields its port."""
    port = free_port()
    kinds = ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    words = THOUGHTLESS.format(folder=folder, port=port, pem=pem, backend=backend, temporary=temporary)
    (folder / "nginx.conf").write_text(words)
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                with suppress(OSError), create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def test_behind_the_nginx_of_the_documentation_nothing_is_found(
    nginx_path: str, data: Path, served: Served, pem: Path, tmp_path: Path
) -> None:
    with nginx(nginx_path, tmp_path, served.port, "localhost", pem) as proxied:
        found = re.search(
            r"listen 127.0.0.1:(\d+) default_server;\s+return 301", (tmp_path / "proxy.conf").read_text()
        )
        assert found
        url, plain = f"https://localhost:{proxied.port}/", found[1]
        diagnosis = examine(data, "--url", url, "--http-port", plain, "--logs", str(tmp_path))
    assert diagnosis.not_fine == {"server-output"}, diagnosis.said
    assert diagnosis.level("redirect") == diagnosis.level("marks") == "ok"


def test_behind_a_thoughtless_nginx_the_doctor_says_what_it_keeps_and_tells(
    nginx_path: str, data: Path, served: Served, pem: Path, tmp_path: Path
) -> None:
    with thoughtless(nginx_path, tmp_path, served.port, pem) as port:
        diagnosis = examine(data, "--url", f"https://localhost:{port}/", "--logs", str(tmp_path))
    assert diagnosis.status == 1
    assert diagnosis.not_fine == {"server-output", "version", "host-names", "marks"}, diagnosis.said
    assert "access.log" in diagnosis.words("marks")
