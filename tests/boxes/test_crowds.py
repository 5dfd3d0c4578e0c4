"""Thousands come at once: what waits stays so little that no sender is kept waiting and memory holds it."""

import sqlite3
import threading
import tracemalloc
from itertools import chain
from pathlib import Path

import pytest

from survey_app import boxes
from survey_app.boxes import FILE_MAX, ID_SIZE, in_files, read_box
from survey_app.custodian import CROWDS, Custodian
from survey_app.handover import CROWD, thin_out
from survey_app.intake import PATIENCE
from survey_app.sealing import SEALED_SIZE
from survey_app.waiting import Waiting
from tests.boxes.builders import OVER, County, K, noise
from tests.boxes.sql import ask, is_sound


def crowd(county: County, counts: dict[str, int]) -> None:
    """So many ballots in each box, put there by hand: the way of the web process takes longer."""
    Waiting(county.url)
    sealed = noise(1)[0][1]
    with sqlite3.connect(intake(county)) as connection:
        for box, count in counts.items():
            rows = ((ballot_id, box, sealed) for ballot_id in ids(box, count))
            connection.executemany("INSERT INTO ballots VALUES (?, ?, ?)", rows)
    connection.close()


def ids(box: str, count: int) -> list[bytes]:
    return [f"{box} {number:09}".encode()[-ID_SIZE:] for number in range(count)]


def intake(county: County) -> Path:
    return county.data / "public" / "intake.db"


def waiting(county: County) -> dict[str, int]:
    return dict(ask(intake(county), "SELECT box, count(*) FROM ballots GROUP BY box"))


def sizes(county: County) -> list[int]:
    return sorted(len(read_box(path).ballots) for path in county.outbox.glob("*.box"))


@pytest.mark.parametrize("k", [3, 11, FILE_MAX - 1, 3 * FILE_MAX])
@pytest.mark.parametrize("over", [0, 1, FILE_MAX, FILE_MAX + 1, 2 * FILE_MAX + 1, 9 * FILE_MAX + 5])
def test_files_are_bounded_and_none_holds_fewer_than_k(k: int, over: int) -> None:
    ballots = ids("north-1", k + over)
    files = list(in_files(ballots, k))
    assert [ballot_id for file in files for ballot_id in file] == ballots
    assert {k <= len(file) <= max(FILE_MAX, 2 * k) for file in files} == {True}


def test_a_full_box_leaves_in_files_that_hold_each_ballot_once_in_no_order(county: County) -> None:
    crowd(county, {"north-1": 2 * FILE_MAX + 1})
    assert county.hand_over().left == (("north-1", 2 * FILE_MAX + 1),)
    assert sizes(county) == [667, 667, 667]
    files = [[ballot_id for ballot_id, _ in read_box(path).ballots] for path in county.outbox.glob("*.box")]
    assert sorted(chain.from_iterable(files)) == ids("north-1", 2 * FILE_MAX + 1)
    for file in files:
        assert file != sorted(file), "shuffled within a file"
        assert min(file) < ids("north-1", 300)[-1] < max(file), "and across the files"
    assert waiting(county) == {}
    assert county.bring_in().left_out == ()


def test_small_boxes_that_are_many_together_leave_in_files_too(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boxes, "FILE_MAX", 4)
    crowd(county, {"north-1": 2, "north-2": 2, "south-1": 2, "east-1": 2})
    county.hand_over(OVER)
    assert sizes(county) == [4, 4]


def test_what_a_fault_between_two_files_leaves_is_k_or_more_and_leaves_later(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(county, {"north-1": FILE_MAX + 1})
    written, write = [], boxes.write_durably

    def full_disk(path: Path, content: bytes) -> None:
        if written:
            raise OSError("no room")
        written.append(path)
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(boxes, "write_durably", full_disk)
        with pytest.raises(OSError, match="no room"):
            county.hand_over()
    assert waiting(county) == {"north-1": FILE_MAX // 2 + 1}
    county.hand_over()
    county.bring_in()
    seen = ask(county.data / "staff" / "released.db", "SELECT count(*) FROM seen")
    assert (waiting(county), seen) == ({}, [FILE_MAX + 1])


def test_memory_holds_one_file_and_not_the_box(county: County) -> None:
    crowd(county, {"north-1": 5 * FILE_MAX})
    tracemalloc.start()
    county.hand_over()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * FILE_MAX * SEALED_SIZE["answers"], "a file is held twice or thrice while it is written"
    assert waiting(county) == {}


def test_where_too_many_wait_the_fullest_boxes_leave_before_their_turn(county: County) -> None:
    small = {"south-1": CROWD // 2 - 40, "east-1": 20, "north-2": K - 1}
    crowd(county, {"north-1": CROWD // 2 + 40, **small})
    assert thin_out(county.data, county.site) == CROWD // 2 + 40
    assert waiting(county) == small
    assert min(sizes(county)) >= K
    assert is_sound(intake(county))
    assert ask(intake(county), "PRAGMA freelist_count") == [0]


@pytest.mark.parametrize("ready", [K - 1, K, CROWD // 2 - 1])
def test_beside_a_crowd_that_cannot_leave_no_box_leaves_as_soon_as_it_has_k(
    county: County, ready: int
) -> None:
    """Else the k-th ballot's minute would show."""
    crowd(county, {"north-1": ready, "west-9": CROWD})
    before = intake(county).read_bytes()
    assert thin_out(county.data, county.site) == 0
    assert intake(county).read_bytes() == before
    assert sizes(county) == []


def test_the_custodian_thins_a_crowd_out_and_nothing_less(county: County) -> None:
    crowd(county, {"north-1": CROWD - 11, "south-1": 11})
    custodian = Custodian(county.data)
    custodian.step(0)
    assert sizes(county) == []
    crowd(county, {"east-1": 1})
    custodian.step(CROWDS)
    custodian.close()
    assert sum(sizes(county)) == CROWD - 11
    assert waiting(county) == {"south-1": 11, "east-1": 1}


def test_who_sends_while_a_full_intake_is_tidied_waits_and_is_not_refused(county: County) -> None:
    crowd(county, {"north-1": CROWD})
    tidying = threading.Thread(target=Waiting(county.url).tidy)
    writer = county.writer(PATIENCE)
    rows, sent = iter(noise(2000, 5)), 0
    tidying.start()
    while tidying.is_alive():
        writer.store_ballot("south-1", *next(rows))
        sent += 1
    tidying.join()
    writer.close()
    assert waiting(county)["south-1"] == sent > 0
    assert is_sound(intake(county))
