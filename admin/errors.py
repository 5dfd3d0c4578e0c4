"""What goes wrong, said kindly: one constant page per status. Never a traceback, never what was asked."""

from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from admin.audit import AuditError


@dataclass(frozen=True)
class Trouble:
    """One error page."""

    status: int
    title: str
    text: str
    remedy: str


_TROUBLES = {
    trouble.status: trouble
    for trouble in (
        Trouble(
            400,
            "That did not arrive as a page request",
            "Part of the address or of the form was damaged.",
            "Go back to the start and try again.",
        ),
        Trouble(
            403,
            "This page is not open to you",
            "Your role does not include it, or the form was not sent from your own page.",
            "Nothing was changed. The refusal is in the audit trail. If you need this page for "
            "your work, ask a supervisor.",
        ),
        Trouble(
            404,
            "There is no such page",
            "The address may be mistyped, or the page may have moved.",
            "Go back to the start and find it from there.",
        ),
        Trouble(
            405,
            "That cannot be done here",
            "This page can be read, not sent to, or the other way round.",
            "Go back to the start and try again.",
        ),
        Trouble(
            413,
            "That was too large",
            "No form of ours is that long.",
            "Nothing was changed. Go back and try again.",
        ),
        Trouble(
            500,
            "Something failed on our side",
            "It is not your fault, and no number has changed.",
            "Try again in a minute. If it stays, tell the operator the time at which it happened.",
        ),
        Trouble(
            503,
            "Not just now",
            "The server cannot write its records at the moment, and it shows nothing that it cannot record.",
            "Nothing was changed. Try again in a minute; tell the operator if it stays.",
        ),
    )
}


def guard_errors(app: Flask) -> None:
    """Answer every error of the application with its page."""

    def known(error: HTTPException) -> Response:
        return _page(error.code or 500)

    def unavailable(error: Exception) -> Response:
        app.logger.error("%s at %s", type(error).__name__, request.endpoint)
        return _page(503)

    def unknown(error: Exception) -> Response:
        # Only its kind: the error itself may hold what nobody should read in a log.
        app.logger.error("%s at %s", type(error).__name__, request.endpoint)
        return _page(500)

    app.register_error_handler(HTTPException, known)
    for kind in (OSError, OperationalError, AuditError):
        app.register_error_handler(kind, unavailable)
    app.register_error_handler(Exception, unknown)


def _page(status: int) -> Response:
    trouble = _TROUBLES.get(status) or _TROUBLES[400 if status < 500 else 500]
    return make_response(render_template("trouble.html", trouble=trouble), trouble.status)
