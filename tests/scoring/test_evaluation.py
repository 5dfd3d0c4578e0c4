"""Any sheet of any instrument, from text to statistics, against the rules written out by brute force."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from fractions import Fraction
from math import isnan
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.scoring import sheet as sheet_module
from admin.scoring.evaluation import Evaluation, Evaluator
from admin.scoring.layout import Choices, SheetError
from admin.scoring.sheet import Sheet
from survey_app.ballot import Ballot
from survey_app.coding import encode
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.model import Construct, Member, Number, Row, ScaleBlock, Score
from survey_app.instrument.snapshot import Snapshot, freeze

from .builders import ROOT, points, survey

SCALES = (
    *((1, 2, 3, 4, 5), (1, 2, 3, 4), (0, 1), tuple(range(11))),
    *((-2, -1, 0, 1, 2), (5, 4, 3, 2, 1), (0, 0.5, 2)),
)
SMALL = freeze(load_instrument(ROOT / "tests/kernel/base.json"), {})

Answers = Sequence[Sequence[float | None]]


def instrument(scale: Sequence[float], constructs: Sequence[Sequence[Member]], items: int) -> Snapshot:
    """Statements i0, i1 ... on one scale; each construct needs two thirds of its items."""
    rows = tuple(Row(id=f"i{place}", text=f"Statement {place}.") for place in range(items))
    return survey(
        ScaleBlock(id="block", text="How much?", response_set="scale", rows=rows),
        sets={"scale": points(scale)},
        constructs=[
            Construct(
                id=f"c{place}",
                label="A",
                definition="B.",
                items=tuple(members),
                score=Score(min_answered=-(-2 * len(members) // 3)),
            )
            for place, members in enumerate(constructs)
        ],
    )


@st.composite
def studies(draw: st.DrawFn) -> tuple[Sequence[float], list[list[Member]], Answers]:
    """A scale, one or two constructs that may share items in either key, and a sheet of answers."""
    scale = draw(st.sampled_from(SCALES))
    items = draw(st.integers(1, 6))
    constructs = [
        [
            Member(item=f"i{place}", reverse=draw(st.booleans()), weight=draw(st.sampled_from([1, 0.5, 3])))
            for place in sorted(draw(st.sets(st.integers(0, items - 1), min_size=1)))
        ]
        for _ in range(draw(st.integers(1, 2)))
    ]
    row = st.lists(st.sampled_from([None, *scale]), min_size=items, max_size=items)
    return scale, constructs, draw(st.lists(row, min_size=1, max_size=25))


def text(answers: Answers) -> list[str]:
    """The sheet as lines of CSV."""
    header = ",".join(f"i{place}" for place in range(len(answers[0])))
    rows = (",".join('""' if value is None else f"{value:g}" for value in row) for row in answers)
    return [f"{line}\n" for line in (header, *rows)]


def evaluated(snapshot: Snapshot, lines: Sequence[str]) -> tuple[Evaluation, dict[str, list[float]]]:
    """The statistics and the scores of a sheet."""
    sheet = Sheet(lines, snapshot, Choices())
    evaluator = Evaluator(snapshot, sheet.asked)
    scores: dict[str, list[float]] = {name: [] for name in evaluator.constructs}
    for piece in sheet.responses():
        for name, found in evaluator.add(piece).constructs.items():
            scores[name] += found.tolist()
    return evaluator.evaluation(), scores


def by_hand(
    scale: Sequence[float], members: Sequence[Member], row: Sequence[float | None]
) -> Fraction | None:
    """One response's score: the rule of SCORING, word for word."""
    ends = Fraction(str(min(scale))) + Fraction(str(max(scale)))
    keyed = [
        (Fraction(str(member.weight)), ends - exact if member.reverse else exact)
        for member in members
        if (value := row[int(member.item[1:])]) is not None
        for exact in [Fraction(str(value))]
    ]
    if 3 * len(keyed) < 2 * len(members):
        return None
    return sum((weight * value for weight, value in keyed), Fraction()) / sum(weight for weight, _ in keyed)


@settings(deadline=None)
@given(studies())
def test_scores_and_statistics_are_those_of_brute_force(
    study: tuple[Sequence[float], list[list[Member]], Answers],
) -> None:
    scale, constructs, answers = study
    found, scores = evaluated(instrument(scale, constructs, len(answers[0])), text(answers))
    low, high = Fraction(str(min(scale))), Fraction(str(max(scale)))
    for place, members in enumerate(constructs):
        expected = [by_hand(scale, members, row) for row in answers]
        known = [score for score in expected if score is not None]
        numbers = found.constructs[f"c{place}"]
        assert [None if isnan(score) else score for score in scores[f"c{place}"]] == [
            None if score is None else pytest.approx(float(score), abs=1e-12) for score in expected
        ]
        assert (numbers.n, numbers.unscored) == (len(known), len(expected) - len(known))
        assert numbers.positive == sum(score > low + Fraction(5, 8) * (high - low) for score in known)
        if known:
            assert numbers.mean == pytest.approx(fmean(map(float, known)), abs=1e-12)
            assert float(low) - 1e-12 <= numbers.mean <= float(high) + 1e-12
        if len(known) > 1:
            assert numbers.sd == pytest.approx(stdev(map(float, known)), abs=1e-9)


@settings(deadline=None)
@given(studies())
def test_alpha_and_item_numbers_are_those_of_brute_force(
    study: tuple[Sequence[float], list[list[Member]], Answers],
) -> None:
    scale, constructs, answers = study
    found, _ = evaluated(instrument(scale, constructs, len(answers[0])), text(answers))
    for place, members in enumerate(constructs):
        numbers = found.constructs[f"c{place}"]
        columns = [
            [min(scale) + max(scale) - v if member.reverse and v is not None else v for v in column]
            for member in members
            for column in [[row[int(member.item[1:])] for row in answers]]
        ]
        complete = np.array([row for row in zip(*columns, strict=True) if None not in row], np.float64)
        assert numbers.n_complete == len(complete)
        for item, column in zip(numbers.items.values(), columns, strict=True):
            answered = [value for value in column if value is not None]
            assert item.n == len(answered)
            assert item.favourable == sum(2 * value > min(scale) + max(scale) for value in answered)
        if len(complete) > 1 and len(members) > 1 and complete.sum(axis=1).var() > 0:
            k = len(members)
            share = complete.var(axis=0, ddof=1).sum() / complete.sum(axis=1).var(ddof=1)
            assert numbers.alpha == pytest.approx(k / (k - 1) * (1 - share), abs=1e-9)
            assert numbers.alpha <= 1 + 1e-9


@settings(deadline=None)
@given(studies())
def test_the_order_of_rows_and_columns_changes_no_number(
    study: tuple[Sequence[float], list[list[Member]], Answers],
) -> None:
    scale, constructs, answers = study
    snapshot = instrument(scale, constructs, len(answers[0]))
    header, *rows = text(answers)
    turned = [",".join(reversed(line.strip().split(","))) + "\n" for line in (header, *reversed(rows))]
    one, other = evaluated(snapshot, [header, *rows]), evaluated(snapshot, turned)
    assert_near(one[0], other[0])
    for name in one[1]:
        np.testing.assert_array_equal(one[1][name], other[1][name][::-1])


def assert_near(one: Evaluation, other: Evaluation) -> None:
    """Equal but for the last digits, which the order of addition decides."""
    for name, mine in one.constructs.items():
        theirs = asdict(other.constructs[name])
        items = theirs.pop("items")
        for number, value in asdict(mine).items():
            if number == "items":
                assert value == {item: pytest.approx(items[item], abs=1e-9, nan_ok=True) for item in value}
            elif isinstance(value, float):
                assert value == pytest.approx(theirs[number], abs=1e-6, nan_ok=True), number
            else:
                assert value == theirs[number], number


@settings(deadline=None)
@given(studies())
def test_turning_every_key_twice_is_no_change(
    study: tuple[Sequence[float], list[list[Member]], Answers],
) -> None:
    """Once turned, a score s becomes low + high - s; so twice is nothing."""
    scale, constructs, answers = study
    turned = [[Member(item=m.item, reverse=not m.reverse, weight=m.weight) for m in ms] for ms in constructs]
    _, scores = evaluated(instrument(scale, constructs, len(answers[0])), text(answers))
    _, mirrored = evaluated(instrument(scale, turned, len(answers[0])), text(answers))
    for name, found in scores.items():
        back = [min(scale) + max(scale) - score for score in mirrored[name]]
        np.testing.assert_allclose(found, back, rtol=0, atol=1e-12)


@st.composite
def filled_in(draw: st.DrawFn) -> dict[str, str | int | tuple[str, ...]]:
    """Answers to the small instrument as a ballot has them."""
    answers: dict[str, str | int | tuple[str, ...]] = {}
    for row in ("row1", "row2", "row3"):
        answers |= draw(st.sampled_from([{}, {row: "1"}, {row: "2"}, {row: "3"}]))
    ticked = draw(st.sets(st.sampled_from(["home", "none", "other"])))
    answers |= {"where": tuple(sorted(ticked))} if ticked else {}
    answers |= draw(st.sampled_from([{}, {"place": "home"}, {"place": "none"}]))
    return answers | draw(st.one_of(st.just({}), st.integers(0, 50).map(lambda number: {"visits": number})))


@settings(deadline=None)
@given(st.lists(filled_in(), min_size=1, max_size=20))
def test_a_sheet_is_packed_as_ballots_are(ballots: list[dict[str, str | int | tuple[str, ...]]]) -> None:
    boxes = {f"where__{option}": option for option in ("home", "none", "other")}
    names = ["visits", *boxes, "row2", "row1", "row3", "place"]
    lines = [",".join(names) + "\n"]
    for answers in ballots:
        ticked = set(answers.get("where", ()))
        cells = [
            str(int(boxes[name] in ticked)) if name in boxes else str(answers.get(name, ""))
            for name in names
        ]
        lines.append(",".join(cells) + "\n")
    (packed,) = Sheet(lines, SMALL, Choices()).responses()
    expected = [encode(SMALL, Ballot(SMALL.hash, "en", answers)) for answers in ballots]
    assert [row.tobytes() for row in packed] == expected


@given(st.text(max_size=200))
def test_no_text_at_all_makes_it_stumble(content: str) -> None:
    lines = content.splitlines(keepends=True)
    for sheet in (lines, ["row1,row2,row3\n", *lines]):
        with suppress(SheetError):
            list(Sheet(sheet, SMALL, Choices()).responses())


def test_a_sheet_longer_than_a_piece_is_read_whole_and_its_rows_are_counted_on() -> None:
    n = sheet_module.PIECE + 5
    lines = ["row1,row2,row3\n", *["1,2,3\n"] * n]
    assert [len(piece) for piece in Sheet(lines, SMALL, Choices()).responses()] == [sheet_module.PIECE, 5]
    with pytest.raises(SheetError, match=rf"Row {n + 2} \(response {n + 1}\)"):
        list(Sheet([*lines, "1,2,x\n"], SMALL, Choices()).responses())


def test_a_number_of_two_bytes_is_read_whole() -> None:
    item = Number(id="days", text="For how many days?", minimum=-5, maximum=900)
    snapshot = survey(item, sets={})
    sheet = Sheet(["days\n", "-5\n", '""\n', "250\n", "900\n", "251.0\n"], snapshot, Choices())
    evaluator = Evaluator(snapshot, sheet.asked)
    for piece in sheet.responses():
        evaluator.add(piece)
    found = evaluator.evaluation().numbers["days"]
    assert (found.n, found.lowest, found.highest) == (4, -5, 900)
    assert found.mean == fmean([-5, 250, 900, 251])
