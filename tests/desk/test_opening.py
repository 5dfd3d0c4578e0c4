"""A reason first, then one person, once: with what is safe before the number."""

from __future__ import annotations

import re

import pytest

from survey_app.ballot import LETTER_SIZE

from .bench import FIELDS, ME, Bench, act, open_contact

ALL = FIELDS | {
    "contact_ways": ("text",),
    "contact_discreet": "yes",
    "contact_times": ("evening",),
    "contact_keep_out": "Mr. Smith",
}


def test_the_person_is_shown_for_a_reason_and_the_trail_names_both(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    answer = open_contact(browser, request_id, "next")
    assert answer.status_code == 203
    assert answer.headers["Cache-Control"] == "no-store"
    for words in ("Jordan NEEDLE", "(213) 555-0142", "jordan@example.com", "I want to talk NEEDLE"):
        assert words in answer.text
    assert bench.trail()[-1]["event"] == "contact_opened"
    assert bench.trail()[-1]["actor"] == ME
    assert bench.trail()[-1]["about"] == {"request": request_id[:8], "reason": "next"}


def test_without_a_reason_nobody_is_shown(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    for because in ("", "curious", "not_me"):
        answer = open_contact(browser, request_id, because)
        assert (answer.status_code, "NEEDLE" in answer.text) == (400, False)
    answer = open_contact(browser, request_id, "other", other="  ")
    assert (answer.status_code, "Please say why" in answer.text) == (400, True)
    assert "contact_opened" not in bench.events()


def test_words_of_a_reason_are_sealed_and_not_in_the_trail(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    assert open_contact(browser, request_id, "other", other="the aunt NEEDLE called").status_code == 203
    assert bench.trail()[-1]["about"] == {"request": request_id[:8], "reason": "other"}
    assert "the aunt NEEDLE called" in browser.read(f"/desk/{request_id}").words
    for path in bench.settings.data.rglob("*"):
        assert not path.is_file() or b"NEEDLE" not in path.read_bytes(), path


def test_reloading_shows_nobody_and_asks_for_a_reason_again(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    fields = browser.read(f"/desk/{request_id}").fields | {"because": "first"}
    assert "NEEDLE" in browser.send(f"/desk/{request_id}/open", fields).text
    for _ in range(2):
        again = browser.send(f"/desk/{request_id}/open", fields)
        assert "This was shown once" in again.text
        assert "NEEDLE" not in again.text
    assert bench.events().count("contact_opened") == 1


def test_a_token_of_another_request_or_another_unlocking_is_worth_nothing(bench: Bench) -> None:
    one, other = bench.ask(), bench.ask()
    browser = bench.at_work()
    fields = browser.read(f"/desk/{one}").fields | {"because": "first"}
    assert "NEEDLE" not in browser.send(f"/desk/{other}/open", fields).text
    browser.send("/desk/lock", fields)
    browser.send("/desk/unlock", fields | {"passphrase": "gravel lantern orbit sunday"})
    assert "NEEDLE" not in browser.send(f"/desk/{one}/open", fields).text
    for once in ("", "zz", "00" * 64, "é"):
        assert "NEEDLE" not in browser.send(f"/desk/{one}/open", fields | {"once": once}).text
    assert "contact_opened" not in bench.events()


def test_a_locked_desk_shows_nobody_even_with_a_token(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    fields = browser.read(f"/desk/{request_id}").fields | {"because": "first"}
    bench.clock.seconds += 601
    answer = browser.send(f"/desk/{request_id}/open", fields)
    assert (answer.status_code, "NEEDLE" in answer.text, "Unlock it" in answer.text) == (403, False, True)


def test_what_is_safe_stands_before_the_number(bench: Bench) -> None:
    request_id = bench.ask(ALL)
    text = open_contact(bench.at_work(), request_id).text
    main = text[text.index("<main") :]
    places = [
        main.index(words)
        for words in ("Do not mention the survey", "Leave a message: <b>NO", "Jordan NEEDLE", "sms:", "tel:")
    ]
    assert places == sorted(places)


def test_only_safe_ways_are_buttons(bench: Bench) -> None:
    text = open_contact(bench.at_work(), bench.ask(ALL)).text
    buttons = re.findall(r'<a class="button reach" href="(\w+):', text)
    others = re.findall(r'<a class="reach" href="(\w+):', text)
    assert (buttons, sorted(others)) == (["sms"], ["mailto", "tel"])
    assert "Not called safe" in text


def test_where_nothing_was_said_no_way_is_called_safe(bench: Bench) -> None:
    fields = {name: value for name, value in FIELDS.items() if name != "contact_ways"}
    text = open_contact(bench.at_work(), bench.ask(fields)).text
    assert 'class="button reach"' not in text
    assert "Leave no message" in text


def test_the_request_page_tells_all_but_the_person(bench: Bench) -> None:
    request_id = bench.ask(ALL)
    words = bench.at_work().read(f"/desk/{request_id}").words
    for told in ("I just want to talk", "In the evening", "Mr. Smith", "Leave a message: NO", "English"):
        assert told in words, told
    for hidden in ("Jordan", "555", "jordan@", "I want to talk"):
        assert hidden not in words, hidden


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "{{7*7}}", "שרה לוי", "😀" * 50, "ภ" * 200, "\u202eevil", "a\u0300" * 99],
    ids=("script", "template", "hebrew", "emoji", "thai", "override", "marks"),
)
def test_odd_names_are_shown_as_they_are_and_harm_nothing(bench: Bench, name: str) -> None:
    request_id = bench.ask(FIELDS | {"contact_name": name, "contact_note": f"{name}\n{name}"})
    answer = open_contact(bench.at_work(), request_id)
    assert answer.status_code == 203
    assert "<script>alert" not in answer.text
    assert ">49<" not in answer.text
    assert answer.text.count("<bdi") == answer.text.count("</bdi>") > 3
    assert "\u202e" not in answer.text


@pytest.mark.parametrize(
    "packed",
    [
        bytes(LETTER_SIZE),
        b"\xff" * LETTER_SIZE,
        (b"\x00\x05hello").ljust(LETTER_SIZE, b"\0"),
    ],
)
def test_a_letter_that_is_none_is_shown_as_such_and_can_be_closed(bench: Bench, packed: bytes) -> None:
    request_id = bench.seal(packed)
    browser = bench.at_work()
    assert "none of ours" in browser.read("/desk").words
    assert "none of ours" in browser.read(f"/desk/{request_id}").words
    assert open_contact(browser, request_id).status_code == 409
    assert act(browser, request_id, "close", reason="not_real").status_code == 303


def test_a_letter_about_unknown_questions_is_shown_as_well_as_can_be(bench: Bench) -> None:
    request_id = bench.ask(snapshot="f" * 64)
    browser = bench.at_work()
    assert "Text: yes" in browser.read(f"/desk/{request_id}").words
    assert "(213) 555-0142" in open_contact(browser, request_id).text


def test_unknown_fields_of_a_letter_are_shown_by_their_names(bench: Bench) -> None:
    odd = {"x": "NEEDLE1", "y": ("a", "b"), "contact_ways": "text", "contact_topic": ("nothing known",)}
    request_id = bench.ask(odd)
    browser = bench.at_work()
    assert "nothing known" in browser.read("/desk").words
    text = open_contact(browser, request_id).text
    assert "NEEDLE1" in text
    assert "a, b" in text


def test_a_letter_that_went_missing_is_said_to_be_gone(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    browser.read("/desk")
    (bench.settings.letters / f"{request_id}.letter").unlink()
    assert "It was deleted" in browser.read(f"/desk/{request_id}").words


def test_an_altered_letter_shows_nobody(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    browser.read("/desk")
    path = bench.settings.letters / f"{request_id}.letter"
    raw = bytearray(path.read_bytes())
    raw[400] ^= 1
    path.write_bytes(raw)
    assert open_contact(browser, request_id).status_code == 409


@pytest.mark.parametrize("path", ["0" * 32, "0" * 31, "G" * 32, "A" * 32, "..", "%00", "queue"])
def test_an_address_of_no_request_is_no_page(bench: Bench, path: str) -> None:
    browser = bench.at_work()
    browser.read(f"/desk/{path}", 404)


def test_a_closed_request_can_not_be_opened(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    fields = browser.read(f"/desk/{request_id}").fields | {"because": "first"}
    act(browser, request_id, "close", reason="done")
    answer = browser.send(f"/desk/{request_id}/open", fields)
    assert (answer.status_code, "NEEDLE" in answer.text) == (409, False)


def test_history_is_read_by_whoever_unlocked_alone(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    open_contact(browser, request_id)
    assert "Opened it. First contact" in browser.read(f"/desk/{request_id}").words
    assert "Opened it" not in bench.signed_in().read(f"/desk/{request_id}").words
