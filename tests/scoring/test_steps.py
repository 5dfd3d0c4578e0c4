"""Taking a published number from a later one brings out nobody, or k and more."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.scoring.blocks import blocks
from admin.scoring.patterns import Patterns, tally
from admin.scoring.results import ItemSummary, ScaleSummary
from admin.scoring.steps import settled
from admin.scoring.summary import summarise
from survey_app.ballot import Ballot
from survey_app.coding import encode

from .builders import appendix_b

K = 11
SNAPSHOT = appendix_b()


def release(*ballots: tuple[int, dict[str, str]]) -> dict[str, Patterns]:
    """The counts of one release of these ballots, each so many times."""
    rows = [
        encode(SNAPSHOT, Ballot(SNAPSHOT.hash, "en", answers)) for n, answers in ballots for _ in range(n)
    ]
    return tally(blocks(SNAPSHOT), np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1))


def engagement(*releases: dict[str, Patterns]) -> ScaleSummary:
    """What is shown of the first topic after these releases."""
    return summarise(SNAPSHOT, releases, K, "en").constructs[0]


@given(st.lists(st.integers(0, 30), max_size=12))
def test_between_two_shown_states_nobody_or_k_and_more_have_joined(joined: list[int]) -> None:
    states = [sum(joined[: settled(joined[:now], K)]) for now in range(len(joined) + 1)]
    shown = [state for state in states if state >= K]
    assert all(later == sooner or later - sooner >= K for sooner, later in pairwise(shown))


@given(st.lists(st.integers(0, 30), max_size=12))
def test_fewer_than_k_wait_and_nobody_waits_behind_a_number_that_is_hidden(joined: list[int]) -> None:
    shown = sum(joined[: settled(joined, K)])
    assert sum(joined) - shown < K
    assert shown >= K or shown == sum(joined)


@pytest.mark.parametrize(
    ("joined", "ready"),
    [
        ([], 0),
        ([11], 1),
        ([10], 1),
        ([10, 1], 2),
        ([11, 10], 1),
        ([11, 10, 1], 3),
        ([11, 0], 2),
        ([11, 3, 11], 3),
    ],
)
def test_releases_count_like_this(joined: list[int], ready: int) -> None:
    assert settled(joined, K) == ready


def test_the_one_of_a_lot_who_answered_a_question_is_not_told_by_its_next_release() -> None:
    """Of eleven new responses one answers item 1; the others skip it."""
    first = release((20, {"eng1": "5", "eng2": "4"}), (20, {"eng1": "2", "eng2": "2"}))
    second = release((1, {"eng1": "1", "eng2": "1"}), (10, {"eng3": "4"}))
    before, after = engagement(first), engagement(first, second)
    assert before.items[:2] == after.items[:2]
    assert (before.n, before.positive, before.mean) == (after.n, after.positive, after.mean)
    third = release((10, {"eng1": "1", "eng2": "1"}))
    assert engagement(first, second, third).items[0].n.text == "51"


def test_an_item_moves_alike_wherever_it_stands() -> None:
    """Item 10 stands in a topic and in an activity whose scores wait for different releases."""
    releases = [
        release((30, {f"voi{item}": "4" for item in range(1, 7)})),
        release((11, {"voi2": "2", "voi4": "2", "voi5": "2"})),
        release((3, {"voi2": "5"}), (12, {"voi1": "1", "voi3": "1", "voi4": "1", "voi6": "1"})),
    ]
    for now in range(1, 4):
        summary = summarise(SNAPSHOT, releases[:now], K, "en")
        shown: dict[str, list[ItemSummary]] = {}
        for scale in summary.constructs + summary.activities:
            for item in scale.items:
                shown.setdefault(item.id, []).append(item)
        assert all(item == items[0] for items in shown.values() for item in items)


def test_the_parts_of_a_wave_add_up_to_what_is_shown_of_it() -> None:
    """The county's newest answers wait, so those of its units wait with them."""
    scored, skipped = {"eng1": "5", "eng2": "4"}, {"col1": "1"}
    north = [release((20, scored)), release((4, scored), (9, skipped))]
    south = [release((15, scored)), release((5, scored), (8, skipped))]
    whole = [{block: a[block] + b[block] for block in a} for a, b in zip(north, south, strict=True)]
    parts = [summarise(SNAPSHOT, steps, K, "en", whole).constructs[0].n.value for steps in (north, south)]
    assert parts == [20, 15]
    assert summarise(SNAPSHOT, whole, K, "en").constructs[0].n.value == 35


def test_what_could_not_be_scored_is_a_share_of_the_same_releases() -> None:
    topic = engagement(
        release((30, {"eng1": "5", "eng2": "4"}), (10, {})), release((3, {"eng1": "1"}), (9, {}))
    )
    assert (topic.n.text, topic.unscorable.text) == ("30", "42%")
    waiting = release((3, {"eng1": "1", "eng2": "1"}), (9, {}))
    topic = engagement(release((30, {"eng1": "5", "eng2": "4"}), (10, {})), waiting)
    assert (topic.n.text, topic.unscorable.text) == ("30", "25%")
