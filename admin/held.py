"""What somebody had written when their session ended: the page itself carries it through the sign-in.

Nothing of it is ever stored on this side, and no passphrase and no code is carried.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from admin.access import rule_of
from survey_app.roles import Role

LARGEST = 16 * 1024
"""Bytes of a form that is carried, as text; on its way it takes up to three times as many."""

MOST = 64
"""Fields of a form that is carried."""

_PATH, _TOKEN, _FIELD = "held-path", "held-token", "held."
_SECRETS = frozenset({"code", "new", "again", "credential"})


@dataclass(frozen=True)
class Held:
    """A form that came too late: where it was sent, its form token (which tells whose it was), its fields."""

    path: str
    token: str
    fields: tuple[tuple[str, str], ...]

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """The hidden inputs that carry it."""
        fields = tuple((_FIELD + name, value) for name, value in self.fields)
        return ((_PATH, self.path), (_TOKEN, self.token), *fields)

    @property
    def words(self) -> tuple[str, ...]:
        """What of it somebody wrote, as far as that can be told from its looks."""
        return tuple(value for _, value in self.fields if len(value.split()) > 1 or len(value) > 40)


def hold(path: str, form: MultiDict[str, str]) -> Held | None:
    """What was sent to `path`; None where there is nothing to keep, or what must not be kept."""
    fields = tuple((name, value) for name, value in form.items(multi=True) if name != "form_token")
    held = Held(path, form.get("form_token", ""), fields)
    return held if _fit(held) else None


def carried(form: MultiDict[str, str]) -> Held | None:
    """What a page of the sign-in carries."""
    fields = tuple(
        (name.removeprefix(_FIELD), value)
        for name, value in form.items(multi=True)
        if name.startswith(_FIELD)
    )
    held = Held(form.get(_PATH, ""), form.get(_TOKEN, ""), fields)
    return held if _fit(held) else None


def may_go(path: str, role: Role, method: str) -> bool:
    """Whether `path` is one of our own that this role may read (GET) or send to (POST)."""
    if not path.startswith("/") or path.startswith("//"):
        return False
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(path, method)
    except HTTPException:
        return False
    return role in (rule_of(current_app.view_functions[endpoint]).roles or ())


def _fit(held: Held) -> bool:
    names = {name for name, _ in held.fields}
    secret = names & _SECRETS or any("passphrase" in name for name in names)
    written = any(value.strip() for _, value in held.fields)
    return bool(held.path and written and not secret and len(held.fields) <= MOST and _size(held) <= LARGEST)


def _size(held: Held) -> int:
    return sum(len(part.encode("utf-8", "replace")) for field in held.fields for part in field)
