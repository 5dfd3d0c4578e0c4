"""The four processes of a county at full work, to be killed at any moment. Each runs until it is killed."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random

from admin.released import Released
from survey_app.boxes import ID_SIZE
from survey_app.custodian import Custodian
from survey_app.handover import send_letters
from survey_app.intake import IntakeUnavailable
from survey_app.tables import create_intake
from tests.boxes.builders import County

BOXES = ("north-1", "north-2", "south-1", "east-1")
THREADS = 4


def store(data: Path, seed: int) -> None:
    """The web process: what was acknowledged is noted in a file of its own."""
    county = County(data)
    writer = county.writer()
    (_, ballot), (_, letter) = county.ballots(1)[0], county.letter()
    acknowledged = os.open(data / "acknowledged", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    letters = os.open(data / "acknowledged-letters", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def go(thread: int) -> None:
        dice = Random(seed * THREADS + thread)
        while True:
            row_id = dice.randbytes(ID_SIZE)
            with suppress(IntakeUnavailable):  # a sender would be told so, and is promised nothing
                if dice.random() < 0.1:
                    writer.store_letter(row_id, letter)
                    os.write(letters, row_id)
                else:
                    writer.store_ballot(dice.choice(BOXES), row_id, ballot)
                    os.write(acknowledged, row_id)

    for thread in range(THREADS):
        threading.Thread(target=go, args=(thread,)).start()


def keep(data: Path, _: int) -> None:
    """The custodian, without its pauses."""
    county = County(data)
    custodian, now = Custodian(data), 0.0
    while True:
        county.hand_over()
        send_letters(data)
        now += 100
        custodian.step(now)


def bring(data: Path, _: int) -> None:
    """The import."""
    county = County(data)
    county.hand_over()
    while True:
        county.bring_in()


def let_out(data: Path, _: int) -> None:
    """The release."""
    county = County(data)
    while True:
        county.release()


def open_intake_once(path: Path, at_once: Barrier) -> None:
    """One of several processes that start together on the public host."""
    at_once.wait()
    create_intake(f"sqlite:///{path}")


def open_released_once(path: Path, at_once: Barrier) -> None:
    """One of several that start together on the staff host."""
    at_once.wait()
    Released(f"sqlite:///{path}")
