"""The page that somebody asked for before they had to sign in: the sign-in's own addresses carry it along.

It opens nothing: who may not read that page gets the start.
"""

from __future__ import annotations

from flask import request

from admin.held import may_go
from survey_app.roles import Role

WANTED = "next"
_ON_THE_WAY = frozenset({"sign_in.show", "sign_in.enter", "second_step.show", "second_step.check"})


def carry_along(endpoint: str, values: dict[str, object]) -> None:
    """For `url_defaults`: the sign-in's links and forms keep what was wanted."""
    if endpoint in _ON_THE_WAY and WANTED in request.args:
        values.setdefault(WANTED, request.args[WANTED])


def wanted(role: Role) -> str:
    """The page of our own that was asked for, "" where this role may not read it."""
    path = request.args.get(WANTED, "")
    return path if may_go(path, role, "GET") else ""
