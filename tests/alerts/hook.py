"""A real web server of this machine that takes alerts, or does something else with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Heard:
    """What came: method, path, headers and body of each request."""

    status: int = 204
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def hook_server(status: int = 204) -> Iterator[tuple[str, Heard]]:
    """Its address, and what came to it; a redirect leads to itself."""
    heard = Heard(status)

    class Hook(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            heard.requests.append((self.command, self.path, dict(self.headers), body))
            self.send_response(heard.status)
            if heard.status in range(300, 400):
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = _take  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hook?room=1", heard
        finally:
            server.shutdown()
