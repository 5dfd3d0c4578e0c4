"""Somebody who holds the disks of both hosts at every step links nobody to anything (P9, P10, P11, P12, P5).

The table in weak.py says which attack sees which weakness. The attacks are the same on the real build, where
all must fail, and on the weakened ones, where the named ones must succeed: so it is known that they can see.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.attacks import ATTACKS, Attack, best, live_pages
from tests.attacks.county import ROOT
from tests.attacks.loot import Loot, play
from tests.attacks.odds import LIMIT
from tests.attacks.weak import WEAKNESSES, Weakness, build


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Loot:
    """Staff look at every page while 30 youths answer."""
    return play(tmp_path_factory.mktemp("watched") / "loot", ROOT, "watched")


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_the_attack_does_no_better_than_chance(crowd: Loot, handful: Loot, attack: Attack) -> None:
    for loot in (crowd, handful):
        score, script = best(attack(loot))
        assert score < LIMIT, script


@pytest.mark.slow
def test_no_page_changes_with_a_visit(watched: Loot) -> None:
    """P12: 30 visits, each followed by a look at the pages; then a release of 11 in each box."""
    assert len(watched.read("pages")) == 1 + 30 + 1 + 1
    assert best(live_pages(watched))[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("weakness", WEAKNESSES, ids=lambda weakness: weakness.name)
def test_a_weakened_build_is_caught(tmp_path: Path, weakness: Weakness) -> None:
    loot = play(tmp_path / "loot", build(tmp_path, weakness), weakness.shape)
    for attack in weakness.seen_by:
        score, script = best(attack(loot))
        assert score > LIMIT, f"{attack.__name__} did not see it; its best was {script}"
