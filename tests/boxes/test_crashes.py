"""P16: kill -9 at any moment, anywhere on the way. What was acknowledged is there; nothing is there twice."""

import multiprocessing
import os
import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import pytest

from survey_app.handover import send_letters
from tests.boxes import crashing
from tests.boxes.builders import OVER, County, K
from tests.boxes.sql import ask, is_sound

ROUNDS = int(os.environ.get("YOURVOICE_KILL_ROUNDS", "30"))
WORKERS = (crashing.store, crashing.keep, crashing.bring, crashing.let_out)
LONGEST = 0.2


def started(data: Path, number: int) -> list[BaseProcess]:
    """All four processes, from a server that has imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.boxes.crashing"])
    processes = [context.Process(target=worker, args=(data, number)) for worker in WORKERS]
    for process in processes:
        process.start()
    return processes


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def a_round(county: County, number: int, dice: Random) -> None:
    """Let them work for a moment, then kill them, in any order and not quite at once."""
    before = size(county.data / "acknowledged")
    processes = started(county.data, number)
    try:
        deadline = time.monotonic() + 60
        while size(county.data / "acknowledged") == before:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        dice.shuffle(processes)
        for process in processes:
            time.sleep(dice.random() * LONGEST)
            assert process.is_alive(), f"{process} ended by itself"
            process.kill()
    finally:
        for process in processes:
            process.kill()
            process.join()


def noted(path: Path) -> list[bytes]:
    raw = path.read_bytes()
    return [raw[place : place + 16] for place in range(0, len(raw), 16)]


@pytest.mark.timeout(120 + 10 * ROUNDS)
def test_acknowledged_is_stored_and_nothing_is_doubled(county: County) -> None:
    assert county.opener
    dice = Random(16)
    for number in range(ROUNDS):
        a_round(county, number, dice)
    send_letters(county.data)
    county.hand_over(OVER)
    assert county.bring_in().left_out == ()
    county.release(OVER)
    intake, released = county.data / "public" / "intake.db", county.data / "staff" / "released.db"
    assert is_sound(intake)
    assert is_sound(released)
    waiting, seen = set(ask(intake, "SELECT id FROM ballots")), set(ask(released, "SELECT id FROM seen"))
    ballots, letters = (noted(county.data / name) for name in ("acknowledged", "acknowledged-letters"))
    assert len(ballots) > 10 * ROUNDS
    assert len(letters) > ROUNDS
    assert set(ballots) <= waiting | seen, "acknowledged and lost"
    assert set(letters) <= seen, "acknowledged and lost"
    at_desk = {bytes.fromhex(path.stem) for path in county.letters.glob("*.letter")}
    assert set(letters) <= at_desk
    pending = set(ask(released, "SELECT id FROM pending"))
    assert ask(released, "SELECT count(*) FROM responses") == [len(seen - at_desk) - len(pending)], (
        "doubled or lost"
    )
    assert county.released.tallies("spring").n == len(seen - at_desk) - len(pending)
    assert county.released.set_aside() == 0
    assert len(pending) < K
    assert len(waiting) < K
    assert min(entry.line.n for entry in county.released.ledger()) >= K
    assert list(county.released.ledger_faults()) == []
    assert list(county.outbox.iterdir()) == []
