"""What a thief of intake and outbox can learn: no order, no length, not whose letter is whose (P9-P11)."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from scipy.stats import kendalltau

from survey_app.ballot import Ballot, Letter, pack, pack_letter
from survey_app.boxes import read_box, read_letter
from survey_app.handover import send_letters
from survey_app.sealing import SEALED_SIZE
from survey_app.waiting import Waiting
from tests.boxes.builders import ANSWERS, County, noise
from tests.boxes.sql import ask, is_sound

PAIRS = 200
"""With 200 pairs chance alone gives a tau of 0.25 once in ten million runs (sd 0.047)."""


def intake(county: County) -> Path:
    return county.data / "public" / "intake.db"


Rows = Sequence[tuple[bytes, bytes]]


def stored(folder: Path, rows: Rows, letters: Rows) -> County:
    """A county whose intake took in the pairs, one after the other."""
    county = County(folder)
    writer = county.writer()
    for ballot, letter in zip(rows, letters, strict=True):
        writer.store_ballot("north-1", *ballot)
        writer.store_letter(*letter)
    writer.close()
    return county


def filled(folder: Path, rows: Rows, letters: Rows) -> County:
    """The same, tidied."""
    county = stored(folder, rows, letters)
    Waiting(county.url).tidy()
    return county


@pytest.mark.parametrize("order", [slice(None, None, -1), slice(1, None, 2)])
def test_the_file_depends_on_the_rows_and_not_on_their_order(tmp_path: Path, order: slice) -> None:
    """P10."""
    rows, letters = noise(40), noise(40, 2, "contact")
    inorder = list(range(40))
    other = inorder[order] + [place for place in inorder if place not in inorder[order]]
    first = filled(tmp_path / "one", rows, letters)
    second = filled(tmp_path / "two", [rows[p] for p in other], [letters[p] for p in other])
    assert intake(first).read_bytes() == intake(second).read_bytes()


def test_after_tidying_nothing_is_left_of_what_has_gone(tmp_path: Path) -> None:
    """P10: no journal, no free page, and not a byte of a ballot that left."""
    rows = noise(30)
    county = filled(tmp_path, rows, noise(30, 2, "contact"))
    waiting = Waiting(county.url)
    waiting.remove_ballots(ballot_id for ballot_id, _ in rows[:25])
    waiting.tidy()
    assert is_sound(intake(county))
    assert ask(intake(county), "PRAGMA freelist_count") == [0]
    assert [path.name for path in intake(county).parent.iterdir() if path.is_file()] == ["intake.db"]
    left = intake(county).read_bytes()
    assert not [ballot_id for ballot_id, sealed in rows[:25] if ballot_id in left or sealed[:64] in left]


def test_even_before_tidying_a_deleted_ballot_is_wiped(tmp_path: Path) -> None:
    """A thief may come within the minute; secure_delete overwrites."""
    rows = noise(30)
    county = filled(tmp_path, rows, noise(30, 2, "contact"))
    Waiting(county.url).remove_ballots(ballot_id for ballot_id, _ in rows)
    assert ask(intake(county), "PRAGMA freelist_count") != [0]
    left = intake(county).read_bytes()
    assert not [sealed for _, sealed in rows if sealed[3000:3064] in left]


def test_every_ballot_and_every_letter_has_one_length(county: County) -> None:
    """P11."""
    texts = ("", "x", "\u00e9\U0001f600" * 5000)
    writer = county.writer()
    for place, words in enumerate(texts):
        ballot = Ballot("0" * 64, "en", {"words": words} if words else {})
        writer.store_ballot("north-1", bytes([place] * 16), county.seal(pack(ballot)))
        letter = Letter("en", "north-1", "0" * 64, {"call_me": words} if words else {})
        writer.store_letter(bytes([place] * 16), county.seal(pack_letter(letter), "contact"))
    writer.close()
    assert ask(intake(county), "SELECT length(sealed) FROM ballots") == [SEALED_SIZE["answers"]] * 3
    assert ask(intake(county), "SELECT length(sealed) FROM letters") == [SEALED_SIZE["contact"]] * 3


def test_an_answer_cannot_be_found_in_the_intake(county: County) -> None:
    """P7."""
    county.fill({"north-1": county.ballots(3, {**ANSWERS, "words": "NEEDLE in my words"})})
    writer = county.writer()
    writer.store_letter(*county.letter("NEEDLE 555-0199"))
    writer.close()
    assert not [
        path
        for path in county.data.joinpath("public").rglob("*")
        if path.is_file() and b"NEEDLE" in path.read_bytes()
    ]


def strongest(first: dict[str, Sequence[int]], second: dict[str, Sequence[int]]) -> float:
    """The best that somebody can do who tries every order of the one against every order of the other."""
    return max(abs(kendalltau(one, two).statistic) for one in first.values() for two in second.values())


def ranks(order: Sequence[bytes], ids: Sequence[bytes]) -> list[int]:
    """For each id its place in the order."""
    places = {row_id: place for place, row_id in enumerate(order)}
    return [places[row_id] for row_id in ids]


def places(path: Path, query: str, rows: Sequence[tuple[bytes, bytes]]) -> dict[str, Sequence[int]]:
    """What the file tells about the order of these rows: its row order, its cells and its overflow pages."""
    raw, stored = path.read_bytes(), ask(path, query)
    return {
        "rows": ranks(stored, [row_id for row_id, _ in rows]),
        "cells": [raw.index(row_id) for row_id, _ in rows],
        "pages": [raw.index(sealed[-16:]) for _, sealed in rows],
    }


@dataclass(frozen=True)
class Loot:
    """Everything on a public host at three moments. Pair number n is one person's ballot and letter."""

    rows: list[tuple[bytes, bytes]]
    letters: list[tuple[bytes, bytes]]
    untidy: Path
    tidy: Path
    outbox: Path


@pytest.fixture(scope="module")
def loot(tmp_path_factory: pytest.TempPathFactory) -> Loot:
    folder = tmp_path_factory.mktemp("loot")
    rows, letters = noise(PAIRS), noise(PAIRS, 2, "contact")
    county = stored(folder, rows, letters)
    copies = folder / "untidy.db", folder / "tidy.db"
    shutil.copy(intake(county), copies[0])
    Waiting(county.url).tidy()
    shutil.copy(intake(county), copies[1])
    send_letters(county.data)
    county.hand_over()
    return Loot(rows, letters, *copies, county.outbox)


ARRIVAL = {"arrival": range(PAIRS)}


def test_no_order_joins_letters_and_ballots_in_the_intake(loot: Loot) -> None:
    """P9."""
    of_ballots = places(loot.tidy, "SELECT id FROM ballots", loot.rows)
    of_letters = places(loot.tidy, "SELECT id FROM letters", loot.letters)
    for first, second in ((of_ballots, of_letters), (ARRIVAL, of_ballots), (ARRIVAL, of_letters)):
        assert strongest(first, second) < 0.25


def test_without_tidying_the_order_of_arrival_would_be_there(loot: Loot) -> None:
    """Why the intake is rewritten: the pages of an untidied file stand in the order in which ballots came."""
    assert strongest(ARRIVAL, places(loot.untidy, "SELECT id FROM ballots", loot.rows)) > 0.9


def test_no_order_joins_letters_and_ballots_in_the_outbox(loot: Loot) -> None:
    """P9: names, times, sizes, and the order inside the box, which is not that of the ids either."""
    (box,) = loot.outbox.glob("*.box")
    files = {read_letter(path)[0]: path for path in loot.outbox.glob("*.letter")}
    ballot_ids, letter_ids = ([row_id for row_id, _ in pairs] for pairs in (loot.rows, loot.letters))
    order = [ballot_id for ballot_id, _ in read_box(box).ballots]
    inside = {"inside": ranks(order, ballot_ids)}
    names = {"names": ranks(sorted(letter_ids, key=lambda letter_id: files[letter_id].name), letter_ids)}
    by_id = {"ids": ranks(sorted(ballot_ids), ballot_ids)}
    for first, second in ((ARRIVAL, inside), (ARRIVAL, names), (inside, names), (inside, by_id)):
        assert strongest(first, second) < 0.25
    assert len({(path.stat().st_mtime, path.stat().st_size) for path in files.values()}) == 1
    assert box.stat().st_mtime == next(iter(files.values())).stat().st_mtime
    assert sorted(order) == sorted(ballot_ids)
