"""Tokens with which programs read results: made for a name, kept as hashes, taken back by name.

A token is 256 random bits, so one plain hash guards it; it is shown once and stands in no file of ours.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from survey_app.files import Checked, alone_in, make_private_folder, read_checked, write_durably

_PREFIX = "yv_"
_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,30}[a-z0-9])?")


class TokenError(Exception):
    """There is no such token, or it cannot have this name."""


class Kept(Checked, frozen=True, kw_only=True):
    """The file: name -> (SHA-256 of the token, the day it was made)."""

    tokens: dict[str, tuple[str, date]]


@dataclass(frozen=True)
class Tokens:
    """The tokens of one installation. Its methods raise FileError and OSError."""

    path: Path

    def make(self, name: str, today: date) -> str:
        """A new token for this name; raises TokenError where the name has one or is not well formed."""
        if not _NAME.fullmatch(name):
            raise TokenError("A name has small letters, digits, dots, hyphens; for example office.dashboard.")
        token = _PREFIX + secrets.token_urlsafe(32)
        with self._alone():
            tokens = self._read()
            if name in tokens:
                raise TokenError(f"{name} has a token. Take it back first.")
            self._write(tokens | {name: (_hashed(token), today)})
        return token

    def revoke(self, name: str) -> None:
        """From now on the name's token opens nothing; raises TokenError where there is none."""
        with self._alone():
            tokens = self._read()
            if name not in tokens:
                raise TokenError(f"There is no token of {name}.")
            self._write({other: kept for other, kept in tokens.items() if other != name})

    def all(self) -> dict[str, date]:
        """name -> the day it was made."""
        return {name: made for name, (_, made) in sorted(self._read().items())}

    def holder(self, token: str) -> str | None:
        """Whose token it is, or None."""
        hashed = _hashed(token)
        found = [name for name, (kept, _) in self._read().items() if secrets.compare_digest(kept, hashed)]
        return found[0] if found else None

    def _alone(self) -> AbstractContextManager[None]:
        folder = make_private_folder(self.path.parent)
        return alone_in(folder, folder / ".tokens.lock")

    def _read(self) -> dict[str, tuple[str, date]]:
        return read_checked(self.path, Kept).tokens if self.path.exists() else {}

    def _write(self, tokens: dict[str, tuple[str, date]]) -> None:
        write_durably(self.path, Kept(tokens=tokens).to_bytes())


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
