"""Whom a young person wants to keep out is kept out, also at the desk."""

from __future__ import annotations

import pytest

from admin.desk.reading import is_kept_out

from .bench import DEPUTY, FIELDS, ME, Bench, act, open_contact

WISH = FIELDS | {"contact_keep_out": "Ms. RUÍZ, please"}


@pytest.mark.parametrize(
    ("name", "wish", "kept_out"),
    [
        ("ana.ruiz", "Ruiz", True),
        ("ana.ruiz", "not officer RUÍZ!", True),
        ("ana.ruiz", "ana", True),
        ("ana.ruiz", "ana.ruiz", True),
        ("ana.ruiz", "\uff21\uff4e\uff41", True),
        ("ana.ruiz", "Anabel Ruizanova", False),
        ("jo.li", "officer li", True),
        ("ana.de.la.cruz", "la señora Vega de Ventura", False),
        ("ana.delacruz", "Mrs. de la Cruz", True),
        ("pat.obrien", "not O\u2019Brien", True),
        ("pat.o-brien", "Brien's team", True),
        ("lars.sorensen", "Sørensen", True),
        ("aruiz", "Ms. Ruiz", True),
        ("ruiza2", "RUIZ", True),
        ("aruiz", "A. Ruiz", True),
        ("anaruiz", "Ana Ruiz", True),
        ("a1", "not a friend of mine", False),
        ("ethan.cole", "other than my officer", False),
        ("jo.lindqvist", "Jo\nLindqvist", True),
        ("ana.ruiz", "", False),
        ("kit-wong", "WONG", True),
        ("ana_ruiz", "ruiz", True),
        ("ana.ruiz", "x" * 100_000, False),
    ],
)
def test_a_word_of_the_wish_is_held_against_the_parts_of_a_name(name: str, wish: str, kept_out: bool) -> None:
    assert is_kept_out(name, wish) is kept_out


def test_who_is_to_be_kept_out_sees_nothing_of_it_and_can_hand_it_over(bench: Bench) -> None:
    request_id = bench.ask(WISH)
    browser = bench.at_work()
    assert "I just want to talk" not in browser.read("/desk").words
    words = browser.read(f"/desk/{request_id}").words
    assert "Somebody else should open this" in words
    for hidden in ("RUÍZ", "just want to talk", "Text: yes", "Write a note"):
        assert hidden not in words, hidden
    for because in ("first", "next", "cover"):
        answer = open_contact(browser, request_id, because)
        assert (answer.status_code, "NEEDLE" in answer.text) == (400, False)
    assert "contact_opened" not in bench.events()
    assert act(browser, request_id, "give", to=DEPUTY).status_code == 303
    assert "NEEDLE" in open_contact(bench.at_work(DEPUTY), request_id).text


@pytest.mark.parametrize("what", ["tried", "note", "take", "unreached", "close", "settle"])
def test_who_is_to_be_kept_out_does_nothing_about_it_but_hand_it_over(bench: Bench, what: str) -> None:
    request_id = bench.ask(WISH)
    browser = bench.at_work()
    assert "Close it" not in browser.read(f"/desk/{request_id}").words
    before = bench.events()
    more = {"way": "call", "result": "none", "words": "x", "reason": "not_real"}
    answer = act(browser, request_id, what, **more)
    assert (answer.status_code, "Please hand it over" in answer.text) == (403, True)
    assert bench.events() == before


def test_somebody_else_of_that_name_opens_it_on_record(bench: Bench) -> None:
    request_id = bench.ask(WISH)
    browser = bench.at_work()
    answer = open_contact(browser, request_id, "not_me")
    assert (answer.status_code, "NEEDLE" in answer.text) == (203, True)
    assert bench.trail()[-1]["about"] == {"request": request_id[:8], "reason": "not_me"}
    assert "I just want to talk" in browser.read(f"/desk/{request_id}").words
    assert open_contact(browser, request_id, "next").status_code == 203


def test_nobody_else_may_say_that_another_person_is_meant(bench: Bench) -> None:
    request_id = bench.ask(WISH)
    answer = open_contact(bench.at_work(DEPUTY), request_id, "not_me")
    assert (answer.status_code, "NEEDLE" in answer.text) == (400, False)


def test_it_is_not_handed_to_somebody_who_is_to_be_kept_out(bench: Bench) -> None:
    request_id = bench.ask(WISH)
    browser = bench.at_work(DEPUTY)
    assert f'value="{ME}"' not in browser.client.get(f"/desk/{request_id}").text
    other = bench.ask()
    assert f'value="{ME}"' in browser.client.get(f"/desk/{other}").text
    assert act(browser, request_id, "give", to=ME).status_code == 400
