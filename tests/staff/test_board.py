"""Two pages for a board: what the wave's own pages show, in words, with what the numbers do not say."""

from __future__ import annotations

import re

import pytest

from survey_app.roles import Role

from .place import Place


def report(place: Place, wave: str) -> str:
    """The words of one report in one line."""
    return " ".join(place.browser(Role.EVALUATOR).read(f"/waves/{wave}/report").words.split())


def test_the_report_names_wave_place_answers_release_and_questions(place: Place) -> None:
    words = report(place, "spring")
    assert (
        "Mandarin County · The spring wave, 15 April 2030 to 15 May 2030 · 243 young people answered."
        in words
    )
    digits = place.snapshot.hash
    assert f"questions {' '.join(digits[at : at + 4] for at in range(0, 16, 4))}" in words
    assert "Release 3, checksum " in words
    assert "printed 20 May 2031" in words


def test_every_share_of_the_report_stands_on_the_waves_own_page(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    own = " ".join(browser.read(f"/waves/spring{page}").words for page in ("", "/topics/srv", "/quality"))
    told = report(place, "spring").replace("holds 50%", "").replace("0%50%100%", "")
    for share in re.findall(r"\d+%", told):
        assert share in own, share


def test_a_report_speaks_of_no_later_wave(place: Place) -> None:
    assert "there is no earlier wave with numbers" in report(place, "spring")
    autumn = report(place, "autumn")
    assert "(The spring wave), then" in autumn
    assert "The now wave" not in autumn


def test_an_open_wave_is_reported_as_so_far(place: Place) -> None:
    words = report(place, "now")
    assert "so far: the wave is still open" in words
    assert "Too few answered to say that one topic stands above another." in words
    assert "% to " not in words


@pytest.mark.parametrize("wave", ["quiet", "next", "unheard-of"])
def test_there_is_no_report_of_a_wave_of_which_nothing_may_be_shown(place: Place, wave: str) -> None:
    place.browser(Role.EVALUATOR).read(f"/waves/{wave}/report", 404)


def test_the_report_says_what_it_does_not_say(place: Place) -> None:
    words = report(place, "spring")
    for piece in ("What these numbers do not say", "Why young people answer", "rests on fewer than 11"):
        assert piece in words
