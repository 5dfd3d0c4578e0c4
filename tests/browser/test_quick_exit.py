"""Quick exit leaves at once from every page, with script and without; Esc three times does the same."""

from __future__ import annotations

import pytest

from .browsers import BARE_CHROMIUM, BARE_FIREFOX, CHROMIUM, EVERY, FIREFOX, WEBKIT, windows
from .certificate import ELSEWHERE
from .served import Served
from .window import Window
from .youth import Youth

PAGES = (
    "/", "/es/s/north#s3", "/ar/s/street", "/en/thanks/north", "/en/follow-up", "/es/done", "/help", "/who",
    "/nowhere",
)  # fmt: skip
GONE = f"location.hostname === '{ELSEWHERE}' && document.readyState === 'complete'"


@windows(*EVERY, WEBKIT)
def test_quick_exit_leaves_from_every_page(window: Window, served: Served) -> None:
    for path in PAGES:
        window.open(served.url + path)
        window.tap("header form button")
        assert window.wait(GONE), path
        assert window.words("h1") == "Weather"


@windows(CHROMIUM, FIREFOX)
@pytest.mark.parametrize("path", PAGES[1:])
def test_esc_three_times_leaves_too(window: Window, served: Served, path: str) -> None:
    window.open(served.url + path)
    window.press("Escape")
    window.press("Escape")
    window.press("ArrowDown")
    window.press("Escape")
    assert not window.ask(GONE), "other keys between start the count again"
    window.press("Escape")
    window.press("Escape")
    assert window.wait(GONE)


@windows(CHROMIUM, FIREFOX)
def test_with_script_the_page_that_was_left_is_out_of_the_back_list(window: Window, served: Served) -> None:
    window.open(f"{served.url}/help")
    window.open(f"{served.url}/en/s/north")
    window.tap("header form button")
    window.wait(GONE)
    assert window.back()
    assert window.url == f"{served.url}/help"


@windows(BARE_CHROMIUM, BARE_FIREFOX)
def test_the_page_between_says_nothing_of_a_survey(window: Window, served: Served) -> None:
    window.open(f"{served.url}/en/s/north")
    window.tap("header form button")
    window.wait(GONE)
    assert f"{served.url}/bye" in window.seen


@windows(CHROMIUM)
def test_one_honest_sentence_says_what_it_cannot_do(window: Window, served: Served) -> None:
    window.open(served.url)
    words = window.words("#s1")
    assert "history may still show that you were here" in words
    assert "a private window does not keep that" in words
    assert "someone watching the screen, or from a spy app" in words


@windows(CHROMIUM)
def test_leaving_needs_no_answer_of_ours(window: Window, served: Served) -> None:
    youth = Youth(window)
    youth.begin(f"{served.url}/en/s/street")
    youth.answer_part()
    served.front.cut = True
    window.tap("header form button")
    try:
        window.wait(GONE)
    finally:
        served.front.cut = False


SHUT = "!document.querySelector('header details').open"


@windows(CHROMIUM, FIREFOX)
def test_help_now_shuts_at_esc_and_at_a_tap_outside(window: Window, served: Served) -> None:
    for path in ("/en/s/north", "/en/thanks/kiosk/north"):
        window.open(served.url + path)
        window.tap("summary")
        assert not window.ask(SHUT)
        window.press("Escape")
        assert window.wait(SHUT)
        assert window.ask("document.activeElement.nodeName") == "SUMMARY"
        window.tap("summary")
        window.tap("header details p")
        assert not window.ask(SHUT), "a tap inside leaves it open"
        window.tap("header b, header h1")
        assert window.wait(SHUT)


@windows(CHROMIUM, FIREFOX)
def test_esc_three_times_leaves_also_while_help_now_is_open(window: Window, served: Served) -> None:
    window.open(f"{served.url}/en/s/north")
    window.tap("summary")
    for _ in range(3):
        window.press("Escape")
    assert window.wait(GONE)
