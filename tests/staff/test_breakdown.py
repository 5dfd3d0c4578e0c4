"""No unit, and nothing that subtraction could bring out, rests on fewer than k."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.breakdown import Cells, groups

K = 11


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ({"a": (40,), "b": (30,)}, (("a",), ("b",))),
        ({"a": (40,), "b": (30,), "c": (10,)}, (("a",), ("b", "c"))),
        ({"a": (40,), "b": (6,), "c": (5,)}, (("a",), ("b", "c"))),
        ({"a": (40,), "b": (5,), "c": (5,)}, ()),
        ({"a": (40,), "b": (10,)}, ()),
        ({"a": (40,), "b": (0,), "c": (12,)}, (("a",), ("c",))),
        ({"a": (0,), "b": (0,)}, ()),
        ({}, ()),
        ({"a": (40,)}, ()),
        ({"a": (3,), "b": (4,)}, ()),
    ],
)
def test_small_units_are_joined(units: dict[str, Cells], expected: tuple[tuple[str, ...], ...]) -> None:
    assert groups(units, K) == expected


def test_a_unit_is_joined_too_where_few_answered_one_topic() -> None:
    assert groups({"a": (40, 30), "b": (30, 10), "c": (50, 45)}, K) == (("c",), ("a", "b"))


def test_a_topic_that_few_answered_in_the_whole_county_joins_nobody() -> None:
    assert groups({"a": (40, 5), "b": (30, 5)}, K) == (("a",), ("b",))


cells = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (max(pair), min(pair)))


@given(st.dictionaries(st.sampled_from("abcdefg"), cells, min_size=1))
def test_every_union_of_groups_rests_on_k_or_more_for_every_shown_number(units: dict[str, Cells]) -> None:
    partition = groups(units, K)
    if not partition:
        return
    assert sorted(unit for group in partition for unit in group) == sorted(u for u in units if units[u][0])
    shown = [place for place in range(2) if sum(cell[place] for cell in units.values()) >= K]
    for size in range(1, len(partition)):
        for some in combinations(partition, size):
            for place in shown:
                assert sum(units[unit][place] for group in some for unit in group) >= K
