"""Numbers and addresses are made ready to call, whatever was typed; none is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.desk.reach import address_in, numbers_in
from admin.desk.reading import Sheet, reaches
from survey_app.ballot import Letter


@pytest.mark.parametrize(
    ("typed", "shown", "call", "hint"),
    [
        ("(213) 555-0142", "(213) 555-0142", "tel:+1-213-555-0142", ""),
        ("2135550142", "(213) 555-0142", "tel:+1-213-555-0142", ""),
        ("1-213-555-0142", "(213) 555-0142", "tel:+1-213-555-0142", ""),
        ("+44 20 7946 0958", "+44 20 7946 0958", "tel:+44-20-7946-0958", ""),
        ("2135550142 ext 4", "(213) 555-0142 ext. 4", "tel:+1-213-555-0142;ext=4", ""),
        ("213 555 014", "213 555 014", "tel:213555014", "This number may lack a digit."),
        ("213555014299", "213555014299", "tel:213555014299", "This number may have a digit too many."),
        ("555-0199", "555-0199", "tel:5550199", "This number has no area code."),
        ("(000) 000-0000", "(000) 000-0000", "tel:+1-0000000000", "This number looks unusual."),
        ("२१३ ५५५ ०१४", "२१३ ५५५ ०१४", "tel:213555014", "This number may lack a digit."),
    ],
)
def test_a_number_is_shown_as_people_write_it(typed: str, shown: str, call: str, hint: str) -> None:
    found = numbers_in(typed)
    assert found.typed == typed
    assert [(one.shown, one.call, one.hint) for one in found.found] == [(shown, call, hint)]


def test_several_numbers_with_words_between_are_all_found() -> None:
    found = numbers_in("mom 213-555-0142 or my aunt 310-555-0188 after 5").found
    assert [one.text for one in found] == ["sms:+12135550142", "sms:+13105550188"]


@pytest.mark.parametrize(
    "typed", ["ask at school", "-", "12", "do not call 911", "call me 555-CALL", "1-800-FLOWERS"]
)
def test_where_there_is_no_number_it_is_said(typed: str) -> None:
    found = numbers_in(typed)
    assert (found.found, found.hint) == ((), "There is no whole number in what was typed.")


@pytest.mark.parametrize(
    ("typed", "mail", "hint"),
    [
        ("jordan@example.com", "mailto:jordan@example.com", ""),
        ("o'neil+x@example.org", "mailto:o%27neil%2Bx@example.org", ""),
        ("jordan@exámple.com", "mailto:jordan@ex%C3%A1mple.com", ""),
        ("jordan@", "", "This may not be a whole address."),
        ("jordan@example.com?bcc=x@y.z", "", "This may not be a whole address."),
        ("javascript:alert(1)", "", "This may not be a whole address."),
        ("", "", ""),
    ],
)
def test_an_address_is_checked_kindly(typed: str, mail: str, hint: str) -> None:
    found = address_in(typed)
    assert (found.typed, found.mail, found.hint) == (typed, mail, hint)


@given(st.text(max_size=200))
def test_whatever_was_typed_is_answered_and_links_nowhere_else(typed: str) -> None:
    for one in numbers_in(typed).found:
        assert one.call.startswith("tel:")
        assert one.text.startswith("sms:")
        assert set(one.call[4:]) <= set("+-;=ext0123456789.")
    assert address_in(typed).mail[:7] in ("", "mailto:")


KINDS = ("name", "phone", "email", "ways", "times", "discreet", "topic", "note", "keep_out", "odd")
VALUES = st.one_of(st.text(max_size=60), st.lists(st.text(max_size=9), max_size=4).map(tuple))


@given(
    st.dictionaries(st.sampled_from([f"contact_{kind}" for kind in KINDS]) | st.text(max_size=9), VALUES),
    st.text(max_size=12),
)
def test_whatever_stands_in_a_letter_is_answered(fields: dict[str, str], language: str) -> None:
    sheet = Sheet(Letter(language, "x", "0" * 64, fields), None)
    outline = sheet.outline()
    for reach in reaches(sheet.person(), outline):
        assert reach.link.partition(":")[0] in ("tel", "sms", "mailto")


@pytest.mark.parametrize(
    ("code", "name"),
    [("en", "English"), ("es", "Spanish"), ("zh_hans", "Chinese (Simplified)"), ("xx", "xx")],
)
def test_a_language_is_called_by_its_name(code: str, name: str) -> None:
    assert Sheet(Letter(code, "x", "0" * 64, {}), None).outline().language == name
