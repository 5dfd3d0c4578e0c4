"""How carefully a survey was filled in: counted at the release, told of all together, never of one."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.scoring.blocks import blocks
from admin.scoring.patterns import Patterns, tally
from admin.scoring.quality import ANSWERED, STRAIGHT, quality
from admin.scoring.quality_summary import QualitySummary, judge
from admin.scoring.suppression import Shown
from survey_app.ballot import Ballot
from survey_app.coding import encode
from survey_app.instrument.conditions import Answer

from .builders import appendix_b
from .test_summary import leaves

PRINTED = appendix_b()
STATEMENTS = tuple(
    f"{block}{row}" for block, last in (("eng", 3), ("voi", 6), ("cul", 3)) for row in range(1, last + 1)
)
ALIKE = dict.fromkeys(STATEMENTS, "3")
MIXED = ALIKE | {"voi6": "5"}
Answers = Mapping[str, Answer]


def release(ballots: Sequence[Answers]) -> dict[str, Patterns]:
    """What a release of these ballots counts."""
    rows = [encode(PRINTED, Ballot(PRINTED.hash, "en", dict(ballot))) for ballot in ballots]
    sheet = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1)
    return tally(blocks(PRINTED), sheet) | quality(PRINTED, sheet)


def judged(*releases: Sequence[Answers], k: int = 11) -> QualitySummary:
    return judge(PRINTED, [release(ballots) for ballots in releases], k, "en")


def skipped(found: QualitySummary, item: str) -> tuple[str, str]:
    (one,) = [one for one in found.skipped if one.id == item]
    return one.share.text, one.n.text


def test_who_answers_ten_statements_all_alike_is_counted_and_stays_in_every_number() -> None:
    found = judged([ALIKE] * 10 + [MIXED] * 30)
    assert (found.straight.text, found.statements_n.text, found.n.text) == ("25%", "40", "40")


@pytest.mark.parametrize("answered", [9, 10])
def test_fewer_than_ten_statements_alike_say_nothing(answered: int) -> None:
    few = dict.fromkeys(STATEMENTS[:answered], "4")
    counts = quality_codes([few] * 12, STRAIGHT.id)
    assert counts == ({0: 12} if answered < 10 else {2: 12})


def quality_codes(ballots: Sequence[Answers], block: str) -> dict[int, int]:
    found = release(ballots)[block]
    return dict(zip(found.rows()[:, 0].tolist(), found.counts.tolist(), strict=True))


def test_other_questions_do_not_count_as_statements() -> None:
    nine = dict.fromkeys(STATEMENTS[:9], "4") | {"contact_frequency": "never", "supported_by": ("none",)}
    assert quality_codes([nine], STRAIGHT.id) == {0: 1}
    assert quality_codes([nine], ANSWERED.id) == {11: 1}


def test_half_answered_so_many_questions_or_more() -> None:
    found = judged([ALIKE] * 20 + [{"eng1": "1"}] * 20)
    assert (found.median.text, found.questions) == ("12", 24)
    assert judged([ALIKE] * 19 + [{"eng1": "1"}] * 20).median.text == "1"


def test_what_was_skipped_is_told_question_by_question_in_the_order_of_the_survey() -> None:
    found = judged([MIXED] * 30 + [{"supported_by": ("advocate",)}] * 30)
    assert [one.number for one in found.skipped] == list(range(1, 25))
    assert skipped(found, "eng1") == ("50%", "60")
    assert skipped(found, "supported_by") == ("50%", "60")
    assert skipped(found, "col1") == ("fewer than 11", "60")


def test_none_of_these_ticked_with_others_is_told_of_those_who_ticked_anything() -> None:
    both, one = {"supported_by": ("advocate", "none")}, {"supported_by": ("advocate",)}
    (conflict,) = judged([both] * 10 + [one] * 30 + [ALIKE] * 20).conflicts
    assert (conflict.share.text, conflict.n.text) == ("25%", "40")


def test_ten_responses_are_told_like_none() -> None:
    hidden = judged([ALIKE] * 10)
    assert {str(leaf) for _, leaf in shown(hidden)} == {"fewer than 11"}
    assert hidden == judged()


def shown(found: QualitySummary) -> list[tuple[str, Shown]]:
    return [(name, leaf) for name, leaf in leaves(found) if isinstance(leaf, Shown)]


SOME = st.lists(
    st.sampled_from([ALIKE, MIXED, {"eng1": "1"}, {"supported_by": ("none",)}, {"col1": "2"}]),
    min_size=11,
    max_size=30,
)


@given(st.lists(SOME, min_size=2, max_size=5))
@settings(max_examples=30, deadline=None)
def test_no_base_moves_by_fewer_than_k_from_one_release_to_the_next(history: list[list[Answers]]) -> None:
    releases = [release(ballots) for ballots in history]
    states = [judge(PRINTED, releases[:size], 11, "en") for size in range(1, len(releases) + 1)]
    for before, after in itertools.pairwise(states):
        for one, other in zip(bases(before), bases(after), strict=True):
            assert other == one or other - one >= 11


def bases(found: QualitySummary) -> list[float]:
    every = [found.n, found.statements_n, *(one.n for one in (*found.skipped, *found.conflicts))]
    return [one.value or 0 for one in every]


def test_only_shown_numbers_and_the_surveys_own_leave() -> None:
    for name, leaf in leaves(judged([ALIKE] * 40)):
        assert not isinstance(leaf, int | float) or name in {"number", "questions"}, name


def test_a_release_made_before_these_counts_existed_leaves_them_out() -> None:
    old = {name: found for name, found in release([ALIKE] * 20).items() if not name.startswith("quality.")}
    found = judge(PRINTED, [old, release([MIXED] * 12)], 11, "en")
    assert (found.statements_n.text, found.n.text) == ("12", "12")
    assert skipped(found, "eng1")[1] == "32"


def test_the_quality_of_parts_adds_up_to_that_of_the_whole() -> None:
    some, others = [ALIKE] * 5 + [MIXED], [{"eng1": "2"}] * 7
    whole = release([*some, *others])
    parts = [release(some), release(others)]
    for block in (ANSWERED.id, STRAIGHT.id):
        assert whole[block] == Patterns.total(part[block] for part in parts)
    assert dataclasses.is_dataclass(whole[ANSWERED.id])
