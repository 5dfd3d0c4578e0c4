"""Every rule finds its fault, says it in one kind sentence, and finds nothing where nothing is wrong."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kernel.builders import HERE, NEIGHBOURHOOD, SHIPPED, base, changed, compiled_translations, written
from survey_app.instrument import reading, shape
from survey_app.instrument.checks import CATALOG_RULES, REASON_RULE, RULES, check_translations
from survey_app.instrument.loading import InstrumentError, load_instrument, problems_of
from survey_app.instrument.texts import Catalog, strings

FIXTURES = sorted((HERE / "invalid").glob("*.json"))
BILINGUAL = {"languages": ["en", "es"], "help_resources.0.languages": ["en", "es"]}


def spoilt_catalog(says: dict[str, Any], path: Path) -> tuple[str, ...]:
    instrument = load_instrument(path)
    texts = {key: str(text) for key, text in strings(instrument).items()} | says.get("texts", {})
    kept = {key: text for key, text in texts.items() if key not in says.get("without", [])}
    catalog = Catalog(kept, says.get("status", "reviewed"), says.get("fault", ""))
    return tuple(map(str, check_translations(instrument, {"es": catalog}, path.name)))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_one_fault_gives_exactly_its_sentence(fixture: Path, tmp_path: Path) -> None:
    spoilt = json.loads(fixture.read_text("utf-8"))
    if "catalog" in spoilt:
        found = spoilt_catalog(spoilt["catalog"], written(tmp_path, changed(base(), BILINGUAL)))
    else:
        found = tuple(map(str, problems_of(written(tmp_path, changed(base(), spoilt["set"])))))
    assert found == (spoilt["says"],)
    assert f" {fixture.stem})" in spoilt["says"]


def test_every_rule_has_a_fixture() -> None:
    known = {*RULES, *CATALOG_RULES, REASON_RULE, *shape.RULES}
    assert {path.stem for path in FIXTURES} == known
    assert not known & set(reading.RULES)


def test_the_sound_instrument_has_no_problem() -> None:
    assert problems_of(HERE / "base.json") == ()


def test_all_errors_are_told_at_once(tmp_path: Path) -> None:
    spoilt = changed(base(), {"version": "one", "constructs.0.items.0.item": "row9", "title": "A [blank]"})
    with pytest.raises(InstrumentError) as caught:
        load_instrument(written(tmp_path, spoilt))
    rules = {problem.rule for problem in caught.value.problems}
    assert rules == {"version", "construct_member", "leftover_bracket"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"placeholders.0.default": "our {agency}"}, 'A placeholder cannot hold "{agency}".'),
        ({"placeholders.0.default": ""}, 'The wording "placeholder.agency" is empty'),
        ({"sections.0.items.0.rows.1.text": ""}, 'section "First part", row2: The wording "row2.'),
        ({"sections": [], "constructs": []}, "sections: No section asks anything."),
    ],
)
def test_the_sentence_names_the_place(changes: dict[str, Any], says: str, tmp_path: Path) -> None:
    found = problems_of(written(tmp_path, changed(base(), changes)))
    assert any(says in str(each) for each in found)


def test_a_proper_name_needs_no_translation(tmp_path: Path) -> None:
    instrument = load_instrument(written(tmp_path, changed(base(), BILINGUAL)))
    texts = {key: str(text) for key, text in strings(instrument).items() if key != "placeholder.agency"}
    assert check_translations(instrument, {"es": Catalog(texts, "reviewed")}) == ()
    phrase = msgspec.structs.replace(instrument.placeholders[0], kind="phrase")
    changed_kind = msgspec.structs.replace(instrument, placeholders=(phrase,))
    (found,) = check_translations(changed_kind, {"es": Catalog(texts, "reviewed")})
    assert found.rule == "missing_translation"


def test_a_warning_does_not_stop_an_instrument(tmp_path: Path) -> None:
    path = written(tmp_path, changed(base(), {"sections.0.items.0.rows.1.text": "I don't set goals."}))
    assert load_instrument(path).id == "small_one"


TIMES = {"kind": "contact", "id": "when", "text": "When?", "field": "times", "response_set": "often"}
THIRTEEN = [{"value": f"t{n}", "text": f"At {n}"} for n in range(13)]


@pytest.mark.parametrize(
    ("changes", "rule", "says"),
    [
        ({"sections.2.items.0.response_set": "places"}, "contact_ticks", '"phone" has no response set.'),
        ({"sections.2.items.+": TIMES | {"response_set": "agreement"}}, "contact_ticks", "does not suit"),
        (
            {"sections.2.items.+": TIMES, "response_sets.often": {"kind": "nominal", "options": THIRTEEN}},
            "contact_ticks",
            "does not suit",
        ),
        ({"sections.2.items.+": TIMES}, "unknown_response_set", 'no response set called "often"'),
        (
            {"source_language": "es", "languages": ["es"], "help_resources.0.languages": ["es"]},
            "safeguarding",
            'the source language is "es"',
        ),
    ],
)
def test_a_contact_field_that_no_desk_could_read_is_refused(
    changes: dict[str, Any], rule: str, says: str, tmp_path: Path
) -> None:
    found = problems_of(written(tmp_path, changed(base(), changes)))
    assert {problem.rule for problem in found if problem.level == "E"} == {rule}
    assert all(says in str(problem) for problem in found)


@pytest.mark.parametrize("key", ["negation", "negation:row2"])
def test_a_reason_turns_a_warning_into_a_note(key: str, tmp_path: Path) -> None:
    changes = {"sections.0.items.0.rows.1.text": "I don't set goals.", "lint_ok": {key: "Printed so."}}
    (found,) = problems_of(written(tmp_path, changed(base(), changes)))
    assert (found.level, found.remedy) == ("I", "Accepted: Printed so.")


def test_a_reason_for_another_item_changes_nothing(tmp_path: Path) -> None:
    changes = {"sections.0.items.0.rows.1.text": "I don't set goals.", "lint_ok": {"negation:row1": "No."}}
    (found,) = problems_of(written(tmp_path, changed(base(), changes)))
    assert found.level == "W"


def test_a_reason_never_excuses_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, changed(base(), {"version": "one", "lint_ok": {"version": "We like it."}}))
    assert [found.level for found in problems_of(path)] == ["E", "W"]


def test_a_condition_on_a_section_that_is_switched_off_is_refused(tmp_path: Path) -> None:
    (found,) = problems_of(written(tmp_path, changed(base(), {"sections.0.enabled": False})))
    assert (found.rule, found.item) == ("show_if_item", "words")
    assert "whose section is switched off" in found.message


def test_a_condition_without_codes_is_refused(tmp_path: Path) -> None:
    changes = {"sections.1.items.2.show_if": {"item": "where", "none_of": []}}
    path = written(tmp_path, changed(base(), changes))
    assert [found.rule for found in problems_of(path)] == ["show_if_shape"]


@pytest.mark.parametrize(
    "wording",
    ["City", "Case number", "Your first name", "Date of birth:", "Phone", "¿Tu nombre?", "Which school?"],
)
def test_a_wording_that_identifies_is_refused(wording: str, tmp_path: Path) -> None:
    path = written(tmp_path, changed(base(), {"sections.1.items.2.text": wording}))
    assert [found.rule for found in problems_of(path)] == ["identifying_wording"]


def test_a_statement_about_names_is_no_question_for_a_name(tmp_path: Path) -> None:
    statement = "They use my correct name and pronouns."
    path = written(tmp_path, changed(base(), {"sections.0.items.0.rows.0.text": statement}))
    assert problems_of(path) == ()


def test_an_escape_sequence_in_a_file_does_not_reach_the_terminal(tmp_path: Path) -> None:
    path = written(tmp_path, changed(base(), {"sections.0.title": "\x1b[2JFirst"}))
    assert all(str(found).isprintable() for found in problems_of(path))


def test_the_shipped_instrument_warns_only_of_what_a_county_must_do(tmp_path: Path) -> None:
    found = problems_of(SHIPPED, compiled_translations(tmp_path))
    assert {problem.rule for problem in found if problem.level != "I"} == {
        "help_unverified",
        "unreviewed_translation",
    }


def test_the_second_instrument_only_lacks_a_review() -> None:
    found = problems_of(NEIGHBOURHOOD, Path("translations"))
    assert [problem.rule for problem in found] == ["unreviewed_translation"]
