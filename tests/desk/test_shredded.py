"""P14: a month's key ends by itself when its last request is deleted; then no copy opens, in no backup."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from admin.audit import verify
from admin.commands import main
from admin.keyfiles import KeyFolder
from admin.keys import KeyRing
from admin.rounds_record import read_rounds
from admin.rounds_words import held_sentence, is_long, sentences
from admin.unsealing import UnknownKeyError, unlock
from survey_app.boxes import read_letter
from survey_app.sealing import PURPOSES
from tests.alerts.office import ENDS, Office
from tests.boxes.stepping import run_until
from tests.sealing.builders import HOLDER, PASSPHRASE

WAIT = 14
"""Days after the key's last day: one weekly handover and a week."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with one request, of the sixteenth of February."""
    office = Office(tmp_path)
    office.round()
    office.ask()
    office.round(hours=1)
    return office


def epochs(office: Office) -> list[str]:
    return [epoch.key.purpose for epoch in KeyFolder(office.settings.keys).epochs()]


def until(office: Office, day: date) -> None:
    while office.now.date() < day:
        office.round(days=1)


def test_a_key_ends_when_its_time_is_over_and_its_last_request_is_deleted(office: Office) -> None:
    office.close_all()
    until(office, date(2026, 4, 14))
    assert sorted(epochs(office)) == sorted(PURPOSES)
    office.round(days=1)
    assert epochs(office) == ["answers"]
    lines = [json.loads(line) for line in office.settings.trail.read_text().splitlines()]
    assert [(line["event"], line["actor"]) for line in lines] == [
        ("request_forgotten", "schedule"),
        ("key_shredding", "schedule"),
    ]
    assert lines[1]["about"] == {"purpose": "contact", "epoch": "2026"}
    assert verify(office.settings.trail).lines == 2
    office.round(days=1)
    assert len(office.events()) == 2


def test_afterwards_no_copy_in_any_backup_opens_and_nothing_of_it_is_left(
    office: Office, tmp_path: Path
) -> None:
    staff = office.settings.letters.parent
    backup = Path(shutil.copytree(staff, tmp_path / "backup", ignore=shutil.ignore_patterns("keys")))
    (kept,) = (backup / "letters").glob("*.letter")
    letter_id, sealed = read_letter(kept)
    assert unlock(KeyFolder(office.settings.keys), HOLDER, PASSPHRASE).open(sealed, "contact")
    office.close_all()
    until(office, date(2026, 4, 16))
    with pytest.raises(UnknownKeyError):
        unlock(KeyFolder(office.settings.keys), HOLDER, PASSPHRASE).open(sealed, "contact")
    left = b"".join(path.read_bytes() for path in office.county.data.rglob("*") if path.is_file())
    assert sealed[8:72] not in left
    assert sealed[-64:] not in left
    shutil.copytree(backup / "letters", office.settings.letters, dirs_exist_ok=True)
    office.round(days=1)
    assert [one for one in office.desk.queue() if one.id == letter_id] == []


def test_an_open_request_keeps_the_key_and_is_named(office: Office) -> None:
    until(office, date(2026, 4, 15))
    assert "contact" in epochs(office)
    found = read_rounds(office.settings.rounds)
    (held,) = found.held
    assert held_sentence(held) == "1 request of 2026 is still open: its key stays."
    assert not is_long(held, found)
    until(office, date(2026, 5, 31))
    found = read_rounds(office.settings.rounds)
    assert is_long(found.held[0], found)
    office.close_all()
    office.round(days=1)
    closed = "1 request of 2026 is closed and not deleted yet: its key stays."
    assert closed in list(sentences(read_rounds(office.settings.rounds)))
    office.days(31)
    assert epochs(office) == ["answers"]
    assert read_rounds(office.settings.rounds).held == ()


def test_a_letter_that_comes_late_keeps_the_key(office: Office) -> None:
    office.close_all()
    until(office, date(2026, 4, 14))
    office.ask()
    office.days(3)
    assert "contact" in epochs(office)
    assert len(office.desk.queue()) == 1


@pytest.mark.parametrize("days", [33, 400, 36_500])
def test_a_clock_that_jumps_ahead_destroys_nothing_until_somebody_vouches_for_it(
    office: Office, days: int
) -> None:
    office.now = datetime(2026, 3, 20, 9, tzinfo=UTC)
    office.close_all()
    office.round()
    office.round(days=days)
    found = office.round(days=1)
    assert found.doubt
    assert len(office.desk.queue()) == 1
    assert "contact" in epochs(office)
    told = " ".join(sentences(found))
    assert "believed last: 2026-03-20" in told
    assert "yourvoice-admin desk rounds --once --yes-the-clock-is-right" in told
    office.now = datetime(2026, 3, 22, 9, tzinfo=UTC)
    assert not office.round().doubt
    assert len(office.desk.queue()) == 1
    office.round(days=days)
    assert not office.round(sure=True).doubt
    assert office.desk.queue() == ()
    assert not office.round(days=1).doubt


def test_a_clock_that_was_set_while_it_was_watched_is_doubted_sooner(office: Office) -> None:
    office.close_all()
    office.now = datetime(2026, 3, 10, 9, tzinfo=UTC)
    office.round()
    assert not office.round(days=5, moved=True).doubt
    assert office.round(days=20, moved=True).doubt
    assert office.round(days=1).doubt, "also after a restart"
    office.now = datetime(2026, 3, 16, 9, tzinfo=UTC)
    assert not office.round().doubt


def test_a_clock_that_is_ahead_by_a_week_destroys_no_key_that_is_still_needed(office: Office) -> None:
    """What is not doubted is harmless: the key outlives its last day by a handover and a week."""
    office.close_all()
    until(office, ENDS)
    office.round(days=7)
    assert "contact" in epochs(office)


def test_days_that_a_clock_wrote_while_it_was_far_ahead_are_set_right(office: Office) -> None:
    office.close_all()
    office.round(days=400)
    office.ask()
    office.round()
    office.close_all()
    office.now += timedelta(days=5)
    office.ask()
    office.round()
    office.now -= timedelta(days=405)
    office.round(days=1)
    new, *closed = office.desk.queue()
    today = office.now.date()
    assert all(one.closed and one.closed <= today for one in closed)
    assert new.arrived <= today
    assert new.due <= today + timedelta(days=7)


def test_a_clock_that_is_set_back_moves_no_day(office: Office) -> None:
    office.close_all()
    office.ask()
    office.round(days=1)
    before = office.desk.queue()
    office.round(days=-90)
    assert office.desk.queue() == before


def test_without_a_record_nothing_old_is_destroyed_unasked(office: Office) -> None:
    office.close_all()
    office.settings.rounds.unlink()
    office.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    found = office.round()
    assert found.doubt
    assert "there is no record of an earlier round" in " ".join(sentences(found))
    assert len(office.desk.queue()) == 1
    office.round(sure=True)
    assert office.desk.queue() == ()


def test_a_round_killed_anywhere_loses_nothing_and_the_next_one_ends_it(
    office: Office, tmp_path: Path
) -> None:
    """On the day on which a request is forgotten, its key is destroyed and another request comes."""
    ring = KeyRing(office.settings.keys)
    ring.new_epoch("contact", "late", date(2026, 1, 2), date(2026, 12, 31))
    office.close_all()
    until(office, date(2026, 3, 10))
    office.settings.desk_plan.write_text("{}")
    office.now = datetime(2026, 4, 17, 9, tzinfo=UTC)
    office.ask()
    kept = tmp_path / "kept"
    shutil.copytree(office.county.data, kept)
    step, done = 1, False
    while not done:
        shutil.rmtree(office.county.data)
        shutil.copytree(kept, office.county.data)
        done = run_until(lambda: _round(office), step)
        _round(office)
        when = f"killed before change {step}"
        assert [epoch.key.epoch for epoch in ring.epochs()] == ["2026", "late"], when
        assert [epoch.key.purpose for epoch in ring.epochs()] == ["answers", "contact"], when
        (request,) = office.desk.queue()
        assert [bytes.fromhex(path.stem) for path in office.settings.letters.iterdir()] == [request.id], when
        assert list(office.county.outbox.iterdir()) == [], when
        assert list(ring.strays()) == [], when
        assert office.events().index("request_forgotten") < office.events().index("key_shredding"), when
        assert verify(office.settings.trail).lines <= 5, when
        step += 3
    assert step > 60


def _round(office: Office) -> None:
    assert office.round(sure=True).faults == ()


def test_the_command_makes_a_round_and_says_what_it_found(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(office.county.data)]
    office.ask()
    assert main(["desk", "rounds", "--once", *data]) == 1
    assert "there is no record" not in (said := capsys.readouterr().err)
    assert "believed last: 2026-02-16" in said
    assert main(["desk", "rounds", "--once", "--yes-the-clock-is-right", *data]) == 0
    assert capsys.readouterr().out.startswith("The desk's rounds ran last on ")
    assert office.events()[0] == "clock_confirmed"
    assert main(["desk", "rounds", "--once", *data]) == 0
