"""Closed answers become fixed columns and come back; words have no column."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.builders import NEIGHBOURHOOD, SHIPPED, Form, base, changed, snapshot_of, written
from survey_app.ballot import Ballot, clean, field_names
from survey_app.coding import CodingError, columns, decode, encode

SNAPSHOT = snapshot_of(SHIPPED)
TOWN = snapshot_of(NEIGHBOURHOOD)


def coded(**answers: str | tuple[str, ...] | int) -> dict[str, int]:
    """Column name -> code of a ballot of the second instrument."""
    packed = encode(TOWN, Ballot(TOWN.hash, "en", dict(answers)))
    found: dict[str, int] = {}
    place = 0
    for column in columns(TOWN):
        found[column.name] = int.from_bytes(packed[place : place + column.width], "big")
        place += column.width
    return found


def test_columns_follow_the_printed_order_and_leave_out_words() -> None:
    names = [column.name for column in columns(SNAPSHOT)]
    assert names[:5] == ["eng1", "eng2", "eng3", "contact_frequency", "col1"]
    assert names[7:16] == [
        *(f"supported_by__{option.value}" for option in SNAPSHOT.items()[7].options),
        "supported_by__conflict",
    ]
    assert "anything_else" not in names
    assert len(names) == len(set(names)) == 32


def test_a_choice_is_the_place_of_its_option_and_skipped_is_zero() -> None:
    found = coded(street1="1", street2="not_here", goes_out="no")
    assert (found["street1"], found["street2"], found["street3"], found["goes_out"]) == (1, 5, 0, 2)


@pytest.mark.parametrize(("hours", "code"), [(0, 1), (80, 81)])
def test_a_number_counts_from_its_minimum_so_that_zero_stays_skipped(hours: int, code: int) -> None:
    assert coded(hours_out=hours)["hours_out"] == code
    assert coded()["hours_out"] == 0


def test_a_number_below_zero_comes_back(tmp_path: Path) -> None:
    snapshot = snapshot_of(written(tmp_path, changed(base(), {"sections.1.items.0.minimum": -5})))
    ballot = clean(snapshot, Form({field_names(snapshot)["visits"]: ["-3"]}), "en")
    assert decode(snapshot, encode(snapshot, ballot)) == {"visits": -3}


def test_boxes_are_zero_or_one() -> None:
    found = coded(liked_places=("park", "other"))
    boxes = {name: code for name, code in found.items() if name.startswith("liked_places")}
    assert boxes == {
        "liked_places__park": 1,
        "liked_places__library": 0,
        "liked_places__sports": 0,
        "liked_places__none": 0,
        "liked_places__other": 1,
        "liked_places__conflict": 0,
    }


def test_none_gives_way_to_what_is_named_and_counts_as_a_conflict() -> None:
    found = coded(liked_places=("park", "none"))
    assert (found["liked_places__park"], found["liked_places__none"]) == (1, 0)
    assert found["liked_places__conflict"] == 1
    assert coded(liked_places=("none",))["liked_places__none"] == 1
    assert coded(liked_places=("none",))["liked_places__conflict"] == 0


def test_more_boxes_than_allowed_are_kept_and_flagged() -> None:
    found = coded(liked_places=("park", "library", "sports", "other"))
    assert sum(found[f"liked_places__{code}"] for code in ("park", "library", "sports", "other")) == 4
    assert found["liked_places__conflict"] == 1


@pytest.mark.parametrize("packed", [b"", bytes(31), bytes(33), b"\x06" + bytes(31)])
def test_codes_of_another_snapshot_are_refused(packed: bytes) -> None:
    with pytest.raises(CodingError):
        decode(SNAPSHOT, packed)


PICKS = st.lists(st.integers(0, 9), min_size=40, max_size=40)


@settings(max_examples=100, deadline=None)
@given(PICKS)
def test_closed_answers_come_back(picks: list[int]) -> None:
    for snapshot in (SNAPSHOT, TOWN):
        form = Form()
        for pick, (question, name) in zip(
            picks, zip(snapshot.items(), field_names(snapshot).values(), strict=True), strict=False
        ):
            codes = [option.value for option in question.options if not option.exclusive] or [str(pick)]
            form[name] = codes[pick : pick + 1] if question.kind != "multi" else codes[: pick % 4]
        ballot = clean(snapshot, form, "en")
        closed = {q.id for q in snapshot.items() if q.options or q.kind == "number"}
        kept = {key: answer for key, answer in ballot.answers.items() if key in closed}
        assert decode(snapshot, encode(snapshot, ballot)) == kept
