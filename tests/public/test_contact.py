"""The separate note: offered after Send, joined to nothing, and its end is the same for everybody."""

import json
from pathlib import Path

import pytest

from tests.public.builders import YOUTH, Ground, make_ground, publish
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
    assert [field["name"] for field in fields if field["type"] == "text"] == ["c1", "c2", "c3"]
    for field in fields:
        assert field["type"] in ("text", "checkbox")
        assert field["autocomplete"] == "off"
        assert not {"required", "pattern"} & field.keys()


def test_each_way_and_time_can_be_ticked_and_nothing_is_beforehand(visitor: Visitor) -> None:
    page = visitor.read("/thanks")
    boxes = page.all("input", type="checkbox")
    offered = {name: [b["value"] for b in boxes if b["name"] == name] for name in ("c4", "c5", "c6", "c7")}
    assert offered == {
        "c4": ["text", "call", "voicemail", "email"],
        "c5": ["morning", "afternoon", "evening", "weekend"],
        "c6": ["yes"],
        "c7": ["resources", "problem", "talk", "other"],
    }
    assert not [box for box in boxes if "checked" in box]
    areas = [(area["name"], area["maxlength"]) for area in page.all("textarea")]
    assert areas == [("c8", "500"), ("c9", "300")]


def test_what_is_safe_about_what_and_whom_to_keep_out_arrive(visitor: Visitor, ground: Ground) -> None:
    note = {
        "c2": "+52 55 1234 5678",
        "c4": ["voicemail", "text"],
        "c5": "evening",
        "c6": "yes",
        "c7": ["talk"],
        "c8": "one\r\ntwo",
        "c9": "my PO",
    }
    visitor.answer(note, page="/en/thanks/south", to="/contact")
    (letter,) = letters(ground)
    assert letter.snapshot == ground.snapshot.hash
    assert letter.fields == {
        "contact_phone": "+52 55 1234 5678",
        "contact_ways": ("text", "voicemail"),
        "contact_times": ("evening",),
        "contact_discreet": "yes",
        "contact_topic": ("talk",),
        "contact_note": "one\ntwo",
        "contact_keep_out": "my PO",
    }


def test_what_may_have_to_be_reported_stands_before_the_first_words(visitor: Visitor) -> None:
    for path, said in (("/en/thanks", "By law, people who"), ("/es/thanks", "Por ley, quienes")):
        text = visitor.open(path).text
        assert text.index('name="c7"') < text.index(said) < text.index('name="c8"')
        assert text.index(said) < text.index('href="tel:988"', text.index(said)) < text.index('name="c8"')


def test_a_note_sent_twice_is_one_letter_and_two_tabs_are_two(visitor: Visitor, ground: Ground) -> None:
    one, other = ({**visitor.read("/thanks").hidden(), **NOTE} for _ in range(2))
    for form in (one, one, other):
        assert visitor.send("/contact", form).status_code == 303
    assert len(letters(ground)) == 2


HOSTILE = {
    "right to left": ("\u0645\u0631\u064a\u0645", "\u0645\u0631\u064a\u0645"),
    "bidi override": ("\u202eanA\u202c", "anA"),
    "NUL": ("A\0na", "Ana"),
    "emoji": ("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467"),
    "two hundred": ("\u4e00" * 200, "\u4e00" * 200),
    "five thousand": ("\U0001f600" * 5000, "\U0001f600" * 200),
    "markup": ("<script>alert(1)</script>{{7*7}}", "<script>alert(1)</script>{{7*7}}"),
}


@pytest.mark.parametrize(("written", "kept"), HOSTILE.values(), ids=HOSTILE)
def test_a_name_of_any_kind_arrives_as_a_name(
    visitor: Visitor, ground: Ground, written: str, kept: str
) -> None:
    response = visitor.answer({"c1": written, "c4": ["text", "<b>"]}, page="/follow-up", to="/contact")
    assert (response.status_code, response.data) == (303, b"")
    (letter,) = letters(ground)
    assert letter.fields == {"contact_name": kept, "contact_ways": ("text",)}


def test_two_values_in_one_field_are_none(visitor: Visitor, ground: Ground) -> None:
    visitor.answer({"c1": ["Rosa", "Ana"], "c2": "555 0100"}, page="/thanks", to="/contact")
    assert [letter.fields for letter in letters(ground)] == [{"contact_phone": "555 0100"}]


def without_contact_key(ground: Ground) -> None:
    """As on the day after the last contact key's last."""
    publish(ground.data, ground.openers["answers"])


OFFER = "someone to contact you"


@pytest.mark.parametrize(
    "path",
    ["/", "/en/thanks", "/en/thanks/kiosk/south", "/help", "/who", "/kiosk/south", "/en/s/kiosk/south"],
)
def test_without_a_key_no_page_speaks_of_a_note(visitor: Visitor, ground: Ground, path: str) -> None:
    def speaks() -> bool:
        page = visitor.read(path, language="en")
        links = [link for link in page.all("a") if "follow-up" in link["href"]]
        return OFFER in page.words() or bool(links) or 'action="/contact' in page.text

    assert speaks() is (path != "/en/s/kiosk/south")
    without_contact_key(ground)
    assert not speaks()
    publish(ground.data, *ground.openers.values())
    assert speaks() is (path != "/en/s/kiosk/south")


def test_a_note_from_a_page_of_before_the_last_key_s_end_is_answered_kindly(
    visitor: Visitor, ground: Ground
) -> None:
    form = {**visitor.read("/thanks").hidden(), **NOTE}
    without_contact_key(ground)
    response = visitor.send("/contact", form)
    assert response.status_code == 410
    assert "If you just wrote a note: it was not sent, and nothing was kept." in response.text
    assert 'href="tel:988"' in response.text
    assert "Rosa" not in response.text
    assert visitor.send("/contact", form | {"no": "1"}).headers["Location"] == "/en/done"
    assert letters(ground) == []
