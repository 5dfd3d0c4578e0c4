"""staff/rounds.json: what the desk's rounds found last, for the operator's page. It tells days, no hours."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import msgspec

from survey_app.files import Checked, FileError, read_checked, write_durably

EVERY = 60
"""Seconds between two rounds."""

JUMP = timedelta(days=32)
"""A clock that is so far ahead of the last round is not believed."""

HARMLESS = timedelta(days=7)
"""A clock that is ahead by no more destroys nothing too soon: admin.shredding waits as long."""

LONG = timedelta(days=60)
"""So long after its last day a key that is still kept is worth a warning."""


class Held(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contact epoch that is over and whose key stays; how many of its requests are open, and closed."""

    epoch: str
    ended: date
    waiting: int
    closed: int


class Rounds(Checked, frozen=True, kw_only=True):
    """The last round. `clock`: the day that its clock said; `believed`: the last such day that was believed.

    `doubt`: nothing is destroyed before somebody says that the clock is right. `faults`: the step and the
    kind of what went wrong. `alerts`: by each way what went wrong at the last attempt, "" where it left.
    """

    format: str = "yourvoice-rounds/1"
    clock: date | None = None
    believed: date | None = None
    doubt: bool = False
    faults: tuple[str, ...] = ()
    alerts: dict[str, str] = msgspec.field(default_factory=dict)
    held: tuple[Held, ...] = ()


def read_rounds(path: Path) -> Rounds:
    """The record; an empty one where there is none yet, or a broken one."""
    try:
        return read_checked(path, Rounds)
    except FileError:
        return Rounds()


def silent_ways(path: Path) -> tuple[str, ...]:
    """The ways by which the last alert did not leave."""
    return tuple(way for way, kind in read_rounds(path).alerts.items() if kind)


def write_rounds(path: Path, former: Rounds, present: Rounds) -> None:
    """Write the record where it changed. Raises OSError."""
    bare = msgspec.structs.replace(present, checksum="")
    if bare != msgspec.structs.replace(former, checksum=""):
        write_durably(path, bare.to_bytes())


def doubts(former: Rounds, today: date, moved: bool) -> bool:
    """Whether this clock is too far ahead of what is known; `moved`: it was set ahead while it was watched.

    Once there is a doubt it stays until the clock is back or somebody vouches for it. Without any record
    there is one too.
    """
    if former.believed is None:
        return True
    ahead = today - former.believed
    return ahead > JUMP or ((moved or former.doubt) and ahead > HARMLESS)
