"""The server's floor: gunicorn, Flask and one durable commit a survey. No seal, no check, no promise."""

import gzip
import os
import secrets
import sqlite3
from contextlib import closing
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as Answer

STORE = os.environ.get("BENCH_PLAIN_STORE", ":memory:")
PAGE = gzip.compress(os.environ.get("BENCH_PLAIN_PAGE", "").encode())

app = Flask(__name__, static_folder=None)


@app.get("/")
@app.get("/thanks")
def page() -> Response:
    """The same bytes for everybody."""
    return Response(PAGE, headers={"Content-Encoding": "gzip"}, mimetype="text/html")


@app.post("/send")
def send() -> Answer:
    """Keep what was sent, on the disk, before saying thanks."""
    with closing(sqlite3.connect(STORE, timeout=10)) as store, store:
        sheet = urlencode(list(request.form.items(multi=True)))
        store.execute("INSERT INTO sheets VALUES (?, ?)", (secrets.token_bytes(16), sheet))
    return redirect("/thanks", 303)
