"""Ballots leave together or not at all; letters leave at once."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from survey_app.boxes import BoxFile, read_box, read_letter
from survey_app.handover import send_letters
from survey_app.site import OTHER
from tests.boxes.builders import LAST, OVER, TODAY, County, noise, plan
from tests.boxes.sql import ask, is_sound

ROWS = noise(60)


def boxes(county: County) -> list[BoxFile]:
    return sorted((read_box(path) for path in county.outbox.glob("*.box")), key=lambda box: box.box)


def waiting(county: County) -> dict[str, int]:
    return dict(ask(county.data / "public" / "intake.db", "SELECT box, count(*) FROM ballots GROUP BY box"))


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_box_with_k_ballots_leaves_as_one_file_with_all_of_them(county: County) -> None:
    county.fill({"north-1": ROWS[:3], "south-1": ROWS[3:9], "east-1": ROWS[9:11]})
    report = county.hand_over()
    assert [(box.wave, box.box, sorted(box.ballots)) for box in boxes(county)] == [
        ("spring", "north-1", sorted(ROWS[:3])),
        ("spring", "south-1", sorted(ROWS[3:9])),
    ]
    assert report.left == (("north-1", 3), ("south-1", 6))
    assert report.staying == ()
    assert waiting(county) == {"east-1": 2}
    assert is_sound(county.data / "public" / "intake.db")


@pytest.mark.parametrize("k", [3, 11])
def test_below_k_nothing_changes_anywhere(tmp_path: Path, k: int) -> None:
    county = County(tmp_path, plan(k))
    county.fill({"north-1": ROWS[: k - 1], "north-2": ROWS[k : 2 * k - 1], "east-1": ROWS[30 : 29 + k]})
    county.hand_over()
    before = ask(tmp_path / "public" / "intake.db", "SELECT * FROM ballots")
    report = county.hand_over()
    assert report.left == report.staying == ()
    assert list(county.outbox.iterdir()) == []
    assert ask(tmp_path / "public" / "intake.db", "SELECT * FROM ballots") == before


def test_one_ballot_more_and_all_leave(tmp_path: Path) -> None:
    county = County(tmp_path, plan(11))
    county.fill({"north-1": ROWS[:10]})
    county.hand_over()
    county.fill({"north-1": ROWS[10:11]})
    assert county.hand_over().left == (("north-1", 11),)
    assert sorted(boxes(county)[0].ballots) == sorted(ROWS[:11])
    assert waiting(county) == {}


def test_what_comes_after_a_handover_waits_for_the_next(county: County) -> None:
    county.fill({"north-1": ROWS[:4]})
    county.hand_over()
    county.fill({"north-1": ROWS[4:6]})
    assert county.hand_over().left == ()
    assert waiting(county) == {"north-1": 2}


@pytest.mark.parametrize(
    ("today", "left"), [(LAST, ()), (LAST + timedelta(days=1), ()), (OVER, ((OTHER, 4),))]
)
def test_when_a_wave_is_over_small_boxes_leave_together(county: County, today: object, left: object) -> None:
    county.fill({"north-1": ROWS[:2], "south-1": ROWS[2:3], "east-1": ROWS[3:4]})
    assert county.hand_over(today).left == left  # type: ignore[arg-type]
    if left:
        (box,) = boxes(county)
        assert (box.wave, box.box, sorted(box.ballots)) == ("spring", OTHER, sorted(ROWS[:4]))
        assert waiting(county) == {}


def test_when_all_small_boxes_are_not_k_together_they_stay_and_it_is_said(county: County) -> None:
    county.fill({"north-1": ROWS[:1], "south-1": ROWS[1:2], "east-1": ROWS[2:8]})
    report = county.hand_over(OVER)
    assert report.left == (("east-1", 6),)
    assert report.staying == ("Ballots of the wave spring stay sealed: fewer than 3 are left of it.",)
    assert waiting(county) == {"north-1": 1, "south-1": 1}


def test_ballots_of_a_box_that_the_plan_forgot_stay_and_it_is_said(county: County) -> None:
    county.fill({"north-1": ROWS[:3], "west-9": ROWS[3:20]})
    report = county.hand_over()
    assert report.left == (("north-1", 3),)
    assert report.staying == ("Ballots of the box west-9 stay: site.json does not know it.",)
    assert waiting(county) == {"west-9": 17}


def test_waves_are_never_merged(county: County) -> None:
    spring = county.site.waves[0]
    summer_boxes = tuple(msgspec.structs.replace(box, id=f"s-{box.id}") for box in spring.boxes)
    summer = msgspec.structs.replace(spring, id="summer", boxes=summer_boxes)
    county.plan(msgspec.structs.replace(county.site, waves=(spring, summer)))
    county.fill({"north-1": ROWS[:2], "s-north-1": ROWS[2:4]})
    assert county.hand_over(OVER).left == ()


def test_letters_leave_at_once_one_file_each(county: County) -> None:
    letters = noise(3, 5, "contact")
    writer = county.writer()
    for letter in letters:
        writer.store_letter(*letter)
    writer.close()
    assert send_letters(county.data) == 3
    assert sorted(read_letter(path) for path in county.outbox.glob("*.letter")) == sorted(letters)
    assert send_letters(county.data) == 0
    assert ask(county.data / "public" / "intake.db", "SELECT count(*) FROM letters") == [0]


def test_the_outbox_is_for_its_owner_only(county: County) -> None:
    county.fill({"north-1": ROWS[:3]})
    county.hand_over()
    assert county.outbox.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in county.outbox.iterdir()} == {0o600}


def test_what_a_killed_handover_left_half_written_is_cleared_away(county: County) -> None:
    county.hand_over()
    (county.outbox / ".0123456789abcdef.part").write_bytes(b"half a box")
    county.hand_over()
    assert list(county.outbox.iterdir()) == []


def test_a_handover_that_failed_between_file_and_deletion_is_made_good(county: County) -> None:
    """The ballots are in the file and still in the intake; the next handover lets them leave again, and the
    staff host takes each once (see test_import)."""
    county.fill({"north-1": ROWS[:4]})
    before = everything(county.data / "public")["intake.db"]
    county.hand_over()
    (county.data / "public" / "intake.db").write_bytes(before)
    county.fill({"north-1": ROWS[4:5]})
    county.hand_over()
    assert sorted(len(box.ballots) for box in boxes(county)) == [4, 5]
    assert {ballot for box in boxes(county) for ballot in box.ballots} == set(ROWS[:5])


def test_today_and_overs_are_as_the_tests_think() -> None:
    wave = plan().waves[0]
    assert wave.is_open(TODAY)
    assert not wave.is_over(LAST + timedelta(days=1))
    assert wave.is_over(OVER)
