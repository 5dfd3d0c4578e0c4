"""What is said in words: no more than the numbers tell, and in words that need no course in statistics."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.measurement_plan import measurement_plan
from admin.reports import State, WaveCard
from admin.scoring.reliability import Reliability
from admin.scoring.results import ItemSummary, ReliabilitySummary, ScaleSummary
from admin.scoring.suppression import Rules, Shown
from admin.sentences import belonging, change, halves, headline, unmet
from admin.trends import Point, Trend
from survey_app.instrument.snapshot import Said

from .place import TODAY

RULES = Rules(11)
NOTHING = Shown("")
FIT = ReliabilitySummary(NOTHING, False, NOTHING, NOTHING, (), ())


def said(text: str) -> Said:
    return Said(text, "en", "ltr")


def scale(count: int, n: int, label: str = "Voice") -> ScaleSummary:
    """A topic in which `count` of `n` are positive."""
    return ScaleSummary(
        id="voi",
        label=said(label),
        definition=said("What it is."),
        domain="",
        note="",
        low=1,
        high=5,
        above=3.5,
        n=RULES.people(n),
        unscorable=RULES.share(0, n),
        positive=RULES.share(count, n),
        mean=NOTHING,
        needed=2,
        reliability=FIT,
        items=(),
    )


def point(wave: str, count: int, n: int, follows: bool = True) -> Point:
    card = WaveCard(wave, wave.title(), TODAY, TODAY, State.CLOSED, NOTHING, None)
    return Point(card, scale(count, n), follows)


def trend(*points: Point) -> Trend:
    return Trend("voi", said("Voice"), said("What it is."), points, ())


def fit(alpha: float, n: int) -> ReliabilitySummary:
    found = Reliability(n, alpha, (alpha - 0.1, alpha + 0.1), 0.4, (), ())
    return replace(FIT, n=RULES.people(n), is_early=n < 100, alpha=RULES.alpha(found))


@pytest.mark.parametrize(
    ("count", "n", "told"),
    [
        (5, 10, "Voice: fewer than 11 could be scored, so nothing is shown."),
        (10, 20, "Voice: 50% gave good answers on the whole; too few answered to say how sure that is."),
        (20, 20, "Voice: 90% or more gave good answers on the whole."),
        (0, 20, "Voice: 10% or fewer gave good answers on the whole."),
        (120, 200, "Voice: 60% gave good answers on the whole; allowing for chance, 53% to 67%."),
    ],
)
def test_a_topic_in_one_sentence(count: int, n: int, told: str) -> None:
    assert headline(scale(count, n)) == told


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ((50, 100), (80, 100), "50% (Spring), then 80% (Autumn): it has risen, and chance alone hardly"),
        ((80, 100), (50, 100), "80% (Spring), then 50% (Autumn): it has fallen, and chance alone hardly"),
        ((50, 100), (56, 100), "the ranges overlap, so it may be the same as before."),
        ((0, 20), (20, 20), "too few answered to say whether that is a change."),
        ((2, 20), (90, 100), "too few answered to say whether that is a change."),
        ((5, 10), (90, 100), "there is no earlier wave with numbers."),
    ],
)
def test_a_change_is_claimed_only_where_chance_hardly_explains_it(
    before: tuple[int, int], now: tuple[int, int], told: str
) -> None:
    assert told in change(trend(point("spring", *before), point("autumn", *now)))


SIZES = st.integers(11, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(SIZES, SIZES)
def test_whatever_is_called_a_change_has_ranges_apart(one: tuple[int, int], other: tuple[int, int]) -> None:
    told = change(trend(point("spring", *one), point("autumn", *other)))
    (low, high), (new_low, new_high) = (ends(*pair) for pair in (one, other))
    apart = new_low > high or new_high < low
    ranged = one[1] >= 30 <= other[1]
    assert ("it has risen" in told or "it has fallen" in told) == (apart and ranged)


def ends(count: int, n: int) -> tuple[float, float]:
    shown = RULES.share(count, n)
    return shown.low or 0, shown.high or 0


def test_waves_with_other_questions_are_not_compared() -> None:
    told = change(trend(point("spring", 50, 100), point("autumn", 90, 100, follows=False)))
    assert told == "Cannot be compared with an earlier wave: the questions changed."


def test_more_than_half_is_said_only_where_the_whole_range_is_above_it() -> None:
    told = halves([scale(70, 100, "A"), scale(55, 100, "B"), scale(20, 100, "C"), scale(15, 20, "D")])
    assert told == (
        "More than half gave good answers on: A.",
        "Fewer than half gave good answers on: C.",
        "About half gave good answers (the range holds 50%, so it may be more or fewer) on: B.",
        "D: 75% gave good answers on the whole; too few answered to say how sure that is.",
    )


@pytest.mark.parametrize(
    ("alpha", "n", "told"),
    [
        (0.9, 10, "Too few answered all of its statements to tell."),
        (0.9, 29, "Too few answered all of its statements to tell."),
        (0.9, 200, "Yes, closely"),
        (0.75, 200, "Yes: the answers"),
        (0.6, 200, "Partly"),
        (0.2, 200, "Hardly"),
        (0.9, 60, "This is early"),
        (float("nan"), 60, "everybody answered alike"),
    ],
)
def test_alpha_in_words(alpha: float, n: int, told: str) -> None:
    assert told in belonging(fit(alpha, n))


@pytest.mark.parametrize(
    ("count", "n", "told"),
    [
        (41, 100, "41% agree: “I still wait.” (allowing for chance, 32% to 51%)"),
        (20, 20, "90% or more agree: “I still wait.”"),
        (3, 10, "Too few answered question 17 to say anything about it."),
    ],
)
def test_an_unmet_need_in_words(count: int, n: int, told: str) -> None:
    item = ItemSummary(
        "srv3", 17, said(""), said("I still wait."), True, NOTHING, NOTHING, (), RULES.share(count, n)
    )
    assert unmet(item) == told


def test_the_measurement_plan_stands_in_its_own_order_with_what_young_people_are_asked() -> None:
    plan = measurement_plan([("voice", "youth voice and  choice"), ("team", "Collaboration")])
    assert [domain.name for domain in plan][:2] == [
        "Multidisciplinary Teaming",
        "Trauma-Informed Case Management",
    ]
    rows = [row for domain in plan for row in domain.rows]
    assert len(rows) == 21
    assert {(row.scale, row.is_ours) for row in rows if row.scale} == {("voice", True), ("team", False)}
    assert sum(row.is_ours for row in rows) == 4


def test_a_survey_of_something_else_has_no_measurement_plan() -> None:
    assert measurement_plan([("food", "School lunches")]) == ()
