"""What no text may contain, in whatever language it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from survey_app.instrument.model import Instrument, ScaleBlock
from survey_app.instrument.problems import Finding, did_you_mean
from survey_app.instrument.rules.places import placed_items, places, worded
from survey_app.instrument.texts import in_language, strings

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}|[{}]")
_BRACKET = re.compile(r"\[[^\]]*\]?|\]")
_HTML = re.compile(r"<[/!]?[A-Za-z][^>]*>|&(#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+);")
_FORMULA = re.compile("^[=+@\\-\t\r\uff1d\uff0b\uff0d\uff20]")
_INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")

UNSAFE = (_BRACKET, _HTML, _FORMULA, _INVISIBLE)
"""What must not occur in any text, whoever wrote it."""


def unknown_placeholder(instrument: Instrument) -> Iterator[Finding]:
    """Braces may only hold a placeholder's name."""
    known = [placeholder.name for placeholder in instrument.placeholders]
    for said in worded(instrument):
        filling = said.key.startswith("placeholder.")
        for match in _PLACEHOLDER.finditer(said.text):
            if filling:
                yield said.finding(f'A placeholder cannot hold "{match[0]}".', "Write plain words there.")
            elif match[1] not in known:
                otherwise = "Declare it under placeholders, or write the text without { }."
                advice = did_you_mean(match[1] or "", known, otherwise)
                yield said.finding(f'"{match[0]}" is not a placeholder of this file.', advice)


def leftover_bracket(instrument: Instrument) -> Iterator[Finding]:
    """A square bracket is a blank that somebody forgot to fill in."""
    for said in worded(instrument):
        match = _BRACKET.search(said.text)
        if match:
            remedy = "Fill it in, or make it a placeholder."
            yield said.finding(f'The bracket "{match[0]}" was left in the text.', remedy)


def not_nfc(instrument: Instrument) -> Iterator[Finding]:
    """Two ways of writing one letter would make equal wordings differ."""
    for said in worded(instrument):
        if unicodedata.normalize("NFC", said.text) != said.text:
            yield said.finding("The text is not in Unicode's normal form (NFC).", "Type its accents again.")


def invisible_character(instrument: Instrument) -> Iterator[Finding]:
    """Control characters and bidi overrides can hide what a text says."""
    for said in worded(instrument):
        match = _INVISIBLE.search(said.text)
        if match:
            message = f"The text holds the invisible character U+{ord(match[0]):04X}."
            yield said.finding(message, "Delete it; line breaks are written \\n.")


def html(instrument: Instrument) -> Iterator[Finding]:
    """Texts are plain; marks would be shown as they stand."""
    for said in worded(instrument):
        match = _HTML.search(said.text)
        if match:
            yield said.finding(f'The text holds HTML: "{match[0]}".', "Write plain text.")


def formula(instrument: Instrument) -> Iterator[Finding]:
    """A spreadsheet would run a text that begins like a formula."""
    for said in worded(instrument):
        if _FORMULA.match(said.text):
            message = f'The text begins with "{said.text[0]}", which a spreadsheet reads as a formula.'
            yield said.finding(message, "Begin with a letter.")


def empty_text(instrument: Instrument) -> Iterator[Finding]:
    """Whatever is asked needs words in the source language."""
    source = instrument.source_language
    said = {key for key, text in strings(instrument).items() if in_language(text, source, source).strip()}
    place = places(instrument)
    for key in _needed(instrument):
        if key not in said:
            message = f'The wording "{key}" is empty in the source language "{source}".'
            yield Finding(message, "Write it.", *place(key))


def _needed(instrument: Instrument) -> Iterator[str]:
    yield "title"
    yield "intro.title"
    yield from (f"placeholder.{placeholder.name}" for placeholder in instrument.placeholders)
    yield from (f"intro.{paragraph.id}.text" for paragraph in instrument.intro.paragraphs)
    yield from (f"section.{section.id}.title" for section in instrument.sections)
    yield from (f"help.{resource.id}.name" for resource in instrument.help_resources)
    for set_id, response_set in instrument.response_sets.items():
        yield from (f"response_set.{set_id}.{option.value}" for option in response_set.options)
    for _, _, item in placed_items(instrument):
        if isinstance(item, ScaleBlock):
            yield f"{item.id}.{'text' if item.text else 'stem'}"
            yield from (f"{row.id}.text" for row in item.rows)
        else:
            yield f"{item.id}.text"


