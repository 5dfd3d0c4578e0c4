"""The code of a card on a phone: filled in from its address, a hint without a script, always sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from admin.cardsheet import cards_page, sayings
from survey_app.cards import completed, grouped

from .accessibility import violations
from .browsers import BARE_CHROMIUM, BARE_FIREFOX, CHROMIUM, EVERY, FIREFOX, windows
from .chromium import ChromiumWindow
from .folder import ROOT
from .served import Served
from .test_layout import LEAST, TARGETS, sideways
from .window import Window, until
from .youth import Youth

CODE = completed("7K3M9QXD2WSH5TR")
SLIP = CODE[:-1] + "2"
LAST = "#s6"
FIELD = "document.querySelector('#kc').value"
TOO_FULL = """[...document.querySelectorAll("article")].filter(card =>
  card.scrollHeight > card.clientHeight || card.scrollWidth > card.clientWidth ||
  card.querySelector("p:last-child").getBoundingClientRect().bottom >
    card.querySelector(".way").getBoundingClientRect().top ||
  card.querySelector(".code").getBoundingClientRect().right > card.getBoundingClientRect().right)
  .map(card => [card.scrollHeight, card.clientHeight])"""
HINT = "document.querySelector('#kc + .note').checkVisibility()"


def at_the_end(window: Window, served: Served, code: str = "") -> None:
    """The last part of the survey, as whoever came by this code's address sees it on a small phone."""
    window.resize(320, 640)
    window.open(f"{served.url}/en/s/bowl{'/' if code else ''}{code}{LAST}")


def type_code(window: Window, typed: str) -> None:
    """Put something else into the field, and go on to another one."""
    window.ask("document.querySelector('#kc').select()")
    window.focus("#kc")
    window.type(typed)
    until(lambda: window.ask(FIELD).lower() == typed.lower(), f"{typed} in the field")
    window.focus("#a25")


@windows(*EVERY)
def test_a_cards_code_stands_there_and_a_slip_gets_a_hint(window: Window, served: Served) -> None:
    at_the_end(window, served, CODE)
    assert (window.ask(FIELD), window.ask(HINT)) == (grouped(CODE), False)
    at_the_end(window, served, SLIP)
    assert (window.ask(FIELD), window.ask(HINT)) == (grouped(SLIP), True)


@windows(BARE_CHROMIUM, BARE_FIREFOX)
@pytest.mark.parametrize(
    ("typed", "hint"),
    [(grouped(CODE).lower(), False), (CODE, False), (CODE[:-1], True), (f"{CODE[:-1]}U", True)],
)
def test_what_is_typed_is_looked_at_without_a_script(
    window: Window, served: Served, typed: str, hint: bool
) -> None:
    at_the_end(window, served)
    assert (window.ask(FIELD), window.ask(HINT)) == ("", False)
    type_code(window, typed)
    assert window.ask(HINT) is hint


@windows(CHROMIUM, FIREFOX)
def test_a_script_finds_a_slip_in_what_is_typed(window: Window, served: Served) -> None:
    at_the_end(window, served)
    type_code(window, SLIP)
    assert window.ask(HINT)
    type_code(window, CODE)
    assert not window.ask(HINT)


@windows(BARE_CHROMIUM, BARE_FIREFOX)
def test_a_slip_that_was_put_right_has_no_hint_any_more(window: Window, served: Served) -> None:
    at_the_end(window, served, SLIP)
    type_code(window, grouped(CODE))
    assert not window.ask(HINT)


@windows(CHROMIUM, BARE_FIREFOX)
@pytest.mark.parametrize(("code", "kept"), [(CODE, CODE), (SLIP, ""), ("", "")])
def test_it_is_sent_with_the_answers_whatever_it_is(
    window: Window, served: Served, code: str, kept: str
) -> None:
    known = served.folder.ids
    at_the_end(window, served, code)
    window.tap("[name=a24]")
    Youth(window).send()
    (ballot,) = served.folder.opened(known)
    assert ballot.card == kept
    assert ballot.answers


@windows(BARE_CHROMIUM, FIREFOX)
@pytest.mark.parametrize("path", [f"/en/s/bowl/{SLIP}", f"/es/s/bowl/{SLIP}", "/es/s/kiosk/bowl"])
def test_it_fits_a_small_phone(window: Window, served: Served, path: str) -> None:
    window.resize(320, 640)
    assert sideways(window, served, path, 320) == []
    window.open(f"{served.url}{path}{LAST}")
    assert [target for target in window.ask(TARGETS) if min(target[1:]) < LEAST] == []


@windows(CHROMIUM, FIREFOX)
def test_a_printed_card_holds_a_long_address_too(window: Window, tmp_path: Path) -> None:
    """The longest box and a long name of a host, in the two languages that a card has room for."""
    address = f"https://{'survey.' * 6}example.org/s/{'northside-' * 3}ab"
    said = sayings(["en", "es"], ROOT / "translations")
    sheet = tmp_path / "cards.html"
    sheet.write_text(cards_page("Cards", address, [CODE] * 9, said))
    window.resize(1000, 1000)
    window.open(sheet.as_uri())
    assert window.count("article") == 9
    assert window.ask(TOO_FULL) == []


@windows(CHROMIUM)
@pytest.mark.parametrize("look", ["light", "dark"])
def test_it_keeps_nobody_out(window: ChromiumWindow, served: Served, look: str) -> None:
    window.page.emulate_media(reduced_motion="reduce", color_scheme=look)  # type: ignore[arg-type]
    at_the_end(window, served, SLIP)
    assert violations(window) == []
    window.open(f"{served.url}/es/s/bowl/{CODE}#s1")
    assert violations(window) == []
