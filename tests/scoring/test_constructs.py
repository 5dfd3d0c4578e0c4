"""Scores against straightforward pandas, and the rules that no scale may break."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.scoring.blocks import Block, blocks
from admin.scoring.constructs import ScaleStatistics, statistics
from admin.scoring.keying import KeyingError, Scale, key, scales
from admin.scoring.patterns import Bytes, count
from admin.scoring.sweep import scores
from survey_app.instrument.model import Member, Option, ResponseSet, Single
from survey_app.instrument.snapshot import Snapshot

from .builders import answers, scale_survey, survey

SCALES = (
    (1, 2, 3, 4, 5),
    (5, 4, 3, 2, 1),
    (1, 2, 3, 4),
    (0, 1),
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    (1, 2, 3, 4, 5, None),
    (0, 0.5, 1.25, 10),
    (-2, -1, 0, 1, 2),
)


@dataclass(frozen=True)
class Sheet:
    """A scale of items and the answers of some responses to them, as codes."""

    points: tuple[float | None, ...]
    reversed: tuple[bool, ...]
    min_answered: int
    codes: Bytes

    @property
    def snapshot(self) -> Snapshot:
        members = [Member(item=f"i{place}", reverse=flag) for place, flag in enumerate(self.reversed)]
        return scale_survey(self.points, members, self.min_answered)

    @property
    def scale(self) -> Scale:
        return scales(self.snapshot)[0]

    @property
    def block(self) -> Block:
        return blocks(self.snapshot)[0]

    @property
    def statistics(self) -> ScaleStatistics:
        return statistics(self.scale, count(self.block, self.codes))

    def keyed(self) -> pd.DataFrame:
        """Scores after keying, nan where there is no answer."""
        known = [score for score in self.points if score is not None]
        by_code = np.array([np.nan, *(np.nan if score is None else score for score in self.points)])
        frame = pd.DataFrame(by_code[self.codes])
        for place, flag in enumerate(self.reversed):
            if flag:
                frame[place] = min(known) + max(known) - frame[place]
        return frame


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    points = draw(st.sampled_from(SCALES))
    width = draw(st.integers(1, 7))
    flags = tuple(draw(st.lists(st.booleans(), min_size=width, max_size=width)))
    row = st.lists(st.integers(0, len(points)), min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=1, max_size=40))
    return Sheet(points, flags, draw(st.integers(1, width)), answers(rows, width))


@given(sheets())
def test_the_mean_of_a_scale_is_that_of_straight_pandas(sheet: Sheet) -> None:
    keyed, found = sheet.keyed(), sheet.statistics
    means = keyed.mean(axis=1).where(keyed.notna().sum(axis=1) >= sheet.min_answered)
    assert found.n == means.notna().sum()
    assert found.unscored == means.isna().sum()
    assert found.mean == pytest.approx(means.mean(), abs=1e-12, nan_ok=True)
    assert found.sd == pytest.approx(means.std(), abs=1e-9, nan_ok=True)


@given(sheets())
def test_every_single_score_is_that_of_straight_pandas(sheet: Sheet) -> None:
    keyed = sheet.keyed()
    means = keyed.mean(axis=1).where(keyed.notna().sum(axis=1) >= sheet.min_answered)
    found = scores([sheet.scale], {"construct.all": sheet.block}, sheet.codes)
    np.testing.assert_allclose(found["construct.all"], means, rtol=0, atol=1e-12)


@given(sheets())
def test_items_are_counted_as_by_straight_pandas(sheet: Sheet) -> None:
    keyed = sheet.keyed()
    known = [score for score in sheet.points if score is not None]
    middle = (min(known) + max(known)) / 2
    for place, item in enumerate(sheet.statistics.items):
        column = keyed[place]
        assert item.n == column.notna().sum()
        assert (item.unfavourable, item.neutral, item.favourable) == (
            (column < middle).sum(),
            (column == middle).sum(),
            (column > middle).sum(),
        )
        assert item.options == tuple(
            (sheet.codes[:, place] == code).sum() for code in range(1, len(sheet.points) + 1)
        )
        assert item.mean == pytest.approx(column.mean(), abs=1e-12, nan_ok=True)
        assert item.sd == pytest.approx(column.std(), abs=1e-9, nan_ok=True)


@given(sheets())
def test_positive_is_a_mean_strictly_above_the_threshold_in_exact_arithmetic(sheet: Sheet) -> None:
    known = [Fraction(score) for score in sheet.points if score is not None]
    above = min(known) + Fraction(5, 8) * (max(known) - min(known))
    below = min(known) + max(known) - above
    rows = [[Fraction(value) for value in row if value == value] for row in sheet.keyed().to_numpy()]
    means = [sum(row) / len(row) for row in rows if len(row) >= sheet.min_answered]
    assert sheet.statistics.positive == sum(mean > above for mean in means)
    assert sheet.statistics.negative == sum(mean < below for mean in means)


@given(sheets())
def test_reversing_every_item_mirrors_every_number(sheet: Sheet) -> None:
    turned = Sheet(sheet.points, tuple(not flag for flag in sheet.reversed), sheet.min_answered, sheet.codes)
    one, other = sheet.statistics, turned.statistics
    known = [score for score in sheet.points if score is not None]
    assert one.mean == pytest.approx(min(known) + max(known) - other.mean, abs=1e-9, nan_ok=True)
    assert one.pomp == pytest.approx(100 - other.pomp, abs=1e-9, nan_ok=True)
    assert one.sd == pytest.approx(other.sd, abs=1e-9, nan_ok=True)
    assert (one.positive, one.negative) == (other.negative, other.positive)
    assert [item.favourable for item in one.items] == [item.unfavourable for item in other.items]


@given(sheets())
def test_numbers_stay_within_their_bounds(sheet: Sheet) -> None:
    found, scale = sheet.statistics, sheet.scale
    assert found.n + found.unscored == len(sheet.codes)
    assert 0 <= found.positive + found.negative <= found.n
    if found.n:
        assert float(scale.low) <= found.mean <= float(scale.high)
        assert 0 <= found.pomp <= 100


def test_a_mean_of_exactly_three_and_a_half_is_not_positive() -> None:
    two_items = Sheet((1, 2, 3, 4, 5), (False, False), 2, answers([[3, 4], [4, 4], [5, 2]], 2))
    assert (two_items.statistics.positive, two_items.statistics.n) == (1, 3)


def test_an_instrument_may_say_itself_where_positive_begins() -> None:
    snapshot = scale_survey((1, 2, 3, 4, 5), [Member(item="one")], 1, positive_above=4.0)
    found = statistics(scales(snapshot)[0], count(blocks(snapshot)[0], answers([[4], [5], [2], [1]], 1)))
    assert (found.positive, found.negative) == (1, 1)


def test_items_weigh_as_the_instrument_says() -> None:
    members = [Member(item="one", weight=3), Member(item="two", weight=0.5)]
    snapshot = scale_survey((1, 2, 3, 4, 5), members, 1)
    found = scores(scales(snapshot), {"construct.all": blocks(snapshot)[0]}, answers([[5, 1], [0, 1]], 2))
    assert found["construct.all"].tolist() == pytest.approx([(3 * 5 + 0.5) / 3.5, 1.0])


def test_scores_that_cannot_be_added_exactly_are_refused() -> None:
    snapshot = scale_survey((0.123456789, 1.987654321, 3e9), [Member(item="one", weight=0.1234567)], 1)
    with pytest.raises(KeyingError, match=r"construct\.all"):
        statistics(scales(snapshot)[0], count(blocks(snapshot)[0], answers([[1]], 1)))


def test_a_missing_code_with_a_number_is_no_answer() -> None:
    options = (
        *(Option(value=f"v{score}", text=str(score), score=score) for score in (1, 2, 3)),
        Option(value="skip", text="Does not apply", score=9, missing=True),
    )
    snapshot = survey(
        Single(id="one", text="One.", response_set="scale"),
        sets={"scale": ResponseSet(kind="ordinal", options=options)},
    )
    found = key(snapshot.items()[0])
    assert (found.scores, found.high) == ((None, 1, 2, 3, None), 3)


def test_a_construct_with_too_few_items_left_is_not_scored() -> None:
    assert scales(scale_survey((1, 2, 3), [Member(item="one")], 2)) == ()


def test_nobody_at_all_has_no_mean_and_no_error() -> None:
    found = Sheet((1, 2, 3, 4, 5), (False,), 1, answers([], 1)).statistics
    assert (found.n, found.positive, str(found.mean), str(found.sd)) == (0, 0, "nan", "nan")
