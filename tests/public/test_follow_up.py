"""The note to be contacted by itself: the same form, the same end, and no survey, also while none is open."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.public.builders import NEIGHBOURHOOD, Ground, make_ground, make_key, publish
from tests.public.conftest import Visit
from tests.public.intake_rows import ballots, letters
from tests.public.visitor import Visitor

NOTE = {"c1": "Rosa", "c2": "555 0100", "c4": "text"}


@pytest.mark.parametrize("path", ["/follow-up", "/en/follow-up", "/en/follow-up/north"])
def test_a_note_arrives_without_a_survey(visitor: Visitor, ground: Ground, path: str) -> None:
    response = visitor.answer(NOTE, page=path, to="/contact")
    assert (response.status_code, response.headers["Location"]) == (303, "/en/done")
    (letter,) = letters(ground)
    assert (letter.box, letter.fields["contact_ways"]) == ("north", ("text",))
    assert ballots(ground) == []


def test_on_a_shared_tablet_it_ends_where_its_box_ends(visitor: Visitor, ground: Ground) -> None:
    page = visitor.read("/en/follow-up/kiosk/south")
    assert page.all("dialog"), "it asks whether anybody is still there"
    (form,) = page.all("form", action="/contact/kiosk/south")
    assert form["data-next"] == "/en/done/kiosk/south"
    response = visitor.send("/contact/kiosk/south", {**page.hidden(), **NOTE})
    assert response.headers["Location"] == "/en/done/kiosk/south"
    assert [letter.box for letter in letters(ground)] == ["south"]


def test_it_is_the_form_of_the_thanks_page(visitor: Visitor) -> None:
    form, thanks = visitor.read("/en/follow-up/south"), visitor.read("/en/thanks/south")
    for tag in ("input", "textarea", "button"):
        mine, theirs = (
            [field.get("name") for field in page.all(tag) if field.get("name")] for page in (form, thanks)
        )
        assert mine == theirs if tag != "button" else set(mine) == set(theirs)
    assert not form.all("details", **{"class": "yes"}), "it is open at once"
    (one,), (other,) = (page.all("form", action="/contact") for page in (form, thanks))
    assert one == other


def test_send_and_no_thanks_end_alike(visitor: Visitor, ground: Ground) -> None:
    said, no, nothing = (
        visitor.answer(note, page="/follow-up", to="/contact") for note in (NOTE, {**NOTE, "no": "1"}, {})
    )
    assert list(said.headers) == list(no.headers) == list(nothing.headers)
    assert said.status_code == no.status_code == nothing.status_code == 303
    assert len(letters(ground)) == 1


@pytest.mark.parametrize(
    ("path", "named"), [("/es/s/south", "/es/follow-up/south"), ("/es/help", "/es/follow-up")]
)
def test_the_first_page_and_the_help_page_lead_to_it(visitor: Visitor, path: str, named: str) -> None:
    (link,) = [a for a in visitor.read(path).all("a") if "follow-up" in a["href"]]
    assert link["href"] == named
    assert visitor.open(named).status_code == 203


def test_while_no_wave_is_open_it_is_offered_instead(tmp_path: Path, visit: Visit) -> None:
    ground = make_ground(tmp_path / "data", closes=date(2023, 5, 9))
    ground.openers.update({purpose: make_key(purpose) for purpose in ground.openers})
    publish(ground.data, *ground.openers.values())
    visitor = visit(ground)
    response = visitor.open("/s/south")
    assert response.status_code == 410
    (link,) = [a for a in visitor.read("/s/south").all("a") if "follow-up" in a["href"]]
    assert visitor.answer(NOTE, page=link["href"], to="/contact").status_code == 303
    assert len(letters(ground)) == 1


def test_without_a_key_it_says_so_and_whom_to_call(visitor: Visitor, ground: Ground) -> None:
    publish(ground.data, ground.openers["answers"])
    for path in ("/follow-up", "/es/follow-up/south"):
        response = visitor.open(path)
        assert response.status_code == 410
        assert 'href="tel:988"' in response.text
        assert 'action="/contact"' not in response.text
    assert "Ahora no se puede pedir que alguien se comunique contigo" in visitor.open("/es/follow-up").text


def test_where_the_survey_has_no_such_form_there_is_no_way_to_one(tmp_path: Path, visit: Visit) -> None:
    visitor = visit(make_ground(tmp_path / "data", NEIGHBOURHOOD))
    response = visitor.open("/en/follow-up")
    assert response.status_code == 404
    assert 'href="tel:988"' in response.text
    assert "If you just wrote a note" not in response.text
    for path in ("/", "/thanks", "/help", "/who", "/kiosk/south", "/nowhere"):
        assert "follow-up" not in visitor.open(path).text
