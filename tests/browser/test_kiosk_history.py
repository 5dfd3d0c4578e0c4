"""P2 on a shared tablet: after Send, Stop or the countdown no way leads back into answers.

The back/forward cache is on and the pages come over HTTPS: otherwise these tests would pass falsely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .browsers import CHROMIUM, EVERY, FIREFOX, WEBKIT, windows
from .kiosk import HOME, SURVEY, WAIT, WARN, at_start, later, seat, send, stop
from .served import Served
from .window import Window
from .youth import MARKS, Youth

PATH = "location.pathname"
MOST = 12  # entries; nobody goes through more than that


def walk_away(youth: Youth) -> None:
    """Leave the tablet alone."""
    later(youth.window, WAIT + WARN)
    at_start(youth.window)


def met(window: Window, *, script: bool) -> Iterator[tuple[str, list[str]]]:
    """(path, answers) of each page while somebody tries Back four times and more, Forward, and Reload."""
    steps = [window.back] * MOST + [window.forward] * MOST
    for step in steps:
        if step() and script:
            window.wait("document.readyState === 'complete' && !!document.querySelector('.start')")
        yield window.ask(PATH), window.ask(MARKS)
    window.reload()
    yield window.ask(PATH), window.ask(MARKS)


# Without a script nothing but a hand can clear it: the start screen says so.
ENDS = [
    pytest.param(kind, end, kind.script, id=f"{kind}-{end.__name__}")
    for kind in EVERY
    for end in (send, stop, walk_away)
    if kind.script or end is not walk_away
]


@pytest.mark.parametrize(("window", "finish", "script"), ENDS, indirect=["window"])
def test_no_way_leads_back_into_answers(
    window: Window, served: Served, finish: Callable[[Youth], None], script: bool
) -> None:
    window.open(f"{served.url}/kiosk/plain")
    youth = seat(window, served)
    youth.answer_all()
    finish(youth)
    pages = list(met(window, script=script))
    assert [marks for _, marks in pages if marks] == []
    paths = {path for path, _ in pages}
    assert len(paths) > 1, "nothing was met on the way: this proves nothing"
    assert SURVEY not in paths or not script


@windows(CHROMIUM, FIREFOX, WEBKIT)
def test_back_comes_to_the_start_screen_again(window: Window, served: Served) -> None:
    """The page's own Back: WebKit's driver waits for ever for a page that gives way to another."""
    youth = seat(window, served)
    youth.answer_part()
    stop(youth)
    window.ask("window.before = true, history.back(), 1")
    window.wait("!window.before && document.readyState === 'complete' && !!document.querySelector('.start')")
    assert youth.marks == []


@windows(CHROMIUM, FIREFOX)
def test_the_history_does_not_tell_how_far_anybody_came(window: Window, served: Served) -> None:
    lengths = []
    for parts in (1, 2):
        youth = seat(window, served)
        start = window.ask("history.length")
        for _ in range(parts - 1):
            youth.turn(f"#{youth.part} nav a.btn:not(.back)")
        stop(youth)
        lengths.append(window.ask("history.length") - start)
    assert lengths == [0, 0]


@windows(CHROMIUM, FIREFOX, WEBKIT)
def test_a_hand_that_slips_back_comes_to_the_part_before_and_loses_nothing(
    window: Window, served: Served
) -> None:
    youth = seat(window, served)
    youth.answer_part()
    before = youth.marks
    youth.turn("#s2 nav a.btn:not(.back)")
    for _ in range(2):
        # The page's script hears of a new part a moment after it is shown; no hand is as quick.
        window.ask_slowly("new Promise(done => setTimeout(done, 200, true))")
        window.ask("history.back(), 1")
        window.wait("document.querySelector('#s2').checkVisibility()")
        assert youth.marks == before
        youth.turn("#s2 nav a.btn:not(.back)")
    youth.turn("#s3 nav a.back")
    youth.turn("#s2 nav a.back")
    assert youth.marks == before
    assert window.ask(PATH) == SURVEY


@windows(CHROMIUM, FIREFOX)
@pytest.mark.parametrize("page", ["/en/s/kiosk/street", "/en/done/kiosk/street", "/es/kiosk/north"])
def test_reload_leads_to_the_start(window: Window, served: Served, page: str) -> None:
    window.open(served.url + page)
    window.reload()
    at_start(window, HOME if "street" in page else "/kiosk/north")
