"""Small kindnesses of the survey, and that the server holds what the page cannot without a script."""

from __future__ import annotations

import pytest

from survey_app.ballot import Ballot, field_names
from survey_app.coding import decode, encode

from .browsers import BARE_CHROMIUM, BARE_FIREFOX, CHROMIUM, EVERY, FIREFOX, windows
from .served import Served
from .window import Window, until
from .youth import Youth

OUT, HOURS, WHEN = "goes_out", "hours_out", "when_out"
PLACES, BEST, WISH = "liked_places", "best_memory", "wish"


@pytest.fixture
def name(served: Served) -> dict[str, str]:
    """The form name of each question of the street survey."""
    return field_names(served.folder.snapshots["street"])


def at(window: Window, served: Served, part: int) -> Youth:
    window.resize(412, 823)
    window.open(f"{served.url}/en/s/street#s{part}")
    return Youth(window)


def sent(youth: Youth, served: Served) -> Ballot:
    """What arrives when the rest is skipped."""
    known = served.folder.ids
    if youth.part != "s3":
        youth.turn(f"#{youth.part} nav a.btn:not(.back)")
    youth.send()
    [ballot] = served.folder.opened(known)
    return ballot


def is_shown(window: Window, field: str) -> bool:
    return bool(window.ask(f"document.querySelector('[name={field}]').checkVisibility()"))


@windows(*EVERY)
def test_an_answer_can_be_taken_back(window: Window, served: Served, name: dict[str, str]) -> None:
    first, second = name["street1"], name["street2"]
    youth = at(window, served, 2)
    for field in (first, second):
        window.tap(f"[name={field}][value='3']")
    window.tap(f"[name={first}][value='']")
    assert youth.marks == [f"{first}=", f"{second}=3"]
    assert sent(youth, served).answers == {"street2": "3"}


@windows(CHROMIUM, BARE_CHROMIUM)
def test_taking_back_is_offered_only_after_answering(
    window: Window, served: Served, name: dict[str, str]
) -> None:
    at(window, served, 2)
    clear = f"document.querySelector('[name={name['street1']}][value=\"\"]').labels[0]"
    seen = f"{clear}.checkVisibility({{visibilityProperty: true}})"
    height = window.ask("document.documentElement.scrollHeight")
    assert not window.ask(seen)
    window.tap(f"[name={name['street1']}][value='1']")
    assert window.ask(seen)
    assert window.ask("document.documentElement.scrollHeight") == height, "the page jumped under the finger"


@windows(CHROMIUM, FIREFOX)
def test_with_script_none_of_these_unticks_the_others(
    window: Window, served: Served, name: dict[str, str]
) -> None:
    places = name[PLACES]
    youth = at(window, served, 3)
    for value in ("park", "library", "none"):
        window.tap(f"[name={places}][value={value}]")
    assert youth.marks == [f"{places}=none"]
    window.tap(f"[name={places}][value=sports]")
    assert youth.marks == [f"{places}=sports"]


@windows(BARE_CHROMIUM)
def test_without_script_a_contradiction_arrives_and_is_told_apart(
    window: Window, served: Served, name: dict[str, str]
) -> None:
    youth = at(window, served, 3)
    for value in ("park", "none"):
        window.tap(f"[name={name[PLACES]}][value={value}]")
    ballot = sent(youth, served)
    snapshot = served.folder.snapshots["street"]
    assert ballot.answers[PLACES] == ("park", "none")
    assert decode(snapshot, encode(snapshot, ballot))[PLACES] == ("park",)


@windows(*EVERY)
def test_other_opens_a_line_to_write_on(window: Window, served: Served, name: dict[str, str]) -> None:
    line = f"{name[PLACES]}o"
    youth = at(window, served, 3)
    assert not is_shown(window, line)
    window.tap(f"[name={name[PLACES]}][value=other]")
    assert is_shown(window, line)
    window.tap(f"[name={line}]")
    window.type("The roof")
    answers = sent(youth, served).answers
    assert answers == {PLACES: ("other",), f"{PLACES}__other": "The roof"}


@windows(*EVERY)
def test_a_follow_up_appears_and_what_was_hidden_again_is_dropped(
    window: Window, served: Served, name: dict[str, str]
) -> None:
    youth = at(window, served, 2)
    assert not is_shown(window, name[HOURS])
    window.tap(f"[name={name[OUT]}][value=yes]")
    assert is_shown(window, name[HOURS])
    window.focus(f"[name={name[HOURS]}]")
    window.type("7")
    assert is_shown(window, name[WHEN]), "seven is at least five"
    window.tap(f"[name={name[OUT]}][value=no]")
    assert not is_shown(window, name[HOURS])
    assert f"{name[HOURS]}=7" in youth.marks
    assert sent(youth, served).answers == {OUT: "no"}


@windows(CHROMIUM, FIREFOX)
@pytest.mark.parametrize("hours", [0, 4, 80])
def test_a_number_is_chosen_from_its_range_and_may_be_skipped(
    window: Window, served: Served, name: dict[str, str], hours: int
) -> None:
    youth = at(window, served, 2)
    window.tap(f"[name={name[OUT]}][value=yes]")
    offered = window.ask(f"[...document.querySelector('[name={name[HOURS]}]').options].map(e => e.value)")
    assert offered == ["", *map(str, range(81))]
    assert youth.marks == [f"{name[OUT]}=yes"], "nothing is chosen beforehand"
    window.focus(f"[name={name[HOURS]}]")
    window.type(str(hours))
    assert is_shown(window, name[WHEN]) == (hours >= 5)
    assert sent(youth, served).answers == {OUT: "yes", HOURS: hours}


@windows(CHROMIUM)
def test_a_reply_to_what_was_written_may_ask_more(
    window: Window, served: Served, name: dict[str, str]
) -> None:
    at(window, served, 3)
    assert not is_shown(window, name[WISH])
    window.tap(f"[name={name[PLACES]}][value=park]")
    window.tap(f"[name={name[BEST]}]")
    window.type("Shade")
    until(lambda: is_shown(window, name[WISH]), "the question that follows a written answer")


OVER = "document.querySelector('.over').checkVisibility()"


@windows(CHROMIUM, BARE_FIREFOX)
def test_what_a_change_of_language_costs_is_said_to_who_has_answered(window: Window, served: Served) -> None:
    window.open(f"{served.url}/en/s/north")
    youth = Youth(window)
    assert not window.ask(OVER)
    youth.turn("#s1 nav:last-child a")
    window.tap("#s2 input")
    youth.turn("#s2 nav a.back")
    assert window.ask(OVER)


@windows(*EVERY)
def test_yes_gives_way_to_the_form_that_it_opens(window: Window, served: Served) -> None:
    window.open(f"{served.url}/en/thanks/north")
    window.tap(".yes summary")
    until(lambda: is_shown(window, "c1"), "the form")
    assert not window.ask("document.querySelector('.yes summary').checkVisibility()")
    assert "phone number or an email is needed too" in window.words(".yes")
