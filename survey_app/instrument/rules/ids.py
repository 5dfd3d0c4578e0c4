"""Names and references: ids, codes, versions, languages, and what points to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from survey_app.instrument.model import (
    ID_LENGTH,
    ID_PATTERN,
    Contact,
    Instrument,
    Multi,
    ScaleBlock,
    Single,
)
from survey_app.instrument.problems import Finding, did_you_mean
from survey_app.instrument.rules.places import placed_ids, placed_items
from survey_app.instrument.texts import strings

CODE_PATTERN = "[a-z0-9](_?[a-z0-9])*"
CONFLICT = "conflict"
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z][A-Za-z]+)?")
_VERSION = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}")


def duplicate_id(instrument: Instrument) -> Iterator[Finding]:
    """Items and rows share one namespace, because answers are stored under their ids."""
    seen: dict[str, str] = {}
    for section, item_id, _ in placed_ids(instrument):
        if item_id in seen:
            message = f'The id "{item_id}" is used more than once (first in "{seen[item_id]}").'
            yield Finding(message, "Give each item and row its own id.", section, item_id)
        seen.setdefault(item_id, section)
    for what, ids in _other_namespaces(instrument):
        for name in _repeated(ids):
            message = f'The {what} "{name}" stands in the file more than once.'
            yield Finding(message, "Give each its own id.", item=name)


def ill_formed_id(instrument: Instrument) -> Iterator[Finding]:
    """Ids must survive SPSS, Stata and REDCap, and are part of file names."""
    ids = [("", instrument.id), *((section, item_id) for section, item_id, _ in placed_ids(instrument))]
    ids += [("", name) for _, names in _other_namespaces(instrument) for name in names]
    ids += [("", name) for name in instrument.response_sets]
    for section, name in ids:
        if not re.fullmatch(ID_PATTERN, name) or len(name) > ID_LENGTH:
            remedy = f"Use 2 to {ID_LENGTH} small letters, digits and single underscores, a letter first."
            yield Finding(f'The id "{name}" is not well formed.', remedy, section, name)


def ill_formed_code(instrument: Instrument) -> Iterator[Finding]:
    """Option values become column names; one name is taken."""
    for set_id, response_set in instrument.response_sets.items():
        for option in response_set.options:
            place = f"response_set.{set_id}"
            if not re.fullmatch(CODE_PATTERN, option.value) or len(option.value) > ID_LENGTH:
                remedy = f"Use small letters, digits and single underscores, at most {ID_LENGTH} characters."
                yield Finding(f'The option value "{option.value}" is not a code.', remedy, item=place)
            if option.value == CONFLICT:
                remedy = 'Call it something else, e.g. "in_conflict".'
                yield Finding('The option value "conflict" is taken by a column of ours.', remedy, item=place)


def duplicate_option(instrument: Instrument) -> Iterator[Finding]:
    """Two options with one code could not be told apart."""
    for set_id, response_set in instrument.response_sets.items():
        for value in _repeated(option.value for option in response_set.options):
            message = f'The option value "{value}" stands in this response set more than once.'
            yield Finding(message, "Give each option its own value.", item=f"response_set.{set_id}")


def retired_id(instrument: Instrument) -> Iterator[Finding]:
    """An id that once meant something else would mix two questions' answers."""
    for section, item_id, _ in placed_ids(instrument):
        if item_id in instrument.retired:
            message = f'The id "{item_id}" belongs to a question that was retired.'
            yield Finding(message, "Give the new question a new id.", section, item_id)


def unknown_response_set(instrument: Instrument) -> Iterator[Finding]:
    """An item's response_set must exist."""
    known = list(instrument.response_sets)
    for section, _, item in placed_items(instrument):
        if isinstance(item, ScaleBlock | Single | Multi | Contact) and item.response_set not in known:
            if isinstance(item, Contact) and not item.response_set:
                continue  # Whether it needs one, `contact_ticks` tells.
            message = f'There is no response set called "{item.response_set}".'
            advice = did_you_mean(item.response_set, known, f"The file has: {', '.join(known)}.")
            yield Finding(message, advice, section, item.id)


def version(instrument: Instrument) -> Iterator[Finding]:
    """The version must be three numbers."""
    if not _VERSION.fullmatch(instrument.version):
        message = f'The version "{instrument.version}" is not three numbers with dots.'
        yield Finding(message, 'Write for example "1.0.0".', item="version")


def languages(instrument: Instrument) -> Iterator[Finding]:
    """Languages must be known codes without repetition, the source language among them."""
    for language in instrument.languages:
        if not _LANGUAGE.fullmatch(language):
            message = f'"{language}" is not a language code.'
            yield Finding(message, 'Write for example "es" or "zh_Hans".', item="languages")
    for language in _repeated(instrument.languages):
        yield Finding(f'The language "{language}" is listed twice.', "List it once.", item="languages")
    if instrument.source_language not in instrument.languages:
        message = f'The source language "{instrument.source_language}" is not among the languages.'
        yield Finding(message, "Add it to languages.", item="languages")


def unknown_language(instrument: Instrument) -> Iterator[Finding]:
    """An inline wording may only be in a language that the instrument lists."""
    for key, text in strings(instrument).items():
        for language in text if isinstance(text, dict) else ():
            if language not in instrument.languages:
                message = f'A wording is in "{language}", which is not among the languages.'
                advice = did_you_mean(language, instrument.languages, f'Add "{language}" to languages.')
                yield Finding(message, advice, item=key)


def _other_namespaces(instrument: Instrument) -> Iterator[tuple[str, list[str]]]:
    yield "section", [section.id for section in instrument.sections]
    yield "intro paragraph", [paragraph.id for paragraph in instrument.intro.paragraphs]
    yield "placeholder", [placeholder.name for placeholder in instrument.placeholders]
    yield "construct", [construct.id for construct in instrument.constructs]
    yield "activity", [activity.id for activity in instrument.logic_model.activities]
    yield "help resource", [resource.id for resource in instrument.help_resources]


def _repeated(names: Iterable[str]) -> list[str]:
    listed = list(names)
    return [name for name in dict.fromkeys(listed) if listed.count(name) > 1]
