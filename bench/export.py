"""`python -m bench.export`: a million rows into every format; time next to writing the bytes, and memory.

Each format is written by a process of its own, so that its memory is its own. Prints one table, exits 1 if a
target was missed, and leaves nothing.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import repeat
from pathlib import Path

import numpy as np

from admin.export.bundle import FORMATS
from admin.export.export import Export, Origin
from admin.export.layout import layout
from admin.export.rows import gather
from admin.export.scope import Cell, Scope
from admin.ledger import Entry
from admin.ledger import Line as Entered
from admin.scoring.patterns import Bytes
from bench.report import Line, table
from survey_app.coding import columns
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import Snapshot, freeze
from survey_app.site import Wave

INSTRUMENT = Path(__file__).parents[1] / "instruments" / "youth_probation_services.json"
UNITS = ("north", "south", "other-units")
TIMES_FLOOR = 3
MEMORY = 200
SOME, BLOCK = 4096, 2**20


def some_rows(snapshot: Snapshot, n: int) -> Iterator[tuple[int, bytes]]:
    """(cell, packed response) of n made-up young people, a few at a time."""
    dice = np.random.default_rng(11)
    made = 0
    while made < n:
        size = min(SOME, n - made)
        questions = (column.question for column in columns(snapshot))
        matrix = np.column_stack([_answers(dice, one.kind, len(one.options), size) for one in questions])
        for row, cell in zip(matrix, dice.integers(0, len(UNITS), size).tolist(), strict=True):
            yield cell, row.tobytes()
        made += size


def _answers(dice: np.random.Generator, kind: str, options: int, size: int) -> Bytes:
    if kind == "multi":
        return (dice.random(size) < 0.2).astype(np.uint8)
    return dice.integers(0, options + 1, size).astype(np.uint8)


def made_up(n: int) -> Export:
    """An export of n made-up rows."""
    snapshot = freeze(load_instrument(INSTRUMENT), {})
    day = date(2030, 3, 31)
    wave = Wave(id="spring", title="Spring", opens=day, closes=day, snapshot=snapshot.hash, boxes=())
    cells = tuple(Cell(name, name.title(), (name,), n // len(UNITS)) for name in UNITS)
    cells = (*cells[:-1], Cell(UNITS[-1], "Others", (UNITS[-1],), n - 2 * (n // len(UNITS))))
    lines = (Entry(Entered(1, wave.id, "north", snapshot.hash, n), "0" * 64),)
    scope = Scope(wave, "", snapshot, 1, cells, lines, 0)
    ready = layout(snapshot, scope.places)
    rows = gather(some_rows(snapshot, n), n, ready.width)
    return Export(scope, ready, Origin("County", "0", "0", 11), rows)


def measure(wanted: str, n: int, folder: Path) -> str:
    """Write one format: "seconds floor bytes megabytes of memory"."""
    export = made_up(n)
    file = folder / FORMATS[wanted].file
    start = time.perf_counter()
    size = _written(file, FORMATS[wanted].write(export))
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with file.open("rb") as source:
        block = source.read(BLOCK)
    start = time.perf_counter()
    _written(folder / "floor", repeat(block, max(size // BLOCK, 1)))
    return f"{seconds} {time.perf_counter() - start} {size} {memory}"


def _written(file: Path, pieces: Iterable[bytes]) -> int:
    """Onto the disk; how many bytes."""
    size = 0
    with file.open("wb") as out:
        for piece in pieces:
            out.write(piece)
            size += len(piece)
        out.flush()
        os.fsync(out.fileno())
    return size


def lines_of(n: int) -> Iterator[Line]:
    """The table's lines."""
    for wanted in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "bench.export", "--one", wanted]
            command += ["--rows", str(n), "--folder", folder]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        seconds, floor, size, memory = map(float, said)
        times = TIMES_FLOOR if wanted == "csv" else None
        what = f"{n:,} rows as {wanted}; floor: the same bytes to the disk"
        yield Line(what, "s", round(seconds, 2), times, round(floor, 2), times_floor=True)
        yield Line("its size", "MB", round(size / 1e6, 1))
        yield Line("its memory", "MB", round(memory), MEMORY)


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m bench.export", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--one", choices=sorted(FORMATS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(measure(arguments.one, arguments.rows, arguments.folder))
        return 0
    lines = list(lines_of(arguments.rows))
    print(table(lines))
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
