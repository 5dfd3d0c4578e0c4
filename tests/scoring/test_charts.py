"""Charts: well-formed, described, escaped, without inline style, and drawn from what may be shown."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.charts import (
    DARK,
    FAVOURABLE,
    NEUTRAL,
    UNFAVOURABLE,
    axis,
    diverging_bar,
    interval_dot,
    legend,
    share_bar,
    span_of,
)
from admin.scoring.results import AnswerShare, ItemSummary
from admin.scoring.suppression import Rules
from survey_app.instrument.snapshot import Said

RULES = Rules(11)
LABELS = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")
TONES = (-1, -1, 0, 1, 1)


class Reader(HTMLParser):
    """Collects elements, their attributes and their text; notices tags that are not closed in order."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(markup)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def item(counts: tuple[int, ...], text: str = "I feel heard.", direction: str = "ltr") -> ItemSummary:
    """An item with these answers, from strongly disagree to strongly agree."""
    said = Said(text, "en", direction)
    shares = tuple(
        AnswerShare(
            tuple(Said(LABELS[place], "en", direction) for place in share.options),
            TONES[share.options[0]],
            share.shown,
        )
        for share in RULES.ordered(counts, TONES)
    )
    n = RULES.people(sum(counts))
    return ItemSummary("one", 1, Said("", "en", direction), said, False, n, n, shares, None)


def bar(one: ItemSummary) -> Reader:
    return Reader(diverging_bar(one, span_of([one])))


def share(count: int, n: int) -> AnswerShare:
    return AnswerShare((Said("Advocate", "en", "ltr"),), 0, RULES.share(count, n))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def number(percent: str) -> float:
    return float(percent.removesuffix("%"))


@pytest.mark.parametrize(
    "markup",
    [
        diverging_bar(item((5, 5, 10, 20, 10)), span_of([item((5, 5, 10, 20, 10))])),
        diverging_bar(item((1, 0, 0, 0, 0)), span_of([])),
        share_bar(share(20, 40)),
        share_bar(share(1, 2)),
        interval_dot(RULES.share(20, 40), "Engagement"),
        interval_dot(RULES.share(20, 20), "Engagement"),
        interval_dot(RULES.people(3), "Engagement"),
    ],
)
def test_every_chart_is_an_image_with_title_and_description_and_no_style(markup: str) -> None:
    reader = Reader(markup)
    (svg,) = reader.all("svg")
    assert (svg["role"], svg["width"]) == ("img", "100%")
    assert [name for name, _ in reader.elements[1:3]] == ["title", "desc"]
    assert reader.texts["title"][0]
    assert reader.texts["desc"][0].endswith(".")
    assert not {"style", "script"} & {name for name, _ in reader.elements}
    assert not any(name == "style" or name.startswith("on") for _, a in reader.elements for name in a)


def test_words_of_an_instrument_cannot_become_markup() -> None:
    markup = diverging_bar(item((5, 5, 10, 20, 10), "<script>\"&'"), span_of([]))
    assert "<script" not in markup
    assert "&lt;script&gt;" in markup
    assert Reader(markup).texts["title"][0] == "1. <script>\"&'"


@given(st.tuples(*[st.integers(0, 60)] * 5))
def test_the_segments_of_a_bar_join_and_stay_inside_the_row(counts: tuple[int, ...]) -> None:
    boxes = [box for box in bar(item(counts)).all("rect") if box["fill"] != "none"]
    ends = [(number(box["x"]), number(box["x"]) + number(box["width"])) for box in boxes]
    assert all(-0.01 <= start < end <= 100.01 for start, end in ends)
    assert all(abs(one[1] - other[0]) < 0.02 for one, other in pairwise(ends))


def test_the_neutral_answer_lies_across_the_middle_line() -> None:
    reader = bar(item((4, 8, 20, 4, 4)))
    (middle,) = [box for box in reader.all("rect") if box["fill"] == "#c9c9c9"]
    (line,) = reader.all("line")
    assert number(line["x1"]) == pytest.approx(number(middle["x"]) + number(middle["width"]) / 2, abs=0.02)


def test_reading_from_right_to_left_mirrors_the_bar() -> None:
    one, other = bar(item((4, 8, 20, 4, 4))), bar(item((4, 8, 20, 4, 4), direction="rtl"))
    for left, right in zip(one.all("rect"), other.all("rect"), strict=True):
        assert number(left["x"]) + number(left["width"]) == pytest.approx(100 - number(right["x"]), abs=0.02)
    for tag, at in (("line", "x1"), ("text", "x")):
        there = [number(shape[at]) for shape in one.all(tag)]
        assert [100 - number(shape[at]) for shape in other.all(tag)] == pytest.approx(there, abs=0.02)
    assert other.all("svg")[0]["direction"] == "rtl"


@given(st.tuples(*[st.integers(0, 2)] * 5))
def test_the_chart_of_a_group_below_k_is_the_chart_of_nobody(counts: tuple[int, ...]) -> None:
    if sum(counts) < 11:
        one, nobody = item(counts), item((0, 0, 0, 0, 0))
        assert diverging_bar(one, span_of([one])) == diverging_bar(nobody, span_of([nobody]))
        assert "fewer than 11" in bar(one).texts["text"]


def test_nearly_all_are_drawn_alike_whether_they_are_ninety_or_a_hundred_percent() -> None:
    one, other = item((0, 0, 2, 9, 9)), item((0, 0, 0, 0, 20))
    assert diverging_bar(one, span_of([one])) == diverging_bar(other, span_of([other]))
    assert share_bar(share(18, 20)) == share_bar(share(20, 20))
    assert number(Reader(share_bar(share(20, 20))).all("rect")[0]["width"]) == 90


def test_a_number_stands_inside_its_segment_only_where_it_fits() -> None:
    reader = bar(item((1, 8, 18, 35, 38)))
    assert reader.texts["text"] == ["8%", "18%", "35%", "38%"]
    assert "Strongly disagree: 1%" in reader.texts["title"]


@pytest.mark.parametrize(("count", "anchor"), [(30, "start"), (95, "end")])
def test_the_number_of_a_long_bar_stands_inside_it(count: int, anchor: str) -> None:
    assert Reader(share_bar(share(count, 100))).all("text")[0]["text-anchor"] == anchor


@pytest.mark.parametrize("fill", [*FAVOURABLE, *UNFAVOURABLE, NEUTRAL])
def test_numbers_inside_segments_keep_the_contrast_that_readers_need(fill: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    ink = "#ffffff" if fill in DARK else "#111111"
    light, dark = sorted((luminance(fill), luminance(ink)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_description_says_in_words_what_is_drawn() -> None:
    told = "Strongly disagree / Disagree 35%, Neither 15%, Agree / Strongly agree 50%."
    assert bar(item((3, 4, 3, 5, 5))).texts["desc"] == [told]


def test_bars_that_are_compared_share_one_span() -> None:
    most, least = item((40, 40, 0, 10, 10)), item((0, 0, 0, 50, 50))
    span = span_of([most, least])
    assert (span.left, span.right) == (80, 100)
    assert span.place(0) == pytest.approx(100 * 80 / 180)


def test_the_legend_names_each_division_once_and_passes_over_reversed_items() -> None:
    turned = item((10, 10, 10, 10, 10), "Turned.")
    reversed_item = replace(turned, reverse=True, shares=turned.shares[::-1])
    items = [reversed_item, item((10, 10, 10, 10, 10)), item((4, 4, 4, 4, 4)), item((9, 9, 9, 9, 9))]
    reader = Reader(legend(items))
    assert len(reader.all("ul")) == 2
    assert len(reader.all("li")) == 8


def test_a_dot_lies_within_its_interval() -> None:
    reader = Reader(interval_dot(RULES.mean(4.0, 1.0, (10, 10, 20), (1, 5)), "Engagement", (1, 5), 3.5))
    (dot,) = reader.all("circle")
    rail, interval = [line for line in reader.all("line") if line.get("stroke-linecap")]
    assert number(dot["cx"]) == 75
    assert number(rail["x1"]) < number(interval["x1"]) < 75 < number(interval["x2"]) < number(rail["x2"])
    assert reader.texts["desc"] == ["4.0, 95% interval 3.7 to 4.3."]


def test_a_share_that_is_only_bounded_has_a_rail_and_no_dot() -> None:
    reader = Reader(interval_dot(RULES.share(20, 20), "Engagement"))
    assert reader.all("circle") == []
    assert [number(line["x1"]) for line in reader.all("line")] == [0, 50, 90]


def test_an_axis_puts_its_labels_where_they_belong() -> None:
    reader = Reader(axis({1: "1", 3: "3", 5: "5"}, (1, 5)))
    assert [
        (text["x"], label) for text, label in zip(reader.all("text"), reader.texts["text"], strict=True)
    ] == [
        ("0.00%", "1"),
        ("50.00%", "3"),
        ("100.00%", "5"),
    ]
