"""Somebody who holds the disks of both hosts at every step links nobody to anything (P9, P10, P11, P12, P5).

The table in weak.py says which attack sees which weakness. The attacks are the same on the real build, where
all must fail, and on the weakened ones, where the named ones must succeed: so it is known that they can see.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks import exports, requests
from tests.attacks.attacks import ATTACKS, Attack, at_the_desk, best, clear_words, live_pages
from tests.attacks.county import ROOT
from tests.attacks.loot import Loot, play
from tests.attacks.odds import LIMIT
from tests.attacks.weak import WEAKNESSES, Weakness, build


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Loot:
    """Staff look at every page while 30 youths answer."""
    return play(tmp_path_factory.mktemp("watched") / "loot", ROOT, "watched")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Loot:
    """60 ask on one day, and the desk's rounds are made after each of them."""
    return play(tmp_path_factory.mktemp("asked") / "loot", ROOT, "asked")


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_the_attack_does_no_better_than_chance(crowd: Loot, handful: Loot, attack: Attack) -> None:
    for loot in (crowd, handful):
        score, script = best(attack(loot))
        assert score < LIMIT, script


@pytest.mark.slow
@pytest.mark.parametrize("attack", [*exports.ATTACKS, clear_words], ids=lambda attack: attack.__name__)
def test_no_row_of_an_export_is_found_by_any_order_or_by_comparing(closed: Loot, attack: Attack) -> None:
    score, script = best(attack(closed))
    assert score < (LIMIT if attack in exports.ORDERS else 1), script


@pytest.mark.slow
@pytest.mark.parametrize("attack", requests.ATTACKS, ids=lambda attack: attack.__name__)
def test_nothing_at_the_desk_tells_in_which_order_they_asked(asked: Loot, attack: Attack) -> None:
    """P9, P10: within one day; the day itself is in desk.db."""
    score, script = best(attack(asked))
    assert score < LIMIT, script


@pytest.mark.slow
def test_no_page_changes_with_a_visit(watched: Loot) -> None:
    """P12: 30 visits, each followed by a look at the pages; then a release of 11 in each box."""
    pages = watched.read("pages")
    assert len(pages) == 1 + 30 + 1 + 1
    score, page = best(live_pages(watched))
    assert score == 0, page
    assert [page for page in at_the_desk(pages[0]) if pages[-2].get(page) != pages[0][page]]


@pytest.mark.slow
@pytest.mark.parametrize("weakness", WEAKNESSES, ids=lambda weakness: weakness.name)
def test_a_weakened_build_is_caught(tmp_path: Path, weakness: Weakness) -> None:
    loot = play(tmp_path / "loot", build(tmp_path, weakness), weakness.shape)
    for attack in weakness.seen_by:
        score, script = best(attack(loot))
        assert score > LIMIT, f"{attack.__name__} did not see it; its best was {script}"
