"""Whatever fails under the intake: nothing is half kept, the kind is told, and the fault passes (P6)."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from survey_app.intake import IntakeUnavailable, Writer, open_intake
from tests.boxes.builders import County, noise
from tests.boxes.sql import ask, is_sound, looking

ROWS = noise(30)
NOBODY = 65534


def refusal(writer: Writer, row: tuple[bytes, bytes]) -> str:
    """The kind of fault with which this ballot is refused."""
    with pytest.raises(IntakeUnavailable) as caught:
        writer.store_ballot("north-1", *row)
    assert caught.value.__cause__ is None
    return caught.value.kind


@pytest.fixture
def started(county: County) -> Iterator[tuple[Writer, Path]]:
    """A writer that has stored one ballot, and its file."""
    writer = county.writer(patience=2)
    writer.store_ballot("north-1", *ROWS[0])
    yield writer, county.data / "public" / "intake.db"
    writer.close()


def test_a_locked_database_refuses_in_time_and_stores_when_it_is_free(started: tuple[Writer, Path]) -> None:
    writer, path = started
    with looking(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        start = time.monotonic()
        assert refusal(writer, ROWS[1]) == "SQLITE_BUSY"
        assert refusal(writer, ROWS[1]) == "SQLITE_BUSY"
        assert time.monotonic() - start < 9
        other.rollback()
    writer.store_ballot("north-1", *ROWS[2])
    assert set(ask(path, "SELECT id FROM ballots")) == {ROWS[0][0], ROWS[2][0]}


def test_who_gives_up_waiting_is_not_stored_behind_his_back(started: tuple[Writer, Path]) -> None:
    """While one commit waits for a lock, those behind it give up: they were told that nothing was kept."""
    writer, path = started
    kinds = []
    with looking(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        behind = [Thread(target=lambda row=row: kinds.append(refusal(writer, row))) for row in ROWS[1:]]
        for thread in behind:
            thread.start()
        for thread in behind:
            thread.join()
        other.rollback()
    assert len(kinds) == len(behind)
    writer.store_letter(*noise(1, 2, "contact")[0])
    assert ask(path, "SELECT id FROM ballots") == [ROWS[0][0]]


def test_where_too_many_wait_the_next_is_told_so(county: County) -> None:
    writer = open_intake(county.url, patience=2, room=2)
    writer.store_ballot("north-1", *ROWS[0])
    kinds = []
    with looking(county.data / "public" / "intake.db") as other:
        other.execute("BEGIN EXCLUSIVE")
        behind = [Thread(target=lambda row=row: kinds.append(refusal(writer, row))) for row in ROWS[1:9]]
        for thread in behind:
            thread.start()
        for thread in behind:
            thread.join()
        other.rollback()
    assert len(kinds) == len(behind)
    assert "too many are waiting" in kinds
    writer.close()


@pytest.mark.parametrize("garbage", [b"this is no database " * 200, bytes(range(256)) * 64])
def test_a_corrupt_file_refuses_until_it_is_put_back(started: tuple[Writer, Path], garbage: bytes) -> None:
    writer, path = started
    whole = path.read_bytes()
    spoilt = bytearray(whole)
    start = 0 if garbage.startswith(b"this") else 100
    spoilt[start : start + len(garbage)] = garbage
    path.write_bytes(spoilt[: len(whole)])
    writer.close()
    assert refusal(writer, ROWS[1]) in ("SQLITE_NOTADB", "SQLITE_CORRUPT")
    path.write_bytes(whole)
    writer.store_ballot("north-1", *ROWS[1])
    assert is_sound(path)


def test_a_removed_file_is_made_anew_after_one_refusal_at_most(started: tuple[Writer, Path]) -> None:
    writer, path = started
    path.unlink()
    for _ in range(2):
        try:
            writer.store_ballot("north-1", *ROWS[1])
        except IntakeUnavailable:
            continue
    assert ask(path, "SELECT id FROM ballots") == [ROWS[1][0]]


@contextmanager
def ordinary_user(folder: Path) -> Iterator[None]:
    """Root may write anywhere; so step down for a while, owning the folder."""
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


def test_a_read_only_folder_refuses_until_it_may_be_written_again() -> None:
    with tempfile.TemporaryDirectory() as name, ordinary_user(Path(name)):
        county = County(Path(name))
        writer = county.writer(patience=2)
        writer.store_ballot("north-1", *ROWS[0])
        path = county.data / "public" / "intake.db"
        for locked, mode in ((path.parent, 0o700), (path, 0o600)):
            locked.chmod(mode & 0o500)
            writer.close()
            assert refusal(writer, ROWS[1]) in (
                "SQLITE_READONLY",
                "SQLITE_CANTOPEN",
                "SQLITE_READONLY_DIRECTORY",
            )
            locked.chmod(mode)
            writer.store_ballot("north-1", *ROWS[2])
        writer.close()
        assert set(ask(path, "SELECT id FROM ballots")) == {ROWS[0][0], ROWS[2][0]}
        assert is_sound(path)


def test_a_full_disk_refuses_keeps_what_it_had_and_recovers(county: County) -> None:
    command = [sys.executable, "-m", "tests.boxes.full_disk", str(county.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    told = [line.split() for line in done.stdout.splitlines()]
    path = county.data / "public" / "intake.db"
    stored = {bytes.fromhex(word) for what, word in told if what == "stored"}
    assert {word for what, word in told if what == "refused"} <= {"SQLITE_FULL", "SQLITE_IOERR_WRITE"}
    assert [what for what, _ in told].count("refused") > 5
    assert told[-1][0] == "stored"
    assert set(ask(path, "SELECT id FROM ballots")) == stored | {ROWS[0][0]}
    assert is_sound(path)


def test_what_is_refused_leaves_no_word_on_the_disk(started: tuple[Writer, Path]) -> None:
    writer, path = started
    needle = b"NEEDLE".ljust(9336, b".")
    with looking(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        refusal(writer, (bytes(16), needle))
        other.rollback()
    assert not [
        found for found in path.parent.iterdir() if found.is_file() and b"NEEDLE" in found.read_bytes()
    ]
