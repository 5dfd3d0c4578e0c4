"""A nosy reader keeps every page of every release and takes one from another: nothing small comes out."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from admin.export.scope import Scopes
from admin.released import Released
from survey_app.instrument.snapshot import Snapshot, load_snapshot
from survey_app.roles import Role

from .page import Page
from .place import UNITS, Place

K = 11
TOPICS = ("eng", "col", "voi", "srv", "cul", "con")
ACTIVITIES = ("service_referrals", "culture_gender", "empowerment")
SERIES = 6
"""Releases that the reader watches; in lots of 11 to 13, about half the questions are answered by fewer."""


ROW = r'<th scope="row"><span class="soft">(\d+)\.(?:(?!</tr>).)*Answered</span> <span>(\d*)'
"""A statement's line in the table of its topic: its number, and how many answered it."""


def numbers(page: Page) -> str:
    """The words of a page in one line."""
    return " ".join(page.words.split())


def bases(place: Place, wave: str) -> dict[str, int]:
    """What each number of a wave's pages says it rests on; 0 for "fewer than 11"."""
    browser = place.browser(Role.SUPERVISOR)
    found = {"n": int(counted(numbers(browser.read(f"/waves/{wave}")), r"([\d,]+) young people answered"))}
    for question, base in re.findall(r"Question (\d+) · (\d*)", numbers(browser.read(f"/waves/{wave}"))):
        found[f"question {question}"] = int(base or 0)
    for kind, scales in (("topics", TOPICS), ("activities", ACTIVITIES)):
        for scale in scales:
            words = numbers(browser.read(f"/waves/{wave}/{kind}/{scale}"))
            found[f"{kind} {scale}"] = int(counted(words, r"(\d+)\s*scored;") or 0)
            for item, base in re.findall(ROW, browser.last.text, re.DOTALL):
                found[f"{kind} item {item}"] = int(base or 0)
    return found


def counted(words: str, pattern: str) -> str:
    """What the pattern's group finds in the words, or nothing."""
    found = re.search(pattern, words)
    return found[1] if found else ""


def watched(place: Place, wave: str) -> Iterator[dict[str, int]]:
    """The bases after each of a series of releases, of one small lot or two."""
    for turn in range(SERIES):
        for unit in UNITS[: 1 + turn % 2]:
            place.crowd.release(wave, unit, place.crowd.answer(wave, unit, K + turn % 3))
        yield bases(place, wave)


def test_from_one_release_to_the_next_every_base_moves_by_nobody_or_by_k_and_more(place: Place) -> None:
    states = list(watched(place, "quiet"))
    assert states[-1]["n"] > 90
    for name in states[0]:
        shown = [state[name] for state in states if state[name]]
        assert shown, name
        assert all(b == a or b - a >= K for a, b in pairwise(shown)), (name, shown)


def test_the_units_of_a_wave_add_up_to_what_its_own_page_shows(place: Place) -> None:
    county = list(watched(place, "quiet"))[-1]
    place.clock.seconds += timedelta(days=60).total_seconds()
    browser = place.browser(Role.SUPERVISOR)
    words = numbers(browser.read("/waves/quiet/units"))
    scored = [int(base) for base in re.findall(r"Scored (\d+)", words)]
    groups = len(scored) // len(TOPICS)
    assert groups > 1
    for topic, name in enumerate(TOPICS):
        behind = scored[topic * groups : (topic + 1) * groups]
        assert min(behind) >= K
        assert sum(behind) == county[f"topics {name}"]


def units_page(place: Place) -> str:
    """The words of a closed wave's comparison of units, below its head."""
    words = numbers(place.browser(Role.SUPERVISOR).read("/waves/spring/units"))
    return words.split("Differences between")[1].split("Audit trail at")[0]


def behind_engagement(place: Place) -> int:
    """How many of all units stand behind their first topic."""
    return sum(map(int, re.findall(r"Scored (\d+)", units_page(place))[: len(UNITS)]))


def late(place: Place) -> None:
    """Answers to a wave that is long over: what came by hand in a lost box, say."""
    lots = [(unit, place.crowd.answer("spring", unit, K + 1)) for unit in UNITS[:2]]
    place.crowd.release_together("spring", lots)


def test_a_late_release_moves_the_county_and_no_unit_that_was_shown(place: Place) -> None:
    before = units_page(place)
    assert "Scored" in before
    late(place)
    assert f"{243 + 2 * (K + 1)} young people answered" in numbers(
        place.browser(Role.SUPERVISOR).read("/waves/spring")
    )
    assert units_page(place) == before


def test_units_that_nobody_saw_rest_on_all_that_came(place: Place) -> None:
    late(place)
    assert behind_engagement(place) > 243


def test_units_rest_on_what_was_carried_away_first(place: Place) -> None:
    def snapshot(hashed: str) -> Snapshot:
        return load_snapshot(place.settings.snapshots / f"{hashed}.json")

    released = Released(place.settings.released)
    fixed = Scopes(place.site, snapshot, released, place.settings.row_files, place.clock).scope("spring")
    late(place)
    assert behind_engagement(place) <= 243
    again = Scopes(place.site, snapshot, released, place.settings.row_files, place.clock).scope("spring")
    assert again.cells == fixed.cells


def test_rows_rest_on_the_units_that_were_shown_first(place: Place) -> None:
    def snapshot(hashed: str) -> Snapshot:
        return load_snapshot(place.settings.snapshots / f"{hashed}.json")

    units_page(place)
    late(place)
    scopes = Scopes(
        place.site, snapshot, Released(place.settings.released), place.settings.row_files, place.clock
    )
    assert sum(cell.n for cell in scopes.look("spring")) == 243
    assert scopes.scope("spring").n == 243


def test_no_page_tells_which_unit_a_release_of_an_open_wave_came_from(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    for path in ("/ledger", "/waves/now", "/waves/now/units", "/waves"):
        assert "Unit " not in numbers(browser.read(path)).replace("Units ", "").replace("Unit by", "")


def test_the_ledger_tells_the_steps_of_the_waves_own_page_and_no_finer_ones(place: Place) -> None:
    places = [(unit, place.crowd.answer("quiet", unit, 12)) for unit in UNITS[:2]]
    place.crowd.release_together("quiet", places)
    browser = place.browser(Role.SUPERVISOR)
    assert "24 young people answered" in numbers(browser.read("/waves/quiet"))
    row = numbers(browser.read("/ledger")).split("Release 7 ")[1].split("Release 6 ")[0]
    assert "Answers 24" in row
    assert " 12 " not in row
