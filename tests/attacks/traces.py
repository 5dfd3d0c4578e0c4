"""What can be read off stolen files for every ballot, letter, response and comment. It decides nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from survey_app.boxes import BOX_SUFFIX, LETTER_SUFFIX, read_box
from tests.attacks.cells import Pages
from tests.attacks.labels import label
from tests.attacks.odds import Trace

CONTENT = {
    "ballots": "sealed",
    "letters": "sealed",
    "pending": "sealed",
    "responses": "codes",
    "comments": "words",
    "shown_words": "words",
}
"""Each table's column by which its rows are told apart here."""

PLAIN = {"box", "unit", "wave", "snapshot", "release"}
"""Columns that say openly what they say: which unit, which wave, which release."""

Found = Iterator[tuple[str, Trace]]
Row = Mapping[str, Any]
Places = np.ndarray[Any, np.dtype[np.int64]]
Windows = tuple[np.ndarray[Any, np.dtype[np.uint64]], Places]


def rows(database: Path, table: str) -> list[Row]:
    """The rows as they come without any order asked for."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own names
        return [dict(row) for row in found]


def names(table: str, found: Sequence[Row]) -> list[str]:
    """The rows' labels."""
    return [label(_raw(row[CONTENT[table]])) for row in found]


def of_table(database: Path, table: str) -> Found:
    """Every column as a sort key, the order of the rows, and the place of each row's pieces in each file."""
    found = rows(database, table)
    labels = names(table, found)
    yield "scan", _trace(labels, range(len(found)))
    for column in set(found[0]) - PLAIN if found else ():
        yield column, _trace(labels, _ranks([row[column] for row in found]))
        lengths = [len(_raw(row[column])) for row in found]
        yield f"length of {column}", _trace(labels, lengths)
    for path in sorted(database.parent.glob(f"{database.name}*")):
        windows = _windows(path.read_bytes())
        for name, pieces in _pieces(table, found).items():
            places = _places(windows, pieces)
            for side, end in (("first", 0), ("last", -1)):
                told = {
                    one: (0, float(where[end]))
                    for one, where in zip(labels, places, strict=True)
                    if where.size
                }
                yield f"{side} {name} in {path.suffix}", told


def of_cells(database: Path, table: str, ids: Mapping[bytes, str]) -> Found:
    """Where rows lie, page by page, in the table and in its indexes."""
    for tree, cells in Pages(database).tables().items():
        if table in tree:
            held = [
                (ids[v], cell) for cell in cells for v in cell.values if isinstance(v, bytes) and v in ids
            ]
            yield f"cells of {tree}", {name: (cell.page, -cell.offset) for name, cell in held}
            yield f"rowids of {tree}", {name: (0, cell.rowid) for name, cell in held}
            for side in (0, -1):
                beyond = {name: (0, cell.beyond[side]) for name, cell in held if cell.beyond}
                yield f"{side} page beyond {tree}", beyond


def of_desk(database: Path, ids: Mapping[bytes, str]) -> Found:
    """Every order of requests in desk.db."""
    for table in ("requests", "forgotten"):
        found = [(ids[row["id"]], row) for row in rows(database, table) if row["id"] in ids]
        yield f"scan of {table}", {name: (0, float(place)) for place, (name, _) in enumerate(found)}
        for column in found[0][1] if found else ():
            order = sorted({str(row[column]) for _, row in found})
            yield f"{column} of {table}", {n: (0, float(order.index(str(row[column])))) for n, row in found}
        yield from of_cells(database, table, ids)


def ids_of(database: Path, table: str) -> dict[bytes, str]:
    """Id -> label."""
    found = rows(database, table)
    return dict(zip((row["id"] for row in found), names(table, found), strict=True))


def letters_in(folder: Path) -> dict[Path, tuple[bytes, str]]:
    """File -> id and label; of any length, as the format of survey_app.boxes has them."""
    read = {path: path.read_bytes() for path in sorted(folder.glob(f"*{LETTER_SUFFIX}"))}
    return {path: (raw[8:24], label(raw[24:-16])) for path, raw in read.items()}


def of_letters(folder: Path, listing: Mapping[Path, Mapping[str, int]]) -> Found:
    """What names, ids and the disk tell of letter files."""
    found = letters_in(folder)
    labels = [name for _, name in found.values()]
    yield "file name", _trace(labels, range(len(found)))
    yield "id", _trace(labels, _ranks([letter_id for letter_id, _ in found.values()]))
    for what in ("mtime", "ctime", "inode", "size", "listing"):
        yield what, _trace(labels, [listing[path][what] for path in found])


def of_boxes(folder: Path) -> Found:
    """The order of the lines in each box."""
    boxes = [read_box(path).ballots for path in sorted(folder.glob(f"*{BOX_SUFFIX}"))]
    lines = [
        (label(sealed), box, line)
        for box, ballots in enumerate(boxes)
        for line, (_, sealed) in enumerate(ballots)
    ]
    yield "line", {name: (box, line) for name, box, line in lines}


def ids_in_boxes(folder: Path) -> dict[bytes, str]:
    """Id -> label."""
    boxes = [read_box(path).ballots for path in sorted(folder.glob(f"*{BOX_SUFFIX}"))]
    return {ballot_id: label(sealed) for ballots in boxes for ballot_id, sealed in ballots}


def _pieces(table: str, found: Sequence[Row]) -> dict[str, list[bytes]]:
    """What to look for of every row: eight bytes of its id, and of the middle and the end of its content."""
    held = [_raw(row[CONTENT[table]]) for row in found]
    parts = {"id": [_raw(row["id"])[:8] for row in found]}
    for name, at in (("middle", 0.5), ("tail", 1.0)):
        parts[name] = [raw[(start := int(max(0, len(raw) - 8) * at)) : start + 8].ljust(8) for raw in held]
    return parts


def _windows(raw: bytes) -> Windows:
    """All eight bytes in a row as one number, and where each begins, sorted."""
    shifted = [np.frombuffer(raw[at : at + (len(raw) - at) // 8 * 8], np.uint64) for at in range(8)]
    values = np.concatenate(shifted)
    places = np.concatenate([np.arange(one.size) * 8 + at for at, one in enumerate(shifted)])
    order = np.argsort(values, kind="stable")
    return values[order], places[order]


def _places(windows: Windows, pieces: Sequence[bytes]) -> list[Places]:
    """Where each piece lies, in order."""
    values, places = windows
    wanted = np.frombuffer(b"".join(pieces), np.uint64)
    sides = (np.searchsorted(values, wanted, side) for side in ("left", "right"))
    return [np.sort(places[low:high]) for low, high in zip(*sides, strict=True)]


def _trace(labels: Sequence[str], values: Sequence[float]) -> Trace:
    return {name: (0, float(value)) for name, value in zip(labels, values, strict=True)}


def _ranks(values: Sequence[Any]) -> list[int]:
    order = sorted(set(values))
    return [order.index(value) for value in values]


def _raw(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
