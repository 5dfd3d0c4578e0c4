"""Keys for the tests: cheap passphrases, fixed dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from admin.keys import KeyRing
from admin.passphrases import Cost
from survey_app.sealing import PURPOSES, PublicKey, Purpose, name_key
from tests.sealing import oracle

CHEAP = Cost(memory=64, passes=1, lanes=1)
HOLDER, PASSPHRASE = "ana", "gravel lantern orbit sunday"
FIRST, TODAY, LAST = date(2026, 1, 1), date(2026, 2, 15), date(2026, 3, 31)


def make_ring(folder: Path) -> tuple[KeyRing, str]:
    """A ring with one holder and one epoch per purpose; and its paper key."""
    ring = KeyRing(folder)
    ring.add_holder(HOLDER, PASSPHRASE, CHEAP)
    paper = ring.make_recovery()
    for purpose in PURPOSES:
        ring.new_epoch(purpose, "2026", FIRST, LAST)
    return ring, paper


def public_key(
    pair: oracle.Pair,
    purpose: Purpose = "contact",
    epoch: str = "2026",
    first: date = FIRST,
    last: date = LAST,
) -> PublicKey:
    """The pair's public half as it stands in a bundle."""
    return PublicKey(
        purpose=purpose,
        epoch=epoch,
        key_id=name_key(purpose, epoch, pair.public),
        not_before=first,
        not_after=last,
        raw=pair.public,
    )
