"""P1: nothing leaves the device before Send. P4: no cookie, no storage, no third party, at any time."""

from __future__ import annotations

from .browsers import CHROMIUM, EVERY, FIREFOX, windows
from .certificate import ELSEWHERE, SURVEY
from .served import Served
from .window import Window
from .youth import Youth

STORED = """Promise.all([
  indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations(),
]).then(found => found.flat().map(String).concat(Object.keys(localStorage), Object.keys(sessionStorage)))
"""


@windows(*EVERY)
def test_nothing_is_asked_of_any_server_while_answers_are_filled_in(window: Window, served: Served) -> None:
    youth = Youth(window)
    youth.begin(f"{served.url}/en/s/street")
    youth.answer_all()
    assert youth.marks
    document = f"{served.url}/en/s/street"
    assert document in window.seen
    assert set(window.seen) <= {document, f"{served.url}/favicon.ico"}


@windows(*EVERY)
def test_no_cookie_is_set_and_no_other_host_is_asked(window: Window, served: Served) -> None:
    youth = Youth(window)
    youth.begin(f"{served.url}/en/s/street")
    youth.answer_all()
    youth.send()
    for path in ("/en/thanks/north", "/en/follow-up/north", "/es/done", "/help", "/nowhere", "/"):
        window.open(served.url + path)
    assert window.hosts == {SURVEY}
    assert window.cookies(SURVEY) == []


@windows(CHROMIUM, FIREFOX)
def test_nothing_is_kept_in_the_browsers_stores(window: Window, served: Served) -> None:
    youth = Youth(window)
    youth.begin(f"{served.url}/en/s/street")
    youth.answer_all()
    assert window.ask_slowly(STORED) == []
    youth.send()
    assert window.ask_slowly(STORED) == []


@windows(CHROMIUM, FIREFOX)
def test_a_cookie_and_a_stored_word_would_be_noticed(window: Window, served: Served) -> None:
    window.open(f"{served.url}/help")
    window.ask("document.cookie = 'seen=1; max-age=60; secure'")
    window.ask("localStorage.setItem('seen', '1')")
    try:
        assert window.cookies(SURVEY) == ["seen"]
        assert window.ask_slowly(STORED) == ["seen"]
    finally:
        window.ask("localStorage.clear()")
        window.ask("document.cookie = 'seen=1; max-age=0; secure'")


@windows(CHROMIUM, FIREFOX)
def test_another_host_would_be_noticed(window: Window, served: Served, weather: str) -> None:
    window.open(weather)
    window.open(f"{served.url}/help")
    assert window.hosts == {SURVEY, ELSEWHERE}
