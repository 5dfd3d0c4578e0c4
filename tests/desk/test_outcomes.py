"""How follow-up ended is told in steps of k, whatever was closed when."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from admin.desk.database import open_desk
from admin.desk.outcomes import Outcomes, count_ended, metadata
from survey_app.site import K


def count(engine: Engine, *reached: bool) -> None:
    with engine.begin() as connection:
        count_ended(connection, reached, K)


def test_below_k_nothing_is_told_and_then_all_at_once(tmp_path: Path) -> None:
    engine, shown = open_desk(tmp_path / "desk.db", metadata), Outcomes(tmp_path / "desk.db", K)
    for _ in range(K - 1):
        count(engine, True)
        assert str(shown.asked()) == str(shown.reached()) == "fewer than 11"
    count(engine, False)
    assert (str(shown.asked()), str(shown.reached())) == ("11", "≥ 90%")


@settings(max_examples=60, deadline=None)
@given(closed=st.lists(st.lists(st.booleans(), max_size=7), max_size=20))
def test_no_two_states_differ_by_fewer_than_k(
    tmp_path_factory: pytest.TempPathFactory, closed: list[list[bool]]
) -> None:
    path = tmp_path_factory.mktemp("outcomes") / "desk.db"
    engine, shown = open_desk(path, metadata), Outcomes(path, K)
    seen = [0]
    for lot in closed:
        count(engine, *lot)
        seen.append(int(shown.asked().value or 0))
    steps = [after - before for before, after in pairwise(seen)]
    assert all(step == 0 or step >= K for step in steps)
    assert sum(map(len, closed)) - seen[-1] < K


def test_nobody_is_lost_between_the_steps(tmp_path: Path) -> None:
    engine, shown = open_desk(tmp_path / "desk.db", metadata), Outcomes(tmp_path / "desk.db", K)
    for place in range(100):
        count(engine, place % 4 != 0)
    assert str(shown.asked()) == "99"
    assert str(shown.reached()).startswith(("74", "75", "76"))
