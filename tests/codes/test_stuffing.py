"""Planted ballots do not count towards k, and are never released; each code counts once."""

from __future__ import annotations

from itertools import chain
from random import Random

import pytest
from msgspec.structs import replace

from admin.cards import card_keys, make_codes
from admin.keyfiles import KeyRingError
from admin.release import ReleaseReport, release
from admin.released import ReleaseError
from survey_app.boxes import ID_SIZE, BoxFile
from survey_app.cards import completed
from survey_app.site import OTHER
from tests.boxes.builders import OVER, small_snapshot
from tests.boxes.sql import ask
from tests.codes.builders import SPRING, STRANGER, Bowl, Rows, spoilt
from tests.sealing.builders import TODAY


def strangers(count: int) -> list[str]:
    """Sound codes that were never printed."""
    dice = Random(3)
    return [completed("".join(dice.choices("23456789ABCDEF", k=15))) for _ in range(count)]


def planted(bowl: Bowl, stolen: str) -> Rows:
    """Thirty: without a code, with codes made up, with slips, all with one real code."""
    codes = [""] * 8 + strangers(8) + [spoilt(stolen)] * 4 + [stolen] * 10
    return bowl.with_codes(codes, "planted")


def responses(bowl: Bowl) -> int:
    (n,) = ask(bowl.database, "SELECT count(*) FROM responses")
    return int(n)


def put(bowl: Bowl, box: str, rows: Rows) -> None:
    """Straight onto the staff host, in a box of any size."""
    bowl.released.take_in(BoxFile(SPRING, box, tuple(rows)))


def test_thirty_planted_and_ten_real_release_nothing_and_one_more_releases_eleven(bowl: Bowl) -> None:
    codes = bowl.print_cards(12)
    bowl.pass_on({"north-1": planted(bowl, codes[0]) + bowl.with_codes(codes[1:10])})
    assert bowl.release() == ReleaseReport(0, (), 0, ())
    assert responses(bowl) == 0
    assert bowl.released.tallies(SPRING).n == 0
    put(bowl, "north-1", bowl.with_codes(codes[10:11]))
    report = bowl.release()
    assert report.lots == ((SPRING, "north", 11),)
    assert responses(bowl) == bowl.released.tallies(SPRING).n == 11
    assert ask(bowl.database, "SELECT count(*) FROM pending") == [0]
    assert len(bowl.released.awaited_cards()) == 1
    assert list(bowl.released.ledger_faults()) == []


def test_the_words_of_planted_ballots_go_with_them(bowl: Bowl) -> None:
    codes = bowl.print_cards(11)
    stuffed = bowl.with_codes([*strangers(3), ""], "planted")
    bowl.pass_on({"north-1": stuffed + bowl.with_codes(codes, "mine")})
    bowl.release()
    assert ask(bowl.database, "SELECT words FROM comments") == ["mine"] * 11


def test_a_code_counts_once_in_all_boxes_and_all_releases(bowl: Bowl) -> None:
    codes = bowl.print_cards(22)
    put(bowl, "north-1", bowl.with_codes(codes[:11]) + bowl.with_codes(codes[:11]))
    put(bowl, "south-1", bowl.with_codes(codes[:11]))
    told = bowl.release()
    assert sum(n for _, _, n in told.lots) <= 11
    for _ in range(3):
        put(bowl, "south-1", bowl.with_codes(codes[:11]))
        bowl.release()
    put(bowl, "south-1", bowl.with_codes(codes[11:]))
    bowl.release()
    assert 11 <= responses(bowl) <= 22
    assert responses(bowl) + len(bowl.released.awaited_cards()) == 22


def test_used_codes_are_as_unknown_as_any(bowl: Bowl) -> None:
    codes = bowl.print_cards(12)
    put(bowl, "north-1", bowl.with_codes(codes[:11]))
    bowl.release()
    before = bowl.released.awaited_cards()
    put(bowl, "north-1", bowl.with_codes([*codes[:11], *strangers(11)]))
    assert bowl.release() == ReleaseReport(0, (), 0, ())
    assert bowl.released.awaited_cards() == before
    assert len(before) == 1


def test_who_comes_first_with_a_code_cannot_be_aimed_at(bowl: Bowl) -> None:
    """A stuffer can choose the ids of his ballots: the smallest and the largest win no more than others."""
    codes = bowl.print_cards(60)
    real = bowl.with_codes(codes, "mine")
    planted = bowl.with_codes(codes, "planted")
    small = [(number.to_bytes(ID_SIZE, "big"), sealed) for number, (_, sealed) in enumerate(planted)]
    put(bowl, "north-1", small + real)
    bowl.release()
    said = ask(bowl.database, "SELECT words FROM comments")
    assert len(said) == 60
    assert 10 < said.count("mine") < 50


def test_dropped_ballots_are_told_of_only_where_k_of_them_were_dropped(bowl: Bowl) -> None:
    codes = bowl.print_cards(22)
    put(bowl, "north-1", bowl.with_codes(codes[:11]) + bowl.with_codes([""] * 10))
    assert bowl.release().staying == ()
    put(bowl, "north-1", bowl.with_codes(codes[11:]) + bowl.with_codes([""] * 11))
    (sentence,) = bowl.release().staying
    assert sentence.startswith("11 ballots of the wave spring had no code that counts")


def test_the_small_boxes_of_a_wave_that_is_over_count_real_ballots_only(bowl: Bowl) -> None:
    codes = bowl.print_cards(11)
    put(bowl, "north-1", bowl.with_codes(codes[:5]) + bowl.with_codes([""] * 20))
    put(bowl, "south-1", bowl.with_codes(codes[5:10]))
    assert bowl.release(OVER).lots == ()
    put(bowl, OTHER, bowl.with_codes(codes[10:]))
    assert bowl.release(OVER).lots == ((SPRING, OTHER, 11),)


def test_another_waves_codes_do_not_count_here(bowl: Bowl) -> None:
    here = bowl.print_cards(11)
    autumn = replace(bowl.site.waves[0], id="autumn", boxes=())
    bowl.plan(replace(bowl.site, waves=(*bowl.site.waves, autumn)))
    codes = make_codes(bowl.released, bowl.keys, "autumn", 11)
    put(bowl, "north-1", bowl.with_codes(codes))
    assert bowl.release().lots == ()
    put(bowl, "north-1", bowl.with_codes(here))
    assert bowl.release().lots == ((SPRING, "north", 11),)


def test_a_wave_without_codes_counts_everybody_as_before(bowl: Bowl) -> None:
    bowl.plan(replace(bowl.site, waves=(replace(bowl.site.waves[0], codes=False),)))
    put(bowl, "north-1", bowl.with_codes([""] * 6 + [STRANGER] * 5))
    assert bowl.release().lots == ((SPRING, "north", 11),)


def test_without_the_key_everything_stays_and_nothing_is_dropped(bowl: Bowl) -> None:
    codes = bowl.print_cards(11)
    put(bowl, "north-1", bowl.with_codes(codes) + bowl.with_codes([""] * 3))
    snapshots = {small_snapshot().hash: small_snapshot()}
    report = release(bowl.released, bowl.opener, bowl.site, snapshots, TODAY)
    assert report == ReleaseReport(
        0, (), 0, ("Ballots of the wave spring stay sealed: the key of its cards is missing.",)
    )
    assert ask(bowl.database, "SELECT count(*) FROM pending") == [14]
    assert bowl.release().lots == ((SPRING, "north", 11),)


@pytest.mark.parametrize("harm", ["cut", "flipped", "another"])
def test_a_key_that_is_not_as_it_was_is_refused(bowl: Bowl, harm: str) -> None:
    bowl.print_cards(1)
    path = bowl.keys / "spring.json"
    raw = path.read_bytes()
    if harm == "another":
        path.write_bytes(raw.replace(b"spring", b"autumn"))
    else:
        path.write_bytes(raw[:-20] if harm == "cut" else raw.replace(b'"secret": "', b'"secret": "A'))
    with pytest.raises(KeyRingError, match="Put back a good copy"):
        bowl.release()


def test_of_two_releases_at_once_one_releases_nothing(bowl: Bowl) -> None:
    """What the first one used up is gone when the second one comes to write."""
    codes = bowl.print_cards(22)
    put(bowl, "north-1", bowl.with_codes(codes[:11]))

    class Meanwhile:
        """Releases everything once while another release is opening ballots."""

        done = False

        def open(self, sealed: bytes, purpose: str) -> bytes:
            if not Meanwhile.done:
                Meanwhile.done = True
                assert bowl.release().lots
            return bowl.opener.open(sealed, "answers")

    snapshots = {small_snapshot().hash: small_snapshot()}
    with pytest.raises(ReleaseError):
        release(bowl.released, Meanwhile(), bowl.site, snapshots, TODAY, card_keys(bowl.keys, [SPRING]))  # type: ignore[arg-type]
    assert responses(bowl) == 11


def test_nothing_of_a_code_is_left_in_what_was_released(bowl: Bowl) -> None:
    codes = bowl.print_cards(11)
    put(bowl, "north-1", bowl.with_codes(codes))
    bowl.release()
    raw = bowl.database.read_bytes()
    for code in chain(codes, (STRANGER,)):
        assert code.encode() not in raw
    columns = ask(bowl.database, "SELECT name FROM pragma_table_info('responses')")
    assert columns == ["id", "release", "wave", "unit", "snapshot", "codes"]
