"""The desk's store: every letter has one request, none comes back, and what is over is gone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from admin.desk.plan import DeskPlan
from admin.desk.store import ChangedError, Desk, Request, State
from admin.importing import import_boxes
from admin.released import Released
from survey_app.boxes import write_letter
from tests.boxes.sql import ask
from tests.boxes.stepping import run_until
from tests.staff.place import furnish

from .builders import TODAY, Office, lay_down, multiply, noise

ENTRY = b"NEEDLE of a sealed entry"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office without a letter."""
    return Office(tmp_path)


def nothing() -> None:
    """No record."""


def close(desk: Desk, request_id: bytes, day: date) -> None:
    """Close a request on a day."""
    changes = {"state": State.CLOSED.value, "closed": day, "reason": "done"}
    desk.act(found(desk, request_id), changes, ENTRY, nothing)


def found(desk: Desk, request_id: bytes) -> Request:
    """A request that must be there."""
    request = desk.find(request_id)
    assert request is not None
    return request


def test_every_letter_gets_one_row_however_often_they_are_taken_in(office: Office) -> None:
    ids = office.arrive(3)
    assert [office.desk.take_in(TODAY), office.desk.take_in(TODAY + timedelta(days=1))] == [3, 0]
    queue = office.desk.queue()
    assert {one.id for one in queue} == set(ids)
    assert {(one.arrived, one.due, one.state, one.key_id, one.version) for one in queue} == {
        (TODAY, date(2031, 5, 22), State.NEW, b"key of a", 0)
    }


def test_holidays_of_the_plan_move_the_due_day(tmp_path: Path) -> None:
    office = Office(tmp_path, DeskPlan(holidays=(date(2031, 5, 22),)))
    office.arrive()
    office.desk.take_in(TODAY)
    assert office.desk.queue()[0].due == date(2031, 5, 23)


def test_what_is_no_letter_is_left_alone(office: Office) -> None:
    good = office.arrive()
    letter_id, sealed = noise(office.dice)
    cut, renamed, link, folder = (office.letters / f"{name * 32}.letter" for name in "abcd")
    cut.write_bytes(b"YVLET and no more")
    lay_down(office.letters, letter_id, sealed).rename(renamed)
    link.symlink_to(office.folder / "desk.db")
    folder.mkdir()
    (office.letters / "notes.txt").write_text("hello")
    assert office.desk.take_in(TODAY) == 1
    assert [one.id for one in office.desk.queue()] == good
    assert cut.exists()
    assert renamed.exists()


def test_the_queue_has_concerns_first_then_the_oldest_due_and_the_closed_last(office: Office) -> None:
    days = (TODAY, TODAY - timedelta(days=7), TODAY, TODAY, TODAY)
    ids = []
    for day in days:
        ids += office.arrive()
        office.desk.take_in(day)
    office.desk.act(found(office.desk, ids[2]), {"concern": True}, None, nothing)
    close(office.desk, ids[3], TODAY - timedelta(days=2))
    close(office.desk, ids[4], TODAY - timedelta(days=1))
    assert [one.id for one in office.desk.queue()] == [ids[2], ids[1], ids[0], ids[4], ids[3]]


def test_whoever_read_an_older_state_changes_nothing_and_records_nothing(office: Office) -> None:
    request_id = office.arrive()[0]
    office.desk.take_in(TODAY)
    read, recorded = found(office.desk, request_id), []
    office.desk.act(read, {"assigned": "ana.ruiz"}, ENTRY, lambda: recorded.append("first"))
    with pytest.raises(ChangedError):
        office.desk.act(read, {"assigned": "kit.wong"}, ENTRY, lambda: recorded.append("second"))
    assert recorded == ["first"]
    assert (found(office.desk, request_id).assigned, found(office.desk, request_id).version) == (
        "ana.ruiz",
        1,
    )
    assert office.desk.entries(read) == (ENTRY,)


def test_what_cannot_be_recorded_is_not_done(office: Office) -> None:
    office.arrive()
    office.desk.take_in(TODAY)
    request = office.desk.queue()[0]

    def full() -> None:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - whatever it says
        office.desk.act(request, {"assigned": "ana.ruiz"}, ENTRY, full)
    assert office.desk.queue() == (request,)
    assert office.desk.entries(request) == ()


def test_entries_keep_their_order(office: Office) -> None:
    office.arrive(2)
    office.desk.take_in(TODAY)
    one, other = office.desk.queue()
    for words in (b"first", b"second", b"third"):
        office.desk.note(one, words)
        office.desk.note(other, b"another's")
    assert office.desk.entries(one) == (b"first", b"second", b"third")


def test_no_note_is_kept_about_a_request_that_is_gone(tmp_path: Path) -> None:
    office = Office(tmp_path, keep_days=0)
    request_id = office.arrive()[0]
    office.desk.take_in(TODAY)
    close(office.desk, request_id, TODAY)
    read = found(office.desk, request_id)
    office.desk.forget_over(TODAY)
    with pytest.raises(ChangedError):
        office.desk.note(read, ENTRY)


def test_what_was_closed_long_enough_ago_is_gone_with_its_letter_and_notes(office: Office) -> None:
    kept, over = office.arrive(2)
    office.desk.take_in(TODAY)
    sealed = office.desk.letter(over)
    assert sealed is not None
    close(office.desk, kept, TODAY + timedelta(days=1))
    close(office.desk, over, TODAY)
    assert office.desk.ends_on(found(office.desk, over)) == TODAY + timedelta(days=30)
    recorded: list[bytes] = []
    assert office.desk.forget_over(TODAY + timedelta(days=29)) == ()
    assert office.desk.forget_over(TODAY + timedelta(days=30), recorded.append) == (over,)
    assert recorded == [over]
    assert [one.id for one in office.desk.queue()] == [kept]
    assert [path.stem for path in office.letters.iterdir()] == [kept.hex()]
    raw = (office.folder / "desk.db").read_bytes()
    assert raw.count(ENTRY) == 1
    assert sealed[:64] not in b"".join(path.read_bytes() for path in office.folder.rglob("*.*"))


def test_a_letter_is_overwritten_before_it_is_deleted(tmp_path: Path) -> None:
    office = Office(tmp_path, keep_days=0)
    request_id = office.arrive()[0]
    office.desk.take_in(TODAY)
    same = tmp_path / "the same bytes on the disk"
    os.link(office.letters / f"{request_id.hex()}.letter", same)
    close(office.desk, request_id, TODAY)
    office.desk.forget_over(TODAY)
    assert set(same.read_bytes()) == {0}


def test_an_open_request_is_never_forgotten(office: Office) -> None:
    office.arrive()
    office.desk.take_in(TODAY)
    assert office.desk.forget_over(TODAY + timedelta(days=4000)) == ()
    assert len(office.desk.queue()) == 1


def test_a_forgotten_letter_that_comes_back_from_an_old_copy_is_destroyed_again(tmp_path: Path) -> None:
    office = Office(tmp_path, keep_days=0)
    request_id, sealed = noise(office.dice)
    lay_down(office.letters, request_id, sealed)
    office.desk.take_in(TODAY)
    close(office.desk, request_id, TODAY)
    office.desk.forget_over(TODAY)
    lay_down(office.letters, request_id, sealed)
    assert office.desk.take_in(TODAY) == 0
    assert list(office.letters.iterdir()) == []


def test_a_letter_is_not_imported_a_second_time_after_it_was_forgotten(tmp_path: Path) -> None:
    office = Office(tmp_path, keep_days=0)
    released, outbox = Released(f"sqlite:///{tmp_path / 'released.db'}"), tmp_path / "outbox"
    outbox.mkdir()
    letter = noise(office.dice)
    write_letter(outbox, *letter)
    import_boxes(released, outbox, office.letters)
    assert office.desk.take_in(TODAY) == 1
    close(office.desk, letter[0], TODAY)
    office.desk.forget_over(TODAY)
    write_letter(outbox, *letter)
    import_boxes(released, outbox, office.letters)
    assert office.desk.take_in(TODAY) == 0
    assert list(office.letters.iterdir()) == []


def test_a_restored_copy_of_the_desk_shows_a_request_without_its_letter(office: Office) -> None:
    request_id = office.arrive()[0]
    office.desk.take_in(TODAY)
    (office.letters / f"{request_id.hex()}.letter").unlink()
    assert office.desk.letter(request_id) is None
    assert found(office.desk, request_id).state is State.NEW


def killed_at_every_step(
    folder: Path, act: Callable[[Office], object], look: Callable[[Office], None]
) -> None:
    """Kill ACT before each of its changes in a new child; LOOK after each, and after the one that ended."""
    step, ended = 0, False
    while not ended:
        step += 1
        ended = run_until(lambda: act(Office(folder, keep_days=0)), step)
        look(Office(folder, keep_days=0))
        assert step < 200


def test_taking_in_survives_a_kill_at_every_step(tmp_path: Path) -> None:
    office = Office(tmp_path, keep_days=0)
    ids = set(office.arrive(3))

    def look(again: Office) -> None:
        again.desk.take_in(TODAY)
        assert {one.id for one in again.desk.queue()} == ids
        assert ask(tmp_path / "desk.db", "PRAGMA integrity_check") == ["ok"]
        new = again.dice.randbytes(16), noise(again.dice)[1]
        lay_down(again.letters, *new)
        ids.add(new[0])
        again.dice.seed(len(ids))

    killed_at_every_step(tmp_path, lambda killed: killed.desk.take_in(TODAY), look)


def test_forgetting_survives_a_kill_at_every_step(tmp_path: Path) -> None:
    office = Office(tmp_path, keep_days=0)

    def begin(dice: int) -> None:
        office.dice.seed(dice)
        request_id = office.arrive()[0]
        office.desk.take_in(TODAY)
        close(office.desk, request_id, TODAY)

    begin(0)
    rounds = 0

    def look(again: Office) -> None:
        nonlocal rounds
        rounds += 1
        again.desk.take_in(TODAY)
        again.desk.forget_over(TODAY)
        assert again.desk.queue() == ()
        assert list(again.letters.iterdir()) == []
        raw = (tmp_path / "desk.db").read_bytes()
        assert ENTRY not in raw
        assert ask(tmp_path / "desk.db", "PRAGMA freelist_count") == [0]
        begin(rounds)

    killed_at_every_step(tmp_path, lambda killed: killed.desk.forget_over(TODAY), look)
    assert rounds > 8


def test_the_file_is_for_its_owner_alone_and_nothing_lies_beside_it(office: Office) -> None:
    office.arrive(2)
    office.desk.take_in(TODAY)
    files = [path for path in office.folder.iterdir() if path.is_file()]
    assert [path.name for path in files] == ["desk.db"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_ten_thousand_letters_are_taken_in_and_listed(office: Office) -> None:
    office.arrive()
    multiply(office.letters, 9_999, office.dice)
    assert office.desk.take_in(TODAY) == 10_000
    assert len(office.desk.queue()) == 10_000


def test_requests_that_are_over_are_counted_once_as_reached_or_not(tmp_path: Path) -> None:
    office = Office(tmp_path, keep_days=0)
    ids = office.arrive(11)
    office.desk.take_in(TODAY)
    for place, request_id in enumerate(ids):
        reason = "done" if place else "unreached"
        changes = {"state": State.CLOSED.value, "closed": TODAY, "reason": reason}
        office.desk.act(found(office.desk, request_id), changes, None, nothing)
    office.desk.forget_over(TODAY)
    office.desk.forget_over(TODAY)
    assert set(
        ask(tmp_path / "desk.db", "SELECT reached || '-' || shown || '-' || waiting FROM outcomes")
    ) == {
        "1-10-0",
        "0-1-0",
    }


def test_processes_that_start_at_once_make_one_file(tmp_path: Path) -> None:
    at_once = get_context("fork").Barrier(4)

    def start() -> None:
        at_once.wait()
        Office(tmp_path)

    starting = [get_context("fork").Process(target=start) for _ in range(4)]
    for process in starting:
        process.start()
    for process in starting:
        process.join()
    assert [process.exitcode for process in starting] == [0] * 4


def test_the_server_does_not_start_with_an_impossible_plan_of_the_desk(tmp_path: Path) -> None:
    furnish(tmp_path)
    (tmp_path / "staff" / "desk.json").write_text('{"hide_seconds": 5}')
    command = [str(Path(sys.executable).with_name("yourvoice-admin")), "serve", "--data", str(tmp_path)]
    done = subprocess.run([*command, "--port", "0"], capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "hide_seconds" in done.stderr
