"""The form to be contacted: with finger and keyboard, after a survey and without one, doubted kindly once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .browsers import BARE_CHROMIUM, CHROMIUM, EVERY, FIREFOX, windows
from .served import Served
from .window import Window
from .youth import Youth

SEND = "form[action='/contact'] nav button.btn:not(.back)"
ASKED = """[...document.querySelectorAll(".q>.note")].filter(e => e.checkVisibility()).map(e => e.id)"""
FOCUS = """(e => ({name: e.name || "", tag: e.localName, value: e.value, no: e.name === "no",
  seen: getComputedStyle(e.closest(".o label") || e).outlineStyle !== "none"}))(document.activeElement)"""
SMALL = """[...document.querySelectorAll("main button, main input, main textarea, main summary")]
  .filter(e => e.type !== "hidden" && e.checkVisibility())
  .map(e => (e.closest("label") || e).getBoundingClientRect()).filter(r => r.height < 48).length"""


def begin(window: Window, served: Served, page: str = "follow-up/north") -> int:
    """Open the form; how many letters there were before."""
    known = served.folder.letters()
    window.open(f"{served.url}/en/{page}")
    if window.count(".yes summary"):
        window.tap(".yes summary")
    return known


def write(window: Window, **words: str) -> None:
    for name, said in words.items():
        window.tap(f"[name={name}]")
        window.type(said)


@windows(*EVERY)
def test_a_whole_note_arrives_without_a_survey(window: Window, served: Served) -> None:
    known, ballots = begin(window, served), served.folder.ids
    write(window, c1="Rosa \u0645\u0631\u064a\u0645", c2="+52 55 1234 5678", c3="rosa@example.org")
    for tick in ("c4=text", "c4=voicemail", "c5=evening", "c6=yes", "c7=talk"):
        name, _, value = tick.partition("=")
        window.tap(f"[name={name}][value={value}]")
    write(window, c8="I'd like to talk", c9="Mr. Smith")
    window.tap(SEND)
    window.arrive("/done")
    [letter] = served.folder.notes(known)
    assert letter.fields == {
        "contact_name": "Rosa \u0645\u0631\u064a\u0645",
        "contact_phone": "+52 55 1234 5678",
        "contact_email": "rosa@example.org",
        "contact_ways": ("text", "voicemail"),
        "contact_times": ("evening",),
        "contact_discreet": "yes",
        "contact_topic": ("talk",),
        "contact_note": "I'd like to talk",
        "contact_keep_out": "Mr. Smith",
    }
    assert served.folder.ids == ballots


DOUBTS = {
    "a short number": ({"c2": "555 010"}, ["c2s"]),
    "an email without a dot": ({"c3": "rosa@mail"}, ["c3u"]),
    "an email without @": ({"c3": "rosa.mail.com"}, ["c3u"]),
    "both": ({"c2": "12", "c3": "x"}, ["c2s", "c3u"]),
    "no way to reach": ({"c1": "Rosa"}, ["c2n"]),
    "only a note": ({"c8": "hello"}, ["c2n"]),
}


@windows(CHROMIUM, FIREFOX)
@pytest.mark.parametrize("doubt", DOUBTS)
def test_what_looks_wrong_is_asked_about_once_and_then_sent_as_it_is(
    window: Window, served: Served, doubt: str
) -> None:
    words, asked = DOUBTS[doubt]
    known = begin(window, served, "thanks/north" if doubt == "both" else "follow-up/north")
    write(window, **words)
    before = len(window.seen)
    window.tap(SEND)
    window.wait(f"{ASKED}.length")
    assert window.ask(ASKED) == asked
    assert window.ask("document.activeElement.name") == asked[0][:2]
    assert window.ask("document.activeElement.getAttribute('aria-describedby')") == asked[0]
    assert window.seen[before:] == [], "nothing leaves before it is sent"
    window.tap(SEND)
    window.arrive("/done")
    [letter] = served.folder.notes(known)
    assert sorted(letter.fields.values()) == sorted(words.values())


FINE = [
    "5550100", "(213) 555-0100", "+52 55 1234 5678", "call 12 at the desk", "555-0100 ext. 3",
    "\u0665\u0665\u0665",
]  # fmt: skip


@windows(CHROMIUM, FIREFOX)
def test_what_a_person_could_read_is_never_asked_about(window: Window, served: Served) -> None:
    for number in FINE:
        known = begin(window, served)
        write(window, c2=number)
        window.tap(SEND)
        window.arrive("/done")
        [letter] = served.folder.notes(known)
        assert list(letter.fields.values()) == [number]


@windows(CHROMIUM, FIREFOX)
def test_no_thanks_is_never_held_up(window: Window, served: Served) -> None:
    known = begin(window, served)
    write(window, c2="12")
    window.tap("form[action='/contact'] nav button[name=no]")
    window.arrive("/done")
    begin(window, served)
    window.tap(SEND)
    window.arrive("/done")  # nothing was written at all
    assert served.folder.letters() == known


@windows(BARE_CHROMIUM)
def test_without_a_script_nothing_is_asked_and_nothing_is_shown_again(window: Window, served: Served) -> None:
    known = begin(window, served)
    write(window, c2="12")
    window.tap(SEND)
    window.arrive("/done")
    assert len(served.folder.notes(known)) == 1
    assert "12" not in window.words("main")


@windows(CHROMIUM, FIREFOX)
def test_the_whole_form_by_keyboard_alone(window: Window, served: Served) -> None:
    window.resize(320, 640)
    known = begin(window, served)
    written: dict[str, str] = {}
    for _ in range(80):
        window.press("Tab")
        stop = window.ask(FOCUS)
        if stop["tag"] == "button" and stop["value"] == "" and written:
            break
        if stop["tag"] == "input" and stop["value"] in ("call", "morning", "problem", "yes"):
            assert stop["seen"], stop
            window.press("Space")
            written[stop["name"]] = stop["value"]
        elif stop["name"] in ("c1", "c2", "c8", "c9"):
            assert stop["seen"], stop
            window.type("555 0100 a")
            written[stop["name"]] = "555 0100 a"
    window.press("Enter")
    window.arrive("/done")
    [letter] = served.folder.notes(known)
    assert len(letter.fields) == len(written) == 8


@windows(CHROMIUM, FIREFOX)
@pytest.mark.parametrize("page", ["follow-up/north", "thanks/north", "follow-up/kiosk/north"])
def test_every_target_is_large_and_nothing_moves_sideways(window: Window, served: Served, page: str) -> None:
    window.resize(320, 640)
    begin(window, served, page)
    assert window.ask("document.documentElement.scrollWidth") <= 320
    assert window.count("main form[action^='/contact'] input") > 15
    assert window.ask(SMALL) == 0


@windows(CHROMIUM, FIREFOX)
def test_what_was_asked_about_is_silent_in_a_page_that_comes_back(window: Window, served: Served) -> None:
    begin(window, served)
    write(window, c2="12")
    window.tap(SEND)
    window.wait(f"{ASKED}.length")
    window.reload()
    assert window.ask(ASKED) == []
    assert Youth(window).marks == []


@pytest.fixture
def lapsed(served: Served) -> Iterator[None]:
    """No contact key is valid until the test is over, for whoever asks from now on."""
    keys = served.folder.data / "public" / "keys.json"
    whole = keys.read_bytes()
    yield
    keys.write_bytes(whole)


@windows(CHROMIUM, FIREFOX)
@pytest.mark.usefixtures("lapsed")
def test_where_nobody_can_be_asked_any_more_the_words_stay_and_it_is_said(
    window: Window, served: Served
) -> None:
    known = begin(window, served)
    write(window, c1="Rosa", c2="(213) 555-0100")
    served.folder.without_contact_key()
    window.tap(SEND)
    window.wait("document.querySelector('#g[role=alert]').checkVisibility()")
    assert "nobody can be asked to contact you right now" in window.words("#g")
    assert Youth(window).marks == ["c1=Rosa", "c2=(213) 555-0100"]
    assert window.url.endswith("/en/follow-up/north")
    assert served.folder.letters() == known
