"""A form becomes a ballot: only what the instrument allows, only clean words, and never an exception."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.builders import NEIGHBOURHOOD, SHIPPED, Form, snapshot_of
from survey_app.ballot import (
    CONTACT_LENGTH,
    OTHER_LENGTH,
    Ballot,
    clean,
    clean_letter,
    contact_names,
    field_names,
    pack_letter,
    unpack_letter,
)
from survey_app.plaintext import MARKS_MAX, clean_text

SNAPSHOT = snapshot_of(SHIPPED)
NAMES = field_names(SNAPSHOT)
TOWN = snapshot_of(NEIGHBOURHOOD)


def ballot(**fields: str | list[str]) -> Ballot:
    sent = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
    return clean(SNAPSHOT, Form(sent), "en")


def town(**answers: str | list[str]) -> Ballot:
    """A ballot of the second instrument, its fields called by question id."""
    names = field_names(TOWN)
    sent = {names[key]: value if isinstance(value, list) else [value] for key, value in answers.items()}
    return clean(TOWN, Form(sent), "ar")


def test_field_names_are_neutral_and_in_printed_order() -> None:
    assert list(NAMES.values()) == [f"a{number}" for number in range(1, 26)]
    assert (NAMES["eng1"], NAMES["supported_by"], NAMES["anything_else"]) == ("a1", "a8", "a25")
    kinds = ["name", "phone", "email", "ways", "times", "discreet", "topic", "note", "keep_out"]
    assert contact_names(SNAPSHOT) == {f"contact_{kind}": f"c{n}" for n, kind in enumerate(kinds, 1)}


def test_nothing_answered_is_an_empty_ballot() -> None:
    assert ballot().is_empty
    assert ballot(a25="  \n ").is_empty
    assert not ballot(a1="1").is_empty


def test_answers_are_kept_under_their_question() -> None:
    found = ballot(a1="5", a4="never", a8=["advocate", "social_worker"], a25="Thank you")
    assert found.answers == {
        "eng1": "5",
        "contact_frequency": "never",
        "supported_by": ("social_worker", "advocate"),
        "anything_else": "Thank you",
    }
    assert (found.snapshot, found.language) == (SNAPSHOT.hash, "en")


@pytest.mark.parametrize("value", ["0", "6", "05", "5.0", " 5", "Strongly agree", "", "never", "5\0"])
def test_a_value_outside_the_scale_is_missing(value: str) -> None:
    assert ballot(a1=value).is_empty


def test_two_different_answers_to_one_question_are_none() -> None:
    assert ballot(a1=["4", "5"]).is_empty
    assert ballot(a1=["5", "5"]).answers == {"eng1": "5"}


def test_unknown_fields_are_dropped() -> None:
    assert ballot(a26="x", eng1="5", a0="1", n="nonce", a1o="words").is_empty


def test_an_unknown_option_is_dropped_and_the_others_kept() -> None:
    assert ballot(a8=["advocate", "teacher", "<b>"]).answers == {"supported_by": ("advocate",)}


def test_a_write_in_is_kept_with_its_tick_only() -> None:
    assert ballot(a8=["other"], a8o="My coach").answers["supported_by__other"] == "My coach"
    assert ballot(a8=["advocate"], a8o="My coach").answers == {"supported_by": ("advocate",)}
    assert len(str(ballot(a8=["other"], a8o="x" * 900).answers["supported_by__other"])) == OTHER_LENGTH


def test_an_unknown_language_becomes_the_source_language() -> None:
    assert clean(SNAPSHOT, Form(), "../x").language == "en"
    assert clean(SNAPSHOT, Form(), "es").language == "es"


@pytest.mark.parametrize(("sent", "kept"), [("7", 7), (" 7 ", 7), ("\u0667", 7), ("0", 0), ("80", 80)])
def test_a_number_is_read(sent: str, kept: int) -> None:
    assert town(goes_out="yes", hours_out=sent).answers["hours_out"] == kept


@pytest.mark.parametrize("sent", ["81", "-1", "7.5", "1e1", "", "seven", "²", "--7", "9" * 5000])
def test_what_is_no_number_in_range_is_missing(sent: str) -> None:
    assert "hours_out" not in town(goes_out="yes", hours_out=sent).answers


def test_what_the_page_hid_is_not_kept() -> None:
    assert town(goes_out="no", hours_out="9", when_out="morning").answers == {"goes_out": "no"}
    assert "when_out" not in town(goes_out="yes", hours_out="4", when_out="morning").answers
    assert town(goes_out="yes", hours_out="5", when_out="morning").answers["when_out"] == "morning"


def test_any_of_several_conditions_shows_a_question() -> None:
    assert town(wish="A pool").is_empty
    assert town(liked_places=["none"], wish="A pool").answers["wish"] == "A pool"
    assert town(street1="2", wish="A pool").answers["wish"] == "A pool"
    assert town(liked_places=["park"], best_memory="Trees", wish="A pool").answers["wish"] == "A pool"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\0b\x07c\x1b[31m", "abc[31m"),
        ("a\u2028b\u2029c", "abc"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree four"),
        ("cafe\u0301", "caf\u00e9"),
        ("\ud83d alone", "alone"),
        ("👩‍👩‍👧 🏳️‍🌈 ❤️", "👩‍👩‍👧 🏳️‍🌈 ❤️"),
        ("<script>{{7*7}}</script>", "<script>{{7*7}}</script>"),
        ("'; DROP TABLE ballots; --", "'; DROP TABLE ballots; --"),
    ],
)
def test_words_are_cleaned_but_never_rewritten(sent: str, kept: str) -> None:
    assert ballot(a25=sent).answers == {"anything_else": kept}


def test_one_over_the_limit_is_cut_at_a_code_point() -> None:
    assert ballot(a25="é" * 1999 + "👍👍").answers == {"anything_else": "é" * 1999 + "👍"}


def test_a_cut_leaves_no_space_behind() -> None:
    assert clean_text("  ab cd", 3) == "ab"


def test_a_tower_of_marks_is_bounded() -> None:
    tower = "a" + "\u0301" * 5000 + "b"
    assert clean_text(tower, 2000) == "\u00e1" + "\u0301" * (MARKS_MAX - 1) + "b"


@given(st.text("ae\u00e9\u1ec7\ud55c\u0627\u0623\u0915\u093e👍🏽\u200d\ufe0f \n", max_size=200))
def test_composed_and_decomposed_words_are_equal(words: str) -> None:
    composed = clean_text(unicodedata.normalize("NFC", words), 2000)
    assert composed == clean_text(unicodedata.normalize("NFD", words), 2000)


@given(st.text(max_size=300))
def test_clean_words_are_in_normal_form_and_stay_as_they_are(words: str) -> None:
    once = clean_text(words, 250)
    assert unicodedata.is_normalized("NFC", once)
    assert clean_text(once, 250) == once
    assert len(once) <= 250


def letter(**fields: str | list[str]) -> dict[str, str | tuple[str, ...]]:
    """What is kept of a contact form, its fields called by kind."""
    names = contact_names(SNAPSHOT)
    sent = {names[f"contact_{key}"]: v if isinstance(v, list) else [v] for key, v in fields.items()}
    kept = clean_letter(SNAPSHOT, Form(sent), "en", "north-1").fields
    return {key.removeprefix("contact_"): value for key, value in kept.items()}


def test_a_letter_names_its_questions_and_keeps_names_and_numbers_in_one_line() -> None:
    form = Form({"c1": [" Sam\nSmith "], "c2": ["\u0660\u0661 555"], "c3": ["x" * 900], "c10": ["dropped"]})
    found = clean_letter(SNAPSHOT, form, "es", "north-1")
    assert found.fields == {
        "contact_name": "Sam Smith",
        "contact_phone": "\u0660\u0661 555",
        "contact_email": "x" * CONTACT_LENGTH["email"],
    }
    assert (found.language, found.box, found.snapshot) == ("es", "north-1", SNAPSHOT.hash)
    assert not found.is_empty
    assert clean_letter(SNAPSHOT, Form(), "en", "north-1").is_empty


def test_ticks_of_a_letter_are_codes_in_printed_order() -> None:
    assert letter(ways=["voicemail", "text", "text"], times="evening", topic=["talk", "resources"]) == {
        "ways": ("text", "voicemail"),
        "times": ("evening",),
        "topic": ("resources", "talk"),
    }


def test_what_a_letter_cannot_say_is_dropped_and_the_rest_kept() -> None:
    assert letter(ways=["pigeon", "<b>", "TEXT", "\0"], times="", topic="text", discreet="1") == {}
    assert letter(ways=["pigeon", "call"], discreet=["yes", "no"]) == {"ways": ("call",), "discreet": "yes"}
    assert letter(name=["Rosa", "Ana"], phone=["555 0100", "555 0100"]) == {"phone": "555 0100"}


HOSTILE = {
    "right to left": ("\u0645\u0631\u064a\u0645", "\u0645\u0631\u064a\u0645"),
    "bidi override": ("\u202eanA\u202c", "anA"),
    "nul": ("A\0na\u2028", "Ana"),
    "emoji": ("\U0001f469\u200d\U0001f467 Zoe\u0308", "\U0001f469\u200d\U0001f467 Zo\u00eb"),
    "five thousand": ("\U0001f600" * 5000, "\U0001f600" * 200),
    "a mark at the cut": ("x" * 199 + "e\u0301" + "y" * 50, "x" * 199 + "\u00e9"),
}


@pytest.mark.parametrize(("written", "kept"), HOSTILE.values(), ids=HOSTILE)
def test_a_name_is_kept_as_a_name(written: str, kept: str) -> None:
    assert letter(name=written) == {"name": kept}


def test_a_note_keeps_its_lines() -> None:
    assert letter(note="one\r\n\r\ntwo ", keep_out="Ana\nBo") == {"note": "one\n\ntwo", "keep_out": "Ana\nBo"}


FIELDS = [*NAMES.values(), *contact_names(SNAPSHOT).values(), "a8o", "n", "v", "_charset_"]
KEYS = st.sampled_from(FIELDS) | st.text(max_size=6)
CODES = st.sampled_from(["1", "5", "none", "other", "yes", "7", "park", "call", "talk"])
BYTES = st.binary(max_size=20).map(lambda raw: raw.decode("latin-1"))
VALUES = st.lists(CODES | st.text(max_size=40) | BYTES, max_size=4)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=30))
def test_no_form_raises_and_every_answer_is_one_that_could_be_given(sent: dict[str, list[str]]) -> None:
    form = Form(sent)
    for snapshot in (SNAPSHOT, TOWN):
        found = clean(snapshot, form, "en")
        allowed = {question.id: question for question in snapshot.items()}
        for key, answer in found.answers.items():
            question = allowed[key.removesuffix("__other")]
            codes = {option.value for option in question.options}
            if codes and not key.endswith("__other"):
                assert codes.issuperset({answer} if isinstance(answer, str) else set(answer))  # type: ignore[arg-type]
        kept = clean_letter(snapshot, form, "en", "box")
        assert unpack_letter(pack_letter(kept)) == kept
        offered = {q.id: {option.value for option in q.options} for q in snapshot.items("separate")}
        for key, said in kept.fields.items():
            assert isinstance(said, str) or offered[key].issuperset(said)
