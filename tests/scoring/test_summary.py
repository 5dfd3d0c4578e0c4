"""What a page gets: everything of a group of k, nothing of a smaller one, and only suppressed numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.scoring.blocks import blocks
from admin.scoring.patterns import Bytes, tally
from admin.scoring.results import SurveySummary
from admin.scoring.summary import summarise
from admin.scoring.suppression import Shown
from survey_app.ballot import Ballot
from survey_app.coding import encode
from survey_app.instrument.model import Multi, Number, Option, ResponseSet, Single
from survey_app.instrument.snapshot import Said, Snapshot

from .builders import appendix_b, points, survey

PRINTED = appendix_b()
OTHER = survey(
    Number(id="age", text="How old are you?", unit="years", minimum=10, maximum=21),
    Single(id="mood", text="How was it?", response_set="scale"),
    Single(id="ride", text="How did you come?", response_set="ways"),
    Multi(id="likes", text="What do you like?", response_set="ways"),
    sets={
        "scale": points([1, 2, 3, 4, 5, None]),
        "ways": ResponseSet(
            kind="nominal",
            options=(
                *(Option(value=name, text=name.title()) for name in ("bus", "car", "foot", "bike")),
                Option(value="secret", text="I would rather not say", missing=True),
            ),
        ),
    },
)


def sheet(snapshot: Snapshot, ballots: list[dict[str, str | tuple[str, ...] | int]]) -> Bytes:
    """Packed responses to a snapshot."""
    packed = [encode(snapshot, Ballot(snapshot.hash, "en", answers)) for answers in ballots]
    return np.frombuffer(b"".join(packed), np.uint8).reshape(len(packed), -1)


def summary(
    snapshot: Snapshot, ballots: list[dict[str, str | tuple[str, ...] | int]], language: str = "en"
) -> SurveySummary:
    """The summary of these ballots at k = 11."""
    if not ballots:
        return summarise(snapshot, [], 11, language)
    return summarise(snapshot, [tally(blocks(snapshot), sheet(snapshot, ballots))], 11, language)


def leaves(thing: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every field of nested dataclasses that is not one of ours, but stops at a Shown."""
    if isinstance(thing, tuple):
        for part in thing:
            yield from leaves(part, name)
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, Shown | Said):
        for field in dataclasses.fields(thing):
            yield from leaves(getattr(thing, field.name), field.name)
    else:
        yield name, thing


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "eng1": st.sampled_from("12345"),
        "eng2": st.sampled_from("12345"),
        "srv3": st.sampled_from("12345"),
        "contact_frequency": st.sampled_from(["too_much", "just_right", "never"]),
        "supported_by": st.sampled_from([("advocate",), ("advocate", "caregiver"), ("none",)]),
    },
)


@given(st.lists(ANSWERS, max_size=10))
@settings(max_examples=40)
def test_the_page_of_ten_responses_is_the_page_of_none(
    ballots: list[dict[str, str | tuple[str, ...] | int]],
) -> None:
    assert summary(PRINTED, ballots) == summary(PRINTED, [])


@given(st.lists(ANSWERS, min_size=11, max_size=40))
@settings(max_examples=40)
def test_no_number_reaches_a_page_but_through_the_small_number_rules(
    ballots: list[dict[str, str | tuple[str, ...] | int]],
) -> None:
    allowed = {"number", "k", "tone", "low", "high", "above", "needed"}
    for name, leaf in leaves(summary(PRINTED, ballots)):
        assert isinstance(leaf, Shown | Said | str | bool | None) or name in allowed, name


@given(st.lists(ANSWERS, min_size=11, max_size=60))
@settings(max_examples=40)
def test_what_fewer_than_k_answered_is_hidden_among_many_responses(
    ballots: list[dict[str, str | tuple[str, ...] | int]],
) -> None:
    found = summary(PRINTED, ballots)
    item = found.constructs[0].items[0]
    answered = sum("eng1" in ballot for ballot in ballots)
    assert (item.n.value, bool(item.shares)) == ((answered, True) if answered >= 11 else (None, False))
    scored = sum("eng1" in ballot and "eng2" in ballot for ballot in ballots)
    assert (found.constructs[0].mean.text == "fewer than 11") == (scored < 11)
    if scored < 11:
        assert found.constructs[0].unscorable == found.constructs[0].n


def test_there_is_nothing_to_draw_of_ten_responses() -> None:
    found = summary(PRINTED, [{"eng1": "1", "contact_frequency": "never", "supported_by": ("none",)}] * 10)
    assert [choice.shares for choice in found.choices] == [(), ()]
    assert [item.shares for scale in found.constructs for item in scale.items] == [()] * 22


def test_a_construct_tells_share_mean_and_size() -> None:
    ballots = [{"eng1": "5", "eng2": "4"}] * 30 + [{"eng1": "1", "eng2": "2"}] * 20 + [{"eng1": "1"}] * 10
    engagement = summary(PRINTED, list(ballots)).constructs[0]
    assert (engagement.label.text, engagement.n.text) == ("Youth and Family Engagement", "50")
    assert (engagement.positive.text, engagement.positive.between) == ("60%", "46% to 72%")
    assert (engagement.mean.text, engagement.mean.between) == ("3.3", "2.9 to 3.7")
    assert engagement.reliability.alpha.text == "fewer than 11"
    assert (engagement.unscorable.text, engagement.above) == ("17%", 3.5)


def test_a_reversed_item_runs_from_agreement_and_tells_the_unmet_need() -> None:
    ballots = [{"srv3": "5"}] * 10 + [{"srv3": "4"}] * 10 + [{"srv3": "2"}] * 30
    item = summary(PRINTED, list(ballots)).constructs[3].items[2]
    assert [share.label for share in item.shares][::4] == ["Strongly agree", "Strongly disagree"]
    assert [share.tone for share in item.shares] == [-1, -1, 0, 1, 1]
    assert (item.reverse, str(item.unmet), item.favourable.text) == (True, "40%", "60%")


def test_items_under_a_common_beginning_carry_it() -> None:
    items = summary(PRINTED, []).constructs[5].items
    assert {item.stem.text for item in items} == {"My probation officer connects me to:"}
    assert [item.number for item in items] == [21, 22, 23, 24]


def test_activities_pool_items_of_several_constructs() -> None:
    found = {activity.id: activity for activity in summary(PRINTED, []).activities}
    assert len(found["culture_gender"].items) == 7
    assert found["empowerment"].note.startswith("our reading")


def test_a_choice_is_a_share_of_those_who_chose() -> None:
    ballots = [{"contact_frequency": "just_right"}] * 24 + [{"contact_frequency": "never"}] * 8 + [{}] * 10
    (contact, _) = summary(PRINTED, list(ballots)).choices
    told = {share.label: share.shown.text for share in contact.shares}
    assert contact.n.text == "32"
    assert told == {
        "Too much": "0%",
        "Just the right amount": "75%",
        "Not often enough": "0%",
        "Never": "25%",
    }


def test_boxes_are_shares_of_those_who_ticked_something() -> None:
    ballots = (
        [{"supported_by": ("advocate", "caregiver")}] * 20 + [{"supported_by": ("none",)}] * 20 + [{}] * 5
    )
    (_, supporters) = summary(PRINTED, list(ballots)).choices
    told = {share.label: share.shown.text for share in supporters.shares}
    assert (supporters.several, supporters.n.text) == (True, "40")
    assert (told["Advocate"], told["None of the above"], told["Social Worker"]) == ("50%", "50%", "0%")


def test_a_single_scale_outside_constructs_keeps_its_order_and_leaves_out_what_is_no_answer() -> None:
    ballots = [{"mood": f"o{place}"} for place in (1, 2, 3, 4, 5, 6) for _ in range(4)]
    mood = summary(OTHER, list(ballots)).choices[0]
    assert mood.n.text == "20"
    assert [share.label for share in mood.shares] == [
        "Option 1 / Option 2",
        "Option 3",
        "Option 4 / Option 5",
    ]


def test_refusing_to_say_is_no_answer() -> None:
    ballots = [{"ride": "bus"}] * 15 + [{"ride": "secret"}] * 15
    assert summary(OTHER, list(ballots)).choices[1].n.text == "15"


def test_a_number_is_told_as_a_mean() -> None:
    (age,) = summary(OTHER, [{"age": 10 + place % 12} for place in range(36)]).numbers
    assert (age.n.text, age.mean.text, age.unit.text) == ("36", "15.5", "years")


def test_a_number_that_nearly_all_share_is_told_as_a_word() -> None:
    (age,) = summary(OTHER, [{"age": 15}] * 20).numbers
    assert age.mean.text == "middle"


def test_words_come_in_the_language_that_was_asked_for_and_fall_back_marked() -> None:
    found = summary(PRINTED, [], "es")
    assert found.constructs[0].items[0].text.language == "en"


def test_counts_over_other_responses_are_refused() -> None:
    twelve, thirteen = (tally(blocks(PRINTED), sheet(PRINTED, [{"eng1": "1"}] * n)) for n in (12, 13))
    with pytest.raises(ValueError, match="same responses"):
        summarise(PRINTED, [twelve | {"construct.eng": thirteen["construct.eng"]}], 11, "en")
