"""Opens what pends and releases it in lots of at least k.

It keeps no ballot and shows none: what is not released stays sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from random import SystemRandom
from typing import TypeVar

import numpy as np

from admin.cards import CardKey
from admin.released import UNKNOWN_KEY, Lot, Released
from admin.scoring.blocks import blocks
from admin.scoring.patterns import tally
from admin.scoring.quality import quality
from admin.unsealing import AlteredError, Opener, UnknownKeyError
from admin.verifying import verified
from survey_app.ballot import OTHER_LENGTH, Ballot, BallotError, unpack
from survey_app.boxes import departures
from survey_app.coding import encode
from survey_app.instrument.model import OpenText
from survey_app.instrument.snapshot import Snapshot
from survey_app.plaintext import clean_text
from survey_app.site import OTHER, Site, Wave

NO_KEYS: Mapping[str, CardKey] = {}
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


@dataclass(frozen=True, slots=True)
class _Opened:
    """A ballot that could be read, and what would be released of it.

    `card`: the code that came with it, which goes nowhere; `hashed`: its hash once it is known to count.
    """

    id: bytes
    snapshot: str
    codes: bytes
    words: tuple[tuple[str, str], ...]
    card: str = field(repr=False)
    hashed: bytes = b""


def release(
    released: Released,
    opener: Opener,
    site: Site,
    snapshots: Mapping[str, Snapshot],
    today: date,
    keys: Mapping[str, CardKey] = NO_KEYS,
) -> ReleaseReport:
    """Release every lot that is complete, all in one transaction. `keys`: of the cards, by wave.

    A box is let out with at least site.k ballots that can be read. Of a wave that is over, what is below k is
    let out together as OTHER if it is k together. Where cards are in use only ballots with a printed code
    count, for k too, and each code once; the others go when their box is let out. Raises ReleaseError and
    SQLAlchemyError: nothing changed.
    """
    desk = _Desk(opener, snapshots, site.k, released.awaited_cards())
    for wave_id, places in groupby(released.waiting_boxes(), key=itemgetter(0)):
        opened = {box: desk.open_all(released.waiting_ballots(wave_id, box)) for _, box in places}
        wave = site.wave(wave_id)
        if wave and wave.codes and wave_id not in keys:
            desk.staying.add(f"Ballots of the wave {wave_id} stay sealed: the key of its cards is missing.")
        elif wave:
            desk.sort(wave, opened, wave.is_over(today), keys[wave_id] if wave.codes else None)
        else:
            desk.staying.add(f"Ballots of the wave {wave_id} stay sealed: site.json does not know it.")
    number = released.publish(desk.lots, desk.faults)
    released.let_words_be_read(site.k)
    lots = tuple((lot.wave, lot.unit, len(lot.codes)) for lot in desk.lots)
    return ReleaseReport(number, lots, released.set_aside(), tuple(sorted(desk.staying)))


class _Desk:
    """Where the ballots of one release are opened and sorted into lots."""

    def __init__(
        self, opener: Opener, snapshots: Mapping[str, Snapshot], k: int, awaited: frozenset[bytes]
    ) -> None:
        self._opener, self._snapshots, self._k, self._awaited = opener, snapshots, k, awaited
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
        return _Opened(ballot_id, self._snapshots[ballot.snapshot].hash, codes, words, ballot.card)

    def sort(
        self, wave: Wave, opened: Mapping[str, Sequence[_Opened]], over: bool, key: CardKey | None
    ) -> None:
        """Make lots of one wave's ballots, by snapshot and unit; what is below k goes back to wait.

        With `key`, only ballots whose code counts; those without one leave with their box, and are dropped.
        """
        units = {OTHER: OTHER} | {box.id: box.unit for box in wave.boxes}
        for box in sorted(set(opened) - set(units)):
            self.staying.add(f"Ballots of the box {box} stay sealed: site.json does not know it.")
        known = {box: opened[box] for box in opened if box in units}
        idle = {box: list[_Opened]() for box in known}
        if key:
            known, idle = self._verified(key, known)
        made: list[Lot] = []
        for snapshot in sorted({ballot.snapshot for ballots in known.values() for ballot in ballots}):
            here = {box: [b for b in known[box] if b.snapshot == snapshot] for box in known}
            lots: dict[str, list[_Opened]] = {}
            dropped: dict[str, list[bytes]] = {}
            for departure in departures({box: len(here[box]) for box in here}, self._k, over):
                unit = units[departure.box]
                for box in departure.boxes:
                    lots.setdefault(unit, []).extend(here.pop(box))
                    dropped.setdefault(unit, []).extend(b.id for b in idle[box] if b.snapshot == snapshot)
            if over and any(here.values()):
                self.staying.add(f"Ballots of the wave {wave.id} stay sealed: fewer than {self._k} are left.")
            made += [
                _lot(wave.id, unit, self._snapshots[snapshot], lots[unit], dropped[unit])
                for unit in sorted(lots)
            ]
        self.lots += made
        self._tell_of_dropped(wave, sum(len(lot.dropped) for lot in made))

    def _verified(
        self, key: CardKey, opened: Mapping[str, Sequence[_Opened]]
    ) -> tuple[dict[str, Sequence[_Opened]], dict[str, list[_Opened]]]:
        """By box: the ballots that count, marked with the hash of their code; and the others."""
        found = verified(key, self._awaited, [ballot for box in opened for ballot in opened[box]])
        hashes = {ballot.id: hashed for hashed, ballot in found.items()}
        count: dict[str, Sequence[_Opened]] = {}
        idle: dict[str, list[_Opened]] = {}
        for box, ballots in opened.items():
            count[box] = [replace(b, hashed=hashes[b.id]) for b in ballots if b.id in hashes]
            idle[box] = [b for b in ballots if b.id not in hashes]
        return count, idle

    def _tell_of_dropped(self, wave: Wave, n: int) -> None:
        """Fewer than k are not spoken of: that one came without a card could be one youth's secret."""
        if n >= self._k:
            self.staying.add(
                f"{n} ballots of the wave {wave.id} had no code that counts, and are gone: "
                "somebody may have tried to fill the boxes."
            )


def _text_fields(snapshot: Snapshot) -> dict[str, int]:
    """What may be answered in one's own words: item id, or "<id>__other", and how many letters at most."""
    questions = snapshot.items()
    texts = {q.id: q.item.max_length for q in questions if isinstance(q.item, OpenText)}
    others = (q.id for q in questions if any(option.other for option in q.options))
    return texts | {f"{item}__other": OTHER_LENGTH for item in others}


def _lot(
    wave: str, unit: str, snapshot: Snapshot, ballots: Sequence[_Opened], dropped: Sequence[bytes]
) -> Lot:
    codes = _shuffled(ballot.codes for ballot in ballots)
    matrix = np.frombuffer(b"".join(codes), np.uint8).reshape(len(codes), len(codes[0]))
    return Lot(
        wave=wave,
        unit=unit,
        snapshot=snapshot.hash,
        ids=_shuffled(ballot.id for ballot in ballots),
        codes=codes,
        words=_shuffled(words for ballot in ballots for words in ballot.words),
        blocks=tally(blocks(snapshot), matrix) | quality(snapshot, matrix),
        cards=_shuffled(ballot.hashed for ballot in ballots if ballot.hashed),
        dropped=tuple(dropped),
    )


def _shuffled(things: Iterable[_Thing]) -> tuple[_Thing, ...]:
    order = list(things)
    SystemRandom().shuffle(order)
    return tuple(order)
