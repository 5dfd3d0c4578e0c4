"""Whatever lies where something of ours should lie, the doctor says so and neither hangs nor breaks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from survey_app.commands import main
from tests.doctor.installation import examine

PLACES = (
    "public", "public/intake.db", "public/keys.json", "public/outbox", "public/handover.last", "site.json",
    "snapshots", "snapshots/*.json",
)  # fmt: skip


def pipe(path: Path) -> None:
    """Whoever reads it plainly waits for ever."""
    os.mkfifo(path, 0o600)


def folder(path: Path) -> None:
    """A folder with one file."""
    path.mkdir(mode=0o700)
    (path / "x").write_text("x")


def noise(path: Path) -> None:
    """A file of nonsense."""
    path.write_bytes(os.urandom(10_000))


def circle(path: Path) -> None:
    """A link to itself."""
    path.symlink_to(path)


def nothing(path: Path) -> None:
    """It is gone."""


ODDITIES = (pipe, folder, noise, circle, nothing)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("odd", ODDITIES, ids=lambda odd: odd.__name__)
@pytest.mark.parametrize("place", PLACES)
def test_an_odd_thing_is_a_finding_at_most(sound: Path, place: str, odd: Callable[[Path], None]) -> None:
    (path,) = sound.glob(place)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    odd(path)
    diagnosis = examine(sound)
    if place in ("site.json", "public/keys.json", "public", "snapshots", "snapshots/*.json"):
        assert diagnosis.status == 1
    assert all(one["what"].isprintable() for one in diagnosis.said if one["check"] != "plan")


def test_a_file_in_place_of_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    assert examine(tmp_path / "data").status == 1


def test_a_name_that_would_write_on_the_terminal_is_printed_harmlessly(sound: Path) -> None:
    (sound / "public" / "\x1b[2J\nok   copies.bak").write_text("x")
    words = examine(sound).words("copies")
    assert "\x1b" not in words
    assert "\\x1b[2J\\nok" in words


@pytest.mark.parametrize(
    "flags",
    [
        ("--url", f"https://{'a' * 70}.example/"),
        ("--url", "https://a..b/"),
        ("--url", "https://localhost/", "--http-port", "70000"),
        ("--url", "https://localhost/", "--http-port", "x"),
    ],
)
def test_an_impossible_address_is_not_understood(
    sound: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...]
) -> None:
    try:
        status = main(["doctor", "--data", str(sound), *flags])
    except SystemExit as ended:
        status = int(str(ended.code))
    assert status == 2
    assert capsys.readouterr().err.startswith(("Write an address like", "usage: "))
