"""The API's addresses. They know tokens instead of sessions, read reports only, and change nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version

from flask import Blueprint, Response, jsonify, request

from admin.access import open_to_all
from admin.api.answers import Json, unit_scores, wave_list, wave_scores
from admin.api.description import description
from admin.api.tokens import Tokens
from admin.reports import Reports

_SCHEME = "Bearer "
View = Callable[..., Response]


class Api:
    """The API of one installation."""

    def __init__(self, reports: Reports, tokens: Tokens) -> None:
        self._reports = reports
        self._tokens = tokens

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("api", __name__, url_prefix="/api")
        pages.add_url_rule("/openapi.json", "described", self.described)
        for path, name, view in (
            ("/waves", "waves", self.waves),
            ("/waves/<wave>", "wave", self.wave),
            ("/waves/<wave>/units", "units", self.units),
        ):
            pages.add_url_rule(path, name, open_to_all(self._with_token(view)))
        return pages

    @open_to_all
    def described(self) -> Response:
        """What there is, for programs; it holds no number."""
        return jsonify(description(version("yourvoice")))

    def waves(self) -> Response:
        """All waves."""
        return jsonify(wave_list(self._reports.waves()))

    def wave(self, wave: str) -> Response:
        """One wave's scores."""
        found = self._reports.wave(wave)
        return _no_wave() if found is None else jsonify(wave_scores(found))

    def units(self, wave: str) -> Response:
        """One wave's units."""
        found = self._reports.units(wave)
        return _no_wave() if found is None else jsonify(unit_scores(found))

    def _with_token(self, view: View) -> View:
        """The gate knows sessions; here stands the check of the token, before everything else."""

        @wraps(view)
        def checked(**named: str) -> Response:
            given = request.headers.get("Authorization", "")
            token = given.removeprefix(_SCHEME) if given.startswith(_SCHEME) else ""
            if not token or self._tokens.holder(token) is None:
                answer = _fault(401, "Send a token: Authorization: Bearer TOKEN.")
                answer.headers["WWW-Authenticate"] = "Bearer"
                return answer
            return view(**named)

        return checked


def _no_wave() -> Response:
    return _fault(404, "There is no such wave.")


def _fault(status: int, words: str) -> Response:
    said: Json = {"error": words}
    answer = jsonify(said)
    answer.status_code = status
    return answer
