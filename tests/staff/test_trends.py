"""A topic from wave to wave: the waves' own numbers, joined only where they may be compared."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec
import pytest

from admin.released import Released
from admin.reports import Reports
from admin.trend_chart import trend_chart
from admin.trends import Point, Trend, Trends
from admin.units_once import UnitsOnce
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import Snapshot, freeze, load_snapshot, save
from survey_app.roles import Role

from .crowd import Crowd
from .place import INSTRUMENT, Place


def trends(place: Place) -> Trends:
    """The trends of an installation."""

    def snapshot(hashed: str) -> Snapshot:
        return load_snapshot(place.settings.snapshots / f"{hashed}.json")

    once = UnitsOnce(place.settings.row_files / "units")
    return Trends(Reports(place.site, snapshot, Released(place.settings.released), place.clock, once))


def trend(place: Place, construct: str = "srv") -> Trend:
    found = trends(place).of(construct)
    assert found
    return found


def ask_otherwise(place: Place, wave: str, size: int) -> None:
    """So many young people answer other words under the same ids, and are most of their wave."""
    raw = msgspec.json.decode(INSTRUMENT.read_bytes())
    (rows,) = [item["rows"] for part in raw["sections"] for item in part["items"] if item["id"] == "srv"]
    rows[0]["text"] = "My probation officer never connects me with anything."
    path = place.settings.data / "other.json"
    path.write_bytes(msgspec.json.encode(raw))
    snapshot = freeze(load_instrument(path), {})
    save(snapshot, place.settings.snapshots)
    crowd = Crowd(Released(place.settings.released), snapshot)
    crowd.release(wave, "north", crowd.answer(wave, "north", size))


def test_the_numbers_of_a_trend_are_those_of_the_waves_own_pages(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    points = {point.wave.id: point for point in trend(place).points}
    assert list(points) == ["spring", "autumn", "now", "quiet"]
    for wave in ("spring", "autumn", "now"):
        scale = points[wave].scale
        assert scale
        words = " ".join(browser.read(f"/waves/{wave}/topics/srv").words.split())
        assert f"Services/Resources {scale.definition} {scale.positive} " in words


def test_a_wave_that_is_open_is_marked_as_so_far_and_one_to_come_is_left_out(place: Place) -> None:
    assert [point.is_so_far for point in trend(place).points] == [False, False, True, True]
    words = " ".join(place.browser(Role.EVALUATOR).read("/trends").words.split())
    assert "The now wave so far" in words
    assert "The next wave" not in words


def test_waves_that_asked_the_same_are_joined_and_others_are_not(place: Place) -> None:
    assert trend(place).is_broken is False
    ask_otherwise(place, "autumn", 90)
    broken = trend(place)
    assert [point.follows for point in broken.points] == [True, False, False, True]
    assert broken.is_broken
    words = " ".join(place.browser(Role.EVALUATOR).read("/trends").words.split())
    assert words.count("not comparable: the questions changed") == 2
    assert "Cannot be compared with an earlier wave: the questions changed." in words
    assert not trend(place, "eng").is_broken


def test_a_broken_trend_has_an_upright_between_and_no_line_across(place: Place) -> None:
    whole = trend_chart(trend(place))
    ask_otherwise(place, "autumn", 90)
    broken = trend_chart(trend(place))
    assert (whole.count("stroke-dasharray"), broken.count("stroke-dasharray")) == (0, 2)
    assert (joins(whole), joins(broken)) == (2, 0)


def joins(chart: str) -> int:
    """Lines from one dot to another."""
    return len(re.findall(r'y2="[\d.]+" stroke="currentColor" stroke-opacity="0.55"', chart))


def test_there_is_a_gap_where_fewer_than_k_answered_and_no_line_goes_across(place: Place) -> None:
    found = trend(place)
    few = place.browser(Role.EVALUATOR)
    assert "fewer than 11" in few.read("/trends").words
    hidden = found.points[3]
    assert not hidden.is_shown
    gap = replace(found, points=(found.points[0], replace(hidden, follows=True), found.points[1]))
    chart = trend_chart(gap)
    assert (chart.count("<circle"), joins(chart)) == (2, 0)
    assert "The quiet wave: fewer than 11" in chart


def test_a_wave_that_did_not_ask_says_so_and_breaks_nothing(place: Place) -> None:
    first, second, third, _ = trend(place).points
    found = replace(trend(place), points=(first, Point(second.wave, None, False), third))
    assert not found.is_broken
    assert found.last_two == (first, third)
    assert "The autumn wave: not asked" in trend_chart(found)


def test_a_statement_has_a_number_only_where_its_words_were_asked(place: Place) -> None:
    ask_otherwise(place, "autumn", 90)
    statements = trend(place).statements
    assert [shown is None for shown in statements[0].favourable] == [False, True, False, False]
    assert [shown is None for shown in statements[1].favourable] == [False] * 4
    words = " ".join(place.browser(Role.EVALUATOR).read("/waves/spring/topics/srv").words.split())
    assert "not asked so" in words


def test_a_trend_until_a_wave_knows_nothing_of_later_ones(place: Place) -> None:
    until = trend(place).until("autumn")
    assert [point.wave.id for point in until.points] == ["spring", "autumn"]


@pytest.mark.parametrize("construct", ["unheard_of", "youth_family_engagement"])
def test_there_is_no_trend_of_what_no_wave_asks(place: Place, construct: str) -> None:
    assert trends(place).of(construct) is None
