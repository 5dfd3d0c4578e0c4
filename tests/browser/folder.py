"""Lay out a real data folder with keys made for this run. Its private halves stay in memory.

Opening a ballot here is an oracle for the tests: it takes the library alone, not the staff side's code.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from msgspec.structs import replace

from survey_app.ballot import Ballot, Letter, unpack, unpack_letter
from survey_app.boxes import read_letter
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.model import Instrument
from survey_app.instrument.snapshot import Snapshot, freeze, save
from survey_app.instrument.texts import translations
from survey_app.sealing import KEY_ID_SIZE, Bundle, PublicKey, Purpose, binding, name_key, suite
from survey_app.site import Box, Site, Unit, Wave

from .window import until

ROOT = Path(__file__).parents[2]
PROBATION = ROOT / "instruments" / "youth_probation_services.json"
NEIGHBOURHOOD = ROOT / "tests" / "instruments" / "neighbourhood.json"
MONTH = timedelta(days=30)


class KeyPair:
    """A purpose's key of this run."""

    def __init__(self, purpose: Purpose) -> None:
        mlkem, x25519 = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
        raw = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        today = date.today()  # noqa: DTZ011 - the server takes its own day too
        self._private = MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public = PublicKey(
            purpose=purpose,
            epoch="now",
            key_id=name_key(purpose, "now", raw),
            not_before=today - MONTH,
            not_after=today + MONTH,
            raw=raw,
        )

    def open(self, sealed: bytes) -> bytes:
        """What was sealed for this key."""
        info = binding(self.public.purpose, self.public.epoch, self.public.key_id)
        return suite().decrypt(sealed[KEY_ID_SIZE:], self._private, info)


@dataclass(frozen=True)
class Folder:
    """A data folder that a server may run on, and what it takes to look into its ballots."""

    data: Path
    answers: KeyPair
    contact: KeyPair
    snapshots: dict[str, Snapshot]

    @property
    def ids(self) -> set[bytes]:
        """The ids of the ballots in the intake."""
        return {name for name, *_ in self._rows("select id from ballots")}

    def letters(self) -> int:
        """How many letters have come in: they leave for the outbox at once, and for a moment lie in both."""
        until(lambda: not self._rows("select id from letters"), "every letter to leave")
        return len(self._left)

    def notes(self, known: int) -> list[Letter]:
        """The letters that have come since there were KNOWN of them, opened."""
        until(lambda: self.letters() > known, "a letter to come")
        opened = [unpack_letter(self.contact.open(read_letter(path)[1])) for path in self._left]
        return opened[known:]

    def without_contact_key(self) -> None:
        """From now on nobody can be asked to call back."""
        bundle = Bundle(keys=(self.answers.public,))
        (self.data / "public" / "keys.json").write_bytes(bundle.to_bytes())

    @property
    def _left(self) -> list[Path]:
        """The letters that have left, in the order in which they did."""
        outbox = (self.data / "public" / "outbox").glob("*.letter")
        return sorted(outbox, key=lambda path: path.stat().st_ctime_ns)

    def opened(self, known: set[bytes]) -> list[Ballot]:
        """The ballots that have come since KNOWN was noted, opened."""
        rows = self._rows("select id, sealed from ballots")
        return [unpack(self.answers.open(sealed)) for name, sealed in rows if name not in known]

    def _rows(self, query: str) -> list[tuple[bytes, ...]]:
        intake = self.data / "public" / "intake.db"
        if not intake.exists():  # nobody has sent anything yet
            return []
        with closing(sqlite3.connect(f"file:{intake}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(query).fetchall()


def lay_out(data: Path, exit_url: str) -> Folder:
    """Write site, snapshots, public keys. Box "north" (the default) is Appendix B, "street" another
    instrument, "plain" the same with a scale that can stand in a row in Arabic too, "bowl" Appendix B with
    cards."""
    street = load_instrument(NEIGHBOURHOOD)
    scale = street.response_sets["often"]
    plain = replace(scale, options=tuple(option for option in scale.options if not option.missing))
    shown = {
        "north": _frozen(load_instrument(PROBATION)),
        "street": _frozen(street),
        "bowl": _frozen(load_instrument(PROBATION)),
        "plain": _frozen(replace(street, id="plain", response_sets=street.response_sets | {"often": plain})),
    }
    today = date.today()  # noqa: DTZ011
    waves = tuple(
        Wave(
            id=f"wave-{box}",
            title=box.title(),
            opens=today - MONTH,
            closes=today + MONTH,
            snapshot=snapshot.hash,
            boxes=(Box(id=box, unit="here"),),
            codes=box == "bowl",
        )
        for box, snapshot in shown.items()
    )
    units = (Unit(id="here", title="Here"),)
    site = Site(jurisdiction="Testing", default_box="north", exit_url=exit_url, units=units, waves=waves)
    answers, contact = KeyPair("answers"), KeyPair("contact")
    (data / "public").mkdir(parents=True)
    (data / "public" / "keys.json").write_bytes(Bundle(keys=(answers.public, contact.public)).to_bytes())
    (data / "site.json").write_bytes(msgspec.json.encode(site))
    for snapshot in shown.values():
        save(snapshot, data / "snapshots")
    return Folder(data, answers, contact, shown)


def _frozen(instrument: Instrument) -> Snapshot:
    return freeze(instrument, translations(instrument, ROOT / "translations"))
