"""A connection lost at Send keeps what was written on our page; a second try sends it once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .browsers import CHROMIUM, FIREFOX, windows
from .front import Front
from .served import Served
from .window import Window, until
from .youth import WORDS, Youth

SEND_NOTE = ".yes button.btn:not(.back)"
SEND = """(e => {
  e.scrollIntoView({block: "center"});
  const box = e.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
})(document.querySelector("#s3 button.btn"))"""
ALERT = "document.querySelector('#e[role=alert]').checkVisibility()"


@pytest.fixture
def front(served: Served) -> Iterator[Front]:
    """The way to the server, whole again after the test."""
    yield served.front
    served.front.cut = served.front.mute = False


def ready_to_send(window: Window, served: Served) -> Youth:
    youth = Youth(window)
    youth.begin(f"{served.url}/en/s/street")
    youth.answer_all()
    return youth


def press_send(youth: Youth) -> None:
    youth.window.tap(f"#{youth.part} button.btn")


@windows(CHROMIUM, FIREFOX)
def test_without_a_connection_the_answers_stay_and_a_second_try_sends_once(
    window: Window, served: Served, front: Front
) -> None:
    known = served.folder.ids
    youth = ready_to_send(window, served)
    before = youth.marks
    front.drop()
    press_send(youth)
    window.wait(ALERT)
    assert "were not sent" in window.words("#e")
    assert youth.marks == before
    assert served.folder.ids == known
    front.cut = False
    youth.send()
    assert len(served.folder.opened(known)) == 1


@windows(CHROMIUM, FIREFOX)
def test_when_only_the_reply_is_lost_a_second_try_stores_nothing_more(
    window: Window, served: Served, front: Front
) -> None:
    known = served.folder.ids
    youth = ready_to_send(window, served)
    before = youth.marks
    front.mute = True
    press_send(youth)
    window.wait(ALERT)
    assert youth.marks == before
    assert len(served.folder.opened(known)) == 1
    front.mute = False
    youth.send()
    assert len(served.folder.opened(known)) == 1


@windows(CHROMIUM, FIREFOX)
def test_an_impatient_double_tap_sends_once(window: Window, served: Served) -> None:
    known = served.folder.ids
    ready_to_send(window, served)
    x, y = window.ask(SEND)
    window.click(x, y, times=2)
    window.wait("location.pathname.includes('/thanks')")
    assert len(served.folder.opened(known)) == 1


def begin_note(window: Window, served: Served, box: str = "north") -> None:
    """Ask for contact, and write who one is."""
    window.open(f"{served.url}/en/thanks/{box}")
    window.tap(".yes summary")
    for name in ("c1", "c2"):
        window.tap(f"[name={name}]")
        window.type(WORDS)


@windows(CHROMIUM, FIREFOX)
@pytest.mark.parametrize("box", ["north", "kiosk/north"])
def test_without_a_connection_the_note_stays_and_a_second_try_sends_it_once(
    window: Window, served: Served, front: Front, box: str
) -> None:
    letters = served.folder.letters()
    begin_note(window, served, box)
    before = window.ask("[location.href, history.length]")
    front.drop()
    window.tap(SEND_NOTE)
    window.wait(ALERT)
    assert window.words("#e").startswith("Your note was not sent. It is still here on this page.")
    assert len(Youth(window).marks) == 2
    assert window.ask("[location.href, history.length]") == before, "the history must not tell who asked"
    assert served.folder.letters() == letters
    front.cut = False
    window.tap(SEND_NOTE)
    window.arrive("/done" + box.removeprefix("north").replace("kiosk", "/kiosk"))
    until(lambda: served.folder.letters() == letters + 1, "one letter")


@windows(CHROMIUM, FIREFOX)
def test_no_thanks_without_a_connection_asks_nothing_more_of_anybody(
    window: Window, served: Served, front: Front
) -> None:
    letters = served.folder.letters()
    window.open(f"{served.url}/en/thanks/north")
    front.drop()
    window.tap(".offer button")
    window.wait("document.querySelector('#u').checkVisibility()")
    assert window.words("#u") == "That did not work. You do not have to do anything more."
    assert not window.ask(ALERT), "nobody wrote a note"
    front.cut = False
    window.tap(".offer button")
    window.arrive("/done")
    assert served.folder.letters() == letters


@windows(CHROMIUM, FIREFOX)
def test_nothing_in_the_history_tells_who_asked(window: Window, served: Served) -> None:
    lengths = []
    for ask in (True, False):
        window.open(f"{served.url}/help")
        if ask:
            begin_note(window, served)
        else:
            window.open(f"{served.url}/en/thanks/north")
        window.tap(SEND_NOTE if ask else ".offer button")
        window.arrive("/done")
        lengths.append(window.ask("history.length"))
        assert window.back()
        assert window.url == f"{served.url}/help", "the form is out of the back list"
    assert lengths[0] == lengths[1]
