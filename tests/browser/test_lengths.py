"""What the network sees of a form's length: with a script, nothing but steps of 4 KB."""

from __future__ import annotations

from typing import Any

import pytest

from .browsers import CHROMIUM, FIREFOX, windows
from .chromium import ChromiumWindow
from .served import Served
from .window import Window
from .youth import Youth

STEP = 4096
LENGTH = "new URLSearchParams(new FormData({form}, {button})) + ''"
LONG = "words " * 100


def length(window: Window, form: str, button: str = "undefined") -> int:
    """How long a body the browser would make of this form, sent by this button."""
    return len(window.ask(LENGTH.format(form=form, button=button)))


@windows(CHROMIUM, FIREFOX)
def test_a_form_is_as_long_whatever_it_says(window: Window, served: Served) -> None:
    survey, contact = 'document.getElementById("f")', 'document.querySelector("form[action=\\"/contact\\"]")'
    window.open(f"{served.url}/en/s/north")
    empty = length(window, survey)
    window.ask(f"document.querySelector('textarea').value = {LONG!r}")
    window.ask("document.querySelectorAll('input[type=radio]').forEach(e => { e.checked = true })")
    assert (empty, length(window, survey)) == (STEP, STEP)
    window.open(f"{served.url}/en/thanks/north")
    no = length(window, contact, f"{contact}.querySelector('[name=no]')")
    window.ask(f"document.querySelector('[name=c1]').value = {LONG[:80]!r}")
    window.ask("document.querySelectorAll('.yes [type=checkbox]').forEach(e => { e.checked = true })")
    assert (no, length(window, contact)) == (STEP, STEP)
    window.open(f"{served.url}/en/follow-up/north")
    by_itself = length(window, contact, f"{contact}.querySelector('[name=no]')")
    window.ask(f"document.querySelector('[name=c8]').value = {LONG!r}")
    assert (by_itself, length(window, contact)) == (STEP, STEP)


@windows(CHROMIUM, FIREFOX)
def test_lines_are_counted_as_the_browser_sends_them(window: Window, served: Served) -> None:
    """A form that no script sends gets %0D%0A for each new line; a script would get %0A."""
    window.open(f"{served.url}/en/s/north")
    window.ask("document.querySelector('textarea').value = 'a\\nb\\nc\\nd'")
    form = 'document.getElementById("f")'
    body = window.ask(LENGTH.format(form=form, button="undefined"))
    assert body.count("%0D%0A") == body.count("%0A") == 3
    assert len(body) == STEP


@windows(CHROMIUM)
def test_what_is_sent_is_that_long(window: ChromiumWindow, served: Served) -> None:
    sent: list[tuple[str, int, str]] = []

    def note(asked: dict[str, Any]) -> None:
        if asked["request"]["method"] == "POST":
            path = asked["request"]["url"].removeprefix(served.url)
            sent.append((path, len(asked["request"]["postData"]), asked["type"]))

    window.cdp.on("Network.requestWillBeSent", note)
    window.cdp.send("Network.enable")
    youth = Youth(window)
    youth.begin(f"{served.url}/en/s/north")
    youth.answer_all()
    youth.send()
    window.tap("form[action='/contact'] .offer button[name=no]")
    window.wait("location.pathname.includes('/done')")
    window.open(f"{served.url}/en/thanks/north")
    window.tap(".yes summary")
    window.tap("[name=c1]")
    window.type(LONG[:80])
    window.tap("[name=c2]")
    window.type("(213) 555-0100")
    window.tap(".yes button.btn:not(.back)")
    window.arrive("/done")
    assert sent == [("/send", STEP, "Fetch"), ("/contact", STEP, "Fetch"), ("/contact", STEP, "Fetch")]


@pytest.mark.parametrize("letters", [0, 1, 4000, 4085, 4086, 4087, 4100, 61_000])
@windows(CHROMIUM)
def test_the_filling_always_ends_at_a_whole_step(window: Window, served: Served, letters: int) -> None:
    window.open(f"{served.url}/help")
    window.ask("document.body.insertAdjacentHTML('beforeend', '<form id=t><input name=a></form>')")
    window.ask(f"document.querySelector('#t input').value = 'x'.repeat({letters})")
    found = length(window, "document.getElementById('t')")
    assert found % STEP == 0
    assert STEP > found - letters - len("a=&z=") >= 0
