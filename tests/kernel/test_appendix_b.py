"""The shipped instrument is Appendix B to the letter: printed out, it equals the copy in appendix_b.txt."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from kernel.builders import HERE, SHIPPED
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.model import Contact, Item, ScaleBlock
from survey_app.instrument.snapshot import PLACEHOLDER, Question, Snapshot, freeze

INSTRUMENT = load_instrument(SHIPPED)
SNAPSHOT = freeze(INSTRUMENT, {})
SAY = SNAPSHOT.wording("en")


def on_paper() -> Iterator[str]:
    """The survey as lines of print, with the brackets that nobody has filled in."""
    yield str(INSTRUMENT.title)
    yield f"\n# {INSTRUMENT.intro.title}"
    for paragraph in INSTRUMENT.intro.paragraphs:
        lead = f"*{paragraph.lead}* " if paragraph.lead else ""
        yield f"{lead}{paragraph.text}"
    questions = iter([*SNAPSHOT.items(), *SNAPSHOT.items("separate")])
    for section in INSTRUMENT.sections:
        yield f"\n# {section.title}"
        yield from [str(section.intro)] if section.intro else []
        for item in section.items:
            yield from item_on_paper(item, questions)


def item_on_paper(item: Item, questions: Iterator[Question]) -> Iterator[str]:
    if isinstance(item, ScaleBlock):
        yield str(item.paper or item.stem)
        yield choices(item.response_set)
        for row in item.rows:
            yield f"{next(questions).number}. {row.text}"
        return
    number = next(questions).number
    if isinstance(item, Contact) and not item.on_paper:
        return
    hint = f" ({item.help})" if item.help and not item.paper else ""
    yield f"{number}. {item.paper or item.text}{hint}"
    if item.kind in {"single", "multi"}:
        yield choices(getattr(item, "response_set", ""))


def choices(response_set: str) -> str:
    options = INSTRUMENT.response_sets[response_set].options
    return " / ".join(f"{option.text}{' ________' if option.other else ''}" for option in options)


def test_every_word_is_as_printed() -> None:
    printed = {p.name: f"[{p.printed}]" for p in INSTRUMENT.placeholders}
    text = PLACEHOLDER.sub(lambda match: printed[match[1]], "\n".join(on_paper()) + "\n")
    assert text == (HERE / "appendix_b.txt").read_text("utf-8")


def test_the_screen_says_choose_where_the_paper_says_circle() -> None:
    blocks = [item for s in INSTRUMENT.sections for item in s.items if isinstance(item, ScaleBlock)]
    told = {(str(block.text), str(block.paper)) for block in blocks if block.text}
    rest = "that tells us how much you agree or disagree with each statement."
    assert told == {(f"Choose the answer {rest}", f"Circle the answer choice {rest}")}


def test_placeholders_read_as_whole_sentences_on_a_screen() -> None:
    said = str(SAY("intro.anonymous.text"))
    assert "going to a supervisor/designated person in the Probation Department." in said
    assert "The purpose of this person receiving your responses" in said
    assert "someone from Probation to follow up" in str(SAY("section.follow_up.intro"))


def frozen_with(**enabled: bool) -> Snapshot:
    raw: Any = msgspec.to_builtins(INSTRUMENT)
    raw["intro"]["paragraphs"][-1]["enabled"] = enabled["paragraph"]
    raw["sections"][-1]["enabled"] = enabled["section"]
    return freeze(msgspec.convert(raw, type(INSTRUMENT)), {})


def test_the_recommended_additions_can_be_switched_off() -> None:
    snapshot = frozen_with(paragraph=False, section=False)
    assert snapshot.items("separate") == ()
    assert not snapshot.instrument.intro.paragraphs[-1].enabled
    assert len(snapshot.items()) == 25


@pytest.mark.parametrize(
    ("construct", "items", "needed"),
    [
        ("eng", "eng1 eng2 eng3", 2),
        ("col", "col1 col2 col3", 2),
        ("voi", "voi1 voi2 voi3 voi4 voi5 voi6", 4),
        ("srv", "srv1 srv2 srv3", 2),
        ("cul", "cul1 cul2 cul3", 2),
        ("con", "con1 con2 con3 con4", 3),
    ],
)
def test_constructs_are_the_printed_sections(construct: str, items: str, needed: int) -> None:
    (found,) = [c for c in INSTRUMENT.constructs if c.id == construct]
    assert " ".join(member.item for member in found.items) == items
    assert (found.score.min_answered, found.positive_above) == (needed, 3.5)


@pytest.mark.parametrize(
    ("activity", "numbers", "needed"),
    [
        ("youth_family_engagement", [1, 2, 3], 2),
        ("collaboration", [5, 6, 7], 2),
        ("voice_choice", [9, 10, 11, 12, 13, 14], 4),
        ("service_referrals", [15, 16, 17], 2),
        ("culture_gender", [18, 19, 20, 21, 22, 23, 24], 5),
        ("empowerment", [10, 12, 13], 2),
    ],
)
def test_activities_pool_the_items_of_the_logic_model(
    activity: str, numbers: list[int], needed: int
) -> None:
    printed = {question.id: question.number for question in SNAPSHOT.items()}
    (found,) = [a for a in INSTRUMENT.logic_model.activities if a.id == activity]
    assert [printed[member.item] for member in found.items] == numbers
    assert found.score.min_answered == needed


def test_only_item_17_is_reverse_keyed() -> None:
    scored = (*INSTRUMENT.constructs, *INSTRUMENT.logic_model.activities)
    assert {m.item for construct in scored for m in construct.items if m.reverse} == {"srv3"}


def test_our_reading_of_empowerment_says_so() -> None:
    (found,) = [a for a in INSTRUMENT.logic_model.activities if a.id == "empowerment"]
    assert found.note == "our reading: the report names the activity but prints no item list"


def test_somebody_to_call_is_always_shown() -> None:
    lines = {r.id: (r.phone, r.text) for r in INSTRUMENT.help_resources if r.always_shown}
    assert lines == {
        "lifeline_988": ("988", "988"),
        "trafficking_hotline": ("1-888-373-7888", "233733"),
        "childhelp": ("1-800-422-4453", "1-800-422-4453"),
        "county": ("", ""),
    }


def test_licence_and_credits_are_carried_over() -> None:
    assert "can be freely used and/or modified" in INSTRUMENT.licence
    for name in ("Ashley Chesney", "Reshay Collier", "Jewell Stewart", "Michelle Guymon", "Erin French"):
        assert name in INSTRUMENT.source
