"""Good questionnaire practice: warnings that a reason in lint_ok answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from survey_app.instrument.model import Instrument, Multi, OpenText, ResponseSet, ScaleBlock
from survey_app.instrument.problems import Finding
from survey_app.instrument.rules.places import Worded, placed_items, placed_options, plain, worded

WORDS_MAX = 20
POINTS_MAX = 7
ROOM = 3000
_NONE = re.compile(r"(none|not any|ningun[oa]?)\b", re.IGNORECASE)
_OTHER = re.compile(r"(other|something else|otr[oa])\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(not|never|no|\w+n't)\b", re.IGNORECASE)
_ABSOLUTE = re.compile(r"\b(always|everyone|nobody|every time|obviously|surely|of course)\b", re.IGNORECASE)


def unbalanced_scale(instrument: Instrument) -> Iterator[Finding]:
    """The steps of a scale should be equal."""
    for place, response_set in _ordinal(instrument):
        scores = sorted(option.score for option in response_set.options if option.score is not None)
        steps = {round(high - low, 9) for low, high in pairwise(scores)}
        if len(steps) > 1:
            yield Finding("The steps between the scores differ.", "Use equal steps.", item=place)


def many_points(instrument: Instrument) -> Iterator[Finding]:
    """More than seven points cannot be told apart."""
    for place, response_set in _ordinal(instrument):
        count = sum(option.score is not None for option in response_set.options)
        if count > POINTS_MAX:
            yield Finding(f"The scale has {count} points.", f"Use at most {POINTS_MAX}.", item=place)


def none_not_exclusive(instrument: Instrument) -> Iterator[Finding]:
    """None of the above contradicts the others."""
    ticked = {item.response_set for _, _, item in placed_items(instrument) if isinstance(item, Multi)}
    for place, option in placed_options(instrument):
        said = plain(instrument, option.text)
        if place.split(".")[1] in ticked and _NONE.match(said) and not option.exclusive:
            yield Finding(f'"{said}" can be ticked with others.', 'Add "exclusive": true.', item=place)


def other_without_words(instrument: Instrument) -> Iterator[Finding]:
    """Other without a line to write on is lost."""
    for place, option in placed_options(instrument):
        said = plain(instrument, option.text)
        if _OTHER.match(said) and not option.other:
            yield Finding(f'"{said}" has no line to write on.', 'Add "other": true.', item=place)


def long_text(instrument: Instrument) -> Iterator[Finding]:
    """A long sentence loses a tired reader."""
    for said in _asked(instrument):
        count = len(said.text.split())
        if count > WORDS_MAX:
            yield said.finding(f"The sentence has {count} words.", f"Say it in {WORDS_MAX}.")


def and_or(instrument: Instrument) -> Iterator[Finding]:
    """Two questions in one cannot be answered once."""
    for said in _asked(instrument):
        if "and/or" in said.text.lower():
            yield said.finding('"and/or" asks two things at once.', "Ask one of them.")


def negation(instrument: Instrument) -> Iterator[Finding]:
    """Disagreeing with a negation is hard to think."""
    scaled = {row.id for _, _, i in placed_items(instrument) if isinstance(i, ScaleBlock) for row in i.rows}
    for said in _asked(instrument):
        match = _NEGATION.search(said.text) if said.item in scaled else None
        if match:
            yield said.finding(f'"{match[0]}" makes the statement negative.', "Say it positively.")


def absolute_word(instrument: Instrument) -> Iterator[Finding]:
    """Absolute and leading words push the answer."""
    for said in _asked(instrument):
        match = _ABSOLUTE.search(said.text)
        if match:
            yield said.finding(f'"{match[0]}" leads or leaves no middle.', "Leave it out.")


def crowded_ballot(instrument: Instrument) -> Iterator[Finding]:
    """All words of a youth share one ballot of fixed size."""
    texts = [item.max_length for _, _, item in placed_items(instrument) if isinstance(item, OpenText)]
    if sum(texts) > ROOM:
        message = f"The open questions take up to {sum(texts)} characters together."
        remedy = f"Lower max_length to {ROOM} together, or the longest answers may be cut."
        yield Finding(message, remedy, item="sections")


def _ordinal(instrument: Instrument) -> Iterator[tuple[str, ResponseSet]]:
    for set_id, response_set in instrument.response_sets.items():
        if response_set.kind == "ordinal":
            yield f"response_set.{set_id}", response_set


def _asked(instrument: Instrument) -> Iterator[Worded]:
    """The wordings of items and rows in the source language."""
    for said in worded(instrument):
        asked = said.section and said.key == f"{said.item}.text"
        if asked and said.language == instrument.source_language:
            yield said
