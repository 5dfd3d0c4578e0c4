"""A shared tablet: a start screen, pages that lead back to it alone, ballots that tell nothing of it.

What browsers make of these pages is in tests/browser/test_kiosk.py.
"""

import json
from pathlib import Path

import pytest

from survey_app.privacy import FORM_TYPE
from survey_app.tablet import WARNING
from tests.public.builders import NEIGHBOURHOOD, Ground, make_ground
from tests.public.conftest import Visit
from tests.public.intake_rows import ballots, letters
from tests.public.test_contact import ENDINGS
from tests.public.visitor import Document, Visitor

HOME = "/kiosk/south"
PAGES = [
    (HOME, 200), ("/en/kiosk/south", 200), ("/es/kiosk/south", 200), ("/en/s/kiosk/south", 203),
    ("/es/s/kiosk/south", 203), ("/en/thanks/kiosk/south", 203), ("/es/done/kiosk/south", 200),
    ("/es/who/kiosk/south", 200),
    ("/xx/s/kiosk/south", 404),
]  # fmt: skip
NOWHERE = ["/kiosk/nowhere", "/en/kiosk/nowhere", "/en/s/kiosk/nowhere", "/en/thanks/kiosk", "/en/s/kiosk"]
OURS = ("#", "/kiosk/south", "/en/", "/es/", "/left.css", "/send", "/contact", "data:,")
ORDINARY = ("/", "/es/s/south", "/thanks", "/done", "/help", "/nowhere", "/bye")


def plan(ground: Ground, **changes: object) -> None:
    path = ground.data / "site.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def waiting(page: Document) -> dict[str, str]:
    """The element that tells the script where to go, and when."""
    (found,) = page.all("dialog", id="k") or page.all("div", id="k")
    return found


@pytest.mark.parametrize(("path", "status"), PAGES)
def test_a_page_of_the_tablet_answers(visitor: Visitor, path: str, status: int) -> None:
    assert visitor.open(path).status_code == status


@pytest.mark.parametrize("path", NOWHERE)
def test_what_is_no_box_has_no_start_screen_to_go_back_to(visitor: Visitor, path: str) -> None:
    response = visitor.open(path)
    assert response.status_code == 404
    assert "Back to the start" not in response.text


@pytest.mark.parametrize(("path", "status"), PAGES)
def test_every_page_leads_back_to_one_start_screen_and_nowhere_else(
    visitor: Visitor, path: str, status: int
) -> None:
    page = visitor.read(path)
    assert waiting(page)["data-home"] == HOME
    exits = [form["data-to"] for form in page.all("form") if "data-to" in form]
    assert exits == [HOME] * (path not in (HOME, "/en/kiosk/south", "/es/kiosk/south"))
    ways = [a[kind] for _, a in page.elements for kind in ("href", "action", "src", "data-to") if kind in a]
    assert len(ways) > 3
    assert [way for way in ways if not way.startswith(OURS)] == []


@pytest.mark.parametrize("path", [HOME, *(f"/en/{page}/kiosk/south" for page in ("s", "thanks", "done"))])
def test_help_is_told_without_a_link(visitor: Visitor, path: str) -> None:
    page = visitor.read(path)
    for number in ("988", "1-888-373-7888"):
        assert number in page.words()
    assert not [a for a in page.all("a") if a["href"].startswith(("tel:", "sms:", "https:"))]


def test_the_start_screen_is_one_button_the_languages_and_what_happens(visitor: Visitor) -> None:
    page = visitor.read(HOME)
    ways = ["/en/kiosk/south", "/es/kiosk/south", "/en/s/kiosk/south", "/en/who/kiosk/south"]
    assert [a["href"] for a in page.all("a")] == [*ways, "/en/follow-up/kiosk/south"]
    for words in ("You share this tablet", "120 seconds after you last touched it", "at least 10 other"):
        assert words in page.words()
    assert not page.all("input")
    assert [link["href"] for link in page.all("link", rel="stylesheet")] == ["/left.css"]


def test_what_only_a_script_can_do_is_promised_by_the_script_only(visitor: Visitor) -> None:
    before, without = visitor.read(HOME).text.split("<noscript>")
    assert "<p data-live hidden>It clears your answers" in before
    assert without.startswith("<p>It cannot clear itself. Press “Stop and clear”")


def test_the_start_screen_speaks_the_tablet_s_language_and_forgets_the_last_choice(visitor: Visitor) -> None:
    assert visitor.read(HOME, language="es").all("html", lang="es")
    assert visitor.read(HOME).all("html", lang="en")
    assert waiting(visitor.read("/es/s/kiosk/south"))["data-home"] == HOME
    assert visitor.read("/es/s/kiosk/south").all("a", href="/en/s/kiosk/south")


def test_who_can_see_what_is_told_on_the_tablet_and_leads_back_in_the_same_language(visitor: Visitor) -> None:
    page = visitor.read("/es/who/kiosk/south")
    assert page.all("a", href="/es/kiosk/south")
    words = visitor.read("/en/who/kiosk/south").words()
    assert "at least 11 young people" in words
    assert "Quick exit" not in words, "there is none on a tablet"
    assert "Incognito" not in words


def test_the_short_address_leads_to_the_default_box(visitor: Visitor) -> None:
    response = visitor.open("/kiosk")
    assert (response.status_code, response.headers["Location"]) == (303, "/kiosk/north")


def test_a_ballot_from_a_tablet_is_like_any_other(visitor: Visitor, ground: Ground) -> None:
    answers = {"a1": "3", "a25": "Kind"}
    response = visitor.answer(answers, page="/es/s/kiosk/south")
    assert (response.status_code, response.headers["Location"]) == (303, "/es/thanks/kiosk/south")
    visitor.answer(answers, page="/es/s/south")
    first, second = ballots(ground)
    assert first == second
    assert first[0] == "south"


@pytest.mark.parametrize("note", ENDINGS.values(), ids=ENDINGS)
def test_the_note_ends_the_same_for_everybody(visitor: Visitor, ground: Ground, note: dict[str, str]) -> None:
    response = visitor.answer(note, page="/en/thanks/kiosk/south", to="/contact")
    assert (response.status_code, response.headers["Location"]) == (303, "/en/done/kiosk/south")
    assert [letter.box for letter in letters(ground)] == ["south"] * ("no" not in note and bool(note))


def test_without_a_contact_form_the_thanks_are_the_end(tmp_path: Path, visit: Visit) -> None:
    page = visit(make_ground(tmp_path / "street", NEIGHBOURHOOD)).read("/en/thanks/kiosk/south")
    assert page.all("a", href=HOME)
    assert page.all("div", id="k")


def test_a_box_s_own_link_can_open_the_start_screen(ground: Ground, visit: Visit) -> None:
    waves = json.loads((ground.data / "site.json").read_text())["waves"]
    waves[0]["boxes"][1]["shared_tablet"] = True
    plan(ground, waves=waves)
    visitor = visit(ground)
    for path in ("/s/south", "/es/s/south"):
        response = visitor.open(path)
        assert (response.status_code, response.headers["Location"]) == (303, HOME)
    assert visitor.open("/en/s/kiosk/south").status_code == 203
    assert visitor.open("/s/north").status_code == 203


@pytest.mark.parametrize(("set_to", "told"), [({}, "090"), ({"shared_tablet_seconds": 600}, "600")])
def test_the_page_waits_as_long_as_the_plan_says(
    ground: Ground, visit: Visit, set_to: dict[str, int], told: str
) -> None:
    plan(ground, **set_to)
    found = waiting(visit(ground).read("/en/s/kiosk/south"))
    assert (found["data-wait"], found["data-warn"]) == (told, str(WARNING))


def test_the_countdown_is_not_shorter_than_wcag_allows() -> None:
    assert WARNING >= 20


def test_the_question_is_an_alert_that_says_what_it_asks(visitor: Visitor) -> None:
    page = visitor.read("/en/s/kiosk/south")
    asks = waiting(page)
    assert (asks["role"], "open" in asks) == ("alertdialog", False)
    for name in [asks["aria-labelledby"], *asks["aria-describedby"].split()]:
        assert [tag for tag, attributes in page.elements if attributes.get("id") == name]


def test_a_closed_survey_is_said_with_the_way_back(ground: Ground, visit: Visit) -> None:
    (wave,) = json.loads((ground.data / "site.json").read_text())["waves"]
    plan(ground, waves=[wave | {"opens": "2023-04-01", "closes": "2023-04-30"}])
    closed = visit(ground)
    for path in (HOME, "/es/s/kiosk/south"):
        response = closed.open(path)
        assert response.status_code == 410
        assert Document(response.text).all("a", href=HOME)
    response = closed.send("/send/kiosk/south", {"b": "kiosk/south", "a1": "1"})
    assert response.status_code == 410
    assert Document(response.text).all("a", href=HOME)
    assert not Document(closed.send("/send", {"b": "south", "a1": "1"}).text).all("a", href=HOME)


def test_what_could_not_be_stored_is_said_with_the_way_back(visitor: Visitor, ground: Ground) -> None:
    (ground.data / "public" / "intake.db").write_bytes(b"no database" * 1000)
    response = visitor.send("/send/kiosk/south", {"b": "kiosk/south", "a1": "1", "a25": "NEEDLE"})
    assert response.status_code == 503
    assert Document(response.text).all("a", href=HOME)
    assert "NEEDLE" not in response.text


@pytest.mark.parametrize("path", ["/en/s/kiosk/south", "/en/thanks/kiosk/south"])
def test_a_form_that_was_refused_unread_is_said_with_the_way_back(visitor: Visitor, path: str) -> None:
    """Else the form before would stay open to the next one's Reload."""
    (address,) = [form["action"] for form in visitor.read(path).all("form", method="post")]
    response = visitor.client.post(address, data=b"x" * 70_000, content_type=FORM_TYPE)
    assert response.status_code == 413
    assert Document(response.text).all("a", href=HOME)
    assert Document(response.text).all("div", id="k", **{"data-home": HOME})


@pytest.mark.parametrize("box", ["kiosk/nowhere", "kiosk/", "kiosk/kiosk/south", "kiosk/../south", "kiosk"])
def test_a_form_from_a_tablet_that_is_none_is_refused(visitor: Visitor, ground: Ground, box: str) -> None:
    response = visitor.send("/send", {"b": box, "a1": "1"})
    assert response.status_code == 404
    assert ballots(ground) == []


@pytest.mark.parametrize("path", ORDINARY)
def test_an_ordinary_page_carries_nothing_of_it(visitor: Visitor, path: str) -> None:
    text = visitor.open(path).text
    for words in ("kiosk", "data-home", "<dialog", "dialog{", "Stop and clear", "visibilitychange"):
        assert words not in text, words
