"""A small county's folder with a real key ring, for tests that go the whole way from a phone to the desk."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import msgspec

from admin.keys import KeyRing
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import freeze, save
from survey_app.instrument.texts import translations
from survey_app.site import Box, Site, Unit, Wave
from tests.sealing.builders import CHEAP

from .folder import PROBATION, ROOT

SUPERVISOR, KEY_PASSPHRASE = "ana.ruiz", "gravel lantern orbit sunday"
DAYS = timedelta(days=5)


def settle(data: Path) -> str:
    """Fill DATA for both hosts; the paper key. One supervisor opens notes, somebody else answers."""
    today = date.today()  # noqa: DTZ011 - the server takes its own day too
    instrument = load_instrument(PROBATION)
    snapshot = freeze(instrument, translations(instrument, ROOT / "translations"))
    save(snapshot, data / "snapshots")
    ring = KeyRing(data / "staff" / "keys")
    ring.add_holder(SUPERVISOR, KEY_PASSPHRASE, CHEAP, ("contact",))
    ring.add_holder("sam.cole", KEY_PASSPHRASE, CHEAP, ("answers",))
    paper = ring.make_recovery()
    for purpose in ("answers", "contact"):
        ring.new_epoch(purpose, "now", today - DAYS, today + DAYS)
    ring.publish_bundle(data / "public" / "keys.json")
    wave = Wave(
        id="now",
        title="Now",
        opens=today - DAYS,
        closes=today + DAYS,
        snapshot=snapshot.hash,
        boxes=(Box(id="north", unit="here"),),
    )
    units = (Unit(id="here", title="Here"),)
    site = Site(jurisdiction="Testing", default_box="north", units=units, waves=(wave,))
    (data / "site.json").write_bytes(msgspec.json.encode(site))
    return paper
