"""An installation on which the doctor finds nothing wrong, and what it says of it."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from survey_app.commands import main
from survey_app.intake import open_intake
from survey_app.tables import create_intake
from tests.boxes.builders import noise
from tests.public.builders import make_ground

OPEN = {"opens": date(2020, 1, 1), "closes": date(2099, 1, 1)}
WEEK = 604_800
NOBODY = 65_534
ORDER = ("ok", "warn", "fail")


@dataclass(frozen=True)
class Diagnosis:
    """What one run of the command printed, as JSON, and its exit status."""

    status: int
    said: tuple[dict[str, str], ...]

    def level(self, check: str) -> str:
        """The worst that was said under this check; "" where nothing was."""
        return max((one["level"] for one in self.of(check)), key=ORDER.index, default="")

    def of(self, check: str) -> list[dict[str, str]]:
        """All that was said under this check."""
        return [one for one in self.said if one["check"] == check]

    def words(self, check: str) -> str:
        """The same as one text."""
        return "\n".join(f"{one['what']} {one['remedy']}" for one in self.of(check))

    @property
    def not_fine(self) -> set[str]:
        """The checks that found something."""
        return {one["check"] for one in self.said if one["level"] != "ok"}


def make_sound(data: Path) -> Path:
    """A data folder with some ballots waiting, a box in the outbox, and all its modes."""
    make_ground(data, **OPEN)
    url = f"sqlite:///{data / 'public' / 'intake.db'}"
    create_intake(url)
    writer = open_intake(url)
    for row in noise(12):
        writer.store_ballot("north", *row)
    writer.close()
    outbox = data / "public" / "outbox"
    outbox.mkdir()
    (outbox / "00112233aabbccdd.box").write_bytes(b"YVBOX\0\0\1" + bytes(200))
    note_handover(data, time.time())
    for path in (data, *data.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return data


def note_handover(data: Path, when: float) -> None:
    """Write down the last handover as the custodian does."""
    (data / "public" / "handover.last").write_text(f"{int(when)}\n")


def examine(data: Path, *flags: str) -> Diagnosis:
    """Run the command in this process."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        status = main(["doctor", "--data", str(data), "--json", *flags])
    return Diagnosis(status, tuple(json.loads(printed.getvalue())["findings"]))


@contextmanager
def ordinary_user(folder: Path) -> Iterator[None]:
    """Root may look everywhere; so step down for a while, owning the folder."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh sound installation; no server runs on it, and none is looked for on the usual port."""
    monkeypatch.setenv("YOURVOICE_PORT", "1")
    return make_sound(tmp_path / "data")
