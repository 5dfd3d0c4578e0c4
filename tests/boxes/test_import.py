"""Boxes and letters come in once, whatever happened to them on the way."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from survey_app.boxes import BoxFile, read_letter, write_box, write_letter
from survey_app.files import make_private_folder
from tests.boxes.builders import County, noise
from tests.boxes.sql import ask, is_sound

ROWS = noise(20)


@pytest.fixture
def outbox(county: County) -> Path:
    make_private_folder(county.data / "public")
    return make_private_folder(county.outbox)


def pending(county: County) -> list[tuple[bytes, str, str]]:
    """(id, box, fault) of what waits on the staff host."""
    return ask(county.data / "staff" / "released.db", "SELECT id, box, fault FROM pending ORDER BY id")


def box(*rows: tuple[bytes, bytes], name: str = "north-1") -> BoxFile:
    return BoxFile("spring", name, rows)


def test_a_box_comes_in_once_however_often_it_is_sent(county: County, outbox: Path, tmp_path: Path) -> None:
    path = write_box(outbox, box(*ROWS[:4]))
    copy = tmp_path / path.name
    shutil.copy(path, copy)
    assert county.bring_in().boxes == 1
    assert list(outbox.iterdir()) == []
    once = pending(county)
    assert [row[0] for row in once] == sorted(ballot_id for ballot_id, _ in ROWS[:4])
    for _ in range(2):
        shutil.copy(copy, outbox)
        county.bring_in()
    assert pending(county) == once
    assert is_sound(county.data / "staff" / "released.db")


def test_boxes_that_overlap_bring_each_ballot_once(county: County, outbox: Path) -> None:
    """As after a handover that was killed between writing and deleting."""
    write_box(outbox, box(*ROWS[:4]))
    write_box(outbox, box(*ROWS[2:7]))
    county.bring_in()
    assert [row[0] for row in pending(county)] == sorted(ballot_id for ballot_id, _ in ROWS[:7])


def test_a_box_cut_in_half_waits_for_the_rest(county: County, outbox: Path) -> None:
    path = write_box(outbox, box(*ROWS[:4]))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    report = county.bring_in()
    assert report.boxes == 0
    assert report.left_out == (f"{path.name} is cut short; it is left to wait for the rest.",)
    assert pending(county) == []
    path.write_bytes(whole)
    assert county.bring_in().boxes == 1
    assert len(pending(county)) == 4


def test_a_foreign_file_stays_where_it_is_and_is_told(county: County, outbox: Path) -> None:
    (outbox / "0123456789abcdef.box").write_bytes(b"something else" * 1000)
    (outbox / "0123456789abcdef.letter").write_bytes(b"something else" * 1000)
    (outbox / ".0123456789abcdef.part").write_bytes(b"on its way")
    (outbox / "notes.txt").write_text("hello")
    report = county.bring_in()
    assert (report.boxes, report.letters) == (0, 0)
    assert len(report.left_out) == 2
    assert len(list(outbox.iterdir())) == 4


def test_a_ballot_damaged_on_the_way_is_set_aside_and_a_good_copy_still_welcome(
    county: County, outbox: Path
) -> None:
    path = write_box(outbox, box(*ROWS[:4]))
    whole = path.read_bytes()
    for place in (100, 200):  # in the first ballot's id, then in what is sealed
        spoilt = bytearray(whole)
        spoilt[place] ^= 1
        path.write_bytes(spoilt)
        county.bring_in()
        path.write_bytes(spoilt)
        county.bring_in()
    assert [fault for _, _, fault in pending(county)].count("damaged on the way") == 2
    assert county.released.set_aside() == 2
    path.write_bytes(whole)
    county.bring_in()
    good = [ballot_id for ballot_id, _, fault in pending(county) if not fault]
    assert good == sorted(ballot_id for ballot_id, _ in ROWS[:4])


def test_a_letter_comes_in_once_and_does_not_come_back(county: County, outbox: Path) -> None:
    (letter,) = noise(1, 3, "contact")
    write_letter(outbox, *letter)
    write_letter(outbox, *letter)
    assert county.bring_in().letters == 2
    (path,) = county.letters.iterdir()
    assert path.name == f"{letter[0].hex()}.letter"
    assert read_letter(path) == letter
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()  # the desk has answered it
    write_letter(outbox, *letter)
    county.bring_in()
    assert list(county.letters.iterdir()) == []


ODD = {
    "folder": Path.mkdir,
    "link": lambda path: path.symlink_to("/etc/hostname"),
    "link to nothing": lambda path: path.symlink_to("/nowhere"),
    "pipe": os.mkfifo,
    "giant": lambda path: path.touch() or os.truncate(path, 2**36),
}


@pytest.mark.parametrize("suffix", [".box", ".letter"])
@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_what_only_has_the_name_of_a_box_or_letter_holds_up_no_other(
    county: County, outbox: Path, make: Callable[[Path], None], suffix: str
) -> None:
    """Whoever seized the public host may put anything into the outbox."""
    make(outbox / f"0000{suffix}")
    write_box(outbox, box(*ROWS[:4]))
    write_letter(outbox, *noise(1, 3, "contact")[0])
    report = county.bring_in()
    assert (report.boxes, report.letters, len(report.left_out)) == (1, 1, 1)


def test_a_name_that_could_steer_a_terminal_is_not_repeated(county: County, outbox: Path) -> None:
    (outbox / "\x1b[2J\udcff.box").write_bytes(b"something else" * 1000)
    for number, name in enumerate(("\x1b[2J", "a\0b", "north\n", "../x", "")):
        write_box(outbox, box(ROWS[number], name=name))
    report = county.bring_in()
    assert (report.boxes, len(report.left_out)) == (0, 6)
    assert "\\x1b[2J" in report.left_out[0]
    assert all(sentence.isascii() and sentence.isprintable() for sentence in report.left_out)


def test_nothing_to_import_is_no_error(county: County) -> None:
    assert county.bring_in().boxes == 0
