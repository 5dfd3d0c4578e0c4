"""A small county for the tests: plan, snapshot, keys, ballots. What is random comes from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from random import Random

import msgspec

from admin.importing import ImportReport, import_boxes
from admin.keys import KeyRing
from admin.release import ReleaseReport, release
from admin.released import Released
from admin.unsealing import Opener, unlock
from survey_app.ballot import Ballot, Letter, pack, pack_letter
from survey_app.boxes import ID_SIZE
from survey_app.handover import HandoverReport, hand_over, intake_url
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import Snapshot, freeze, save
from survey_app.intake import Writer, open_intake
from survey_app.sealing import SEALED_SIZE, Purpose, seal
from survey_app.site import Box, Site, Unit, Wave, load_site
from tests.sealing.builders import FIRST, HOLDER, LAST, PASSPHRASE, TODAY, make_ring

OVER = LAST + timedelta(days=2)
K = 3
ANSWERS: Mapping[str, str | tuple[str, ...] | int] = {"row1": "3", "row2": "1", "where": ("home",)}


@cache
def small_snapshot() -> Snapshot:
    """Three statements, check-all with a write-in, a number, a choice and an open text."""
    return freeze(load_instrument(Path(__file__).parents[1] / "kernel" / "base.json"), {})


def plan(k: int = K, **changes: object) -> Site:
    """One wave; the units north (two boxes), south and east."""
    boxes = (("north-1", "north"), ("north-2", "north"), ("south-1", "south"), ("east-1", "east"))
    wave = Wave(
        id="spring",
        title="Spring",
        opens=FIRST,
        closes=LAST,
        snapshot=small_snapshot().hash,
        boxes=tuple(Box(id=box, unit=unit) for box, unit in boxes),
    )
    units = tuple(Unit(id=unit, title=unit.title()) for unit in ("north", "south", "east"))
    site = Site(
        jurisdiction="Sample County",
        k=k,
        allow_small_k=True,
        default_box="north-1",
        units=units,
        waves=(wave,),
    )
    return msgspec.structs.replace(site, **changes)


def noise(count: int, seed: int = 1, purpose: Purpose = "answers") -> list[tuple[bytes, bytes]]:
    """Rows (id, bytes of the right length) that nobody can open."""
    dice = Random(seed)
    return [(dice.randbytes(ID_SIZE), dice.randbytes(SEALED_SIZE[purpose])) for _ in range(count)]


class County:
    """Both hosts of a county in one folder."""

    def __init__(self, data: Path, site: Site | None = None) -> None:
        self.data = data
        self.released_url = f"sqlite:///{data / 'staff' / 'released.db'}"
        self.dice = Random(7)
        data.mkdir(exist_ok=True)
        if site is None and (data / "site.json").exists():
            self.site = load_site(data / "site.json")
        else:
            self.plan(site or plan())
            save(small_snapshot(), data / "snapshots")

    @property
    def url(self) -> str:
        """The intake's URL."""
        return intake_url(self.data)

    @property
    def outbox(self) -> Path:
        """Where boxes and letters leave."""
        return self.data / "public" / "outbox"

    @property
    def letters(self) -> Path:
        """Where the staff host keeps letters."""
        return self.data / "staff" / "letters"

    @property
    def released(self) -> Released:
        """released.db."""
        return Released(self.released_url)

    @cached_property
    def ring(self) -> KeyRing:
        """A key ring with one holder."""
        folder = self.data / "staff" / "keys"
        return KeyRing(folder) if folder.exists() else make_ring(folder)[0]

    @cached_property
    def opener(self) -> Opener:
        """The holder's opener."""
        return unlock(self.ring, HOLDER, PASSPHRASE)

    def plan(self, site: Site) -> None:
        """Write another plan."""
        self.site = site
        (self.data / "site.json").write_bytes(msgspec.json.encode(site))

    def writer(self, patience: float = 5.0) -> Writer:
        """The web process's part."""
        return open_intake(self.url, patience)

    def fill(self, rows: Mapping[str, list[tuple[bytes, bytes]]]) -> None:
        """Store these ballots (box -> rows) and let go of the intake."""
        writer = self.writer()
        for box, ballots in rows.items():
            for ballot_id, sealed in ballots:
                writer.store_ballot(box, ballot_id, sealed)
        writer.close()

    def ballots(
        self, count: int, answers: Mapping[str, str | tuple[str, ...] | int] = ANSWERS, snapshot: str = ""
    ) -> list[tuple[bytes, bytes]]:
        """Really sealed ballots, all with these answers."""
        ballot = Ballot(snapshot or small_snapshot().hash, "en", dict(answers))
        return [(self.dice.randbytes(ID_SIZE), self.seal(pack(ballot))) for _ in range(count)]

    def letter(self, words: str = "555-0199") -> tuple[bytes, bytes]:
        """A really sealed letter."""
        packed = pack_letter(Letter("en", "north-1", small_snapshot().hash, {"call_me": words}))
        return self.dice.randbytes(ID_SIZE), self.seal(packed, "contact")

    def seal(self, packed: bytes, purpose: Purpose = "answers") -> bytes:
        """Seal as the public host does."""
        key = self.ring.bundle().key_for(purpose, TODAY)
        assert key is not None
        return seal(packed, key)

    def hand_over(self, today: date = TODAY) -> HandoverReport:
        """One handover."""
        return hand_over(self.data, self.site, today)

    def bring_in(self) -> ImportReport:
        """One import."""
        return import_boxes(self.released, self.outbox, self.letters)

    def release(self, today: date = TODAY, opener: Opener | None = None) -> ReleaseReport:
        """One release."""
        snapshots = {small_snapshot().hash: small_snapshot()}
        return release(self.released, opener or self.opener, self.site, snapshots, today)

    def pass_on(self, rows: Mapping[str, list[tuple[bytes, bytes]]]) -> None:
        """From the intake to the staff host, as far as k allows."""
        self.fill(rows)
        self.hand_over()
        self.bring_in()
