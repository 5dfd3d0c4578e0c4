"""Answers stand in a row only where every word of every label fits in full."""

from survey_app.fit import NARROWEST, row_width

ENGLISH = ["Strongly disagree", "Disagree", "Neither agree or disagree", "Agree", "Strongly agree"]
SPANISH = [
    "Muy en desacuerdo",
    "En desacuerdo",
    "Ni de acuerdo ni en desacuerdo",
    "De acuerdo",
    "Muy de acuerdo",
]
ROOM = {width: (width - 24) / 16 for width in (320, 360, 390, 412)}
"""The column in em on phones of these widths."""


def test_english_agreement_fits_from_360_pixels_on() -> None:
    assert ROOM[320] < row_width(ENGLISH) <= ROOM[360]


def test_spanish_agreement_needs_a_wider_phone() -> None:
    assert ROOM[360] < row_width(SPANISH) <= ROOM[412]


def test_longer_words_need_more_room_and_too_long_ones_never_stand_in_a_row() -> None:
    words = ["Nichtzutreffend", "Teilweise", "Zutreffend", "Ja", "Nein"]
    assert row_width(words) > row_width(ENGLISH)
    assert row_width([*words, "Rechtsschutzversicherungsgesellschaft"]) == 0


def test_no_row_is_narrower_than_a_thumb_can_use() -> None:
    assert row_width(["No", "Yes"]) == NARROWEST


def test_more_than_seven_answers_or_a_single_one_are_stacked() -> None:
    assert row_width(["a"] * 8) == row_width(["a"]) == 0


def test_marks_on_letters_need_no_room_and_scripts_without_spaces_may_break() -> None:
    assert row_width(["de\u0301saccord"] * 5) == row_width(["desaccord"] * 5)
    assert 0 < row_width(["既不同意也不反对不同意也不反对"] * 5) < 30
