"""The separate note: offered after Send, joined to nothing, and its end is the same for everybody."""

import json
from pathlib import Path

import pytest

from tests.public.builders import YOUTH, Ground, make_ground
from tests.public.conftest import Visit
from tests.public.intake_rows import ballots, letters
from tests.public.visitor import Visitor

NOTE = {"c1": "Rosa", "c2": "call me on 555 0100 after 4", "c3": "not an address"}


def test_a_note_arrives_sealed_and_apart(visitor: Visitor, ground: Ground) -> None:
    response = visitor.answer(NOTE, page="/en/thanks/south", to="/contact")
    assert (response.status_code, response.headers["Location"]) == (303, "/en/done")
    (letter,) = letters(ground)
    assert letter.box == "south"
    assert letter.fields == {
        "contact_name": "Rosa",
        "contact_phone": "call me on 555 0100 after 4",
        "contact_email": "not an address",
    }
    assert ballots(ground) == []


ENDINGS = {"note": NOTE, "no, though filled in": {**NOTE, "no": "1"}, "no": {"no": "1"}, "nothing": {}}


@pytest.mark.parametrize("note", ENDINGS.values(), ids=ENDINGS)
def test_every_ending_is_the_same(visitor: Visitor, ground: Ground, note: dict[str, str]) -> None:
    response = visitor.answer(note, page="/thanks", to="/contact")
    usual = visitor.answer({"no": "1"}, page="/thanks", to="/contact")
    assert (response.status_code, response.data, list(response.headers)) == (303, b"", list(usual.headers))
    assert visitor.open("/en/done").data == visitor.open("/en/done").data
    assert len(letters(ground)) == (note is NOTE)


def test_nothing_on_the_thanks_page_comes_from_the_survey(visitor: Visitor) -> None:
    survey, thanks = visitor.read("/").hidden(), visitor.read("/thanks").hidden()
    assert survey.keys() == thanks.keys() == {"b", "l", "v", "n"}
    assert survey["n"] != thanks["n"]


def test_the_fields_are_hidden_until_they_are_asked_for(visitor: Visitor) -> None:
    page = visitor.read("/thanks")
    shut = page.text.index('<details class="yes"><summary')
    assert shut < page.text.index('name="c1"') < page.text.index("</details>", shut)
    assert not page.all("a", href="#yes"), "a fragment would stand in the browser's history"


def test_where_nobody_can_follow_up_nothing_is_offered(tmp_path: Path, visit: Visit) -> None:
    instrument = json.loads(YOUTH.read_text())
    instrument["intro"]["paragraphs"][-1]["enabled"] = False
    instrument["sections"][-1]["enabled"] = False
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(instrument))
    page = visit(make_ground(tmp_path / "data", changed)).read("/thanks")
    assert page.all("form") == page.all("form", action="/exit")
    assert "Would you like someone to contact you?" not in page.words()
    assert "You can close this page now." in page.words()


def test_a_note_after_the_wave_s_last_day_still_arrives(
    ground: Ground, visitor: Visitor, visit: Visit
) -> None:
    plan = (ground.data / "site.json").read_text()
    (ground.data / "site.json").write_text(plan.replace("2023-05-31", "2023-05-09"))
    assert visit(ground).answer(NOTE, page="/thanks", to="/contact").status_code == 303
    assert len(letters(ground)) == 1


HINT = "A phone number or an email is needed too, so that someone can reach you."


def test_beside_the_name_it_says_what_else_is_needed(visitor: Visitor) -> None:
    page = visitor.read("/thanks")
    (name,) = (field for field in page.all("input") if field.get("aria-describedby"))
    assert name["name"] == "c1"
    assert len(page.all("small", id=name["aria-describedby"])) == 1
    assert page.words().count(HINT) == 1


def test_no_field_of_the_note_refuses_what_a_person_could_read(visitor: Visitor) -> None:
    page = visitor.read("/thanks")
    fields = [field for field in page.all("input") if field.get("name", "").startswith("c")]
    assert len(fields) == 3
    for field in fields:
        assert field["type"] == "text"
        assert field["autocomplete"] == "off"
        assert not {"required", "pattern"} & field.keys()
