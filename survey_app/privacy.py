"""What keeps a visit private whatever the page: headers, no session, no multipart, no talkative log.

It never looks at what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Flask, Request
from flask.sessions import SecureCookieSessionInterface
from gunicorn.http.errors import ParseException
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from survey_app.hosting.quiet import say_kind
from survey_app.rendering import content_policy

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

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
POLICY = "Content-Security-Policy"
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
        try:
            body = stream.read(MAX_BODY + 1)
        except (OSError, ParseException) as error:  # chunks that are none
            raise BadRequest from error
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
    """A Flask application that says of an error its kind only, and puts HEADERS on whatever it answers."""

    request_class = QuietRequest
    session_interface = NoSession()

    def __init__(self, *, tls: bool) -> None:
        super().__init__("survey_app", static_folder=None)
        self._headers = [*HEADERS.items(), *([TLS_HEADER] if tls else [])]
        self._bare = [*self._headers, (POLICY, content_policy())]

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            has_policy = any(name == POLICY for name, _ in headers)
            return start_response(status, headers + (self._headers if has_policy else self._bare), *error)

        return super().wsgi_app(environ, start)

    def log_exception(self, exc_info: _ExcInfo) -> None:
        """The kind of the error: its text or its traceback could hold an answer."""
        say_kind(exc_info[0])
