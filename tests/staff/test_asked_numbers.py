"""A question for a number: the page says what stands behind the mean, and never a count in its place."""

import numpy as np
import pytest
from scoring.builders import points, survey

from admin.released import Lot, Released
from admin.scoring.blocks import blocks
from admin.scoring.patterns import tally
from admin.scoring.quality import quality
from survey_app.ballot import Ballot
from survey_app.coding import encode
from survey_app.instrument.model import Number, Single
from survey_app.instrument.snapshot import save
from survey_app.roles import Role

from .place import Place

ASKED = survey(
    Number(id="age", text="How old are you?", unit="years", minimum=10, maximum=21),
    Single(id="mood", text="How was it?", response_set="scale"),
    sets={"scale": points([1, 2, 3, 4, 5])},
)


def page(place: Place, ages: list[int | None]) -> str:
    """The words of the page of a wave in which these young people answered."""
    save(ASKED, place.settings.snapshots)
    answers = [{} if age is None else {"age": age} for age in ages]
    codes = [encode(ASKED, Ballot(ASKED.hash, "en", one)) for one in answers]
    matrix = np.frombuffer(b"".join(codes), np.uint8).reshape(len(codes), -1)
    counts = tally(blocks(ASKED), matrix) | quality(ASKED, matrix)
    ids = tuple(place.crowd.answer("quiet", "north", len(codes)))
    Released(place.settings.released).publish(
        [Lot("quiet", "north", ASKED.hash, ids, tuple(codes), (), counts)], {}
    )
    words = place.browser(Role.SUPERVISOR).read("/waves/quiet").words
    return " ".join(words.split()).split("How old are you?")[1]


@pytest.mark.parametrize(
    ("ages", "told"),
    [
        ([10 + place % 12 for place in range(36)], "Mean 15.5 years 14.3 to 16.7"),
        ([10 + place % 12 for place in range(36)], "Counted are the 36 young people who wrote a number"),
        ([10 + place % 12 for place in range(24)], "They are too few for a range"),
        ([21] * 20, "Nearly all stand in the high third of what could be answered."),
        ([15] * 10 + [None] * 5, "fewer than 11 answered: nothing to show"),
        ([15] * 10 + [None] * 5, "Hidden: fewer than 11 young people are behind it."),
    ],
)
def test_a_mean_says_what_stands_behind_it(place: Place, ages: list[int | None], told: str) -> None:
    assert told in page(place, ages)


@pytest.mark.parametrize("ages", [[21] * 20, [15] * 10 + [None] * 5])
def test_where_no_mean_is_shown_no_unit_stands_behind_a_word(place: Place, ages: list[int | None]) -> None:
    assert "years" not in page(place, ages)
