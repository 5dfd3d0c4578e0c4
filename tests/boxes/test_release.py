"""Releases are lots of at least k, shuffled, counted and entered in the ledger; all of it or nothing."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from scipy.stats import kendalltau
from sqlalchemy.exc import IntegrityError

from admin.comments import Comments
from admin.release import ReleaseReport
from admin.released import Lot, ReleaseError
from admin.scoring.patterns import Patterns
from admin.unsealing import unlock
from survey_app.ballot import BALLOT_SIZE, Ballot, pack
from survey_app.boxes import BoxFile, write_box
from survey_app.coding import decode, encode
from survey_app.files import make_private_folder
from survey_app.site import OTHER
from tests.boxes.builders import ANSWERS, OVER, County, plan, small_snapshot
from tests.boxes.sql import ask, is_sound
from tests.sealing.builders import CHEAP, LAST


def database(county: County) -> Path:
    return county.data / "staff" / "released.db"


def put(county: County, box: str, rows: list[tuple[bytes, bytes]]) -> None:
    """Straight onto the staff host, in a box of any size."""
    folder = make_private_folder(county.data / "brought")
    county.outbox.mkdir(parents=True, exist_ok=True)
    write_box(folder, BoxFile("spring", box, tuple(rows))).rename(county.outbox / f"{len(rows)}{box}.box")
    county.bring_in()


def test_what_was_answered_is_what_is_released(county: County) -> None:
    other = {"row1": "1", "row3": "3", "visits": 7, "place": "other", "words": "Thank you"}
    county.pass_on({"north-1": county.ballots(2) + county.ballots(2, other), "south-1": county.ballots(3)})
    report = county.release()
    assert report == ReleaseReport(1, (("spring", "north", 4), ("spring", "south", 3)), 0, ())
    rows = ask(database(county), "SELECT unit, codes FROM responses")
    found = Counter(
        (unit, msgspec.json.encode(decode(small_snapshot(), codes), order="sorted")) for unit, codes in rows
    )
    closed = {key: value for key, value in other.items() if key != "words"}
    assert found == {
        ("north", msgspec.json.encode(ANSWERS, order="sorted")): 2,
        ("north", msgspec.json.encode(closed, order="sorted")): 2,
        ("south", msgspec.json.encode(ANSWERS, order="sorted")): 3,
    }
    assert ask(database(county), "SELECT count(*) FROM pending") == [0]
    assert is_sound(database(county))


def test_words_lie_apart_and_nothing_leads_back(county: County) -> None:
    answers = [
        {
            "row1": "1",
            "visits": 2,
            "where": ("home", "other"),
            "where__other": f"place {n}",
            "words": f"word {n}",
        }
        for n in range(5)
    ]
    rows = [row for one in answers for row in county.ballots(1, one)]
    county.pass_on({"north-1": rows})
    county.release()
    words = ask(database(county), "SELECT item, words FROM comments")
    assert sorted(words) == sorted(
        [("where__other", f"place {n}") for n in range(5)] + [("words", f"word {n}") for n in range(5)]
    )
    ids = set(ask(database(county), "SELECT id FROM responses"))
    more = set(ask(database(county), "SELECT id FROM comments"))
    ballots = {ballot_id for ballot_id, _ in rows}
    assert len(ids) == 5
    assert len(more) == 10
    assert not ids & more | ids & ballots | more & ballots
    columns = ask(database(county), "SELECT name FROM pragma_table_info('comments')")
    assert columns == ["id", "wave", "snapshot", "item", "words"]


def test_words_may_be_read_when_k_wait_to_one_question(county: County) -> None:
    written = Comments(f"sqlite:///{database(county)}")
    for words, readable in (("", 0), ("first", 3)):
        answers = {"row1": "1", "words": words} if words else {"row1": "1"}
        county.pass_on({"north-1": county.ballots(3, answers)})
        county.release()
        assert [one.words for one in written.of("spring")] == [words] * readable


def test_words_of_several_units_make_one_heap(county: County) -> None:
    county.pass_on(
        {
            box: county.ballots(3, {"row1": "1", "visits": 2, "where": ("home",), "words": box})
            for box in ("north-1", "south-1")
        }
    )
    county.release()
    assert Counter(ask(database(county), "SELECT words FROM comments")) == {"north-1": 3, "south-1": 3}


def test_below_k_nothing_is_released_and_nothing_is_told(county: County) -> None:
    county.pass_on({"north-1": county.ballots(3)})
    county.release()
    put(county, "north-1", county.ballots(2))
    put(county, "south-1", county.ballots(2))
    before = ask(database(county), "SELECT * FROM responses"), county.released.tallies("spring")
    assert county.release() == ReleaseReport(0, (), 0, ())
    assert (ask(database(county), "SELECT * FROM responses"), county.released.tallies("spring")) == before
    put(county, "north-1", county.ballots(1))
    assert county.release().lots == (("spring", "north", 3),)


@pytest.mark.parametrize("k", [3, 11])
def test_every_step_is_at_least_k(tmp_path: Path, k: int) -> None:
    county = County(tmp_path, plan(k))
    told = [0]
    for _ in range(3 * k):
        county.pass_on({"north-1": county.ballots(1)})
        county.release()
        told.append(county.released.tallies("spring").n)
    assert {later - sooner for sooner, later in pairwise(told)} == {0, k}


def test_boxes_that_overlap_after_a_crash_still_make_steps_of_k(county: County) -> None:
    """Of the second box only two ballots are new: they wait for a third."""
    rows = county.ballots(6)
    put(county, "north-1", rows[:3])
    county.release()
    put(county, "north-1", rows[1:5])
    assert county.release().release == 0
    put(county, "north-1", rows[3:6])
    assert county.release().lots == (("spring", "north", 3),)
    assert county.released.tallies("spring").n == 6


def test_a_flipped_ballot_is_set_aside_and_the_others_released(county: County) -> None:
    for place in (0, 8, 5000, 9335):
        rows = county.ballots(4)
        spoilt = bytearray(rows[0][1])
        spoilt[place] ^= 1
        put(county, "north-1", [(rows[0][0], bytes(spoilt)), *rows[1:]])
        assert county.release().lots == (("spring", "north", 3),)
    assert county.released.set_aside() == 4
    assert county.release() == ReleaseReport(0, (), 4, ())


def test_a_flipped_ballot_that_leaves_fewer_than_k_holds_the_others_back(county: County) -> None:
    rows = county.ballots(3)
    put(county, "north-1", [(rows[0][0], rows[0][1][:-1] + b"\0"), *rows[1:]])
    assert county.release() == ReleaseReport(0, (), 1, ())
    put(county, "north-1", county.ballots(1))
    assert county.release().lots == (("spring", "north", 3),)


HOSTILE = {
    "zeros": bytes(BALLOT_SIZE),
    "noise": b"\x01\xff" * (BALLOT_SIZE // 2),
    "empty": pack(Ballot(small_snapshot().hash, "en", {})),
    "nothing that was asked": pack(Ballot(small_snapshot().hash, "en", {"row1": 3, "nowhere": "1"})),
}


@pytest.mark.parametrize("packed", HOSTILE.values(), ids=HOSTILE)
def test_what_was_well_sealed_but_is_no_ballot_is_set_aside(county: County, packed: bytes) -> None:
    """Anybody can seal anything for a public key."""
    put(county, "north-1", [(bytes(16), county.seal(packed)), *county.ballots(3)])
    assert county.release() == ReleaseReport(1, (("spring", "north", 3),), 1, ())


@pytest.mark.parametrize("visits", [-(10**9), -1, 51, 40_000, 10**9])
def test_a_number_that_no_form_would_send_counts_as_skipped(county: County, visits: int) -> None:
    county.pass_on({"north-1": county.ballots(3, {**ANSWERS, "visits": visits})})
    assert county.release().lots == (("spring", "north", 3),)
    (codes, *_) = ask(database(county), "SELECT codes FROM responses")
    assert decode(small_snapshot(), codes) == ANSWERS


def test_words_that_no_form_would_send_are_cleaned_and_bounded(county: County) -> None:
    answers = {
        **ANSWERS,
        "visits": 1,
        "words": "\u202e" + "x" * 5000 + "\0",
        "row1__other": "no such field",
        "nowhere": "y",
    }
    county.pass_on({"north-1": county.ballots(3, answers)})
    county.release()
    assert ask(database(county), "SELECT item, words FROM comments") == [("words", "x" * 2000)] * 3


def test_ballots_to_an_unknown_snapshot_stay_sealed_and_it_is_said(county: County) -> None:
    county.pass_on({"north-1": county.ballots(3, snapshot="f" * 64) + county.ballots(3)})
    report = county.release()
    assert report.lots == (("spring", "north", 3),)
    assert report.staying == ("Ballots stay sealed: the snapshot ffffffffffffffff is missing.",)
    assert ask(database(county), "SELECT count(*) FROM pending") == [3]


def test_ballots_that_the_plan_forgot_stay_sealed_and_it_is_said(county: County) -> None:
    county.pass_on({"north-1": county.ballots(3), "south-1": county.ballots(3)})
    (wave,) = county.site.waves
    county.plan(
        msgspec.structs.replace(county.site, waves=(msgspec.structs.replace(wave, boxes=wave.boxes[:1]),))
    )
    report = county.release()
    assert report.lots == (("spring", "north", 3),)
    assert report.staying == ("Ballots of the box south-1 stay sealed: site.json does not know it.",)
    county.plan(msgspec.structs.replace(county.site, waves=(msgspec.structs.replace(wave, id="summer"),)))
    assert county.release().staying == (
        "Ballots of the wave spring stay sealed: site.json does not know it.",
    )


def test_ballots_for_a_key_that_is_not_ours_yet_are_tried_again(county: County) -> None:
    county.pass_on({"north-1": county.ballots(3)})
    county.ring.add_holder("bo", "velvet kitten mosaic harbor", CHEAP)
    stranger = unlock(county.ring, "bo", "velvet kitten mosaic harbor")
    assert county.release(opener=stranger) == ReleaseReport(0, (), 3, ())
    assert county.release() == ReleaseReport(1, (("spring", "north", 3),), 0, ())


def test_a_ballot_that_can_be_opened_after_all_is_not_counted_as_set_aside(county: County) -> None:
    put(county, "north-1", county.ballots(2))
    county.ring.add_holder("bo", "velvet kitten mosaic harbor", CHEAP)
    assert county.release(opener=unlock(county.ring, "bo", "velvet kitten mosaic harbor")).set_aside == 2
    assert county.release().set_aside == 0


def test_when_a_wave_is_over_what_is_left_is_released_together(county: County) -> None:
    put(county, "north-1", county.ballots(2))
    put(county, "south-1", county.ballots(1))
    assert county.release(LAST + timedelta(days=1)).release == 0
    assert county.release(OVER).lots == (("spring", OTHER, 3),)
    put(county, "south-1", county.ballots(2))
    assert county.release(OVER).staying == ("Ballots of the wave spring stay sealed: fewer than 3 are left.",)


def test_a_merged_box_is_released_under_other_units(county: County) -> None:
    county.fill({"north-1": county.ballots(2), "south-1": county.ballots(1)})
    county.hand_over(OVER)
    county.bring_in()
    assert county.release(OVER).lots == (("spring", OTHER, 3),)
    assert county.released.units("spring") == [OTHER]


def test_two_boxes_of_a_unit_are_one_lot_each_of_k(county: County) -> None:
    put(county, "north-1", county.ballots(3))
    put(county, "north-2", county.ballots(2))
    assert county.release().lots == (("spring", "north", 3),)
    put(county, "north-1", county.ballots(3))
    put(county, "north-2", county.ballots(1))
    assert county.release().lots == (("spring", "north", 6),)


def test_the_counts_are_those_of_the_responses(county: County) -> None:
    county.pass_on({"north-1": county.ballots(3), "south-1": county.ballots(4, {"row1": "2"})})
    county.release()
    county.pass_on({"north-1": county.ballots(5, {"row2": "3", "visits": 4})})
    county.release()
    everybody = county.released.tallies("spring")
    north, south = (county.released.tallies("spring", unit) for unit in ("north", "south"))
    assert (everybody.n, north.n, south.n) == (12, 8, 4)
    assert everybody.snapshot == small_snapshot().hash
    assert set(everybody.blocks) == set(north.blocks)
    for block, patterns in everybody.blocks.items():
        assert patterns == north.blocks[block] + south.blocks[block]
        assert patterns.n == 12
    feeling = everybody.blocks["construct.feeling"]
    counted = dict(zip(map(bytes, feeling.rows()), feeling.counts, strict=True))
    assert counted == {bytes([3, 1, 0]): 3, bytes([2, 0, 0]): 4, bytes([0, 3, 0]): 5}
    assert county.released.units("spring") == ["north", "south"]


def test_a_wave_without_releases_counts_nothing(county: County) -> None:
    empty = county.released.tallies("spring")
    assert (empty.n, dict(empty.blocks), empty.snapshot) == (0, {}, "")
    assert county.released.ledger() == []


def test_not_even_a_page_of_the_file_shows_the_order_of_the_ballots(county: County) -> None:
    """Thirty responses lie on one page, where SQLite puts each new row below the one before."""
    rows = [county.ballots(1, {"visits": n})[0] for n in range(30)]
    put(county, "north-1", rows)
    county.release()
    raw = database(county).read_bytes()
    codes = [encode(small_snapshot(), Ballot("", "en", {"visits": n})) for n in range(30)]
    offsets = [raw.index(small_snapshot().hash.encode() + one) for one in codes]
    by_id = [sorted(ballot_id for ballot_id, _ in rows).index(ballot_id) for ballot_id, _ in rows]
    for order in (range(30), by_id):
        assert abs(kendalltau(offsets, order).statistic) < 0.9


def test_a_release_is_all_or_nothing(county: County) -> None:
    """The second lot's counts are there already, by the first: then the first must not stay either."""
    put(county, "north-1", county.ballots(4))
    ids = ask(database(county), "SELECT id FROM pending")
    blocks = {"item.place": Patterns.none((4,))}
    lots = [
        Lot("spring", "north", "f" * 64, tuple(some), (b"\1", b"\2"), (("words", "NEEDLE"),), blocks)
        for some in (ids[:2], ids[2:])
    ]
    with pytest.raises(IntegrityError) as caught:
        county.released.publish(lots, {})
    assert "NEEDLE" not in str(caught.value)
    assert ask(database(county), "SELECT id FROM pending") == ids
    for query in (
        "SELECT * FROM responses",
        "SELECT * FROM ledger",
        "SELECT * FROM comments",
        "SELECT * FROM counts",
    ):
        assert ask(database(county), query) == []


def test_two_releases_at_once_release_a_ballot_once(county: County) -> None:
    put(county, "north-1", county.ballots(3))
    rows = tuple(ask(database(county), "SELECT id FROM pending"))
    county.release()
    lot = Lot("spring", "north", small_snapshot().hash, rows, (b"x",) * 3, (), {})
    with pytest.raises(ReleaseError, match="Another release was at work"):
        county.released.publish([lot], {})
    assert county.released.tallies("spring").n == 3


def test_released_db_is_for_its_owner_only(county: County) -> None:
    put(county, "north-1", county.ballots(3))
    assert database(county).stat().st_mode & 0o777 == 0o600
    assert database(county).parent.stat().st_mode & 0o777 == 0o700


def test_a_released_ballot_is_wiped_from_the_file(county: County) -> None:
    rows = county.ballots(4)
    put(county, "north-1", rows)
    county.release()
    left = database(county).read_bytes()
    assert not [sealed for _, sealed in rows if sealed[3000:3064] in left]
