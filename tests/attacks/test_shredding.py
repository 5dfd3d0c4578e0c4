"""P14: once an epoch's contact key is destroyed, its letters are gone: here, and in every backup of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from admin.commands import main
from admin.keys import KeyRing
from admin.unsealing import Opener, UnknownKeyError, unlock, unlock_with_paper
from survey_app.ballot import Letter, pack_letter, unpack_letter
from survey_app.boxes import read_letter
from survey_app.handover import send_letters
from survey_app.sealing import seal
from tests.boxes.builders import County, noise
from tests.sealing.builders import FIRST, HOLDER, LAST, PASSPHRASE, make_ring

OLD, NEW = "2026", "later"


@pytest.fixture
def paper(county: County) -> str:
    """The county gets a key ring with two contact keys; returns its paper key."""
    ring, paper = make_ring(county.data / "staff" / "keys")
    ring.new_epoch("contact", NEW, FIRST, LAST)
    return paper


def bring_letters(county: County) -> dict[str, list[bytes]]:
    """Three letters for each contact key come to the staff host; returns what is sealed, by epoch."""
    contact = {key.epoch: key for key in county.ring.bundle().keys if key.purpose == "contact"}
    letter = pack_letter(Letter("en", "north-1", "0" * 64, {"call_me": "NEEDLE"}))
    sealed = {epoch: [seal(letter, contact[epoch]) for _ in range(3)] for epoch in (OLD, NEW)}
    writer = county.writer()
    ids = (letter_id for letter_id, _ in noise(6, purpose="contact"))
    for one in (*sealed[OLD], *sealed[NEW]):
        writer.store_letter(next(ids), one)
    writer.close()
    send_letters(county.data)
    county.bring_in()
    return sealed


def shred(county: County) -> None:
    """Destroy the old key, with the real command."""
    assert main(["keys", "shred", "contact", OLD, "--yes", "--data", str(county.data)]) == 0


def opened(opener: Opener, folder: Path) -> int:
    """How many of the letters under this folder can be opened."""
    count = 0
    for path in folder.rglob("*.letter"):
        try:
            count += unpack_letter(opener.open(read_letter(path)[1], "contact")).fields == {
                "call_me": "NEEDLE"
            }
        except UnknownKeyError:
            continue
    return count


def test_no_copy_in_any_backup_opens_any_more(county: County, paper: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    bring_letters(county)
    shutil.copytree(county.data / "staff", backup, ignore=shutil.ignore_patterns("keys"))
    assert opened(unlock(county.ring, HOLDER, PASSPHRASE), backup) == 6
    shred(county)
    ring = KeyRing(county.data / "staff" / "keys")
    for opener in (unlock(ring, HOLDER, PASSPHRASE), unlock_with_paper(ring, paper)):
        assert opened(opener, backup) == 3


def test_nothing_of_the_letters_is_left_in_the_live_files(county: County, paper: str) -> None:
    assert paper
    sealed = bring_letters(county)
    shred(county)
    left = b"".join(path.read_bytes() for path in county.data.rglob("*") if path.is_file())
    assert not [
        one for one in sealed[OLD] if one[8:72] in left or one[1000:1064] in left or one[-64:] in left
    ]
    assert len([one for one in sealed[NEW] if one in left]) == 3


def test_a_copy_of_the_key_ring_itself_would_open_them(county: County, paper: str, tmp_path: Path) -> None:
    """The limit that threat-model.md names: key rings must not lie in the backups of what they open."""
    assert paper
    bring_letters(county)
    shutil.copytree(county.data / "staff", tmp_path / "everything")
    shred(county)
    assert (
        opened(unlock(KeyRing(tmp_path / "everything" / "keys"), HOLDER, PASSPHRASE), tmp_path / "everything")
        == 6
    )
