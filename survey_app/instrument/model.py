"""The instrument as closed, frozen structs: what the JSON file may say and nothing else.

It only describes. It never reads a file, judges wording or knows about a web page; unknown fields are errors.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

FORMAT = "yourvoice-instrument/1"
ID_PATTERN = "^[a-z](_?[a-z0-9])+$"
ID_LENGTH = 26

Text = str | dict[str, str]
"""A wording: a string in the source language, or an inline map from language to wording."""

Id = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": ID_PATTERN, "maxLength": ID_LENGTH})]
Code = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": "^[a-z0-9](_?[a-z0-9])*$", "maxLength": 26})]
Language = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": "^[a-z]{2,3}(_[A-Z][A-Za-z]+)?$"})]

Storage = Literal["response", "separate"]

ContactField = Literal["name", "phone", "email", "ways", "times", "discreet", "topic", "note", "keep_out"]
TICKED_CONTACT = ("ways", "times", "topic")
"""The contact fields that are ticked from a response set."""


class Closed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A struct that refuses fields it does not know and leaves out defaults, so that a field added to the
    format later changes no hash of an older instrument."""


class Placeholder(Closed, frozen=True, kw_only=True):
    """A printed bracket that a jurisdiction fills in; written {name} in texts, `printed` between brackets on
    paper where nobody filled it in. Only a `name` may stand untranslated inside another language."""

    name: Id
    kind: Literal["name", "phrase"]
    meaning: str
    printed: str
    default: Text


class Option(Closed, frozen=True, kw_only=True):
    """One answer choice. `value` is a code, never a label; `score` is the number that means are made of."""

    value: Code
    text: Text
    score: float | None = None
    missing: bool = False
    exclusive: bool = False
    other: bool = False


class ResponseSet(Closed, frozen=True, kw_only=True):
    """Answer choices that several items share."""

    kind: Literal["ordinal", "nominal"]
    direction: Literal["low_to_high", "high_to_low", "ideal_middle"] = "low_to_high"
    options: tuple[Option, ...]


class Condition(Closed, frozen=True, kw_only=True):
    """When an item is shown: one test of an earlier item, or `all` / `any` of several conditions."""

    item: Id | None = None
    any_of: tuple[str, ...] | None = None
    none_of: tuple[str, ...] | None = None
    answered: bool | None = None
    gte: int | None = None
    lte: int | None = None
    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None


class Row(Closed, frozen=True, kw_only=True):
    """One statement of a scale block. `comment` is a remark for evaluators, never shown to youth."""

    id: Id
    text: Text
    comment: str = ""


class ItemBase(Closed, frozen=True, kw_only=True, tag_field="kind"):
    """What every item may say. `paper` is the printed wording where the screen's differs."""

    id: Id
    text: Text
    help: Text = ""
    paper: Text = ""
    show_if: Condition | None = None
    lock: tuple[str, ...] = ()
    pii: bool = False
    note: str = ""

    @property
    def kind(self) -> str:
        """The item's kind as the file writes it, e.g. "scale_block"."""
        return str(self.__struct_config__.tag)


class ScaleBlock(ItemBase, frozen=True, kw_only=True, tag="scale_block"):
    """Statements answered on one scale. `text` is the instruction, `stem` the sentence that every row
    completes; one of them may be empty."""

    text: Text = ""
    stem: Text = ""
    response_set: Id
    rows: tuple[Row, ...]


class Single(ItemBase, frozen=True, kw_only=True, tag="single"):
    """One choice out of a response set."""

    response_set: Id


class Multi(ItemBase, frozen=True, kw_only=True, tag="multi"):
    """Any number of choices out of a response set."""

    response_set: Id
    min_choices: int = 0
    max_choices: int | None = None


class OpenText(ItemBase, frozen=True, kw_only=True, tag="text"):
    """An answer in the youth's own words; `max_length` counts code points."""

    max_length: int = 2000
    lines: int = 4


class Number(ItemBase, frozen=True, kw_only=True, tag="number"):
    """A whole number from `minimum` to `maximum`."""

    minimum: int
    maximum: int
    unit: Text = ""


class Info(ItemBase, frozen=True, kw_only=True, tag="info"):
    """A text to read; nothing is answered."""


class Contact(ItemBase, frozen=True, kw_only=True, tag="contact"):
    """A field of the separate follow-up form; never stored with answers.

    `ways` (what is safe), `times` and `topic` are ticked from a `response_set`, `discreet` is one tick by
    itself; the others are written. `on_paper`: whether it stands on a printed survey too.
    """

    field: ContactField
    response_set: Id = ""
    on_paper: bool = True


Item = ScaleBlock | Single | Multi | OpenText | Number | Info | Contact


class Paragraph(Closed, frozen=True, kw_only=True):
    """A paragraph of the first page; `lead` is its bold start."""

    id: Id
    lead: Text = ""
    text: Text
    enabled: bool = True


class Intro(Closed, frozen=True, kw_only=True):
    """The page a young person reads first."""

    title: Text
    paragraphs: tuple[Paragraph, ...]


class Section(Closed, frozen=True, kw_only=True):
    """A part of the survey. `separate` storage is the follow-up form, which no answer is ever joined to."""

    id: Id
    title: Text
    intro: Text = ""
    optional: bool = False
    enabled: bool = True
    storage: Storage = "response"
    items: tuple[Item, ...]


class Member(Closed, frozen=True, kw_only=True):
    """An item (or row) that counts in a construct; `reverse` keys it low + high - x."""

    item: Id
    reverse: bool = False
    weight: float = 1


class Score(Closed, frozen=True, kw_only=True):
    """The mean of the answered members, if at least `min_answered` are answered."""

    method: Literal["mean"] = "mean"
    min_answered: int


class Construct(Closed, frozen=True, kw_only=True):
    """What several items measure together. `positive_above`: a mean strictly above it counts as positive."""

    id: Id
    label: Text
    definition: Text
    items: tuple[Member, ...]
    score: Score
    positive_above: float | None = None
    activities: tuple[Id, ...] = ()
    note: str = ""


class Activity(Closed, frozen=True, kw_only=True):
    """An activity of the logic model, scored like a construct."""

    id: Id
    label: Text
    definition: Text
    domain: str = ""
    items: tuple[Member, ...]
    score: Score
    positive_above: float | None = None
    note: str = ""


class LogicModel(Closed, frozen=True, kw_only=True):
    """The programme's own account of what it does, as far as the survey speaks about it."""

    source: str = ""
    activities: tuple[Activity, ...] = ()


class HelpResource(Closed, frozen=True, kw_only=True):
    """Somebody to call. `phone` and `text` are numbers as printed; without phone, text and url it is an
    empty slot that a county fills in."""

    id: Id
    name: Text
    kind: Literal["crisis", "trafficking", "abuse", "county", "other"]
    phone: str = ""
    text: str = ""
    url: str = ""
    languages: tuple[Language, ...] = ()
    always_shown: bool = False
    verified_on: date
    hours: Text = ""
    note: str = ""

    @property
    def reachable(self) -> bool:
        """Whether there is any way to reach it."""
        return bool(self.phone or self.text or self.url)


class Safeguarding(Closed, frozen=True, kw_only=True):
    """What a young person reads before writing: `comment` beside the anonymous text boxes, where nobody can
    come to help because of what is written; `note` before the note to be contacted, which may have to be
    reported. What the law asks differs: a jurisdiction writes its own, but never none."""

    comment: Text = (
        "Nobody reads this today or can tell who wrote it, so nobody can come to help because of it. If "
        "somebody is in danger, call or text now:"
    )
    note: Text = (
        "By law, people who work with young people must usually report it when they learn that someone under "
        "18 is being hurt, or that someone is in serious danger. So if you write that with your name, "
        "the person who reads it may have to tell. You can talk to a help line first, without saying your "
        "name."
    )


class Instrument(Closed, frozen=True, kw_only=True):
    """A whole instrument file."""

    schema: str = msgspec.field(default="", name="$schema")
    format: Literal["yourvoice-instrument/1"]
    id: Id
    version: str
    title: Text
    licence: str
    source: str
    source_language: Language
    languages: tuple[Language, ...]
    reading_grade_max: float = 8
    placeholders: tuple[Placeholder, ...] = ()
    response_sets: dict[Id, ResponseSet]
    intro: Intro
    sections: tuple[Section, ...]
    constructs: tuple[Construct, ...] = ()
    logic_model: LogicModel = LogicModel()
    help_resources: tuple[HelpResource, ...]
    safeguarding: Safeguarding = Safeguarding()
    retired: tuple[Id, ...] = ()
    lint_ok: dict[str, str] = {}
