"""A county with both its hosts in one folder: plan, questions, keys and sign-ins, made by the real code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec

from admin import tables
from admin.accounts import Accounts
from admin.keys import KeyRing
from admin.passphrases import Cost
from admin.settings import Settings, read_settings
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import Snapshot, freeze, save
from survey_app.instrument.texts import translations
from survey_app.roles import Role
from survey_app.sealing import PURPOSES
from survey_app.site import Box, Site, Unit, Wave

ROOT = Path(__file__).parents[2]
CHEAP = Cost(memory=64, passes=1, lanes=1)
HOLDER, PASSPHRASE = "ana", "gravel lantern orbit sunday"
FIRST, LAST = date(2020, 1, 1), date(2099, 12, 31)
NEVER = 10**9
"""Seconds between handovers by themselves: here they leave when the scene says so."""


def furnish(data: Path, boxes: Sequence[str]) -> Snapshot:
    """Fill an empty folder; each box is the only one of its unit."""
    instrument = load_instrument(ROOT / "instruments" / "youth_probation_services.json")
    snapshot = freeze(instrument, translations(instrument, ROOT / "translations"))
    save(snapshot, data / "snapshots")
    (data / "site.json").write_bytes(msgspec.json.encode(_plan(snapshot, boxes)))
    ring = KeyRing(data / "staff" / "keys")
    ring.add_holder(HOLDER, PASSPHRASE, CHEAP)
    ring.make_recovery()
    for purpose in PURPOSES:
        ring.new_epoch(purpose, "all", FIRST, LAST)
    ring.publish_bundle(data / "public" / "keys.json")
    credential(data).write_text(f"{PASSPHRASE}\n")
    credential(data).chmod(0o600)
    accounts = Accounts(tables.open_store(staff_settings(data).accounts), cost=CHEAP)
    for role in Role:
        accounts.add(f"the.{role.value}", role, PASSPHRASE)
    return snapshot


def credential(data: Path) -> Path:
    """The file with the key holder's passphrase."""
    return data / "staff" / "credential"


def staff_settings(data: Path) -> Settings:
    """The staff server's settings, with cheap passphrases."""
    return replace(read_settings({"YOURVOICE_DATA": str(data)}), cost=CHEAP)


def _plan(snapshot: Snapshot, boxes: Sequence[str]) -> Site:
    wave = Wave(
        id="now",
        title="Now",
        opens=FIRST,
        closes=LAST,
        snapshot=snapshot.hash,
        boxes=tuple(Box(id=box, unit=box) for box in boxes),
    )
    units = tuple(Unit(id=box, title=box.title()) for box in boxes)
    return Site(
        jurisdiction="Sample County",
        default_box=boxes[0],
        units=units,
        waves=(wave,),
        handover_seconds=NEVER,
    )
