"""P17: everybody can take the whole survey: small phone or large, script on or off, Chromium or Firefox.

What was tapped and typed is what lies in the sealed box, once.
"""

from __future__ import annotations

import pytest

from survey_app.ballot import field_names

from .browsers import BARE_CHROMIUM, CHROMIUM, EVERY, WEBKIT, windows
from .served import Served
from .window import Window, until
from .youth import WORDS, Youth

SMALL, USUAL = (320, 640), (412, 823)


def expected(youth: Youth, served: Served, box: str) -> dict[str, object]:
    """What the ballot must hold, by question id."""
    names = {name: question for question, name in field_names(served.folder.snapshots[box]).items()}
    names |= {f"{name}o": f"{question}__other" for name, question in names.items()}
    numbers = {q.id for q in served.folder.snapshots[box].items() if q.kind == "number"}
    answers: dict[str, object] = {}
    for name, value in youth.chosen.items():
        question = names[name]
        answers[question] = int(str(value)) if question in numbers else value
        if isinstance(value, list):
            answers[question] = tuple(value)
    return answers


@windows(*EVERY, WEBKIT)
@pytest.mark.parametrize(
    ("box", "size"), [("north", SMALL), ("north", USUAL), ("street", SMALL)], ids=lambda value: str(value)
)
def test_a_whole_survey_arrives_as_it_was_answered(
    window: Window, served: Served, box: str, size: tuple[int, int]
) -> None:
    known = served.folder.ids
    window.resize(*size)
    youth = Youth(window)
    youth.begin(f"{served.url}/en/s/{box}")
    youth.answer_all()
    youth.send()
    [ballot] = served.folder.opened(known)
    assert ballot.answers == expected(youth, served, box)
    assert len(ballot.answers) >= len(served.folder.snapshots[box].items())
    assert "Thank you" in window.words("h1")


@windows(*EVERY)
def test_a_contact_note_arrives_apart_and_ends_like_no_thanks(window: Window, served: Served) -> None:
    letters, ballots = served.folder.letters(), served.folder.ids
    window.open(f"{served.url}/en/thanks/north")
    before = window.ask("[location.href, history.length]")
    window.tap(".yes summary")
    assert window.ask("[location.href, history.length]") == before, "the history must not tell who asked"
    for name in ("c1", "c2"):
        window.tap(f"[name={name}]")
        window.type(WORDS)
    window.tap(".yes button.btn:not(.back)")
    window.arrive("/done")
    asked_for = window.words()
    until(lambda: served.folder.letters() == letters + 1, "one letter")
    window.open(f"{served.url}/en/thanks/north")
    window.tap(".offer button")
    window.arrive("/done")
    assert window.words() == asked_for
    assert served.folder.letters() == letters + 1
    assert served.folder.ids == ballots


@windows(CHROMIUM, BARE_CHROMIUM)
def test_help_is_one_tap_from_every_page(window: Window, served: Served) -> None:
    for path in ("/", "/en/s/street", "/en/thanks/north", "/es/done", "/help", "/nowhere"):
        window.open(served.url + path)
        if window.count("summary"):
            window.tap("summary")
        for number in ("988",) if "street" in path else ("988", "1-888-373-7888", "1-800-422-4453"):
            assert f"{number}" in window.ask("document.body.innerText"), (path, number)
            dialled = number.replace("-", "")
            assert window.count(f'a[href="tel:{dialled}"]'), (path, number)


@windows(CHROMIUM, BARE_CHROMIUM)
def test_the_first_page_speaks_the_language_that_is_chosen(window: Window, served: Served) -> None:
    window.open(served.url)
    assert window.ask("document.documentElement.lang") == "en"
    window.tap(".lang a[hreflang=es]")
    window.arrive("/es/s/north")
    assert window.ask("document.documentElement.lang") == "es"
    assert "Tu voz" in window.words("#s1")
    window.tap(".lang a[hreflang=en]")
    window.arrive("/en/s/north")


@windows(BARE_CHROMIUM)
def test_the_promise_names_the_number_of_others(window: Window, served: Served) -> None:
    window.open(served.url)
    assert "together with those of at least 10 other young people" in window.words("#s1")
