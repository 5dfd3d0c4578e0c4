"""What keeps a visit private whatever the page: headers, no session, no multipart, no talkative log.

It never looks at what was sent.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from survey_app.rendering import content_policy

MAX_BODY = 65_536
FORM_TYPE = "application/x-www-form-urlencoded"
FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture",
    "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "identity-credentials-get",
    "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access", "usb",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "X-Robots-Tag": "noindex",
}
TLS_HEADER = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class PlainForm(FormDataParser):
    """Reads a plain form of at most MAX_BODY bytes; anything else, multipart files above all, stays unread.

    The library's own reader would cut a body in chunks at the cap, and take one that broke off for whole.
    """

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: object = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        """The form's fields. Raises RequestEntityTooLarge, and BadRequest for a body that broke off."""
        if mimetype != FORM_TYPE:
            raise BadRequest
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise RequestEntityTooLarge
        if content_length is not None and len(body) != content_length:
            raise BadRequest
        fields = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
        return stream, MultiDict(fields), MultiDict()


class QuietRequest(Request):
    """A request whose body is a plain form or nothing."""

    form_data_parser_class = PlainForm


class NoSession(SecureCookieSessionInterface):
    """No session at all: nothing is read from a cookie and none is ever set."""

    def open_session(self, app: Flask, request: Request) -> None:
        return None


class QuietFlask(Flask):
    """A Flask application that says of an error its kind only."""

    request_class = QuietRequest
    session_interface = NoSession()

    def log_exception(self, exc_info: _ExcInfo) -> None:
        """The kind of the error: its text or its traceback could hold an answer."""
        say_kind(exc_info[0])


def say_kind(kind: type[BaseException] | None) -> None:
    """One line on standard error, without any content."""
    sys.stderr.write(f"error: {kind.__name__ if kind else 'unknown'}\n")


def add_headers(response: Response, tls: bool) -> Response:
    """The response with every header that PROMISES.md asks for."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Content-Security-Policy", content_policy())
    if tls:
        response.headers[TLS_HEADER[0]] = TLS_HEADER[1]
    return response
