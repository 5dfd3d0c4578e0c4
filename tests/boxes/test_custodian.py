"""The custodian tidies, sends letters and hands over on time, whatever fails in between."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from survey_app.custodian import AFTER_FAULT, AT_LEAST, LETTERS, QUIET, Custodian
from survey_app.site import Site
from survey_app.waiting import Waiting
from tests.boxes.builders import County, noise
from tests.boxes.sql import ask

ROWS = noise(40)
NEVER = 10**9


class Rounds:
    """A custodian whose clock is moved by hand."""

    def __init__(self, county: County, every: int = NEVER) -> None:
        self.custodian = Custodian(county.data, every=every)
        self.now = 0.0

    def go(self, seconds: float = 0.0) -> None:
        """Let so many seconds pass, then have a look."""
        self.now += seconds
        self.custodian.step(self.now)


def intake(county: County) -> Path:
    return county.data / "public" / "intake.db"


def tidied(county: County) -> bool:
    """Whether the file is as tidying leaves it."""
    before = intake(county).read_bytes()
    Waiting(county.url).tidy()
    header = 100  # SQLite counts commits there
    return before[header:] == intake(county).read_bytes()[header:]


@pytest.fixture
def rounds(county: County) -> Iterator[Rounds]:
    """After its first round, with an empty and tidy intake."""
    rounds = Rounds(county)
    rounds.go()
    rounds.go(QUIET)
    yield rounds
    rounds.custodian.close()


def test_the_intake_is_tidied_after_a_quiet_second_and_not_before(county: County, rounds: Rounds) -> None:
    county.fill({"north-1": ROWS})
    untidy = intake(county).read_bytes()
    rounds.go(0.25)
    rounds.go(QUIET / 2)
    assert intake(county).read_bytes() == untidy
    rounds.go(QUIET / 2)
    assert intake(county).read_bytes() != untidy
    assert tidied(county)


def test_under_load_it_is_tidied_every_minute(county: County, rounds: Rounds) -> None:
    writer = county.writer()
    rows = iter(noise(int(AT_LEAST) * 2 + 9, 3))
    for _ in range(int(AT_LEAST) * 2):
        writer.store_ballot("north-1", *next(rows))
        assert not tidied_by(rounds, county, QUIET / 2)
    writer.store_ballot("north-1", *next(rows))
    assert tidied_by(rounds, county, QUIET / 2)
    writer.close()


def tidied_by(rounds: Rounds, county: County, seconds: float) -> bool:
    """Whether the next look rewrites the file."""
    before = intake(county).read_bytes()
    rounds.go(seconds)
    return intake(county).read_bytes() != before


def test_while_nobody_writes_the_file_is_left_alone(county: County, rounds: Rounds) -> None:
    county.fill({"north-1": ROWS[:1]})
    rounds.go(0.25)
    rounds.go(QUIET)
    before = intake(county).read_bytes()
    for _ in range(10):
        rounds.go(AT_LEAST)
    assert intake(county).read_bytes() == before


def test_letters_leave_within_seconds(county: County, rounds: Rounds) -> None:
    writer = county.writer()
    writer.store_letter(*noise(1, 2, "contact")[0])
    writer.close()
    rounds.go(LETTERS)
    assert len(list(county.outbox.glob("*.letter"))) == 1


def record(county: County) -> Path:
    return county.data / "public" / "handover.last"


def boxes(county: County) -> int:
    return len(list(county.outbox.glob("*.box")))


def test_boxes_leave_once_in_each_turn_of_the_schedule(county: County) -> None:
    rounds = Rounds(county, every=2)
    county.fill({"north-1": ROWS[:3]})
    deadline = time.monotonic() + 20
    while not boxes(county) and time.monotonic() < deadline:
        rounds.go(1)
        time.sleep(0.05)
    assert boxes(county) == 1
    rounds.custodian.close()


def test_a_schedule_of_weeks_hands_nothing_over_at_its_start(county: County) -> None:
    county.fill({"north-1": ROWS[:3]})
    for _ in range(2):  # a restart is no reason either
        rounds = Rounds(county, every=0)
        for _ in range(20):
            rounds.go(3600)
        rounds.custodian.close()
    assert boxes(county) == 0


def test_a_handover_that_was_missed_is_made_up(county: County) -> None:
    county.fill({"north-1": ROWS[:3]})
    seconds = county.site.handover_seconds
    record(county).write_text(f"{int(time.time()) - seconds}\n")
    rounds = Rounds(county, every=0)
    rounds.go()
    assert boxes(county) == 1
    rounds.custodian.close()


@pytest.mark.parametrize("said", ["", "nonsense", "604800 2952", "-1", "9" * 5000, "\udcff"])
def test_a_spoilt_record_of_the_schedule_begins_a_new_one(county: County, said: str) -> None:
    county.fill({"north-1": ROWS[:3]})
    record(county).write_bytes(said.encode("utf-8", "surrogateescape"))
    rounds = Rounds(county, every=0)
    rounds.go()
    assert boxes(county) == 0
    assert abs(int(record(county).read_text()) - time.time()) < 60
    rounds.custodian.close()


def test_the_record_of_the_schedule_says_one_second_and_has_no_date(county: County) -> None:
    rounds = Rounds(county, every=0)
    rounds.go()
    assert abs(int(record(county).read_text()) - time.time()) < 60
    assert record(county).stat().st_mtime < time.time() - 10**8
    rounds.custodian.close()


def test_a_fault_is_told_once_by_its_kind_and_passes(
    county: County, rounds: Rounds, capsys: pytest.CaptureFixture[str]
) -> None:
    good = (county.data / "site.json").read_bytes()
    (county.data / "site.json").write_bytes(b"NEEDLE")
    for _ in range(3):
        rounds.go(AFTER_FAULT)
    assert capsys.readouterr().err == "The custodian's handover failed: SiteError. It is tried again.\n"
    writer = county.writer()
    writer.store_letter(*noise(1, 2, "contact")[0])
    writer.close()
    rounds.go(AFTER_FAULT)
    assert len(list(county.outbox.glob("*.letter"))) == 1, "the other duties go on"
    (county.data / "site.json").write_bytes(good)
    rounds.go(AFTER_FAULT)
    assert capsys.readouterr().err == ""


def test_a_broken_intake_does_not_end_the_custodian(
    county: County, rounds: Rounds, capsys: pytest.CaptureFixture[str]
) -> None:
    county.fill({"north-1": ROWS[:2]})
    whole = intake(county).read_bytes()
    intake(county).write_bytes(b"no database" * 1000)
    rounds.go(AFTER_FAULT)
    rounds.go(AFTER_FAULT)
    assert "The custodian's tidying failed: SQLITE_NOTADB." in capsys.readouterr().err
    intake(county).write_bytes(whole)
    rounds.go(AFTER_FAULT)
    rounds.go(AFTER_FAULT)
    assert tidied(county)


def ongoing(site: Site) -> Site:
    """The plan with a wave that is open on whatever day the tests run."""
    return msgspec.structs.replace(
        site,
        waves=tuple(
            msgspec.structs.replace(wave, closes=date.max - timedelta(days=9)) for wave in site.waves
        ),
    )


def command(county: County, *flags: str) -> list[str]:
    return [sys.executable, "-m", "survey_app.commands", "handover", "--data", str(county.data), *flags]


def await_turn(county: County) -> None:
    """Wait until the custodian has had its first round."""
    deadline = time.monotonic() + 30
    while not record(county).exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_custodian_tidies_and_ends_when_it_is_asked_to(county: County) -> None:
    county.fill({"north-1": ROWS})
    keeper = subprocess.Popen(command(county, "--every", "0"), stderr=subprocess.PIPE)
    await_turn(county)
    county.fill({"south-1": ROWS[:2]})
    keeper.send_signal(signal.SIGTERM)
    assert keeper.communicate(timeout=30) == (None, b"")
    assert keeper.returncode == 0
    assert tidied(county)


def test_the_custodian_ends_with_the_process_that_it_stands_beside(county: County, tmp_path: Path) -> None:
    child_command = command(county, "--every", "0", "--beside")
    start = (
        f"import os, subprocess; command = {child_command!r} + [str(os.getpid())]\n"
        "print(subprocess.Popen(command).pid, flush=True); input()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    await_turn(county)
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{child}").exists() and "State:\tZ" not in Path(f"/proc/{child}/status").read_text():
        assert time.monotonic() < deadline, "it outlived its parent"
        time.sleep(0.05)


def test_the_command_hands_over_once_and_tells_what_left(county: County) -> None:
    county.fill({"north-1": ROWS[:3], "east-1": ROWS[3:5]})
    writer = county.writer()
    writer.store_letter(*noise(1, 2, "contact")[0])
    writer.close()
    county.plan(ongoing(county.site))
    done = subprocess.run(command(county), capture_output=True, text=True, check=True)
    assert done.stdout == "The box north-1 left with 3 ballots.\nBoxes that left: 1. Letters that left: 1.\n"
    assert ask(intake(county), "PRAGMA freelist_count") == [0]


def test_the_command_waits_for_the_turn_too_unless_it_is_to_be_now(county: County) -> None:
    county.plan(ongoing(county.site))
    said = []
    for rows, flags in ((ROWS[:3], []), (ROWS[3:6], []), ([], ["--now"])):
        county.fill({"north-1": rows})
        said.append(
            subprocess.run(command(county, *flags), capture_output=True, text=True, check=True).stdout
        )
        assert tidied(county)
    left = "The box north-1 left with 3 ballots.\nBoxes that left: 1. Letters that left: 0.\n"
    waits = "Boxes wait for their turn; with --now they leave all the same.\n"
    assert said == [left, f"{waits}Boxes that left: 0. Letters that left: 0.\n", left]


def test_the_command_says_what_is_wrong_with_the_plan(county: County) -> None:
    county.plan(msgspec.structs.replace(county.site, k=2))
    done = subprocess.run(command(county), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("site.json: k is 2, but no box may be opened below 3 ballots.")
    assert done.stderr.count("\n") == 1
    assert not (county.data / "public").exists()
