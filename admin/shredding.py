"""The end of contact keys: which month's key is over and needed by nobody, and that it is destroyed.

It opens nothing. That a key goes stands in the trail before it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from admin.desk.store import Request
from admin.keyfiles import KeyFolder
from admin.keys import KeyRing
from admin.letters import destroy, sealed_for
from admin.rounds_record import HARMLESS, Held
from survey_app.files import alone_in
from survey_app.sealing import PublicKey
from survey_app.site import Site

MARGIN = HARMLESS
"""After a key's last day its letters may still be on their way: one handover, and so long."""

_DAY = 86_400


def over(ring: KeyFolder, site: Site, today: date) -> Iterator[PublicKey]:
    """The contact keys for which no letter can come any more. Raises KeyRingError."""
    wait = timedelta(days=-(-site.handover_seconds // _DAY)) + MARGIN
    for epoch in ring.epochs():
        if epoch.key.purpose == "contact" and today - epoch.key.not_after > wait:
            yield epoch.key


def held(keys: Iterable[PublicKey], requests: Collection[Request]) -> Iterator[Held]:
    """Those of these keys that requests still need."""
    for key in keys:
        mine = [one for one in requests if one.key_id == key.key_id]
        if mine:
            waiting = sum(one.is_open for one in mine)
            closed = len(mine) - waiting
            yield Held(epoch=key.epoch, ended=key.not_after, waiting=waiting, closed=closed)


def shred_unneeded(
    ring: KeyRing,
    letters: Path,
    keys: Iterable[PublicKey],
    requests: Callable[[], Collection[Request]],
    on_record: Callable[[PublicKey], object],
) -> tuple[str, ...]:
    """Destroy those of these keys for which no letter and no request is left; returns their epochs.

    Nothing is imported meanwhile. After a crash the next call does the rest.
    """
    gone = []
    ring.finish_shredding()
    for key in keys:
        with alone_in(letters, letters.parent / "import.lock"):
            needed = {one.key_id for one in requests()}
            if key.key_id in needed or any(sealed_for(letters, key.key_id)):
                continue
            on_record(key)
            ring.shred(key.purpose, key.epoch)
            destroy(letters, key.key_id)
            gone.append(key.epoch)
    return tuple(gone)
