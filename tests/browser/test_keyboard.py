"""P17: the whole survey by keyboard alone, with the focus always to be seen."""

from __future__ import annotations

from typing import Any

from .browsers import CHROMIUM, FIREFOX, windows
from .served import Served
from .test_whole_survey import expected
from .window import Window
from .youth import NUMBER, WORDS, Youth

FOCUS = """(e => {
  const box = e.getBoundingClientRect(), ringed = n => n && parseFloat(getComputedStyle(n).outlineWidth) > 1
    && getComputedStyle(n).outlineStyle !== "none" && n.getBoundingClientRect().width > 8;
  return {tag: e.localName, kind: e.type || "", name: e.name || "", value: e.value || "",
    link: e.target ? "" : e.hash || "", in_form: !!e.closest("#f"), back: e.classList.contains("back"),
    seen: Boolean(ringed(e) || ringed(e.labels && e.labels[0])),
    on_screen: box.bottom > 0 && box.top < innerHeight};
})(document.activeElement)"""
LONGEST = 200  # presses of Tab; the survey needs fewer than fifty


def answer(youth: Youth, stop: dict[str, Any]) -> None:
    """Answer the question that has the focus, as its kind is answered by keyboard."""
    window, name = youth.window, stop["name"]
    if stop["kind"] == "radio":
        window.press("Space")
        for _ in range(len(youth.chosen) % 4):
            window.press("ArrowDown")
        youth.chosen[name] = window.ask("document.activeElement.value")
        assert window.ask(FOCUS)["seen"], f"no focus on {name} after the arrow keys"
    elif stop["kind"] == "checkbox":
        if stop["value"] in ("park", "other"):
            window.press("Space")
            youth.chosen.setdefault(name, [])
            youth.chosen[name] += [stop["value"]]  # type: ignore[operator]
    else:
        youth.chosen[name] = NUMBER if stop["kind"] == "select-one" else WORDS
        window.type(str(youth.chosen[name]))


@windows(CHROMIUM, FIREFOX)
def test_a_whole_survey_by_keyboard_alone(window: Window, served: Served) -> None:
    known = served.folder.ids
    window.resize(412, 823)
    window.open(f"{served.url}/en/s/street")
    youth = Youth(window)
    for _ in range(LONGEST):
        window.press("Tab")
        stop = window.ask(FOCUS)
        assert stop["seen"], f"no focus to be seen: {stop}"
        assert stop["on_screen"], stop
        if not stop["in_form"] or stop["back"]:
            continue
        if stop["tag"] == "a" and stop["link"]:
            window.press("Enter")
            window.wait(f"document.querySelector({stop['link']!r}).checkVisibility()")
        elif stop["tag"] == "button":
            break
        elif stop["name"]:
            answer(youth, stop)
    window.press("Enter")
    window.wait("document.readyState === 'complete' && location.pathname.includes('/thanks')")
    [ballot] = served.folder.opened(known)
    assert ballot.answers == expected(youth, served, "street")
    assert len(ballot.answers) == 11


@windows(CHROMIUM)
def test_enter_in_a_line_of_text_sends_nothing(window: Window, served: Served) -> None:
    """A browser presses the first button of a form on Enter; half a survey must not go off like that."""
    window.open(f"{served.url}/en/s/street#s3")
    window.ask("window.submitted = 0, document.addEventListener('submit', () => ++window.submitted, true)")
    window.tap("[value=other]")
    window.tap(".oth input")
    window.type("The roof")
    window.press("Enter")
    assert window.ask("window.submitted") == 0


@windows(CHROMIUM, FIREFOX)
def test_taking_an_answer_back_by_keyboard_shows_where_one_is(window: Window, served: Served) -> None:
    window.open(f"{served.url}/en/s/street#s2")
    window.tap("#s2 .o input")
    for _ in range(5):
        window.press("ArrowDown")
    stop = window.ask(FOCUS)
    assert stop["value"] == ""
    assert stop["seen"], stop
