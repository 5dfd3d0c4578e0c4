"""The doctor leaves an installation as it found it, whatever its state, and tells nothing of what waits."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest

from tests.boxes.sql import ask
from tests.doctor.broken_folders import damage, sql
from tests.doctor.installation import examine
from tests.doctor.test_folder import start
from tests.public.served import serve

Found = dict[str, tuple[bytes, int, int, int, int, int]]


def everything(data: Path) -> Found:
    """Each file's content, and of each file and folder mode, owner, times and place on the disk."""
    found = {}
    for path in sorted((data, *data.rglob("*"))):
        seen = path.lstat()
        content = path.read_bytes() if stat.S_ISREG(seen.st_mode) else b""
        times = seen.st_mtime_ns, seen.st_ctime_ns
        found[str(path)] = content, seen.st_mode, seen.st_uid, *times, seen.st_ino
    return found


def as_it_is(data: Path) -> None:
    """Nothing is done to it."""


def crash(data: Path) -> None:
    """What a killed writer leaves: a half written file, and the journal with which it can be undone."""
    path, aside = data / "public" / "intake.db", data.parent / "aside"
    aside.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE ballots SET sealed = zeroblob(length(sealed))")
        for name in ("intake.db", "intake.db-journal"):
            shutil.copy(path.with_name(name), aside / name)
        connection.execute("ROLLBACK")
    for name in ("intake.db", "intake.db-journal"):
        shutil.move(aside / name, path.with_name(name))


def open_log(data: Path) -> None:
    """A write-ahead log that a program which has ended by force has left."""
    path, aside = data / "public" / "intake.db", data.parent / "aside"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("DELETE FROM ballots")
        shutil.copytree(path.parent, aside)
    shutil.rmtree(path.parent)
    aside.rename(path.parent)


def empty(data: Path) -> None:
    """A start was killed before it had made the tables."""
    (data / "public" / "intake.db").write_bytes(b"")


def no_intake(data: Path) -> None:
    """Nobody has answered yet."""
    (data / "public" / "intake.db").unlink()


STATES = [as_it_is, crash, open_log, empty, no_intake, damage, sql("PRAGMA journal_mode=WAL")]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_it_changes_nothing_and_leaves_nothing(sound: Path, state: Callable[[Path], None]) -> None:
    state(sound)
    before = everything(sound)
    examine(sound)
    assert everything(sound) == before


def test_half_written_by_a_crash_is_said_and_the_next_start_mends_it(sound: Path) -> None:
    crash(sound)
    diagnosis = examine(sound)
    assert diagnosis.level("left-behind") == "fail"
    assert diagnosis.level("schema") == "warn"
    with serve(sound):
        assert examine(sound).level("left-behind") == "ok"


def test_a_changed_table_stops_a_start_after_a_crash_too(sound: Path) -> None:
    sql("ALTER TABLE ballots ADD COLUMN at TEXT DEFAULT ''")(sound)
    crash(sound)
    ended = start(sound)
    assert ended.returncode == 1
    assert "a column at (TEXT) too many: it may tell when" in ended.stderr


def test_no_intake_and_an_empty_one_are_no_silent_pass(sound: Path) -> None:
    for state in (empty, no_intake):
        state(sound)
        diagnosis = examine(sound)
        assert "Not tried" in diagnosis.words("schema")
        assert diagnosis.status == 0


def test_a_write_ahead_log_is_left_at_a_start(sound: Path) -> None:
    sql("PRAGMA journal_mode=WAL")(sound)
    with serve(sound):
        assert ask(sound / "public" / "intake.db", "PRAGMA journal_mode") == ["delete"]
        assert examine(sound).level("journal-mode") == "ok"


def test_one_that_another_program_holds_stops_a_start(sound: Path) -> None:
    with closing(sqlite3.connect(sound / "public" / "intake.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("SELECT 1 FROM ballots").fetchall()
        ended = start(sound)
    assert ended.returncode == 1
    assert "write-ahead log" in ended.stderr


def test_while_somebody_writes_it_says_that_it_could_not_look(sound: Path) -> None:
    path = sound / "public" / "intake.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        diagnosis = examine(sound)
        assert diagnosis.level("schema") == "warn"
        assert "Not tried: the intake was busy" in diagnosis.words("schema")
        writer.execute("COMMIT")
    assert examine(sound).level("schema") == "ok"


def test_free_pages_that_the_custodian_is_about_to_tidy_are_fine(sound: Path) -> None:
    sql("DELETE FROM ballots")(sound)
    tidying = Timer(1, sql("VACUUM"), [sound])
    tidying.start()
    assert examine(sound).level("free-pages") == "ok"
    tidying.join()


def test_it_holds_no_lock_when_it_has_looked(sound: Path) -> None:
    examine(sound)
    with closing(sqlite3.connect(sound / "public" / "intake.db", timeout=0, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        writer.execute("COMMIT")


def test_what_waits_makes_no_difference_to_what_is_said(sound: Path) -> None:
    """Pending counts are shown to nobody: neither how many ballots wait nor how many files."""
    box = sound / "public" / "outbox" / "00112233aabbccdd.box"
    box.chmod(0o644)
    before = examine(sound).said
    sql("DELETE FROM ballots WHERE id > x'80'", "VACUUM")(sound)
    for number in range(5):
        other = box.with_name(f"{number}{box.name[1:]}") if number else box
        other.write_bytes(box.read_bytes())
        other.chmod(0o644)
        os.utime(other, (946_684_800,) * 2)
    after = examine(sound).said
    said = [str(one).replace(" (and others)", "") for one in (*before, *after)]
    assert said[: len(before)] == said[len(before) :]
