"""A data folder such as a public host has, and an opener for what was sealed into it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import Snapshot, freeze, save
from survey_app.instrument.texts import translations
from survey_app.sealing import PURPOSES, Bundle, PublicKey, Purpose, binding, name_key, suite

ROOT = Path(__file__).parents[2]
YOUTH = ROOT / "instruments" / "youth_probation_services.json"
NEIGHBOURHOOD = ROOT / "tests" / "instruments" / "neighbourhood.json"
TRANSLATIONS = ROOT / "translations"
TODAY = date(2023, 5, 10)
OPENS, CLOSES = date(2023, 5, 1), date(2023, 5, 31)


@dataclass(frozen=True)
class Opener:
    """Opens what the public side sealed for `key`: the staff side's part, played by the test."""

    key: PublicKey
    private: MLKEM768X25519PrivateKey

    def open(self, sealed: bytes) -> bytes:
        """The padded plaintext."""
        key = self.key
        assert sealed.startswith(key.key_id)
        info = binding(key.purpose, key.epoch, key.key_id)
        return suite().decrypt(sealed[len(key.key_id) :], self.private, info)


@dataclass(frozen=True)
class Ground:
    """A data folder and who can open what lies in it."""

    data: Path
    snapshot: Snapshot
    openers: dict[Purpose, Opener]


def make_key(purpose: Purpose, not_before: date = OPENS, not_after: date = CLOSES) -> Opener:
    """A fresh key pair of this purpose."""
    mlkem, x25519 = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    raw = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes(
        Encoding.Raw, PublicFormat.Raw
    )
    public = PublicKey(
        purpose=purpose,
        epoch="2023-05",
        key_id=name_key(purpose, "2023-05", raw),
        not_before=not_before,
        not_after=not_after,
        raw=raw,
    )
    return Opener(public, MLKEM768X25519PrivateKey(mlkem, x25519))


def publish(data: Path, *openers: Opener) -> None:
    """Write the bundle of public keys."""
    folder = data / "public"
    folder.mkdir(mode=0o700, exist_ok=True)
    draft = folder / "keys.new"
    draft.write_bytes(Bundle(keys=tuple(opener.key for opener in openers)).to_bytes())
    draft.replace(folder / "keys.json")


def make_ground(data: Path, instrument: Path = YOUTH, opens: date = OPENS, closes: date = CLOSES) -> Ground:
    """A folder with one open wave of two boxes, "north" (the default) and "south"."""
    loaded = load_instrument(instrument)
    snapshot = freeze(loaded, translations(loaded, TRANSLATIONS))
    save(snapshot, data / "snapshots")
    wave = {"id": "spring", "title": "Spring", "opens": str(opens), "closes": str(closes)}
    boxes = [{"id": "north", "unit": "north"}, {"id": "south", "unit": "south"}]
    site = {
        "jurisdiction": "Testland",
        "default_box": "north",
        "units": [{"id": "north", "title": "North"}, {"id": "south", "title": "South"}],
        "waves": [wave | {"snapshot": snapshot.hash, "boxes": boxes}],
    }
    (data / "site.json").write_text(json.dumps(site))
    openers = {purpose: make_key(purpose, opens, closes) for purpose in PURPOSES}
    publish(data, *openers.values())
    return Ground(data, snapshot, openers)
