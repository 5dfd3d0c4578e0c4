"""A wave whose questions were changed on the way: the pages show one version and say so."""

import msgspec

from admin.released import Released
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import Snapshot, freeze, save
from survey_app.roles import Role

from .crowd import Crowd
from .place import INSTRUMENT, Place


def changed(place: Place) -> tuple[Crowd, Snapshot]:
    """Young people who are asked a newer version."""
    newer = msgspec.structs.replace(load_instrument(INSTRUMENT), version="9.0.0")
    snapshot = freeze(newer, {})
    save(snapshot, place.settings.snapshots)
    return Crowd(Released(place.settings.released), snapshot), snapshot


def test_answers_to_another_version_are_counted_apart_and_named(place: Place) -> None:
    crowd, _ = changed(place)
    crowd.release("now", "south", crowd.answer("now", "south", 12))
    words = " ".join(place.browser(Role.SUPERVISOR).read("/waves/now").words.split())
    assert "25 young people answered" in words
    assert "12 more answered another version of the questions and are not counted here." in words


def test_the_version_that_most_answered_is_shown(place: Place) -> None:
    crowd, snapshot = changed(place)
    crowd.release("now", "south", crowd.answer("now", "south", 40))
    words = " ".join(place.browser(Role.SUPERVISOR).read("/waves/now").words.split())
    assert "40 young people answered" in words
    assert "25 more answered another version" in words
    assert Released(place.settings.released).tallies("now").snapshot == snapshot.hash


def test_a_unit_that_was_asked_another_version_only_is_not_called_too_small(place: Place) -> None:
    crowd, _ = changed(place)
    crowd.release("autumn", "harbor", crowd.answer("autumn", "harbor", 20))
    place.crowd.release("autumn", "south", place.crowd.answer("autumn", "south", 20))
    words = " ".join(place.browser(Role.SUPERVISOR).read("/waves/autumn/units").words.split())
    assert "North Unit" in words
    assert "Harbor Unit" not in words
    assert "20 more answered another version" in words


def test_the_report_for_a_board_and_the_trends_name_those_who_are_not_counted(place: Place) -> None:
    crowd, _ = changed(place)
    crowd.release("autumn", "harbor", crowd.answer("autumn", "harbor", 20))
    browser = place.browser(Role.SUPERVISOR)
    for path in ("/waves/autumn/report", "/trends"):
        words = " ".join(browser.read(path).words.split())
        assert "20 more answered another version of the questions and are not counted here" in words, path
