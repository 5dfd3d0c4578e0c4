"""P16: who hears the visitors is killed a hundred times while they send; each form is stored once."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import sqlite3
import threading
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random

import pytest

from tests.public.builders import make_ground
from tests.public.intake_rows import ballots
from tests.public.served import Served, children, serve

KILLS, SENDERS = 100, 3
KIND = {"Content-Type": "application/x-www-form-urlencoded"}


def is_thanked(port: int, form: str) -> bool:
    """Send once; whether "Thank you" came back."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("POST", "/send", form, KIND)
        return line.getresponse().status == 303
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def send_on(port: int, over: threading.Event, thanked: list[str]) -> None:
    """Youth after youth; each presses Send again until it has worked."""
    while not over.is_set():
        form = f"b=north&l=en&a1=3&n={secrets.token_urlsafe(16)}"
        while not is_thanked(port, form):
            time.sleep(0.01)
        thanked.append(form)


def worker(served: Served, former: int = 0) -> int:
    """The process that hears the visitors now."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        family = children(served.process.pid)
        alive = [pid for pid in family if pid != former and not is_custodian(pid)]
        if alive:
            return alive[0]
        time.sleep(0.005)
    raise AssertionError("nobody followed")


def is_custodian(pid: int) -> bool:
    try:
        return "handover" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


@pytest.mark.slow
def test_a_form_is_stored_once_however_often_the_worker_is_killed(tmp_path: Path) -> None:
    ground = make_ground(tmp_path, opens=date(2020, 1, 1), closes=date(2099, 1, 1))
    dice, over, thanked = Random(9), threading.Event(), list[str]()
    with serve(ground.data) as served:
        ours = served.port, over, thanked
        senders = [threading.Thread(target=send_on, args=ours) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        former = 0
        for _ in range(KILLS):
            former = worker(served, former)
            time.sleep(dice.random() * 0.2)
            os.kill(former, signal.SIGKILL)
        over.set()
        for sender in senders:
            sender.join()
        assert "Traceback" not in served.words()
    assert len(thanked) > KILLS
    assert len(ballots(ground)) == len(thanked), "lost or doubled"
    with closing(sqlite3.connect(ground.data / "public" / "intake.db")) as intake:
        assert intake.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_whoever_is_left_when_the_keeper_is_killed_ends_too(tmp_path: Path) -> None:
    """Otherwise the port would stay taken, and nobody would tidy the intake."""
    ground = make_ground(tmp_path, opens=date(2020, 1, 1), closes=date(2099, 1, 1))
    with serve(ground.data) as served:
        assert is_thanked(served.port, "b=north&l=en&a1=3")
        family = children(served.process.pid)
        assert len(family) == 2
        served.process.kill()
        end = time.monotonic() + 20
        while any(is_running(pid) for pid in family):
            assert time.monotonic() < end, "it outlived its keeper"
            time.sleep(0.1)
    with serve(ground.data, "--port", str(served.port)) as again:
        assert again.port == served.port
        assert is_thanked(again.port, "b=north&l=en&a1=4")
    assert len(ballots(ground)) == 2


def is_running(pid: int) -> bool:
    """Not gone, and not only waiting to be noticed."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
