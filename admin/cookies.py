"""The two cookies of the staff side: the session's, and a known browser's. They carry random tokens only."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug import Response

from admin.devices import REMEMBERED
from admin.sessions import new_token

DEVICE = "-device"
"""What the name of the cookie that a known browser keeps ends with; before it stands the session cookie's."""


@dataclass(frozen=True)
class Cookies:
    """`name` is the session cookie's; it starts with __Host- where there is TLS."""

    name: str
    tls: bool

    @property
    def token(self) -> str:
        """The session's token, as this request's browser says."""
        return request.cookies.get(self.name, "")

    @property
    def token_or_new(self) -> str:
        """The token, or a new one where the browser has none: forms before sign-in need one too."""
        token = self.token
        return token if 40 <= len(token) <= 64 else new_token()

    @property
    def device(self) -> str:
        """The browser's token, if somebody has signed in here before."""
        return request.cookies.get(self.name + DEVICE, "")

    def give(self, answer: Response, token: str) -> None:
        """Let the browser keep the session's token until it is closed."""
        self._set(answer, self.name, token, None)

    def give_device(self, answer: Response, token: str) -> None:
        """Let the browser keep its own token for long."""
        self._set(answer, self.name + DEVICE, token, int(REMEMBERED))

    def drop(self, answer: Response) -> None:
        """Take the session's token away."""
        answer.delete_cookie(self.name, path="/", secure=self.tls, httponly=True, samesite="Strict")

    def _set(self, answer: Response, name: str, token: str, keep: int | None) -> None:
        answer.set_cookie(name, token, keep, path="/", secure=self.tls, httponly=True, samesite="Strict")
