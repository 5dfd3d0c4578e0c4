"""Several processes of one host start at once on an empty folder: the tables are made once, and whole."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.boxes import crashing
from tests.boxes.sql import ask

ROUNDS, PROCESSES = 5, 6


@pytest.mark.parametrize(
    ("start", "name", "made"),
    [
        (crashing.open_intake_once, "intake.db", ["ballots", "ballots_stay", "letters", "letters_stay"]),
        (
            crashing.open_released_once,
            "released.db",
            [
                "cards",
                "comments",
                "counts",
                "judged",
                "ledger",
                "pending",
                "readable",
                "responses",
                "seen",
                "shown_words",
            ],
        ),
    ],
)
def test_whoever_comes_first_makes_the_tables(
    tmp_path: Path, start: Callable[..., None], name: str, made: list[str]
) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.boxes.crashing"])
    for number in range(ROUNDS):
        path, at_once = tmp_path / str(number) / name, context.Barrier(PROCESSES)
        processes = [
            context.Process(target=start, args=(path, at_once), daemon=True) for _ in range(PROCESSES)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0] * PROCESSES
        query = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name"
        assert ask(path, query) == made
