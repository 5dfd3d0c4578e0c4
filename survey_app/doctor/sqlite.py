"""Checks of an intake that is a SQLite file. It opens it for reading only, for a moment, and reads no row."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError

from survey_app.doctor.finding import Check, Finding, Findings, failed, untried, warned
from survey_app.doctor.schema import differences, found_in
from survey_app.doctor.tree import Tree, called
from survey_app.tables import open_engine

PATIENCE = 2.0
"""Seconds to wait while the server or the custodian writes."""

TIDYING, AT_LEAST = 3.0, 120.0
"""Seconds that the custodian may take to rewrite a quiet intake, and one that is written to all the time."""

NO_INTAKE = untried("the intake's tables: there are none yet.", "Start yourvoice serve, which makes them.")
KEEP = (
    "Delete nothing: ballots may still be saved from it. Stop the server, move the file (with a -journal, if"
    " one lies beside it) to a locked folder outside the data folder, check the disk and who owns the folder,"
    " and ask whoever maintains this. The next start makes a new one."
)
WRITE_AHEAD = b"\2\2"
"""Bytes 18 and 19 of a file with a write-ahead log (sqlite.org/fileformat2.html)."""


def journal_mode(tree: Tree) -> Findings:
    """A write-ahead log keeps the exact order in which ballots came."""
    if tree.intake and tree.intake.is_file() and _keeps_a_log(tree.intake):
        yield failed(
            "The intake keeps a write-ahead log (journal_mode WAL), which holds the order of arrival.",
            "Stop every program that has it open, then start yourvoice serve, which leaves that mode.",
        )


def left_behind(tree: Tree) -> Findings:
    """SQLite's own files beside the intake come and go; one that stays is of a crash."""
    if tree.left_beside:
        yield failed(
            f"{called(tree.left_beside)} was left by a crash: it holds what was written last.",
            "Start yourvoice serve: it puts the intake in order within seconds.",
        )


def schema(tree: Tree) -> Findings:
    """Nothing but the two tables, column by column as Your Voice makes them."""
    if tree.intake and not tree.intake.is_file():
        return iter((NO_INTAKE,))
    return _ask(tree, _schema)


def integrity(tree: Tree) -> Findings:
    """SQLite's own look at every page. Its words are not repeated."""
    return _ask(tree, _integrity)


def free_pages(tree: Tree) -> Findings:
    """After the custodian's tidying no page is free; a free one may hold what was taken out."""
    return _ask(tree, lambda opened: _free_pages(opened, tree))


CHECKS = (
    Check(
        "schema", "The intake holds sealed rows only: no time, no address, no order.", schema, at_start=True
    ),
    Check("journal-mode", "The intake keeps no write-ahead log.", journal_mode, at_start=True),
    Check("left-behind", "Nothing is left beside the intake.", left_behind),
    Check("integrity", "The intake's file is whole.", integrity),
    Check("free-pages", "The intake has no free page.", free_pages),
)


def settle(tree: Tree, url: str) -> None:
    """For a start: undo what a crash left half written, leave a write-ahead log that nobody else holds.

    The server's own connection does both.
    """
    if tree.intake and tree.intake.is_file() and (len(tree.intake_files) > 1 or _keeps_a_log(tree.intake)):
        with suppress(SQLAlchemyError), open_engine(url, PATIENCE).connect() as connection:
            connection.exec_driver_sql("SELECT 1 FROM sqlite_master").fetchall()


def _keeps_a_log(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(20)[18:20] == WRITE_AHEAD
    except OSError:
        return False


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Each column, hidden and computed ones too, with its declared type."""
    rows = connection.execute("SELECT name, type FROM pragma_table_xinfo(?)", (table,))
    return {str(name): str(kind) for name, kind in rows}


def _ask(tree: Tree, question: Callable[[sqlite3.Connection], Findings]) -> Findings:
    """What a connection that cannot write says to the question; nothing where there is no intake yet."""
    path = tree.intake
    if path is None or not path.is_file():
        return
    # Merely opening it makes files where it keeps a log, and changes the owner of a journal of a crash.
    mode = "immutable=1" if _keeps_a_log(path) else "mode=ro"
    if mode == "mode=ro" and any(entry.path.name.endswith("-journal") for entry in tree.left_beside):
        yield untried("the intake: a crash left it half written.", "Start yourvoice serve; ask again.")
        return
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(path))}?{mode}", uri=True, timeout=PATIENCE)
        ) as opened:
            yield from tuple(question(opened))
    except sqlite3.DatabaseError as error:
        yield _trouble(error)


def _schema(opened: sqlite3.Connection) -> Findings:
    found = found_in(opened)
    if not found:
        yield NO_INTAKE
        return
    tables = [name for kind, name, _, _ in found if kind == "table"]
    yield from differences(found, {name: _columns(opened, name) for name in tables})


def _integrity(opened: sqlite3.Connection) -> Findings:
    if opened.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
        yield failed(
            "The intake's file is damaged.",
            f"Run yourvoice handover --now: what can be read and may leave, leaves. {KEEP}",
        )


def _free_pages(opened: sqlite3.Connection, tree: Tree) -> Findings:
    end = time.monotonic() + TIDYING
    while opened.execute("PRAGMA freelist_count").fetchone() != (0,):
        if time.monotonic() > end:
            since = time.time() - max(entry.found.st_mtime for entry in tree.intake_files)
            yield (failed if since > AT_LEAST else warned)(
                "The intake has free pages, in which what has left may still be read.",
                "Run yourvoice handover, which rewrites it; yourvoice serve does so by itself.",
            )
            return
        time.sleep(0.2)


def _trouble(error: sqlite3.DatabaseError) -> Finding:
    kind = getattr(error, "sqlite_errorname", type(error).__name__)
    if kind in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return untried("the intake was busy all the time.", "Ask again in a minute.")
    damaged = kind in ("SQLITE_NOTADB", "SQLITE_CORRUPT")
    why = f"the file is damaged ({kind})" if damaged else f"SQLite says {kind}"
    return failed(f"The intake cannot be read: {why}.", KEEP)
