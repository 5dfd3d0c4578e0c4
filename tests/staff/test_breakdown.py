"""No unit, and nothing that subtraction could bring out, rests on fewer than k."""

from collections.abc import Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.breakdown import Cells, Moves, groups

K = 11


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ({"a": ((40,),), "b": ((30,),)}, (("a",), ("b",))),
        ({"a": ((40,),), "b": ((30,),), "c": ((10,),)}, (("a",), ("b", "c"))),
        ({"a": ((40,),), "b": ((6,),), "c": ((5,),)}, (("a",), ("b", "c"))),
        ({"a": ((40,),), "b": ((5,),), "c": ((5,),)}, ()),
        ({"a": ((40,),), "b": ((10,),)}, ()),
        ({"a": ((40,),), "b": ((0,),), "c": ((12,),)}, (("a",), ("c",))),
        ({"a": ((0,),), "b": ((0,),)}, ()),
        ({}, ()),
        ({"a": ((40,),)}, ()),
        ({"a": ((3,),), "b": ((4,),)}, ()),
    ],
)
def test_small_units_are_joined(units: dict[str, Cells], expected: tuple[tuple[str, ...], ...]) -> None:
    assert groups(units, K) == expected


def test_a_unit_is_joined_too_where_few_answered_one_topic() -> None:
    assert groups({"a": ((40,), (30,)), "b": ((30,), (10,)), "c": ((50,), (45,))}, K) == (("c",), ("a", "b"))


def test_a_topic_that_few_answered_in_the_whole_county_joins_nobody() -> None:
    assert groups({"a": ((40,), (5,)), "b": ((30,), (5,))}, K) == (("a",), ("b",))


def test_a_unit_is_joined_where_the_countys_earlier_numbers_would_leave_few_of_it() -> None:
    """Both moves but the first were a's alone: without them 4 of its 25 are left."""
    units = {"a": ((12, 11, 14), (4, 11, 10)), "b": ((30, 0, 0), (29, 0, 0)), "c": ((50, 0, 0), (50, 0, 0))}
    assert groups(units, K) == (("c",), ("a", "b"))
    assert groups(units | {"b": ((30, 12, 14), (29, 12, 11))}, K) == (("a",), ("b",), ("c",))


answered = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=3)
cells = answered.map(lambda moves: (tuple(map(max, moves)), tuple(map(min, moves))))


def left_over(rows: Sequence[Moves], some: Collection[int]) -> int:
    """What remains of some groups when the county's moves that were theirs alone are taken from them."""
    others = [row for place, row in enumerate(rows) if place not in some]
    shared = [at for at in range(len(rows[0])) if any(row[at] for row in others)]
    return sum(rows[place][at] for place in some for at in shared)


@given(st.dictionaries(st.sampled_from("abcdefg"), cells, min_size=1))
def test_every_union_of_groups_rests_on_k_or_more_for_every_shown_number(units: dict[str, Cells]) -> None:
    partition = groups(units, K)
    if not partition:
        return
    assert sorted(unit for group in partition for unit in group) == sorted(
        u for u in units if sum(units[u][0])
    )
    for place in range(2):
        rows = [
            tuple(map(sum, zip(*(units[unit][place] for unit in group), strict=True))) for group in partition
        ]
        if sum(map(sum, rows)) >= K:
            assert all(sum(row) >= K for row in rows)
            for move in range(3):
                alone = [at for at, row in enumerate(rows) if row[move]]
                assert left_over(rows, alone) == 0 or left_over(rows, alone) >= K
