"""The one document: the promise first, every question in it, nothing preselected, nothing required."""

import gzip
import json
import re
from pathlib import Path

import pytest

from survey_app.page import Page
from tests.public.builders import NEIGHBOURHOOD, YOUTH, Ground, make_ground
from tests.public.conftest import Visit
from tests.public.visitor import Document, Visitor


@pytest.fixture
def survey(visitor: Visitor) -> Document:
    return visitor.read("/")


def test_the_promise_comes_first_and_names_the_smallest_group(survey: Document) -> None:
    words = survey.words()
    promise = "only ever shown together with those of at least 10 other young people"
    assert words.index("This survey is anonymous,") < words.index(promise) < words.index("Part 1 of 5")


def test_the_promise_follows_the_site_s_number(ground: Ground, visit: Visit) -> None:
    plan = json.loads((ground.data / "site.json").read_text())
    (ground.data / "site.json").write_text(json.dumps(plan | {"k": 20}))
    assert "at least 19 other young people" in visit(ground).read("/").words()


def test_every_printed_question_is_in_the_document_in_order(survey: Document, ground: Ground) -> None:
    wording = ground.snapshot.wording("en")
    words = survey.words()
    places = [words.index(f"{q.number}. {wording(f'{q.id}.text')}") for q in ground.snapshot.items()]
    assert len(places) == 25
    assert places == sorted(places)


def test_nothing_is_preselected_or_required(survey: Document) -> None:
    for _, attributes in survey.elements:
        assert not {"checked", "selected", "required"} & attributes.keys()


def test_no_field_is_remembered_or_suggested(survey: Document) -> None:
    for tag in ("form", "input", "textarea"):
        for field in survey.all(tag):
            if field.get("type") != "hidden" and field.get("action") != "/exit":
                assert field["autocomplete"] == "off", field
    names = {field["name"] for field in [*survey.all("input"), *survey.all("textarea")]}
    assert all(re.fullmatch(r"a\d+o?|[nblv]", name) for name in names)


def test_each_statement_of_a_stem_says_the_stem(survey: Document) -> None:
    legends = re.findall(r"<legend>(.*?)</legend>", survey.text)
    with_stem = [
        legend
        for legend in legends
        if legend.startswith('<span class="vh">My probation officer connects me to:')
    ]
    assert len(with_stem) == 4


def test_an_answer_can_be_taken_back_without_a_script(survey: Document) -> None:
    empty = {field["name"] for field in survey.all("input", type="radio", value="")}
    assert empty == {field["name"] for field in survey.all("input", type="radio")}


def test_enter_in_a_text_field_sends_nothing(survey: Document, visitor: Visitor) -> None:
    for page in (survey, visitor.read("/thanks")):
        buttons = [attributes for tag, attributes in page.elements if tag == "button"]
        first = buttons[1]  # the first belongs to the quick exit's own form
        assert "disabled" in first


def test_help_stands_beside_the_text_box(survey: Document) -> None:
    (box,) = survey.all("textarea")
    (note,) = survey.all("div", id=box["aria-describedby"])
    after = survey.text.split(f'id="{note["id"]}"')[1][:800]
    assert "Nobody reads this today or can tell who wrote it" in after
    assert 'href="tel:18883737888"' in after


def test_the_language_follows_the_browser_and_can_be_chosen(visitor: Visitor) -> None:
    spanish = visitor.read("/", language="es-MX,es;q=0.9,en;q=0.5")
    assert spanish.all("html")[0]["lang"] == "es"
    links = [(link["href"], link["lang"]) for link in spanish.all("a") if "hreflang" in link]
    assert links == [("/en/s/north", "en"), ("/es/s/north", "es")]
    assert visitor.read("/", language="fr").all("html")[0]["lang"] == "en"


def test_a_draft_translation_says_so_in_both_languages(visitor: Visitor) -> None:
    words = visitor.read("/es/s/north").words()
    assert "Esta traducción es un borrador." in words
    assert "This translation is a draft." in words
    assert "Español (borrador · draft )" in visitor.read("/en/s/north").words()
    assert "This translation is a draft." not in visitor.read("/en/s/north").words()


def test_two_visitors_get_the_same_page_but_for_the_nonce(visitor: Visitor) -> None:
    first, second = visitor.read("/"), visitor.read("/")
    nonces = first.hidden()["n"], second.hidden()["n"]
    assert nonces[0] != nonces[1]
    assert len(nonces[0]) == 22
    assert first.text.replace(nonces[0], "") == second.text.replace(nonces[1], "")


def test_the_zipped_page_with_its_nonce_is_the_plain_one() -> None:

    page = Page(203, "", "<p>Señal…</p>".encode() * 500, b"</form>")
    assert gzip.decompress(page.zipped("N" * 22)) == page.body("N" * 22)
    assert page.body("N").endswith(b"N</form>")
    assert len(page.zipped("N")) < 200
    assert gzip.decompress(Page(200, "", b"done", b"").zipped("")) == b"done"


def test_the_whole_document_is_light(visitor: Visitor) -> None:
    for path in ("/en/s/north", "/es/s/north"):
        zipped = visitor.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert len(zipped.data) < 8_000


def test_another_instrument_is_served_too_right_to_left(visit: Visit, tmp_path: Path) -> None:
    page = visit(make_ground(tmp_path, NEIGHBOURHOOD)).read("/ar/s/north")
    assert (page.all("html")[0]["lang"], page.all("html")[0]["dir"]) == ("ar", "rtl")
    assert '<span lang="en" dir="ltr">Next</span>' in page.text
    assert "form:has" in page.text
    assert len(page.all("select")) == 1


@pytest.mark.parametrize(("instrument", "least"), [(YOUTH, 1), (NEIGHBOURHOOD, 2)])
def test_beside_every_text_box_it_says_that_words_are_passed_on(
    tmp_path: Path, visit: Visit, instrument: Path, least: int
) -> None:
    survey = visit(make_ground(tmp_path, instrument)).read("/")
    boxes = len(survey.all("textarea"))
    assert boxes >= least
    warning = "Your words are passed on just as you write them. Leave out names and places"
    assert survey.words().count(warning) == boxes


def test_a_write_in_has_a_label_that_is_seen(visitor: Visitor) -> None:
    page = visitor.read("/")
    fields = [f for f in page.all("input") if f.get("name", "").endswith("o") and f["name"] != "o"]
    labelled = page.text.count('<label class="oth">Who or what?<input name=')
    assert labelled == len(fields) >= 1
    assert not any("aria-label" in field for field in fields)


def test_without_a_script_the_page_says_what_a_lost_connection_takes(visitor: Visitor) -> None:
    text = visitor.read("/").text
    last = text[text.index("<noscript>") : text.index("</noscript>")]
    assert "If sending fails, your answers are gone." in last
    assert text.index("</noscript>") < text.index(">Send</button>")


def test_it_says_what_a_change_of_language_costs(survey: Document) -> None:
    assert survey.words().count("Changing the language starts over.") == 1
