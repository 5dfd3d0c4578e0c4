"""Intervals against published numbers, and within their bounds."""

from __future__ import annotations

from math import isnan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.scoring.intervals import t_interval, wilson


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_intervals(count: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998), Stat. Med. 17, 857-872, table I, method 3."""
    assert wilson(count, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_within_its_interval_and_the_interval_within_0_and_1(case: tuple[int, int]) -> None:
    count, n = case
    low, high = wilson(count, n)
    assert 0 <= low <= count / n <= high <= 1


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_the_others_is_the_mirror_image(case: tuple[int, int]) -> None:
    count, n = case
    low, high = wilson(count, n)
    assert wilson(n - count, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_nobody_and_everybody_have_an_interval_that_ends_at_exactly_0_and_1() -> None:
    assert {(wilson(0, n)[0], wilson(n, n)[1]) for n in range(1, 200)} == {(0.0, 1.0)}


def test_the_mean_of_ten_has_the_interval_of_the_printed_t_table() -> None:
    low, high = t_interval(3.0, 1.0, 10)
    assert (high - 3.0) * sqrt(10) == pytest.approx(2.262157, abs=1e-6)
    assert 3.0 - low == pytest.approx(high - 3.0)


def test_there_is_no_interval_without_enough_answers() -> None:
    assert all(map(isnan, (*wilson(0, 0), *t_interval(3.0, float("nan"), 1))))
