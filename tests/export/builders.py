"""A county whose waves were over long ago, with wordings that files like to break. No test stands in here."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import msgspec
import numpy as np

from admin.commands import main
from admin.released import Lot, Released
from admin.scoring.blocks import blocks
from admin.scoring.patterns import Bytes, tally
from admin.settings import Settings, read_settings
from survey_app.boxes import ID_SIZE, BoxFile
from survey_app.coding import columns
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.model import Number, Option, Section, Single
from survey_app.instrument.snapshot import Snapshot, freeze, save
from survey_app.instrument.texts import Catalog
from survey_app.site import Box, Site, Unit, Wave

INSTRUMENT = Path(__file__).parents[2] / "instruments" / "youth_probation_services.json"
CLOSED = (date(2020, 3, 1), date(2020, 3, 31))
LONG = "a very long answer, " * 100
NASTY = (
    "=1+1 isn't “worked out”; été, ñ",
    "لا يوجد",
    "thumbs 👍🏽 up",
    'two\nlines, "quoted", and a\ttab',
    LONG.strip(),
    "does not apply",
)
"""Wordings of options: a formula, Arabic, emoji, a line break, 2,000 characters."""

SIZES = {"north": 61, "south": 49, "hill": 8, "lake": 9}
"""Released responses by unit. Hill and lake are let out together: small boxes are merged."""


@cache
def nasty_snapshot() -> Snapshot:
    """The survey with a choice whose options are NASTY, one of them "does not apply", and a number."""
    instrument = load_instrument(INSTRUMENT)
    options = tuple(
        Option(value=f"n{place}", text=words, missing=place == len(NASTY))
        for place, words in enumerate(NASTY, 1)
    )
    choice = Single(id="nasty", text="@What “odd” words - isn't it?", response_set="odd")
    age = Number(id="months", text="How many months?", minimum=0, maximum=300)
    added = Section(id="added", title="Other", items=(choice, age))
    nominal = msgspec.structs.replace(instrument.response_sets["contact_amount"], options=options)
    changed = msgspec.structs.replace(
        instrument,
        response_sets={**instrument.response_sets, "odd": nominal},
        sections=(*instrument.sections, added),
    )
    spanish = {"eng1.text": "Mi oficial intenta conocerme.", "title": "Encuesta"}
    return freeze(changed, {"es": Catalog(spanish)})


def furnish(folder: Path, sizes: dict[str, int] | None = None, snapshot: Snapshot | None = None) -> Settings:
    """Fill an empty folder: plan, snapshot, released answers of the wave "spring"; "now" is open for long."""
    snapshot = snapshot or nasty_snapshot()
    save(snapshot, folder / "snapshots")
    write_plan(folder, snapshot)
    settings = read_settings({"YOURVOICE_DATA": str(folder)})
    release(settings, snapshot, sizes or SIZES)
    return settings


def release(settings: Settings, snapshot: Snapshot, sizes: dict[str, int], wave: str = "spring") -> None:
    """One release with a lot for each unit."""
    released = Released(settings.released)
    lots = []
    for unit, size in sizes.items():
        ids = tuple(os.urandom(ID_SIZE) for _ in range(size))
        sealed = tuple((ballot_id, b"sealed") for ballot_id in ids)
        released.take_in(BoxFile(wave, f"{wave}-{unit}", sealed))
        answers = answered(snapshot, size)
        codes = tuple(row.tobytes() for row in answers)
        lots.append(Lot(wave, unit, snapshot.hash, ids, codes, (), tally(blocks(snapshot), answers)))
    released.publish(lots, {})


def write_words(settings: Settings, snapshot: Snapshot, unit: str, words: Sequence[str]) -> None:
    """Release as many responses as there are comments to the last question."""
    answers = answered(snapshot, len(words), seed=6)
    ids = tuple(os.urandom(ID_SIZE) for _ in words)
    released = Released(settings.released)
    released.take_in(BoxFile("spring", f"spring-{unit}", tuple((one, b"sealed") for one in ids)))
    codes, heap = tuple(row.tobytes() for row in answers), tuple(("anything_else", one) for one in words)
    lot = Lot("spring", unit, snapshot.hash, ids, codes, heap, tally(blocks(snapshot), answers))
    released.publish([lot], {})


def answered(snapshot: Snapshot, size: int, seed: int = 5) -> Bytes:
    """Packed responses in which every code of every column comes up, skipped ones too."""
    dice = np.random.default_rng(seed)
    packed = []
    for column in columns(snapshot):
        if isinstance(column.question.item, Number):
            months = dice.integers(0, column.question.item.maximum + 2, size)
            packed += [months // 256, months % 256]
        elif column.question.kind == "multi":
            packed.append((dice.random(size) < 0.2) * (column.option is not None))
        else:
            packed.append(dice.integers(0, len(column.question.options) + 1, size))
    return np.column_stack(packed).astype(np.uint8)


def write_plan(folder: Path, snapshot: Snapshot, **changes: object) -> None:
    """The county's site.json."""
    units = tuple(Unit(id=unit, title=f"{unit.title()} Unit") for unit in SIZES)
    waves = tuple(
        Wave(
            id=wave,
            title=f"The {wave} wave",
            opens=opens,
            closes=closes,
            snapshot=snapshot.hash,
            boxes=tuple(Box(id=f"{wave}-{unit}", unit=unit) for unit in SIZES),
        )
        for wave, (opens, closes) in {"spring": CLOSED, "now": (date(2020, 4, 1), date(2199, 1, 1))}.items()
    )
    site = Site(jurisdiction="Mandarin County", default_box="now-north", units=units, waves=waves)
    (folder / "site.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(site, **changes)))


def export(folder: Path, out: Path, *options: str) -> Path:
    """Run `yourvoice-admin export` on the wave "spring"."""
    wave = () if "--wave" in options else ("--wave", "spring")
    status = main(["export", *wave, "--out", str(out), "--data", str(folder), *options])
    assert status == 0
    return out


def unpack(bundle: Path) -> Path:
    """The bundle's files, in a folder of their own."""
    with ZipFile(bundle) as opened:
        opened.extractall(bundle.parent)
        return bundle.parent / opened.namelist()[0].partition("/")[0]


def program(name: str) -> str:
    """The path of another people's program; missing, the test is skipped, or fails in CI."""
    from tests.conftest import miss

    path = shutil.which(name)
    if path is None:
        miss(name, "YOURVOICE_REQUIRE_STATISTICS")
    return str(path)


def run(*command: str, folder: Path) -> str:
    """What another program says; it must end well."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
