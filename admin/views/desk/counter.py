"""What every page of the desk works with: store, openers, trail, plan. It renders nothing."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask import abort

from admin.access import signed_in
from admin.accounts import Accounts
from admin.audit import Audit
from admin.desk.absences import Absences
from admin.desk.concerns import Concerns
from admin.desk.days import moment
from admin.desk.entries import Entry, EntryError, read_entry, seal_entry, sheets
from admin.desk.plan import DeskPlan
from admin.desk.reading import Sheet, is_kept_out
from admin.desk.store import Desk, Request
from admin.desk.unlocked import Openers, Unlocked
from admin.keyfiles import KeyFolder, KeyRingError
from admin.unsealing import UnknownKeyError, UnsealingError
from survey_app.ballot import BallotError, unpack_letter
from survey_app.instrument.snapshot import Snapshot, SnapshotError
from survey_app.roles import Role

ID_LETTERS = 32


class Unreadable(StrEnum):
    """Why a letter cannot be read, and what to do."""

    GONE = "The letter is not here any more. It was deleted, or this desk was restored from an older copy."
    SHREDDED = "The key for this letter was destroyed, as the plan says. Nobody can open it any more."
    NOT_SHARED = "Your key does not open this letter. A supervisor whose key does can share it with you."
    ALTERED = "The letter was changed after it was sealed, or it is none of ours. Nobody can read it."


@dataclass(frozen=True)
class Counter:
    """The desk of one installation. `silent`: the ways by which the last alert did not leave."""

    store: Desk
    concerns: Concerns
    absences: Absences
    openers: Openers
    ring: KeyFolder
    accounts: Accounts
    audit: Audit
    plan: DeskPlan
    snapshot: Callable[[str], Snapshot]
    clock: Callable[[], float]
    silent: Callable[[], tuple[str, ...]] = tuple

    def today(self) -> date:
        """The day on this machine's clock."""
        return moment(self.clock()).date()

    def open_concerns(self) -> int:
        """How many concerns about comments nobody has dealt with."""
        return sum(one.is_open for one in self.concerns.all())

    def unlocked(self) -> Unlocked | None:
        """The unlocked desk of whoever is signed in, or None."""
        return self.openers.find(signed_in().id)

    def found(self, written: str) -> Request:
        """The request whose id stands in an address; a page that says so where there is none."""
        return self.find(written) or abort(404)

    def find(self, written: str) -> Request | None:
        """The request whose id stands in an address, or None."""
        if len(written) != ID_LETTERS or not set(written) <= set("0123456789abcdef"):
            return None
        request_id = bytes.fromhex(written)
        if self.store.find(request_id) is None:
            self.store.take_in(self.today())
        return self.store.find(request_id)

    def sheet(
        self, request: Request, unlocked: Unlocked, keys: Container[bytes] | None = None
    ) -> Sheet | Unreadable:
        """The request's letter, opened, or why it cannot be. `keys`: `self.key_ids()`, for many."""
        sealed = self.store.letter(request.id)
        if sealed is None:
            return Unreadable.GONE
        if request.key_id not in (self.key_ids() if keys is None else keys):
            return Unreadable.SHREDDED
        try:
            letter = unpack_letter(unlocked.opener.open(sealed, "contact"))
        except UnknownKeyError:
            return Unreadable.NOT_SHARED
        except (UnsealingError, BallotError):
            return Unreadable.ALTERED
        try:
            return Sheet(letter, self.snapshot(letter.snapshot))
        except SnapshotError:
            return Sheet(letter, None)

    def is_kept_out(self, sheet: Sheet, request: Request, unlocked: Unlocked) -> bool:
        """Whether the letter asks to keep somebody of this name out, and nobody said it means another."""
        wish = sheet.outline().keep_out
        return request.id not in unlocked.cleared and is_kept_out(signed_in().name, wish)

    def sealed(self, request: Request, did: str, words: str = "") -> bytes | None:
        """An entry of the history, sealed; None where the letter's key was destroyed."""
        try:
            key = self.store.key(request)
        except KeyRingError:
            abort(503)
        if key is None:
            return None
        at = moment(self.clock()).isoformat(timespec="minutes")
        entry = Entry(request=request.id.hex(), at=at, by=signed_in().name, did=did, words=words)
        return seal_entry(entry, key)

    def history(self, request: Request, unlocked: Unlocked) -> tuple[Entry, ...]:
        """What was done and noted, the latest first; what cannot be opened is left out."""
        found = []
        for sealed in self.store.entries(request):
            try:
                packed = b"".join(unlocked.opener.open(sheet, "contact") for sheet in sheets(sealed))
                found.append(read_entry(packed, request.id))
            except (UnsealingError, EntryError):
                continue
        return tuple(reversed(found))

    def colleagues(self) -> tuple[str, ...]:
        """The other supervisors who have a key for notes."""
        try:
            holders = {holder.name for holder in self.ring.holders() if "contact" in holder.opens}
        except KeyRingError:
            return ()
        return tuple(
            one.name
            for one in self.accounts.everyone()
            if one.active and one.role is Role.SUPERVISOR and one.name in holders - {signed_in().name}
        )

    def key_ids(self) -> frozenset[bytes]:
        """The ids of the keys that were not destroyed: an unlocked desk forgets none by itself."""
        try:
            return self.store.key_ids()
        except KeyRingError:
            return frozenset()
