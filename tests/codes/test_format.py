"""The code on a card: 74 bits, typed in any way, and no single slip of the finger makes another one."""

from __future__ import annotations

import math
import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.cards import ALPHABET, LENGTH, TYPED, completed, grouped, is_sound, read, sent
from tests.codes.builders import STRANGER, spoilt

CODES = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(completed)
BETWEEN = st.text(" -\t\u2013\u00a0", max_size=2)


def test_there_are_far_too_many_codes_to_try() -> None:
    assert math.log2(len(ALPHABET) ** (LENGTH - 1)) > 74
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
    assert not set(ALPHABET) & set("ILOUV")


@given(CODES)
def test_every_code_is_sound_and_is_read_as_it_is_printed(code: str) -> None:
    assert is_sound(code)
    assert read(grouped(code)) == sent([grouped(code)]) == code
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", grouped(code))


@given(CODES, st.lists(BETWEEN, min_size=LENGTH, max_size=LENGTH))
def test_it_may_be_typed_with_small_letters_spaces_and_letters_that_look_alike(
    code: str, between: list[str]
) -> None:
    alike = code.translate(str.maketrans({"1": "i", "0": "o"}))
    typed = "".join(space + letter for space, letter in zip(between, alike.lower(), strict=True))
    assert read(typed) == code
    assert read(typed.replace("i", "L")) == code


@given(CODES, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_noticed(code: str, place: int, letter: str) -> None:
    slip = code[:place] + letter + code[place + 1 :]
    assert is_sound(slip) == (slip == code)


@given(CODES)
def test_two_letters_that_changed_places_are_noticed(code: str) -> None:
    for one, other in combinations(range(LENGTH), 2):
        letters = list(code)
        letters[one], letters[other] = letters[other], letters[one]
        assert is_sound("".join(letters)) == (code[one] == code[other])


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", STRANGER[:-1], STRANGER + "2", "U" + STRANGER[1:], "\0", "é" * 16, "ß" * 16, "٣" * 16,
        "9" * 10_000,
    ],
)
def test_what_is_no_whole_code_is_none(typed: str) -> None:
    assert read(typed) == sent([typed]) == ""


def test_a_slip_two_answers_or_none_is_no_code() -> None:
    assert sent([STRANGER]) == STRANGER
    assert sent([STRANGER, STRANGER]) == STRANGER
    assert sent([spoilt(STRANGER)]) == sent([STRANGER, ""]) == sent([]) == ""


@given(st.text())
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    code = sent([typed])
    assert code == "" or is_sound(code)


@given(CODES)
def test_the_browser_takes_what_we_take(code: str) -> None:
    """The pattern of the field, read by Python's engine: it means the same there."""
    assert re.fullmatch(TYPED, grouped(code).lower())
    assert re.fullmatch(TYPED, f" {code[:8]} {code[8:]} ")
    assert not re.fullmatch(TYPED, code[:-1])
    assert not re.fullmatch(TYPED, code[:-1] + "U")
