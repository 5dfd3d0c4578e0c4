"""Ways to break a data folder, each with the check that must notice it. They break it for real."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from survey_app.sealing import PURPOSES
from tests.doctor.installation import WEEK, note_handover
from tests.public.builders import make_key, publish
from tests.public.test_said import a_file

TODAY = date(*time.localtime()[:3])
DAY = 86_400


class Break(NamedTuple):
    """The check, the level that it must come to, how it is called, and what is done to the folder."""

    check: str
    level: str
    name: str
    act: Callable[[Path], object]
    stops_a_start: bool = False


def chmod(name: str, mode: int) -> Callable[[Path], None]:
    return lambda data: (data / name).chmod(mode)


def write(name: str, text: str = "x") -> Callable[[Path], None]:
    def act(data: Path) -> None:
        path = data / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)

    return act


def sql_at(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def sql(*statements: str) -> Callable[[Path], None]:
    return lambda data: sql_at(data / "public" / "intake.db", *statements)


def rename(name: str, other: str) -> Callable[[Path], None]:
    return lambda data: (data / name).rename(data / other)


def publish_said(wave: str, spoil: str = "") -> Callable[[Path], None]:
    def act(data: Path) -> None:
        said = a_file(wave).to_bytes().decode()
        write(f"said/{wave}.json", said.replace(spoil, "9%") if spoil else said)(data)

    return act


def link(data: Path) -> None:
    shutil.move(data / "public" / "outbox", data.parent / "elsewhere")
    (data / "public" / "outbox").symlink_to(data.parent / "elsewhere")


def pipe(name: str, folder: bool = False) -> Callable[[Path], None]:
    def act(data: Path) -> None:
        (data / name).unlink()
        if folder:
            (data / name).mkdir(0o700)
        else:
            os.mkfifo(data / name, 0o600)

    return act


def copy(name: str) -> Callable[[Path], None]:
    return lambda data: shutil.copy(data / "public" / "intake.db", data / name)


def damage(data: Path) -> None:
    path = data / "public" / "intake.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def delete_long_ago(data: Path) -> None:
    sql("DELETE FROM ballots")(data)
    later("public/intake.db", -600)(data)


def keys_until(until: date) -> Callable[[Path], None]:
    def act(data: Path) -> None:
        publish(data, *(make_key(purpose, date(2020, 1, 1), until) for purpose in PURPOSES))
        (data / "public" / "keys.json").chmod(0o600)

    return act


def later(name: str, seconds: int) -> Callable[[Path], None]:
    return lambda data: os.utime(data / name, (time.time() + seconds,) * 2)


def forget_the_outbox(data: Path) -> None:
    site = data / "site.json"
    site.write_text(site.read_text().replace("{", '{"handover_seconds": 1, ', 1))
    note_handover(data, time.time() + 5)
    time.sleep(2.1)


REPLACE_BALLOTS = (
    "ALTER TABLE ballots RENAME TO former",
    "CREATE TABLE ballots ({columns}) {kind}",
    "DROP TRIGGER ballots_stay",
    "DROP TABLE former",
)


def other_table(columns: str, kind: str = "STRICT, WITHOUT ROWID") -> Callable[[Path], None]:
    return sql(*(statement.format(columns=columns, kind=kind) for statement in REPLACE_BALLOTS))


SCHEMA = (
    Break("schema", "fail", "a time", sql("ALTER TABLE ballots ADD COLUMN at TEXT DEFAULT ''"), True),
    Break("schema", "fail", "an address", sql("ALTER TABLE letters ADD COLUMN ip TEXT"), True),
    Break(
        "schema", "fail", "a computed one", sql("ALTER TABLE letters ADD COLUMN n INT AS (length(id))"), True
    ),
    Break("schema", "fail", "a table", sql("CREATE TABLE seen (n INTEGER PRIMARY KEY AUTOINCREMENT)"), True),
    Break("schema", "fail", "an index", sql("CREATE INDEX by_box ON ballots (box)"), True),
    Break("schema", "fail", "a view", sql("CREATE VIEW all_of_it AS SELECT * FROM ballots"), True),
    Break(
        "schema",
        "fail",
        "a trigger",
        sql("CREATE TRIGGER tell AFTER INSERT ON ballots BEGIN SELECT datetime('now'); END"),
        True,
    ),
    Break("schema", "fail", "no trigger", sql("DROP TRIGGER letters_stay"), True),
    Break("schema", "fail", "counts of rows", sql("ANALYZE"), True),
    Break("schema", "fail", "a rowid", other_table("id BLOB PRIMARY KEY, box TEXT, sealed BLOB", ""), True),
    Break("schema", "fail", "no size", other_table("id BLOB PRIMARY KEY, box TEXT, sealed BLOB"), True),
)

FOLDERS = (
    Break("intake-modes", "fail", "intake", chmod("public/intake.db", 0o644), True),
    Break("intake-modes", "fail", "group", chmod("public/intake.db", 0o640), True),
    Break("public-modes", "fail", "folder", chmod("public", 0o755)),
    Break("public-modes", "fail", "box", chmod("public/outbox/00112233aabbccdd.box", 0o604)),
    Break("folder-mode", "warn", "0750", chmod(".", 0o750)),
    Break("writers", "fail", "keys", chmod("public/keys.json", 0o602), True),
    Break("writers", "fail", "plan", chmod("site.json", 0o666), True),
    Break("writers", "fail", "snapshots", chmod("snapshots", 0o777), True),
    Break("writers", "fail", "data", chmod(".", 0o777), True),
    Break("group", "warn", "plan", chmod("site.json", 0o660)),
    Break("plain-files", "fail", "pipe", pipe("public/keys.json"), True),
    Break("plain-files", "fail", "folder", pipe("public/intake.db", folder=True), True),
    Break("links", "fail", "outbox", link),
    Break("links", "warn", "plan", lambda data: (data / "old").symlink_to(data / "site.json")),
    Break("secrets", "fail", "opened", write("public/released.db"), True),
    Break("secrets", "fail", "accounts", write("public/outbox/accounts.db"), True),
    Break("secrets", "fail", "pem", write("public/a", "-----BEGIN EC PRIVATE KEY-----\n"), True),
    Break("secrets", "fail", "ring", write("public/b.json", '{"format": "yourvoice-epoch/1"}'), True),
    Break("secrets-near", "fail", "ring", write("keys/x.json", '{"format": "yourvoice-holder/1"}')),
    Break("secrets-near", "fail", "released", write("released.db")),
    Break("secrets-near", "fail", "cards", write("keys/c.json", '{"format": "yourvoice-cards/1"}')),
    Break("staff-side", "warn", "here", write("staff/released.db")),
    Break("copies", "fail", "bak", copy("public/intake.db.bak")),
    Break("copies", "fail", "disguised", copy("photo.jpg")),
    Break("copies", "fail", "dump", write("tuesday.sql.gz")),
    Break("copies", "fail", "snapshots", lambda data: (data / ".snapshots").mkdir()),
    Break("copies", "warn", "above", lambda data: (data.parent / ".snapshots").mkdir()),
    Break("logs", "warn", "log", write("access.log.1")),
    Break("drafts", "warn", "part", write("public/outbox/.0011.part")),
    Break("cores", "fail", "core", write("public/core.4711")),
    Break("handover", "fail", "turns", lambda data: note_handover(data, time.time() - 2 * WEEK)),
    Break("collection", "warn", "outbox", forget_the_outbox),
    *SCHEMA,
    Break("journal-mode", "fail", "WAL", sql("PRAGMA journal_mode=WAL")),
    Break("left-behind", "fail", "journal", write("public/intake.db-journal")),
    Break("left-behind", "fail", "shm", write("public/intake.db-shm")),
    Break("integrity", "fail", "damaged", damage),
    Break("free-pages", "warn", "deleted just now", sql("DELETE FROM ballots")),
    Break("free-pages", "fail", "deleted", delete_long_ago),
    Break("plan", "fail", "no plan", rename("site.json", "sit.json")),
    Break("plan", "fail", "no questions", rename("snapshots", "snap")),
    Break("keys", "fail", "expired", keys_until(TODAY - timedelta(days=1))),
    Break("keys", "fail", "missing", rename("public/keys.json", "public/k.json")),
    Break("keys", "fail", "cut", write("public/keys.json", "{")),
    Break("key-ends", "warn", "soon", keys_until(TODAY + timedelta(days=13))),
    Break("said", "warn", "changed", publish_said("spring", "72%")),
    Break("said", "warn", "no such wave", publish_said("elsewhere")),
    Break("said", "warn", "no JSON", write("said/spring.json")),
    Break("clock", "fail", "plan", later("site.json", 3 * DAY), True),
    Break("clock", "fail", "keys", later("public/keys.json", 3 * DAY), True),
    Break("times", "warn", "box", later("public/outbox/00112233aabbccdd.box", 3600)),
)
