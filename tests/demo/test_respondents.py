"""The simulated respondents: reproducible, correlated, tired towards the end, and invented."""

import re
from pathlib import Path
from statistics import correlation, fmean

import pytest

from admin import phrases
from admin.respondents import Respondents, Sheet
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import Snapshot, freeze

INSTRUMENT = Path(__file__).parents[2] / "instruments" / "youth_probation_services.json"


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return freeze(load_instrument(INSTRUMENT), {})


@pytest.fixture(scope="module")
def sheets(snapshot: Snapshot) -> list[Sheet]:
    people = Respondents(snapshot, seed=1)
    return [people.sheet("north", "spring", number) for number in range(600)]


def codes(sheets: list[Sheet], item: str) -> list[int]:
    return [int(str(sheet.answers[item])) for sheet in sheets if item in sheet.answers]


def pairs(sheets: list[Sheet], one: str, other: str) -> tuple[list[int], list[int]]:
    both = [sheet for sheet in sheets if one in sheet.answers and other in sheet.answers]
    return codes(both, one), codes(both, other)


def test_the_same_seed_gives_the_same_answers_and_another_seed_others(snapshot: Snapshot) -> None:
    one = Respondents(snapshot, seed=1).sheet("north", "spring", 5)
    assert one == Respondents(snapshot, seed=1).sheet("north", "spring", 5)
    assert one != Respondents(snapshot, seed=2).sheet("north", "spring", 5)


def test_items_of_one_section_go_together_more_than_items_of_two(sheets: list[Sheet]) -> None:
    within = correlation(*pairs(sheets, "eng1", "eng2"))
    between = correlation(*pairs(sheets, "eng1", "con2"))
    assert within > between + 0.05 > 0.2


def test_the_reversed_item_runs_against_its_section(sheets: list[Sheet]) -> None:
    assert correlation(*pairs(sheets, "srv1", "srv3")) < -0.3


def test_more_questions_are_skipped_towards_the_end_also_by_those_who_reach_it(sheets: list[Sheet]) -> None:
    finishers = [sheet for sheet in sheets if "con4" in sheet.answers]
    assert len(finishers) > len(sheets) * 0.8
    early, late = (
        sum(item not in sheet.answers for sheet in finishers for item in items)
        for items in (("eng1", "eng2", "eng3"), ("con1", "con2", "con3"))
    )
    assert late > 2 * early > 0


def test_units_and_sections_differ_visibly(snapshot: Snapshot) -> None:
    people = Respondents(snapshot, seed=3)
    here, there = (
        [people.sheet(unit, "spring", number) for number in range(300)] for unit in ("north", "valley")
    )

    def mean(sheets: list[Sheet], section: str) -> float:
        return fmean(code for row in (1, 2, 3) for code in codes(sheets, f"{section}{row}"))

    assert abs(mean(here, "eng") - mean(there, "eng")) > 0.4
    assert abs(mean(here, "eng") - mean(here, "col")) > 0.4


def test_some_answer_all_statements_alike_and_some_break_off(sheets: list[Sheet], snapshot: Snapshot) -> None:
    scales = [question.id for question in snapshot.items() if question.kind == "scale_block"]
    given = [[sheet.answers[item] for item in scales if item in sheet.answers] for sheet in sheets]
    assert 10 < sum(len(row) >= 10 and len(set(row)) == 1 for row in given) < 60
    assert 10 < sum(len(row) < 15 for row in given) < 60


def test_none_of_the_above_stands_alone_and_other_comes_with_words(sheets: list[Sheet]) -> None:
    ticked = [sheet.answers["supported_by"] for sheet in sheets if "supported_by" in sheet.answers]
    assert all(ticks == ("none",) for ticks in ticked if "none" in ticks)
    assert any("none" in ticks for ticks in ticked)
    for sheet in sheets:
        assert ("other" in sheet.answers.get("supported_by", ())) == ("supported_by__other" in sheet.answers)


def test_answers_are_only_ever_codes_of_the_instrument(sheets: list[Sheet], snapshot: Snapshot) -> None:
    for question in snapshot.items():
        allowed = {option.value for option in question.options}
        for sheet in sheets:
            answer = sheet.answers.get(question.id)
            if allowed and answer is not None:
                assert set(answer if isinstance(answer, tuple) else (answer,)) <= allowed


def test_comments_follow_the_language_of_the_page(sheets: list[Sheet]) -> None:
    for language in ("en", "es"):
        said = {s.answers.get("anything_else") for s in sheets if s.language == language} - {None}
        assert len(said) > 5
        assert said <= set(phrases.COMMENTS[language])


def test_a_tenth_asks_to_be_contacted_under_invented_names_and_reserved_numbers(sheets: list[Sheet]) -> None:
    letters = [sheet.letter for sheet in sheets if sheet.letter]
    assert 30 < len(letters) < 100
    for letter in letters:
        assert str(letter["contact_name"]).split()[1] in phrases.LAST_NAMES
        assert re.fullmatch(r"\(213\) 555-01\d\d|", str(letter.get("contact_phone", "")))
        assert re.fullmatch(r"[a-z.]+@example\.org|", str(letter.get("contact_email", "")))


def test_those_who_ask_say_what_is_safe_and_about_what(sheets: list[Sheet], snapshot: Snapshot) -> None:
    letters = [sheet.letter for sheet in sheets if sheet.letter]
    asked = {question.id: {o.value for o in question.options} for question in snapshot.items("separate")}
    for item, offered in asked.items():
        said = [letter[item] for letter in letters if item in letter]
        assert said, f"nobody fills in {item}"
        assert len(said) < len(letters) or item == "contact_name"
        ticked = {value for values in said for value in values} if offered else set()
        assert ticked == offered
    assert {letter.get("contact_discreet") for letter in letters} == {None, "yes"}
    assert all(said for letter in letters for said in letter.values())
