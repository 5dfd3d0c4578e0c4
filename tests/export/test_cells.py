"""Each kind of question becomes the cells that its answers are, and what was skipped stays blank."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
import pytest

from admin.export.layout import LayoutError, coded, layout
from admin.export.parts import variables_of
from admin.export.variables import NONE
from survey_app.ballot import Ballot
from survey_app.coding import encode
from survey_app.instrument.conditions import Answer
from survey_app.instrument.model import Construct, Member, Multi, Number, Option, ResponseSet, Score, Single
from tests.scoring.builders import points, survey

SETS = {
    "scale": points((1, 2, 3, 4, 5, None)),
    "odd": points((0.5, 1.25, 3)),
    "kinds": ResponseSet(
        kind="nominal",
        options=(
            Option(value="a" * 26, text="Long"),
            Option(value="none", text="None", exclusive=True),
        ),
    ),
}
ITEMS = (
    Single(id="first", text="First?", response_set="scale"),
    Single(id="second", text="Second?", response_set="odd"),
    Multi(id="an_item_of_some_length", text="Which?", response_set="kinds"),
    Number(id="age", text="Age?", minimum=-20, maximum=400),
)
BOTH = Construct(
    id="both",
    label="Both",
    definition="Both.",
    items=(Member(item="first", reverse=True), Member(item="second", weight=0.5)),
    score=Score(min_answered=1),
)


def cells(**answers: Answer) -> dict[str, float | str | None]:
    """The row of one ballot."""
    snapshot = survey(*ITEMS, sets=SETS, constructs=[BOTH])
    ready = layout(snapshot, [("spring", "north"), ("spring", "south")])
    packed = encode(snapshot, Ballot(snapshot.hash, "en", answers)) + b"\0\1"
    rows = np.frombuffer(packed, np.uint8).reshape(1, -1)
    found = [cell for part in ready.parts for cell in part.cells(part.codes(rows))]
    return {
        variable.name: variable.texts[int(cell[0])]
        if variable.texts
        else None
        if cell[0] == NONE or cell[0] != cell[0]
        else float(cell[0])
        for variable, cell in zip(variables_of(ready.parts), found, strict=True)
    }


def test_nothing_answered_is_blank_but_for_the_place_and_the_count() -> None:
    found = cells()
    assert (found.pop("wave"), found.pop("unit"), found.pop("both_n")) == ("spring", "south", 0)
    assert set(found.values()) == {None}


def test_a_choice_is_its_place_where_options_are_not_numbers() -> None:
    assert cells(first="o5")["first"] == 5
    assert cells(first="o6")["first"] == 6


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (("1", "2", "5"), (1, 2, 5)),
        (("0", "1"), (0, 1)),
        (("yes", "no"), (1, 2)),
        (("1", "01"), (1, 2)),
        (("1", "no"), (1, 2)),
    ],
)
def test_options_that_are_numbers_keep_them(values: Sequence[str], numbers: tuple[int, ...]) -> None:
    assert coded([Option(value=value, text=value) for value in values]) == numbers


def test_does_not_apply_is_an_answer_without_a_score() -> None:
    found = cells(first="o6")
    assert (found["first"], found["first_r"], found["both_n"], found["both_mean"]) == (6, None, 0, None)


def test_a_reversed_item_is_turned_round_and_weights_count() -> None:
    found = cells(first="o2", second="o2")
    assert (found["first_r"], found["both_n"]) == (4, 2)
    assert found["both_mean"] == (4 * 2 + 1.25) / 3
    assert found["both_pomp"] == 100 * (found["both_mean"] - 0.5) / 4.5


def test_boxes_are_blank_together_or_not_at_all() -> None:
    names = ("an_item_of_some_length__1", "an_item_of_some_length__none")
    found = cells(an_item_of_some_length=("none",))
    assert [found[name] for name in names] == [0, 1]
    assert [cells(age=3)[name] for name in names] == [None, None]


def test_a_conflict_is_kept_as_one() -> None:
    found = cells(an_item_of_some_length=("a" * 26, "none"))
    assert found["an_item_of_some_length__1"] == 1
    assert found["an_item_of_some_length__none"] == 0
    assert found["an_item_of_some_length__conflict"] == 1


@pytest.mark.parametrize("age", [-20, -9, 0, 235, 236, 400])
def test_a_number_is_itself(age: int) -> None:
    assert cells(age=age)["age"] == age


def test_two_columns_of_one_name_are_refused() -> None:
    twice = Single(id="both_n", text="Again?", response_set="scale")
    snapshot = survey(*ITEMS, twice, sets=SETS, constructs=[BOTH])
    with pytest.raises(LayoutError, match="both_n"):
        layout(snapshot, [("spring", "north")])


def test_every_code_has_its_own_cells() -> None:
    snapshot = survey(*ITEMS, sets=SETS, constructs=[BOTH])
    for part in layout(snapshot, [("spring", "north"), ("spring", "south")]).parts:
        found = zip(*(cell.tolist() for cell in part.cells(np.arange(part.size))), strict=True)
        lines = io.StringIO()
        csv.writer(lines).writerows(found)
        assert len(lines.getvalue().splitlines()) == part.size
