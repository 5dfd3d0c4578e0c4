"""The slot of the ballot box: a form goes in cleaned, padded and sealed, or nothing of it is kept.

Nothing comes out of a slot, and nothing goes in unsealed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from msgspec.structs import replace

from survey_app.ballot import Form, clean, clean_letter, pack, pack_letter
from survey_app.boxes import ID_SIZE
from survey_app.cards import sent
from survey_app.currentkeys import CurrentKeys
from survey_app.instrument.snapshot import Snapshot
from survey_app.intake import Writer
from survey_app.sealing import PublicKey, Purpose, seal
from survey_app.site import Wave

CARD = "k"
"""The form's field for the code of a card."""

NONCE_BYTES = 16
NONCE = re.compile(r"[A-Za-z0-9_-]{22}")


class SlotClosedError(Exception):
    """Nothing for this purpose is taken in now: the wave is over or has not begun (`over`), or no key is
    valid."""

    def __init__(self, purpose: Purpose, *, over: bool) -> None:
        super().__init__("the slot is closed")
        self.purpose, self.over = purpose, over


@dataclass(frozen=True)
class Slot:
    """Takes ballots and letters in. `today` tells the date by which waves and keys are valid."""

    keys: CurrentKeys
    writer: Writer
    today: Callable[[], date]

    def require_open(self, wave: Wave) -> None:
        """Raise SlotClosedError unless a ballot of this wave could be taken in now."""
        self._key("answers", wave)

    def takes_letters(self) -> bool:
        """Whether a letter could be taken in now."""
        return self.keys.key_for("contact", self.today()) is not None

    def drop_ballot(self, wave: Wave, box: str, snapshot: Snapshot, form: Form, language: str) -> None:
        """Store the answers; an empty form is not stored. Raises SlotClosedError, IntakeUnavailable.

        Where cards are in use their code goes in with the answers. Whether it counts nobody here can know.
        """
        key = self._key("answers", wave)
        ballot = clean(snapshot, form, language)
        if wave.codes:
            ballot = replace(ballot, card=sent(form.getlist(CARD)))
        if not ballot.is_empty:
            packed = pack(ballot)
            self.writer.store_ballot(box, _name(form, packed, box), seal(packed, key))

    def drop_letter(self, wave: Wave, box: str, snapshot: Snapshot, form: Form, language: str) -> None:
        """Store the request to be contacted, like `drop_ballot`. A letter may come after the wave's last day:
        its ballot may have been the last minute's."""
        key = self._key("contact")
        letter = clean_letter(snapshot, form, language, box)
        if not letter.is_empty:
            packed = pack_letter(letter)
            self.writer.store_letter(_name(form, packed, box), seal(packed, key))

    def _key(self, purpose: Purpose, wave: Wave | None = None) -> PublicKey:
        today = self.today()
        if wave and not wave.is_open(today):
            raise SlotClosedError(purpose, over=True)
        key = self.keys.key_for(purpose, today)
        if key is None:
            raise SlotClosedError(purpose, over=False)
        return key


def new_nonce() -> str:
    """What makes one served page different from the next: 16 random bytes as 22 letters."""
    return secrets.token_urlsafe(NONCE_BYTES)


def _name(form: Form, packed: bytes, box: str) -> bytes:
    """The id under which it is stored: the same page sent twice with the same answers has the same one."""
    nonces = form.getlist("n")
    if len(nonces) != 1 or not NONCE.fullmatch(nonces[0]):
        return secrets.token_bytes(ID_SIZE)
    return blake2b(packed + box.encode(), digest_size=ID_SIZE, key=nonces[0].encode()).digest()
