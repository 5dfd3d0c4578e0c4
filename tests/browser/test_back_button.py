"""P2: nobody after me sees my answers on this device: Send or Quick exit, then Back and Reload, all is empty.

The back/forward cache is on and the pages come over HTTPS: otherwise these tests would pass falsely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .browsers import BARE_CHROMIUM, BARE_FIREFOX, EVERY, WEBKIT
from .certificate import ELSEWHERE
from .served import Served
from .window import Window
from .youth import MARKS, NEEDLE, WORDS, Youth

BACKS = 4


def send(youth: Youth) -> None:
    youth.send()


def leave(youth: Youth) -> None:
    youth.window.tap("header form button")
    youth.window.wait(f"location.hostname === '{ELSEWHERE}' && document.readyState === 'complete'")


def ask_for_contact(youth: Youth) -> None:
    youth.window.tap("form[action='/contact'] nav button.btn:not(.back)")
    youth.window.arrive("/done")


def filled_survey(window: Window, served: Served) -> Youth:
    youth = Youth(window)
    youth.begin(f"{served.url}/en/s/north")
    youth.answer_all()
    assert len(youth.marks) >= len(youth.chosen) == 26
    return youth


def filled_note(window: Window, served: Served) -> Youth:
    window.open(f"{served.url}/en/thanks/north")
    window.tap(".yes summary")
    return fill_note(window)


def filled_follow_up(window: Window, served: Served) -> Youth:
    window.open(f"{served.url}/en/follow-up/north")
    return fill_note(window)


def fill_note(window: Window) -> Youth:
    for name, words in (("c1", WORDS), ("c2", WORDS), ("c3", f"{NEEDLE}@example.org"), ("c8", WORDS)):
        window.tap(f"[name={name}]")
        window.type(words)
    for name in ("c4", "c6", "c7"):
        window.tap(f"[name={name}]")
    assert len(Youth(window).marks) == 7
    return Youth(window)


def left_behind(window: Window) -> Iterator[str]:
    """What stands in the fields while somebody goes back through all this window's history, and reloads."""
    met = 0
    while window.back():
        met += window.count("main form")
        yield from window.ask(MARKS)
    window.reload()
    yield from window.ask(MARKS)
    assert met >= BACKS, "the form was hardly seen again: this proves nothing"


def each_way(*ways: Callable[[Youth], None]) -> pytest.MarkDecorator:
    """Every way to finish in every browser; WebKit's driver does not come back from another site."""
    cases = [(kind, way) for kind in EVERY for way in ways] + [(WEBKIT, ways[0])]
    named = [f"{kind}-{way.__name__}" for kind, way in cases]
    return pytest.mark.parametrize(("window", "finish"), cases, ids=named, indirect=["window"])


@each_way(send, leave)
def test_back_and_reload_show_an_empty_survey(
    window: Window, served: Served, finish: Callable[[Youth], None]
) -> None:
    finish(filled_survey(window, served))
    assert list(left_behind(window)) == []


NOTE_ENDS = [
    pytest.param(kind, end, kind.script, id=f"{kind}-{end.__name__}")
    for kind in EVERY
    for end in (ask_for_contact, leave)
] + [pytest.param(WEBKIT, ask_for_contact, True, id="webkit-ask_for_contact")]


@pytest.mark.parametrize("fill", [filled_note, filled_follow_up])
@pytest.mark.parametrize(("window", "finish", "script"), NOTE_ENDS, indirect=["window"])
def test_back_shows_an_empty_contact_form(
    window: Window,
    served: Served,
    finish: Callable[[Youth], None],
    script: bool,
    fill: Callable[[Window, Served], Youth],
) -> None:
    finish(fill(window, served))
    if not window.back():
        assert script, "only a script takes the form out of the history"
        return
    assert window.count("[name=c1]")
    assert window.ask(MARKS) == []
    window.reload()
    assert window.ask(MARKS) == []


CHROMIUM_NEEDS = {b" 203 ": b" 200 ", b"Clear-Site-Data": b"X-Clear-Nothing"}
FIREFOX_NEEDS = CHROMIUM_NEEDS | {b"no-store": b"private", b'autocomplete="off"': b'autocomplete="on" '}


@pytest.fixture
def spoiled(served: Served) -> Iterator[dict[bytes, bytes]]:
    """What the front replaces until the test is over. Bodies come unpacked, so that they can be spoiled."""
    served.front.spoil |= {b"gzip": b"none"}
    yield served.front.spoil
    served.front.spoil.clear()


@pytest.mark.parametrize(
    ("window", "needs"),
    [(BARE_CHROMIUM, CHROMIUM_NEEDS), (BARE_FIREFOX, FIREFOX_NEEDS), (WEBKIT, FIREFOX_NEEDS)],
    ids=["chromium", "firefox", "webkit"],
    indirect=["window"],
)
def test_without_what_makes_browsers_forget_they_show_everything(
    window: Window, served: Served, spoiled: dict[bytes, bytes], needs: dict[bytes, bytes]
) -> None:
    spoiled |= needs
    send(filled_survey(window, served))
    assert len(set(left_behind(window))) > 15
