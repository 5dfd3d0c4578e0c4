"""A shared tablet: nobody sees what the one before chose, and nobody loses a survey to the clock unasked.

The clock is put forward, not waited for; everything else is as it is served. Back and Forward are in
tests/browser/test_kiosk_history.py.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from .accessibility import violations
from .browsers import BARE_CHROMIUM, BARE_FIREFOX, CHROMIUM, EVERY, FIREFOX, WEBKIT, Browsers, Kind, windows
from .certificate import SURVEY
from .chromium import ChromiumWindow
from .kiosk import ASKED, HOME, WAIT, WARN, at_start, back_to_start, later, seat, send, stop
from .served import Served
from .test_requests import STORED
from .traces import files_with
from .window import Window
from .youth import NEEDLE, WORDS, Youth

STAY, CLEAR = "#k [data-stay]", "#k [data-clear]"
COVERED = """(k => {
  const box = k.getBoundingClientRect(), paint = getComputedStyle(k), all = document.documentElement;
  return box.left <= 0 && box.top <= 0 && box.right >= all.clientWidth && box.bottom >= all.clientHeight
    && paint.visibility === "visible" && paint.opacity === "1" && paint.backgroundColor.startsWith("rgb(");
})(document.getElementById("k"))"""
HASTE = "const wait = setTimeout; self.setTimeout = (act, after) => wait(act, after / 20);"
LEFT = "document.getElementById('kn').textContent"


def youth_at_work(window: Window, served: Served) -> Youth:
    """A youth who has answered the first part."""
    youth = seat(window, served)
    youth.answer_part()
    assert youth.marks
    return youth


@windows(CHROMIUM, FIREFOX, WEBKIT)
def test_whoever_is_still_there_is_asked_and_loses_nothing_ten_times_over(
    window: Window, served: Served
) -> None:
    youth = youth_at_work(window, served)
    before = youth.marks
    for _ in range(11):
        window.ask("document.activeElement.blur(), 1")
        later(window, WAIT + 1)
        window.wait(ASKED)
        window.tap(STAY)
        window.wait(f"!{ASKED}")
    later(window, 0)
    assert not window.ask(ASKED), "it starts all over each time"
    assert youth.marks == before
    youth.turn("#s2 nav a.btn:not(.back)")


@windows(CHROMIUM, FIREFOX)
def test_the_question_has_the_focus_a_countdown_and_covers_every_answer(
    window: Window, served: Served
) -> None:
    youth_at_work(window, served)
    assert not window.ask(COVERED)
    later(window, WAIT)
    window.wait(ASKED)
    assert window.ask("document.activeElement.matches('[data-stay]')")
    assert window.ask(COVERED)
    left = seconds(window)
    assert 20 <= left <= WARN
    window.wait(f"parseInt({LEFT}) < {left}")
    later(window, seconds(window) - 12)
    window.wait("document.querySelector('#k [role=status]').textContent.match(/^(10|[89]) /)")


def seconds(window: Window) -> int:
    """What the countdown shows."""
    return int(str(window.ask(LEFT)).split()[0])


@windows(CHROMIUM, FIREFOX)
@pytest.mark.parametrize("key", ["Enter", "Space", "Escape"])
def test_one_key_is_enough_to_stay(window: Window, served: Served, key: str) -> None:
    youth = youth_at_work(window, served)
    window.focus("#s2 nav a")
    later(window, WAIT + 1)
    window.wait(ASKED)
    window.press(key)
    window.wait(f"!{ASKED}")
    later(window, WARN)
    assert not window.ask(ASKED)
    assert youth.marks
    assert window.ask("document.activeElement.matches('#s2 nav a')"), "the focus is back where it was"


@windows(CHROMIUM, FIREFOX)
def test_a_hand_on_the_question_is_no_answer_to_it(window: Window, served: Served) -> None:
    """Who only picks the tablet up must not wake the answers."""
    youth_at_work(window, served)
    later(window, WAIT + 1)
    window.wait(ASKED)
    window.click(5, 5)
    window.press("ArrowDown")
    later(window, WARN)
    at_start(window)


@windows(CHROMIUM, FIREFOX)
@pytest.mark.parametrize("steps", [(WAIT + 1, WARN), (WAIT + WARN,), (86_400,)], ids=str)
def test_what_nobody_touches_is_cleared_also_after_the_tablet_slept(
    window: Window, served: Served, steps: tuple[int, ...]
) -> None:
    youth_at_work(window, served)
    for step in steps:
        later(window, step)
    at_start(window)
    assert Youth(window).marks == []


@windows(CHROMIUM)
def test_an_older_browser_asks_and_clears_too(window: ChromiumWindow, served: Served) -> None:
    """One that knows neither dialogs nor how a page was reached, such as Safari before 15."""
    proto = "HTMLDialogElement.prototype"
    window.page.add_init_script(
        f"delete {proto}.showModal, delete {proto}.close, performance.getEntriesByType = () => []"
    )
    youth_at_work(window, served)
    later(window, WAIT)
    window.wait(ASKED)
    assert window.ask("document.activeElement.matches('[data-stay]')")
    assert window.ask(COVERED)
    window.tap(STAY)
    assert not window.ask(ASKED)
    later(window, WAIT + WARN)
    at_start(window)


@windows(CHROMIUM, FIREFOX)
def test_a_clock_that_is_set_back_does_not_keep_the_answers(window: Window, served: Served) -> None:
    youth_at_work(window, served)
    later(window, WAIT - 5)
    later(window, -3600)
    window.wait(ASKED)


@windows(CHROMIUM, FIREFOX)
def test_every_touch_and_key_counts_as_being_there(window: Window, served: Served) -> None:
    youth_at_work(window, served)
    for touch in (lambda: window.press("ArrowDown"), lambda: window.tap("#s2 h2")):
        later(window, WAIT - 20)
        touch()
    later(window, WAIT - 20)
    assert not window.ask(ASKED)


@windows(CHROMIUM, FIREFOX)
def test_the_question_can_be_answered_with_clear_it_now(window: Window, served: Served) -> None:
    youth_at_work(window, served)
    later(window, WAIT + 1)
    window.tap(CLEAR)
    at_start(window)
    assert Youth(window).marks == []


@windows(CHROMIUM, FIREFOX)
def test_a_tablet_whose_screen_goes_off_shows_nothing_until_it_is_on_again(
    window: Window, served: Served
) -> None:
    youth = youth_at_work(window, served)
    seen = "document.querySelector('#s2').checkVisibility({visibilityProperty: true})"
    for hidden in ("true", "false"):
        window.ask(
            f"Object.defineProperty(document, 'hidden', {{configurable: true, get: () => {hidden}}}),"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        assert window.ask(seen) == (hidden == "false")
    assert youth.marks


@windows(CHROMIUM)
def test_without_a_connection_it_is_cleared_all_the_same(window: Window, served: Served) -> None:
    youth = youth_at_work(window, served)
    served.front.drop()
    try:
        later(window, WAIT + WARN)
        window.wait("!document.querySelector('#s2')?.checkVisibility()")
        assert youth.marks == []
    finally:
        served.front.cut = False


@windows(CHROMIUM, FIREFOX, WEBKIT)
def test_the_end_goes_back_by_itself_and_waits_for_who_wants_to_read(window: Window, served: Served) -> None:
    window.open(f"{served.url}/es/done/kiosk/north")
    shown = "document.getElementById('k').checkVisibility()"
    window.wait(shown)
    later(window, WARN - 10)
    window.tap(STAY)
    assert not window.ask(shown)
    later(window, WARN)
    assert window.url.endswith("/es/done/kiosk/north")
    later(window, WAIT)
    at_start(window, "/kiosk/north")
    assert window.ask("document.documentElement.lang") == "en", "the last one's language is forgotten"


@windows(CHROMIUM)
def test_help_left_open_on_the_start_screen_closes_again(window: ChromiumWindow, served: Served) -> None:
    window.cdp.send("Page.enable")
    window.cdp.send("Page.addScriptToEvaluateOnNewDocument", {"source": HASTE})
    window.open(f"{served.url}/kiosk/north")
    window.tap("header summary")
    assert window.ask("document.querySelector('header details').open")
    window.wait("!document.querySelector('header details').open")


@windows(CHROMIUM, FIREFOX)
def test_the_start_screen_waits_for_ever_but_not_in_somebody_s_language(
    window: Window, served: Served
) -> None:
    window.open(f"{served.url}/kiosk/north")
    later(window, 86_400)
    assert not window.ask(ASKED)
    window.tap(".lang a[hreflang=es]")
    window.arrive("/es/kiosk/north")
    later(window, WAIT + 1)
    window.wait(ASKED)
    later(window, WARN)
    at_start(window, "/kiosk/north")
    assert window.ask("document.documentElement.lang") == "en"


@windows(*EVERY, WEBKIT)
def test_two_youths_after_each_other_are_two_ballots_and_the_second_finds_nothing(
    window: Window, served: Served
) -> None:
    known = served.folder.ids
    for _ in range(2):
        youth = seat(window, served)
        assert youth.marks == []
        youth.answer_all()
        send(youth)
    first, second = served.folder.opened(known)
    assert first == second
    assert len(first.answers) == 11


@windows(BARE_CHROMIUM, BARE_FIREFOX)
def test_without_a_script_it_promises_less_and_one_button_clears(window: Window, served: Served) -> None:
    window.open(f"{served.url}{HOME}")
    words = window.words()
    assert "It cannot clear itself." in words
    assert "after you last touched it" not in words
    youth_at_work(window, served)
    stop(Youth(window))
    assert seat(window, served).marks == []
    for path in (HOME, "/en/s/kiosk/street", "/en/thanks/kiosk/north", "/en/done/kiosk/north"):
        window.open(served.url + path)
        assert not window.count("meta[http-equiv]"), "a time limit that nobody could extend"


@windows(CHROMIUM, FIREFOX)
def test_with_a_script_it_says_what_it_does(window: Window, served: Served) -> None:
    window.open(f"{served.url}{HOME}")
    assert f"{WAIT + WARN} seconds after you last touched it" in window.words()
    assert "It cannot clear itself." not in window.words()


@windows(*EVERY)
@pytest.mark.parametrize(("page", "no"), [("thanks", ".offer button"), ("follow-up", "main nav [name=no]")])
def test_a_contact_note_is_cleared_like_answers(window: Window, served: Served, page: str, no: str) -> None:
    letters = served.folder.letters()
    window.open(f"{served.url}/en/{page}/kiosk/north")
    if page == "thanks":
        window.tap(".yes summary")
    window.tap("[name=c1]")
    window.type(WORDS)
    window.tap("[name=c4]")
    stop(Youth(window))
    window.open(f"{served.url}/en/{page}/kiosk/north")
    assert Youth(window).marks == []
    window.tap(no)
    back_to_start(window, "/done/kiosk/north", "/kiosk/north")
    assert served.folder.letters() == letters


@windows(CHROMIUM, FIREFOX)
def test_nothing_is_asked_or_kept_meanwhile(window: Window, served: Served) -> None:
    youth = seat(window, served)
    before = len(window.seen)
    youth.answer_part()
    later(window, WAIT + 1)
    window.tap(STAY)
    assert window.seen[before:] == []
    assert window.ask_slowly(STORED) == []
    assert window.hosts == {SURVEY}
    assert window.cookies(SURVEY) == []


@pytest.mark.parametrize("kind", EVERY, ids=str)
def test_no_file_of_the_profile_holds_what_two_youths_typed(
    browsers: Browsers, kind: Kind, served: Served, tmp_path: Path
) -> None:
    """The first sends, the second stops, a third is at it when the browser is closed."""
    with ExitStack() as closing:
        window = browsers.start(kind, tmp_path / "profile", closing)()
        for finish in (send, stop, Youth.answer_part):
            youth = seat(window, served)
            youth.answer_all()
            assert any(WORDS in mark for mark in youth.marks)
            finish(youth)
    assert files_with(SURVEY, tmp_path), "the visit itself left no trace: the search would find nothing"
    assert files_with(NEEDLE, tmp_path) == []


HEIGHTS = "[...document.querySelectorAll('#k button')].map(e => e.getBoundingClientRect().height)"
LOOKS: list[tuple[str, str, int, int]] = [
    ("/en/s/kiosk/north#s2", "light", 412, 0), ("/ar/s/kiosk/street#s2", "dark", 320, 0),
    ("/es/s/kiosk/north#s2", "dark", 1280, 0), ("/es/s/kiosk/north#s2", "light", 320, 32),
]  # fmt: skip


@windows(CHROMIUM)
@pytest.mark.parametrize(("path", "look", "width", "letters"), LOOKS)
def test_the_question_keeps_nobody_out(
    window: ChromiumWindow, served: Served, path: str, look: Any, width: int, letters: int
) -> None:
    window.resize(width, 640)
    window.page.emulate_media(color_scheme=look, reduced_motion="reduce")
    if letters:
        window.cdp.send("Page.setFontSizes", {"fontSizes": {"standard": letters, "fixed": 26}})
    window.open(served.url + path)
    later(window, WAIT)
    window.wait(ASKED)
    assert violations(window) == []
    assert window.ask("document.documentElement.scrollWidth") <= width
    assert window.ask("(k => k.scrollWidth <= k.clientWidth)(document.getElementById('k'))")
    assert min(window.ask(HEIGHTS)) >= 48
