"""What a thief of the staff host's files learns of codes, and what it tells to whoever knows too much."""

from __future__ import annotations

import hashlib
from itertools import pairwise, product
from pathlib import Path

from scipy.stats import kendalltau

from admin.cards import card_keys
from survey_app.ballot import unpack
from survey_app.cards import grouped
from tests.boxes.sql import ask
from tests.codes.builders import SPRING, STRANGER, Bowl


def files(folder: Path) -> dict[Path, bytes]:
    """Everything in a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_file_holds_a_code(bowl: Bowl) -> None:
    codes = bowl.print_cards(30)
    bowl.pass_on({"north-1": bowl.with_codes(codes[:11])})
    bowl.release()
    for raw in files(bowl.data).values():
        for code, spelling in product(codes, ("utf-8", "utf-16-le")):
            assert code.encode(spelling) not in raw
            assert grouped(code).encode(spelling) not in raw


def test_the_table_alone_answers_no_guess(bowl: Bowl) -> None:
    """Without the key even a known code finds nothing there."""
    codes = bowl.print_cards(30)
    table = bowl.database.read_bytes()
    guesses = {f(code.encode()).digest() for code in codes for f in (hashlib.sha256, hashlib.blake2s)}
    assert not [guess for guess in guesses if guess in table]
    key = card_keys(bowl.keys, [SPRING])[SPRING]
    assert key.secret not in table
    assert {key.hashed(code) for code in codes} == set(ask(bowl.database, "SELECT hash FROM cards"))


def test_the_key_alone_knows_no_code(bowl: Bowl) -> None:
    before = bowl.print_cards(1) and files(bowl.keys)
    bowl.print_cards(30)
    assert files(bowl.keys) == before


def test_table_and_key_are_for_their_owner_only(bowl: Bowl) -> None:
    bowl.print_cards(1)
    for path in (bowl.database, *files(bowl.keys)):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_table_has_no_order_no_time_and_no_more_than_hashes(bowl: Bowl) -> None:
    """Which card was printed first cannot be seen: the rows lie in the order of their hashes."""
    codes = bowl.print_cards(200)
    assert ask(bowl.database, "SELECT name FROM pragma_table_info('cards')") == ["hash"]
    hashes = ask(bowl.database, "SELECT hash FROM cards")
    assert hashes == sorted(hashes)
    key = card_keys(bowl.keys, [SPRING])[SPRING]
    raw = bowl.database.read_bytes()
    by_hash = [raw.index(hashed) for hashed in hashes]
    printed = [raw.index(key.hashed(code)) for code in codes]
    assert abs(kendalltau(range(200), printed).statistic) < 0.25
    assert sum(one > other for one, other in pairwise(by_hash)) > 190


def test_a_used_code_and_one_that_was_never_printed_leave_the_same_nothing(bowl: Bowl) -> None:
    codes = bowl.print_cards(200)
    bowl.pass_on({"north-1": bowl.with_codes(codes[:11])})
    bowl.release()
    key = card_keys(bowl.keys, [SPRING])[SPRING]
    raw = bowl.database.read_bytes()
    assert [key.hashed(code) in raw for code in (*codes, STRANGER)] == [False] * 11 + [True] * 189 + [False]


def test_who_knows_whose_a_card_is_sees_whether_it_waits_with_table_and_key(bowl: Bowl) -> None:
    """A limit: whoever holds the staff host and knows whose a card is sees whether it counted."""
    codes = bowl.print_cards(12)
    bowl.pass_on({"north-1": bowl.with_codes(codes[:11])})
    bowl.release()
    key = card_keys(bowl.keys, [SPRING])[SPRING]
    awaited = bowl.released.awaited_cards()
    assert [key.hashed(code) in awaited for code in codes] == [False] * 11 + [True]


def test_who_knows_whose_a_card_is_and_opens_single_ballots_finds_the_ballot(bowl: Bowl) -> None:
    """A limit: the code stands inside the seal. So nobody may know who has which card."""
    codes = bowl.print_cards(5)
    rows = bowl.with_codes(codes)
    opened = [unpack(bowl.opener.open(sealed, "answers")) for _, sealed in rows]
    assert [ballot.card == codes[3] for ballot in opened] == [False, False, False, True, False]
