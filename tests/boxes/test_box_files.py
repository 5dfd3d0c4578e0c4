"""Box and letter files: read as written, and no accident on the way goes unnoticed."""

from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.boxes import (
    OTHER,
    BoxCutError,
    BoxError,
    BoxFile,
    Departure,
    departures,
    read_box,
    read_letter,
    write_box,
    write_letter,
)
from survey_app.files import FLAT_TIME
from tests.boxes.builders import noise

BALLOTS = tuple(noise(3))
BOX = BoxFile("spring", "north-1", BALLOTS)
REUSES_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_box_is_read_as_it_was_written(tmp_path: Path, count: int) -> None:
    box = BoxFile("spring", "north-1", BALLOTS[:count])
    assert read_box(write_box(tmp_path, box)) == box


def test_a_letter_is_read_as_it_was_written(tmp_path: Path) -> None:
    (letter,) = noise(1, purpose="contact")
    assert read_letter(write_letter(tmp_path, *letter)) == letter


def test_the_first_form_of_letters_is_a_foreign_file(tmp_path: Path) -> None:
    """1,024 bytes, without the name of its questions: no desk could read it."""
    (letter,) = noise(1, purpose="contact")
    path = write_letter(tmp_path, *letter)
    older = path.read_bytes().replace(b"YVLET\0\0\2", b"YVLET\0\0\1")[:-16]
    path.write_bytes(older + blake2b(older, digest_size=16).digest())
    with pytest.raises(BoxError, match="is no letter"):
        read_letter(path)


def test_a_file_tells_nothing_by_its_name_time_or_rights(tmp_path: Path) -> None:
    paths = [
        write_box(tmp_path, BOX),
        write_box(tmp_path, BOX),
        write_letter(tmp_path, *noise(1, 1, "contact")[0]),
    ]
    assert {len(path.stem) for path in paths} == {16}
    assert len({path.stem for path in paths}) == 3
    assert {path.stat().st_mtime for path in paths} == {FLAT_TIME}
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    assert sorted(tmp_path.iterdir()) == sorted(paths)


@REUSES_FOLDER
@given(kept=st.floats(0, 1, exclude_max=True))
def test_a_box_that_was_cut_is_known_to_be_cut(tmp_path: Path, kept: float) -> None:
    path = write_box(tmp_path, BOX)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(BoxCutError, match=f"{path.name} is cut short"):
        read_box(path)


@REUSES_FOLDER
@given(place=st.integers(0, len(BALLOTS) * 9360 + 91), change=st.integers(1, 255))
def test_a_changed_byte_costs_one_ballot_at_most(tmp_path: Path, place: int, change: int) -> None:
    path = write_box(tmp_path, BOX)
    spoilt = bytearray(path.read_bytes())
    spoilt[place] ^= change
    path.write_bytes(spoilt)
    try:
        found = read_box(path)
    except BoxError:
        assert place < 92, "only the head may cost the whole box"
    else:
        assert (found.wave, found.box) == ("spring", "north-1")
        assert len(found.damaged) == 1
        assert len(found.ballots) == len(BALLOTS) - 1
        assert set(found.ballots) < set(BALLOTS)


@REUSES_FOLDER
@given(place=st.integers(0, 2207), change=st.integers(1, 255), cut=st.integers(0, 2207))
def test_a_letter_with_a_changed_byte_or_cut_is_refused(
    tmp_path: Path, place: int, change: int, cut: int
) -> None:
    path = write_letter(tmp_path, *noise(1, 1, "contact")[0])
    whole = path.read_bytes()
    spoilt = bytearray(whole)
    spoilt[place] ^= change
    path.write_bytes(spoilt)
    with pytest.raises(BoxError):
        read_letter(path)
    path.write_bytes(whole[:cut])
    with pytest.raises(BoxCutError):
        read_letter(path)


def test_a_box_longer_than_it_says_and_a_foreign_file_are_refused(tmp_path: Path) -> None:
    path = write_box(tmp_path, BOX)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(BoxError, match="longer than it says"):
        read_box(path)
    path.write_bytes(b"PK\3\4" * 100)
    with pytest.raises(BoxError, match="no box file"):
        read_box(path)


@pytest.mark.parametrize(
    ("waiting", "over", "leaving"),
    [
        ({}, True, []),
        ({"a": 10}, False, []),
        ({"a": 11}, False, [Departure("a", ("a",))]),
        ({"b": 40, "a": 11, "c": 10}, False, [Departure("a", ("a",)), Departure("b", ("b",))]),
        ({"a": 5, "b": 5}, True, []),
        ({"a": 5, "b": 6}, False, []),
        ({"a": 5, "b": 6}, True, [Departure(OTHER, ("a", "b"))]),
        ({"a": 11, "b": 10}, True, [Departure("a", ("a",))]),
        ({"a": 11, "b": 10, "c": 1, "d": 0}, True, [Departure("a", ("a",)), Departure(OTHER, ("b", "c"))]),
    ],
)
def test_a_box_leaves_with_k_and_small_ones_together_at_the_end(
    waiting: dict[str, int], over: bool, leaving: list[Departure]
) -> None:
    assert departures(waiting, 11, over) == tuple(leaving)
