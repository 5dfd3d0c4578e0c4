"""A connection lost at Send keeps the answers on our page with a kind message; trying again sends once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .browsers import CHROMIUM, FIREFOX, windows
from .front import Front
from .served import Served
from .window import Window
from .youth import Youth

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
