"""What a supervisor reads: released numbers, suppressed, in pages that change with a release only."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec
import pytest

from admin.commands import main
from admin.wsgi import create_app
from survey_app.roles import Role

from .place import RELEASED, Place

ALL = (
    "/waves",
    "/ledger",
    "/waves/spring",
    "/waves/spring/topics/srv",
    "/waves/spring/topics/con",
    "/waves/spring/activities",
    "/waves/spring/activities/culture_gender",
    "/waves/spring/units",
    "/waves/spring/quality",
    "/waves/spring/report",
    "/waves/autumn/units",
    "/waves/now",
    "/waves/now/topics/voi",
    "/waves/now/units",
    "/waves/now/quality",
    "/waves/now/report",
    "/trends",
    "/waves/quiet",
    "/waves/quiet/activities",
    "/waves/next",
)

NEAR = (
    "/waves",
    "/ledger",
    "/trends",
    "/waves/quiet",
    "/waves/now",
    "/waves/now/topics/voi",
    "/waves/now/quality",
)
"""Where an answer to a wave that is open would show first; looked at after every single one."""


def numbers(words: str) -> str:
    """The words of a page in one line."""
    return " ".join(words.split())


def test_the_start_lists_the_waves_the_newest_first(place: Place) -> None:
    words = numbers(place.browser(Role.SUPERVISOR).read("/waves").words)
    titles = [f"The {wave} wave" for wave in ("next", "quiet", "now", "autumn", "spring")]
    assert sorted(titles, key=words.index) == titles
    assert "243 young people answered" in words
    assert "fewer than 11 young people: nothing to show yet" in words


def test_a_wave_shows_each_topic_with_share_range_mean_and_n(place: Place) -> None:
    words = numbers(place.browser(Role.EVALUATOR).read("/waves/spring").words)
    for label in ("Youth Voice and Choice", "Services/Resources", "Collaboration"):
        assert label in words
    for piece in (
        "243 young people answered",
        "Mean",
        "Scored",
        "Not scorable",
        "% to ",
        "Just the right amount",
    ):
        assert piece in words
    assert "Most positive is " in words


def test_a_topic_shows_its_statements_as_bars_and_as_a_table_with_the_same_numbers(place: Place) -> None:
    page = place.browser(Role.SUPERVISOR).read("/waves/spring/topics/srv")
    charts = [svg["class"] for svg in page.all("svg") if svg.get("role") == "img"]
    assert charts == ["chart trend", "chart", "chart", "chart"]
    tables = [str(table["class"]).split()[-1] for table in page.all("table")]
    assert tables == ["trends", "heat", "numbers", "numbers", "fits"]
    html = place.browser(Role.SUPERVISOR).client.get("/waves/spring/topics/srv").text
    html = html.split('id="statements"')[1]
    described = [part.split("</desc>")[0] for part in html.split("<desc>")[1:]]
    for line in described:
        for told in line.rstrip(".").split(", "):
            label, _, share = told.rpartition(" ")
            share = share if share.endswith("%") else ""
            assert share in page.words
            assert label.rstrip("<> ") in page.words
    assert "unmet need" in page.words


def test_a_reversed_statement_says_which_answer_is_the_good_one(place: Place) -> None:
    words = numbers(place.browser(Role.SUPERVISOR).read("/waves/spring/topics/srv").words)
    assert "disagree or strongly disagree: the good answer here" in words


def test_the_activities_speak_the_measurement_plans_words(place: Place) -> None:
    words = numbers(place.browser(Role.SUPERVISOR).read("/waves/spring/activities").words)
    for piece in ("Relationship-Informed Care", "Trauma-Informed Case Management", "Empowerment"):
        assert piece in words
    assert "Our reading: the report names the activity but prints no item list." in words


def test_units_of_a_closed_wave_stand_side_by_side(place: Place) -> None:
    words = numbers(place.browser(Role.SUPERVISOR).read("/waves/spring/units").words)
    for unit, n in (("North Unit", "141"), ("South Unit", "64"), ("Harbor Unit", "38")):
        assert unit in words
        assert f" {n} " in words


def test_a_unit_below_k_is_never_shown_by_itself(place: Place) -> None:
    words = numbers(place.browser(Role.SUPERVISOR).read("/waves/autumn/units").words)
    assert "No comparison of units" in words
    assert "%" not in words


@pytest.mark.parametrize("wave", ["now", "quiet", "next"])
def test_an_open_wave_has_no_units_yet(place: Place, wave: str) -> None:
    words = numbers(place.browser(Role.SUPERVISOR).read(f"/waves/{wave}/units").words)
    assert "when the wave is over and its last boxes are in" in words
    assert "Unit " not in words


def test_units_wait_for_the_last_handover_of_a_closed_wave(place: Place) -> None:
    closes = next(wave.closes for wave in place.site.waves if wave.id == "spring")
    place.clock.seconds -= (place.clock.today - closes - timedelta(days=8)) / timedelta(seconds=1)
    browser = place.browser(Role.SUPERVISOR)
    assert "after 23 May 2030" in numbers(browser.read("/waves/spring/units").words)
    place.clock.seconds += 86_400
    browser = place.browser(Role.SUPERVISOR)
    assert "North Unit" in browser.read("/waves/spring/units").words


@pytest.mark.parametrize("wave", ["quiet", "next"])
def test_nothing_at_all_is_shown_below_k(place: Place, wave: str) -> None:
    browser = place.browser(Role.SUPERVISOR)
    for path in (f"/waves/{wave}", f"/waves/{wave}/activities"):
        words = numbers(browser.read(path).words)
        assert "fewer than 11" in words
        assert "%" not in words
        assert "Collaboration" not in words
    browser.read(f"/waves/{wave}/topics/voi", 404)


def test_a_small_wave_gets_coarse_numbers_without_ranges(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    words = numbers(browser.read("/waves/now").words)
    assert "25 young people answered" in words
    assert "% to " not in words
    assert "too few for a range" in words
    heads = numbers(browser.read("/waves/now/topics/voi").words)
    assert "Disagree / Strongly disagree" in heads or "Strongly disagree / Disagree" in heads


def test_the_ledger_shows_every_lot_with_its_hashes(place: Place) -> None:
    page = place.browser(Role.SUPERVISOR).read("/ledger")
    words = numbers(page.words)
    assert len(page.all("tr")) == 1 + len(RELEASED)
    digits = place.snapshot.hash
    assert " ".join(digits[at : at + 4] for at in range(0, 16, 4)) in words


def test_the_operator_sees_keys_and_releases_but_no_number_of_answers(place: Place) -> None:
    words = numbers(place.browser(Role.OPERATOR).read("/operations").words)
    assert f"So far {len(RELEASED)}." in words
    assert "No keys yet" in words
    for size in RELEASED.values():
        assert f" {size} " not in words


def test_pages_change_only_with_a_release(place: Place) -> None:
    """P12: whatever arrives, every page of every role stays byte for byte the same until a release."""
    supervisor, operator = place.browser(Role.SUPERVISOR), place.browser(Role.OPERATOR)

    def seen(paths: Iterable[str]) -> dict[str, bytes]:
        pages = {path: supervisor.client.get(path).data for path in paths}
        return pages | {"/operations": operator.client.get("/operations").data}

    every, near = seen(ALL), seen(NEAR)
    waiting: dict[str, list[bytes]] = {"quiet": [], "now": []}
    for number in range(30):
        wave = ("quiet", "now")[number % 2]
        waiting[wave] += place.crowd.answer(wave, "south", 1)
        place.clock.seconds += 1
        assert seen(NEAR) == near
    assert seen(ALL) == every
    place.crowd.release("quiet", "south", waiting["quiet"])
    changed = {path for path, html in seen(ALL).items() if html != every[path]}
    own = {"/waves/quiet", "/waves/quiet/activities"}
    assert {path for path in changed if "/topics/" not in path} == own | {
        "/waves",
        "/ledger",
        "/trends",
        "/operations",
    }


def test_another_persons_sign_in_changes_no_page(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    before = browser.client.get("/waves").data
    place.browser(Role.EVALUATOR)
    assert browser.client.get("/waves").data == before


def test_a_changed_snapshot_stops_the_start(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    path = place.settings.snapshots / f"{place.snapshot.hash}.json"
    path.write_bytes(path.read_bytes().replace(b"respects", b"neglects"))
    assert main(["serve", "--data", str(place.settings.data), "--port", "0"]) == 1
    assert "changed since it was frozen" in capsys.readouterr().err


def test_words_from_the_plan_are_escaped(place: Place) -> None:
    nasty = msgspec.structs.replace(place.site, jurisdiction="<script>{{7*7}}</script>")
    place.settings.site.write_bytes(msgspec.json.encode(nasty))
    place.app = create_app(place.settings, place.clock)
    page = place.browser(Role.SUPERVISOR).read("/waves")
    assert "<script>{{7*7}}</script>" in page.words


def test_where_all_answer_alike_no_alpha_is_promised_for_later(place: Place) -> None:
    place.crowd.release_alike("quiet", "north", 40)
    words = " ".join(place.browser(Role.EVALUATOR).read("/waves/quiet/topics/srv").words.split())
    assert "Counted are the 40 young people who answered every statement." in words
    assert "alpha where all answer alike." in words
    assert "from 30 complete answers on" not in words
