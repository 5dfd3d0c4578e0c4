"""One pass over a stream of responses gives what counting patterns gives, however it is cut."""

from __future__ import annotations

from dataclasses import astuple
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.scoring import sweep
from admin.scoring.blocks import Block, blocks
from admin.scoring.constructs import statistics
from admin.scoring.keying import Scale, scales
from admin.scoring.omega import omega
from admin.scoring.patterns import PatternError, count
from admin.scoring.reliability import reliability
from admin.scoring.sweep import Findings, Sweep
from survey_app.instrument.model import Member

from .builders import answers, scale_survey


def flat(thing: object) -> list[object]:
    """All numbers and words of nested tuples, in order."""
    return [part for inner in thing for part in flat(inner)] if isinstance(thing, tuple) else [thing]


def assert_same(one: Findings, other: Findings) -> None:
    left, right = flat(astuple(one)), flat(astuple(other))
    assert len(left) == len(right)
    for a, b in zip(left, right, strict=True):
        if isinstance(a, float) and isinstance(b, float):
            assert (isnan(a) and isnan(b)) or a == pytest.approx(b, abs=1e-9)
        else:
            assert a == b


def instrument(width: int, weighted: bool) -> tuple[Scale, Block]:
    """`width` statements on 1 to 5 and "does not apply", every third turned round."""
    members = [
        Member(item=f"i{place}", reverse=place % 3 == 2, weight=1 + 0.5 * (weighted and place % 2))
        for place in range(width)
    ]
    snapshot = scale_survey((1, 2, 3, 4, 5, None), members, (2 * width + 2) // 3)
    return scales(snapshot)[0], blocks(snapshot)[0]


@st.composite
def cut_sheets(draw: st.DrawFn) -> tuple[Scale, Block, np.ndarray, list[int]]:
    """A scale, narrow or wide, responses to it, and where the stream is cut."""
    width = draw(st.sampled_from([1, 2, 3, 4, 9, 12]))
    row = st.lists(st.integers(0, 6), min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=1, max_size=60))
    return *instrument(width, draw(st.booleans())), answers(rows, width), draw(st.lists(st.integers(0, 60)))


@settings(deadline=None)
@given(cut_sheets())
def test_any_cut_of_the_stream_gives_the_same_findings(
    sheet: tuple[Scale, Block, np.ndarray, list[int]],
) -> None:
    scale, block, responses, cuts = sheet
    whole, pieces = (Sweep([scale], {scale.id: block}) for _ in range(2))
    scores = whole.add(responses)[scale.id]
    parts = [pieces.add(part)[scale.id] for part in np.split(responses, sorted(cuts))]
    np.testing.assert_array_equal(np.concatenate(parts), scores)
    assert_same(whole.findings()[0], pieces.findings()[0])


@settings(deadline=None)
@given(cut_sheets())
def test_the_findings_are_those_of_the_pattern_counts(
    sheet: tuple[Scale, Block, np.ndarray, list[int]],
) -> None:
    scale, block, responses, _ = sheet
    found, patterns = Sweep([scale], {scale.id: block}), count(block, responses)
    found.add(responses)
    expected = Findings(statistics(scale, patterns), reliability(scale, patterns), omega(scale, patterns))
    assert_same(found.findings()[0], expected)


def test_a_wide_scale_that_is_cut_has_the_reliability_of_the_whole() -> None:
    """Random short sheets hardly ever hold a complete case of twelve items; here nearly all are."""
    scale, block = instrument(12, weighted=True)
    dice = np.random.default_rng(5)
    drawn = np.round(3 + dice.normal(size=(400, 1)) + dice.normal(size=(400, 12)))
    responses = np.where(dice.random((400, 12)) < 0.01, 0, np.clip(drawn, 1, 5)).astype(np.uint8)
    found = Sweep([scale], {scale.id: block})
    for part in np.split(responses, [100, 101, 250]):
        found.add(part)
    patterns = count(block, responses)
    expected = Findings(statistics(scale, patterns), reliability(scale, patterns), omega(scale, patterns))
    assert expected.reliability.n_complete > 300
    assert_same(found.findings()[0], expected)


def test_both_ways_were_tried() -> None:
    """Nine items of seven codes have more patterns than a table may have, four have fewer."""
    assert 7**4 <= sweep.WIDEST < 7**9


def test_scales_over_the_same_items_keep_their_own_rules() -> None:
    members = [Member(item="one"), Member(item="two")]
    strict, lax = (scale_survey((1, 2, 3), members, needed) for needed in (2, 1))
    own, other = scales(strict)[0], scales(lax)[0]
    twin = Scale("twin", other.keys, 1, other.positive_above, other.low, other.high)
    block = blocks(strict)[0]
    found = Sweep([own, twin], {own.id: block, "twin": block}).add(answers([[3, 0], [1, 2]], 2))
    np.testing.assert_array_equal(found[own.id], [np.nan, 1.5])
    np.testing.assert_array_equal(found["twin"], [3, 1.5])


@pytest.mark.parametrize("width", [3, 12])
def test_a_code_that_no_option_has_is_refused(width: int) -> None:
    scale, block = instrument(width, weighted=False)
    found = Sweep([scale], {scale.id: block})
    wrong = np.ones((200, width), np.uint8)
    wrong[150, 1] = 7
    with pytest.raises(PatternError, match="byte 2"):
        found.add(wrong)


def test_nobody_has_findings_without_numbers_and_without_an_error() -> None:
    for width in (3, 12):
        scale, block = instrument(width, weighted=False)
        (found,) = Sweep([scale], {scale.id: block}).findings()
        assert (found.statistics.n, found.reliability.n_complete) == (0, 0)
        assert isnan(found.statistics.mean)
        assert isnan(found.omega.value)
