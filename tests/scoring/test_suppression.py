"""What may be shown of a group of n, for every n and every way in which the group can answer."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from admin.scoring.reliability import Reliability
from admin.scoring.suppression import FULL, WIDE, Reason, Rules, Share, Shown

RULES = Rules(k=11)
FIVE = (-1, -1, 0, 1, 1)


def groups(low: int, high: int, parts: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Counts in `parts` classes that add up to a number from low to high."""

    def divided(n: int) -> st.SearchStrategy[tuple[int, ...]]:
        cuts = st.lists(st.integers(0, n), min_size=parts - 1, max_size=parts - 1).map(sorted)
        return cuts.map(lambda ends: tuple(b - a for a, b in zip([0, *ends], [*ends, n], strict=True)))

    return st.integers(low, high).flatmap(divided)


def shown_of(counts: tuple[int, ...]) -> list[object]:
    """Everything that the rules let out about five ordered classes of answers."""
    three = (counts[0] + counts[1], counts[2], counts[3] + counts[4])
    return [
        RULES.people(sum(counts)),
        RULES.ordered(counts, FIVE),
        RULES.unordered(counts),
        RULES.shares(three),
        RULES.share(counts[0], sum(counts)),
        RULES.mean(sum(counts) / 7, 1.0, three, (1, 5)),
    ]


@given(groups(0, 10, 5))
def test_all_groups_below_k_look_the_same_even_an_empty_one(counts: tuple[int, ...]) -> None:
    assert shown_of(counts) == shown_of((0, 0, 0, 0, 0))


def test_below_k_there_is_neither_a_number_nor_n() -> None:
    assert RULES.people(10) == Shown("fewer than 11", reason=Reason.FEW)
    assert RULES.ordered((10, 0, 0, 0, 0), FIVE) == ()
    assert RULES.unordered((10, 0)) == ()


@given(st.integers(3, 60), st.integers(0, 200))
def test_any_k_hides_what_is_below_it_and_nothing_else(k: int, n: int) -> None:
    assert (Rules(k).people(n).value is None) == (n < k)
    assert (Rules(k).share(n, n).reason is Reason.FEW) == (n < k)


@given(groups(11, FULL - 1, 5))
def test_small_groups_are_told_in_three_classes_and_whole_percents(counts: tuple[int, ...]) -> None:
    for shares in (RULES.ordered(counts, FIVE), RULES.unordered(counts)):
        assert len(shares) == 3
        assert sorted(place for share in shares for place in share.options) == [0, 1, 2, 3, 4]
        assert all(
            share.shown.value is None or share.shown.value == int(share.shown.value) for share in shares
        )
        assert not any(share.shown.between for share in shares)


@given(groups(11, FULL - 1, 3), groups(11, FULL - 1, 3))
@example((0, 26, 3), (0, 0, 11))  # 89.66 %, which would be printed as 90 %
def test_nearly_everybody_is_all_that_is_told_of_a_class_of_ninety_percent(
    one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    """Two groups in which the same class is that large cannot be told apart."""
    large = [tuple(200 * count >= 179 * sum(counts) for count in counts) for counts in (one, other)]
    if large[0] == large[1] and any(large[0]):
        assert RULES.shares(one) == RULES.shares(other)
        assert RULES.mean(1.1, 1, one, (1, 5)) == RULES.mean(4.9, 1, other, (1, 5))
    for shown in RULES.shares(one):
        assert shown.value is None or 0 <= shown.value < 90


@pytest.mark.parametrize(
    ("counts", "texts", "mean"),
    [
        ((0, 2, 18), ["≤ 10%", "≤ 10%", "≥ 90%"], "high"),
        ((20, 0, 0), ["≥ 90%", "≤ 10%", "≤ 10%"], "low"),
        ((1, 18, 1), ["≤ 10%", "≥ 90%", "≤ 10%"], "middle"),
        ((1, 2, 17), ["5%", "10%", "85%"], "3.3"),
    ],
)
def test_a_group_of_twenty_is_told_like_this(counts: tuple[int, ...], texts: list[str], mean: str) -> None:
    assert [str(shown) for shown in RULES.shares(counts)] == texts
    assert str(RULES.mean(3.26, 1, counts, (1, 5))) == mean


@pytest.mark.parametrize(
    ("count", "texts"),
    [(0, ("≤ 10%", "≥ 90%")), (2, ("≤ 10%", "≥ 90%")), (3, ("15%", "85%")), (20, ("≥ 90%", "≤ 10%"))],
)
def test_a_box_that_nearly_nobody_ticked_is_told_like_one_that_nearly_all_ticked(
    count: int, texts: tuple[str, str]
) -> None:
    assert (str(RULES.share(count, 20)), str(RULES.share(20 - count, 20))) == texts


@given(groups(FULL, 500, 5))
def test_larger_groups_have_five_classes_with_intervals_around_them(counts: tuple[int, ...]) -> None:
    shares = RULES.ordered(counts, FIVE)
    assert [share.options for share in shares] == [(0,), (1,), (2,), (3,), (4,)]
    for share in shares:
        low, value, high = share.shown.low, share.shown.value, share.shown.high
        assert low is not None
        assert value is not None
        assert high is not None
        assert 0 <= low <= value <= high <= 100


@given(groups(11, 2000, 7))
def test_a_cell_count_is_never_printed(counts: tuple[int, ...]) -> None:
    """Every text but n's is a percent."""
    shares = RULES.ordered(counts, (-1, -1, -1, 0, 1, 1, 1))
    assert all(share.shown.text.endswith("%") for share in shares)


@pytest.mark.parametrize(("n", "classes"), [(11, 3), (29, 3), (30, 3), (99, 3), (WIDE, 7)])
def test_a_scale_of_seven_points_waits_for_a_hundred_answers(n: int, classes: int) -> None:
    assert len(RULES.ordered((n - 6, 1, 1, 1, 1, 1, 1), (-1, -1, -1, 0, 1, 1, 1))) == classes


@pytest.mark.parametrize(("n", "classes"), [(11, 3), (29, 3), (30, 5), (99, 5), (WIDE, 7)])
def test_a_long_list_of_choices_lets_the_rarest_fall_together(n: int, classes: int) -> None:
    shares = RULES.unordered((1, 2, 1, n - 8, 1, 1, 2))
    assert len(shares) == classes
    assert sorted(place for share in shares for place in share.options) == [0, 1, 2, 3, 4, 5, 6]
    assert (3,) in [share.options for share in shares]


def test_a_scale_without_a_middle_has_two_classes() -> None:
    assert [share.options for share in RULES.ordered((5, 5, 5, 5), (-1, -1, 1, 1))] == [(0, 1), (2, 3)]


def test_four_classes_of_a_small_group_are_refused() -> None:
    with pytest.raises(ValueError, match="three classes"):
        RULES.shares((5, 5, 5, 5))


def test_a_mean_has_an_interval_within_the_scale_from_thirty_and_two_decimals_from_a_hundred_on() -> None:
    assert RULES.mean(3.4567, 1, (5, 5, 5), (1, 5)) == Shown("3.5", 3.5)
    assert RULES.mean(3.4567, 1, (10, 10, 10), (1, 5)) == Shown("3.5", 3.5, 3.1, 3.8, "3.1 to 3.8")
    assert RULES.mean(3.4567, 1, (33, 33, 33), (1, 5)) == Shown("3.5", 3.5, 3.3, 3.7, "3.3 to 3.7")
    assert RULES.mean(3.4567, 1, (40, 30, 30), (1, 5)) == Shown("3.46", 3.46, 3.26, 3.66, "3.26 to 3.66")
    assert RULES.mean(4.9, 1, (0, 0, 30), (1, 5)).high == 5


@pytest.mark.parametrize(
    ("n", "alpha", "text"),
    [
        (10, 0.8, "fewer than 11"),
        (29, 0.8, "too early"),
        (30, 0.8, "0.80"),
        (30, float("nan"), "not defined"),
    ],
)
def test_alpha_waits_for_thirty_complete_answers(n: int, alpha: float, text: str) -> None:
    shown = RULES.alpha(Reliability(n, alpha, (0.7, 0.9), 0.5, (), ()))
    assert shown.text == text
    assert (shown.between == "0.70 to 0.90") == (text == "0.80")


@pytest.mark.parametrize(("count", "n", "text"), [(1, 400, "< 1%"), (399, 400, "> 99%"), (0, 400, "0%")])
def test_a_few_of_many_are_not_rounded_away(count: int, n: int, text: str) -> None:
    assert str(RULES.share(count, n)) == text


def test_half_a_percent_is_rounded_up() -> None:
    assert str(RULES.share(25, 200)) == "13%"
    assert str(RULES.share(23, 200)) == "12%"


def test_a_share_names_the_options_that_it_holds() -> None:
    assert RULES.ordered((6, 0, 0, 7, 7), FIVE)[0] == Share((0, 1), Shown("30%", 30))
