"""Opens what pends and releases it in lots of at least k.

It keeps no ballot and shows none: what is not released stays sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from random import SystemRandom
from typing import TypeVar

import numpy as np

from admin.released import UNKNOWN_KEY, Lot, Released
from admin.scoring.blocks import blocks
from admin.scoring.patterns import tally
from admin.unsealing import AlteredError, Opener, UnknownKeyError
from survey_app.ballot import OTHER_LENGTH, Ballot, BallotError, unpack
from survey_app.boxes import departures
from survey_app.coding import encode
from survey_app.instrument.model import OpenText
from survey_app.instrument.snapshot import Snapshot
from survey_app.plaintext import clean_text
from survey_app.site import OTHER, Site, Wave

_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class ReleaseReport:
    """`release`: the new release's number, 0 if there is none. `lots`: (wave, unit, responses) released.

    `set_aside`: ballots that cannot be read, of all times. `staying`: what needs somebody to act.
    """

    release: int
    lots: tuple[tuple[str, str, int], ...]
    set_aside: int
    staying: tuple[str, ...]


@dataclass(frozen=True)
class _Opened:
    """A ballot that could be read, and what would be released of it."""

    id: bytes
    snapshot: str
    codes: bytes
    words: tuple[tuple[str, str], ...]


def release(
    released: Released, opener: Opener, site: Site, snapshots: Mapping[str, Snapshot], today: date
) -> ReleaseReport:
    """Release every lot that is complete, all in one transaction.

    A box is let out with at least site.k ballots that can be read. Of a wave that is over, what is below k is
    let out together as OTHER if it is k together. Raises ReleaseError and SQLAlchemyError: nothing changed.
    """
    desk = _Desk(opener, snapshots, site.k)
    for wave_id, places in groupby(released.waiting_boxes(), key=itemgetter(0)):
        opened = {box: desk.open_all(released.waiting_ballots(wave_id, box)) for _, box in places}
        wave = site.wave(wave_id)
        if wave:
            desk.sort(wave, opened, wave.is_over(today))
        else:
            desk.staying.add(f"Ballots of the wave {wave_id} stay sealed: site.json does not know it.")
    number = released.publish(desk.lots, desk.faults)
    lots = tuple((lot.wave, lot.unit, len(lot.codes)) for lot in desk.lots)
    return ReleaseReport(number, lots, released.set_aside(), tuple(sorted(desk.staying)))


class _Desk:
    """Where the ballots of one release are opened and sorted into lots."""

    def __init__(self, opener: Opener, snapshots: Mapping[str, Snapshot], k: int) -> None:
        self._opener, self._snapshots, self._k = opener, snapshots, k
        self._fields = {hashed: _text_fields(snapshot) for hashed, snapshot in snapshots.items()}
        self.lots: list[Lot] = []
        self.faults: dict[bytes, str] = {}
        self.staying: set[str] = set()

    def open_all(self, ballots: Iterable[tuple[bytes, bytes]]) -> list[_Opened]:
        """Those of the sealed ballots that can be read; of the others it is noted why not."""
        opened = []
        for ballot_id, sealed in ballots:
            try:
                ballot = unpack(self._opener.open(sealed, "answers"))
                if ballot.snapshot in self._snapshots:
                    opened.append(self._read(ballot_id, ballot))
                else:
                    self.staying.add(f"Ballots stay sealed: the snapshot {ballot.snapshot[:16]} is missing.")
            except UnknownKeyError:
                self.faults[ballot_id] = UNKNOWN_KEY
            except AlteredError:
                self.faults[ballot_id] = "changed after it was sealed"
            except BallotError:
                self.faults[ballot_id] = "no ballot of ours"
        return opened

    def _read(self, ballot_id: bytes, ballot: Ballot) -> _Opened:
        """The ballot coded. Anybody may seal anything for our key, so the words are cleaned once more."""
        fields = self._fields[ballot.snapshot]
        answered = (
            (item, clean_text(ballot.answers[item], fields[item]))
            for item in fields
            if item in ballot.answers
        )
        words = tuple((item, cleaned) for item, cleaned in answered if cleaned)
        codes = encode(self._snapshots[ballot.snapshot], ballot)
        if not words and not any(codes):
            raise BallotError("a ballot without an answer is never sent")
        return _Opened(ballot_id, ballot.snapshot, codes, words)

    def sort(self, wave: Wave, opened: Mapping[str, Sequence[_Opened]], over: bool) -> None:
        """Make lots of one wave's ballots, by snapshot and unit; what is below k goes back to wait."""
        units = {OTHER: OTHER} | {box.id: box.unit for box in wave.boxes}
        for box in sorted(set(opened) - set(units)):
            self.staying.add(f"Ballots of the box {box} stay sealed: site.json does not know it.")
        for snapshot in sorted({ballot.snapshot for ballots in opened.values() for ballot in ballots}):
            here = {box: [b for b in opened[box] if b.snapshot == snapshot] for box in opened if box in units}
            lots: dict[str, list[_Opened]] = {}
            for departure in departures({box: len(here[box]) for box in here}, self._k, over):
                for box in departure.boxes:
                    lots.setdefault(units[departure.box], []).extend(here.pop(box))
            if over and any(here.values()):
                self.staying.add(f"Ballots of the wave {wave.id} stay sealed: fewer than {self._k} are left.")
            self.lots += [_lot(wave.id, unit, self._snapshots[snapshot], lots[unit]) for unit in sorted(lots)]


def _text_fields(snapshot: Snapshot) -> dict[str, int]:
    """What may be answered in one's own words: item id, or "<id>__other", and how many letters at most."""
    questions = snapshot.items()
    texts = {q.id: q.item.max_length for q in questions if isinstance(q.item, OpenText)}
    others = (q.id for q in questions if any(option.other for option in q.options))
    return texts | {f"{item}__other": OTHER_LENGTH for item in others}


def _lot(wave: str, unit: str, snapshot: Snapshot, ballots: Sequence[_Opened]) -> Lot:
    codes = _shuffled(ballot.codes for ballot in ballots)
    matrix = np.frombuffer(b"".join(codes), np.uint8).reshape(len(codes), len(codes[0]))
    return Lot(
        wave=wave,
        unit=unit,
        snapshot=snapshot.hash,
        ids=_shuffled(ballot.id for ballot in ballots),
        codes=codes,
        words=_shuffled(words for ballot in ballots for words in ballot.words),
        blocks=tally(blocks(snapshot), matrix),
    )


def _shuffled(things: Iterable[_Thing]) -> tuple[_Thing, ...]:
    order = list(things)
    SystemRandom().shuffle(order)
    return tuple(order)
