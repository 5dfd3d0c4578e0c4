"""The floor: the same questions as one hand-written page and the smallest server that could take them.

It is what a page can weigh at least. It keeps nothing, seals nothing, and must never be used to ask anybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from gzip import compress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from survey_app.instrument.model import Multi, OpenText
from survey_app.instrument.snapshot import Question, Snapshot, Wording

STYLE = (
    "body{font:18px/1.4 system-ui,sans-serif;max-width:36em;margin:0 auto;padding:0 16px 48px}"
    "fieldset{border:0;padding:0;margin:0 0 28px}legend{font-weight:600;padding:0;margin:0 0 6px}"
    "fieldset label{display:flex;align-items:center;gap:12px;min-height:48px;border:1px solid #767676;"
    "border-radius:8px;margin:0 0 6px;padding:0 12px}input{width:22px;height:22px;margin:0}"
    "textarea,button{font:inherit;width:100%;min-height:52px;border-radius:8px}"
)
VIEWPORT = '<meta name=viewport content="width=device-width,initial-scale=1">'
HEAD = f"<!doctype html><html lang=en><meta charset=utf-8>{VIEWPORT}"


def floor_page(snapshot: Snapshot) -> str:
    """The whole survey as one form without a line that could be left out."""
    wording = snapshot.wording(snapshot.instrument.source_language)
    parts = [f"{HEAD}<title>{escape(str(wording('title')))}</title><style>{STYLE}</style>"]
    parts.append(f"<main><h1>{escape(str(wording('title')))}</h1><form method=post action=/submit>")
    section = ""
    for place, question in enumerate(snapshot.items(), 1):
        if question.section != section:
            section = question.section
            parts.append(f"<h2>{escape(str(wording(f'section.{section}.title')))}</h2>")
        parts.append(_field(question, wording, place))
    return "\n".join([*parts, "<button>Send</button></form></main></html>"])


def _field(question: Question, wording: Wording, place: int) -> str:
    said = escape(str(wording(f"{question.id}.text")))
    if isinstance(question.item, OpenText):
        return f"<fieldset><legend>{said}</legend><textarea name=q{place} rows=4></textarea></fieldset>"
    kind = "checkbox" if isinstance(question.item, Multi) else "radio"
    shared = getattr(question.item, "response_set", "")
    choices = "".join(
        f"<label><input type={kind} name=q{place} value={number}>"
        f"{escape(str(wording(f'response_set.{shared}.{option.value}')))}</label>"
        for number, option in enumerate(question.options, 1)
    )
    return f"<fieldset><legend>{said}</legend>{choices}</fieldset>"


@contextmanager
def floor_server(page: str) -> Iterator[str]:
    """Serve the page on a free local port; -> its address."""
    survey = compress(page.encode(), 9)
    thanks = compress(f"{HEAD}<title>Thank you</title><main><h1>Thank you</h1></main></html>".encode(), 9)

    class Floor(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = thanks if self.path == "/thanks" else survey
            self._answer(200, ("Content-Type", "text/html"), ("Content-Encoding", "gzip"), body=body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(303, ("Location", "/thanks"))

        def _answer(self, status: int, *headers: tuple[str, str], body: bytes = b"") -> None:
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is worth a line."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Floor)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
