"""Contact keys made months ahead, and made again where somebody must no longer open them."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from admin.keyfiles import KeyRingError
from admin.keys import KeyRing
from admin.keys_months import make_months, months
from admin.unsealing import UnknownKeyError, unlock
from survey_app.sealing import PLAIN_SIZE, seal
from tests.sealing.builders import CHEAP, PASSPHRASE

TODAY = date(2027, 3, 20)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    ring = KeyRing(tmp_path)
    ring.add_holder("ana", PASSPHRASE, CHEAP, ("contact",))
    ring.make_recovery()
    return ring


def sealing(ring: KeyRing, day: date) -> str:
    """The epoch that the public host seals for on a day."""
    key = ring.bundle().key_for("contact", day)
    return key.epoch if key else ""


def test_months_follow_each_other_without_a_gap_over_leap_years() -> None:
    made = list(months(date(2027, 11, 30), 6))
    assert [month.name for month in made] == [
        "2027-11",
        "2027-12",
        "2028-01",
        "2028-02",
        "2028-03",
        "2028-04",
    ]
    assert made[3].last == date(2028, 2, 29)
    assert all((later.first - month.last).days == 1 for month, later in pairwise(made))


def test_a_year_is_made_at_once_and_a_second_time_changes_nothing(ring: KeyRing) -> None:
    made = make_months(ring, date(2027, 3, 1), 12, TODAY)
    assert (made.new[0], made.new[-1], len(made.new), made.there) == ("2027-03", "2028-02", 12, ())
    before = [path.read_bytes() for path in ring.files("epochs")]
    assert make_months(ring, date(2027, 3, 1), 12, TODAY).new == ()
    assert [path.read_bytes() for path in ring.files("epochs")] == before
    assert make_months(ring, date(2028, 2, 1), 2, TODAY).new == ("2028-03",)
    assert sealing(ring, date(2027, 12, 31)) == "2027-12"


def test_a_month_that_a_longer_key_covers_is_left_alone(ring: KeyRing) -> None:
    ring.new_epoch("contact", "long", date(2027, 1, 1), date(2027, 4, 15))
    made = make_months(ring, date(2027, 3, 1), 2, TODAY)
    assert (made.new, made.there) == (("2027-04",), ("long",))


def test_made_again_the_public_host_seals_for_the_new_ones_only(ring: KeyRing) -> None:
    ring.new_epoch("contact", "2027-03", date(2027, 3, 5), date(2027, 3, 31))
    make_months(ring, date(2027, 4, 1), 2, TODAY)
    again = make_months(ring, date(2027, 3, 1), 3, TODAY, again=True)
    assert again.new == ("2027-03-2", "2027-04-2", "2027-05-2")
    assert [sealing(ring, date(2027, month, 20)) for month in (3, 4, 5)] == list(again.new)
    assert make_months(ring, date(2027, 4, 1), 1, TODAY, again=True).new == ("2027-04-3",)
    assert sealing(ring, date(2027, 4, 1)) == "2027-04-3"


def test_who_was_revoked_opens_no_month_that_was_made_again_not_even_with_a_copy(
    ring: KeyRing, tmp_path: Path
) -> None:
    ring.add_holder("bo", PASSPHRASE, CHEAP, ("contact",))
    make_months(ring, date(2027, 3, 1), 2, TODAY)
    copy = unlock(ring, "bo", PASSPHRASE)
    letter = seal(bytes(PLAIN_SIZE["contact"]), ring.bundle().keys[0])
    assert copy.open(letter, "contact")
    assert ring.revoke("bo") == 2
    make_months(ring, date(2027, 3, 1), 2, TODAY, again=True)
    key = ring.bundle().key_for("contact", TODAY)
    assert key
    later = seal(bytes(PLAIN_SIZE["contact"]), key)
    with pytest.raises(UnknownKeyError):
        copy.open(later, "contact")
    assert unlock(ring, "ana", PASSPHRASE).open(later, "contact")


@pytest.mark.parametrize(
    ("first", "count", "words"),
    [
        (date(2027, 2, 1), 3, "2027-02 is over: begin with 2027-03"),
        (date(2027, 3, 1), 0, "Make 1 to 36 months"),
        (date(2027, 3, 1), 37, "Make 1 to 36 months"),
    ],
)
def test_no_month_that_is_over_is_made_and_not_too_many(
    ring: KeyRing, first: date, count: int, words: str
) -> None:
    with pytest.raises(KeyRingError, match=words):
        make_months(ring, first, count, TODAY)
    assert ring.epochs() == []
