"""Response sets and the limits of items: what could never be answered or stored as meant."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.instrument.model import Instrument, Multi, Number, OpenText, ResponseSet, ScaleBlock
from survey_app.instrument.problems import Finding
from survey_app.instrument.rules.places import placed_items, title

OPTIONS_MAX = 100
TEXT_MAX = 2000
NUMBER_SPAN = 65_535
NUMBER_MAX = 99_999_999


def ordinal_score(instrument: Instrument) -> Iterator[Finding]:
    """An ordinal option without a score could not be counted in a mean."""
    for place, response_set in _ordinal(instrument):
        for option in response_set.options:
            if option.score is None and not option.missing:
                message = f'The option "{option.value}" of an ordinal response set has no score.'
                yield Finding(message, 'Give it a score, or "missing": true.', item=place)


def ordinal_order(instrument: Instrument) -> Iterator[Finding]:
    """Scores must rise or fall as the direction says, without ties."""
    for place, response_set in _ordinal(instrument):
        scores = [option.score for option in response_set.options if option.score is not None]
        ordered = sorted(set(scores), reverse=response_set.direction == "high_to_low")
        if response_set.direction != "ideal_middle" and scores != ordered:
            message = f"The scores {_numbers(scores)} are not in the order {response_set.direction}."
            yield Finding(message, "Put the options in order, or correct the direction.", item=place)


def too_few_options(instrument: Instrument) -> Iterator[Finding]:
    """A choice needs something to choose from, and a byte to be stored in."""
    for set_id, response_set in instrument.response_sets.items():
        count = len(response_set.options)
        if not 2 <= count <= OPTIONS_MAX:
            message = f"The response set has {count} options."
            yield Finding(message, f"Give it 2 to {OPTIONS_MAX}.", item=f"response_set.{set_id}")


def impossible_choices(instrument: Instrument) -> Iterator[Finding]:
    """min_choices and max_choices must leave something possible."""
    for section, _, item in placed_items(instrument):
        if isinstance(item, Multi) and item.response_set in instrument.response_sets:
            count = len(instrument.response_sets[item.response_set].options)
            most = count if item.max_choices is None else item.max_choices
            if not 0 <= item.min_choices <= most <= count or most < 1:
                message = f"Between {item.min_choices} and {most} of {count} options cannot be chosen."
                yield Finding(message, "Correct min_choices and max_choices.", section, item.id)


def number_range(instrument: Instrument) -> Iterator[Finding]:
    """A number is stored in two bytes, counted from its minimum."""
    for section, _, item in placed_items(instrument):
        if isinstance(item, Number):
            in_order = item.minimum <= item.maximum < item.minimum + NUMBER_SPAN
            if not in_order or max(abs(item.minimum), abs(item.maximum)) > NUMBER_MAX:
                message = f"A number from {item.minimum} to {item.maximum} cannot be stored."
                remedy = f"Let maximum be at least minimum and at most {NUMBER_SPAN - 1:,} above it."
                yield Finding(message, remedy, section, item.id)


def text_length(instrument: Instrument) -> Iterator[Finding]:
    """Words must fit into a ballot of fixed size."""
    for section, _, item in placed_items(instrument):
        if isinstance(item, OpenText) and not 1 <= item.max_length <= TEXT_MAX:
            message = f"max_length is {item.max_length}."
            yield Finding(message, f"Write a number from 1 to {TEXT_MAX}.", section, item.id)


def nothing_inside(instrument: Instrument) -> Iterator[Finding]:
    """A section without items or a block without statements shows an empty page."""
    if not any(section.enabled and section.storage == "response" for section in instrument.sections):
        yield Finding("No section asks anything.", "Add one, or switch one on.", item="sections")
    for section in instrument.sections:
        if not section.items:
            yield Finding("The section has no items.", "Add one or remove it.", title(instrument, section))
    for section_title, _, item in placed_items(instrument):
        if isinstance(item, ScaleBlock) and not item.rows:
            yield Finding("The block has no rows.", "Add a statement or remove it.", section_title, item.id)


def _ordinal(instrument: Instrument) -> Iterator[tuple[str, ResponseSet]]:
    for set_id, response_set in instrument.response_sets.items():
        if response_set.kind == "ordinal":
            yield f"response_set.{set_id}", response_set


def _numbers(scores: list[float]) -> str:
    return ", ".join(f"{score:g}" for score in scores)
