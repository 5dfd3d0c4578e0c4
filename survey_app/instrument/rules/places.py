"""Walks over an instrument that know where they are. They judge nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from survey_app.instrument.model import Instrument, Item, Option, ScaleBlock, Section, Text
from survey_app.instrument.problems import Finding
from survey_app.instrument.texts import strings


@dataclass(frozen=True)
class Worded:
    """One wording in one language, with its key and place."""

    key: str
    language: str
    text: str
    section: str
    item: str

    def finding(self, message: str, remedy: str) -> Finding:
        """A finding at this place; a wording in another language says which."""
        return Finding(message, remedy, self.section, self.item)


def plain(instrument: Instrument, text: Text) -> str:
    """The wording in the source language, or any at all."""
    if isinstance(text, str):
        return text
    return text.get(instrument.source_language) or next(iter(text.values()), "")


def title(instrument: Instrument, section: Section) -> str:
    """A section's name for a message."""
    return plain(instrument, section.title).strip() or section.id


def placed_items(instrument: Instrument) -> Iterator[tuple[str, Section, Item]]:
    """Every item with its section and that section's title."""
    for section in instrument.sections:
        for item in section.items:
            yield title(instrument, section), section, item


def placed_ids(instrument: Instrument) -> Iterator[tuple[str, str, Item]]:
    """Every id of an item or row, with its section's title and its item."""
    for section, _, item in placed_items(instrument):
        yield section, item.id, item
        if isinstance(item, ScaleBlock):
            for row in item.rows:
                yield section, row.id, item


def placed_options(instrument: Instrument) -> Iterator[tuple[str, Option]]:
    """Every option with a name for its place."""
    for set_id, response_set in instrument.response_sets.items():
        for option in response_set.options:
            yield f"response_set.{set_id}.{option.value}", option


def places(instrument: Instrument) -> Callable[[str], tuple[str, str]]:
    """From a wording's key (see texts.py) to its section's title, where it has one, and its item."""
    sections = {item_id: section for section, item_id, _ in placed_ids(instrument)}
    titles = {section.id: title(instrument, section) for section in instrument.sections}

    def place(key: str) -> tuple[str, str]:
        first, _, rest = key.partition(".")
        if first == "section":
            return titles[rest.partition(".")[0]], key
        return (sections[first], first) if first in sections else ("", key)

    return place


def worded(instrument: Instrument) -> Iterator[Worded]:
    """Every wording in every language that stands in the file itself."""
    place = places(instrument)
    for key, text in strings(instrument).items():
        spoken = {instrument.source_language: text} if isinstance(text, str) else text
        for language, said in spoken.items():
            yield Worded(key, language, said, *place(key))
