"""Reliability where the answer is known without R; the numbers of R are in test_reference.py."""

from __future__ import annotations

from math import isnan

import pytest
from scipy.stats import f

from admin.scoring.blocks import blocks
from admin.scoring.keying import scales
from admin.scoring.patterns import count
from admin.scoring.reliability import Reliability, feldt, reliability
from survey_app.instrument.model import Member

from .builders import answers, scale_survey


def of(rows: list[list[int]], *reverse: int) -> Reliability:
    """The reliability of these answers on 1 to 5; `reverse` names items by position."""
    members = [Member(item=f"i{place}", reverse=place in reverse) for place in range(len(rows[0]))]
    snapshot = scale_survey((1, 2, 3, 4, 5), members, 1)
    return reliability(scales(snapshot)[0], count(blocks(snapshot)[0], answers(rows, len(members))))


def test_items_that_always_agree_are_perfectly_reliable() -> None:
    found = of([[1, 1, 1], [3, 3, 3], [5, 5, 5]])
    assert (found.alpha, found.avg_r) == pytest.approx((1, 1))
    assert found.item_rest == pytest.approx((1, 1, 1))
    assert found.alpha_drop == pytest.approx((1, 1, 1))


def test_a_reversed_item_that_always_disagrees_is_perfectly_reliable() -> None:
    assert of([[1, 5], [3, 3], [5, 1]], 1).alpha == pytest.approx(1)


def test_only_complete_answers_count() -> None:
    assert of([[1, 1], [3, 3], [5, 5], [1, 0], [0, 0]]).n_complete == 3


def test_a_constant_item_leaves_its_numbers_undefined() -> None:
    found = of([[1, 3], [3, 3], [5, 3]])
    assert isnan(found.avg_r)
    assert isnan(found.item_rest[1])


@pytest.mark.parametrize("rows", [[[1, 2]], [[1], [2]], [[0, 0], [0, 1]]])
def test_too_little_to_judge_is_undefined_and_no_error(rows: list[list[int]]) -> None:
    found = of(rows)
    assert isnan(found.alpha)
    assert all(map(isnan, found.interval))


def test_the_interval_of_alpha_holds_with_a_million_responses() -> None:
    """R's quantile of F goes astray above 400,000 degrees of freedom; at this size F is near normal."""
    low, high = feldt(0.8, 1_000_001, 6)
    assert 0.799 < low < 0.8 < high < 0.801
    assert low == pytest.approx(1 - 0.2 * f.ppf(0.975, 10**6, 5 * 10**6), abs=1e-12)
