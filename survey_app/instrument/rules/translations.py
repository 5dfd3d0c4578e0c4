"""A translation against its source: nothing missing, nothing mixed up, nothing unreviewed in silence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from survey_app.instrument.model import Instrument
from survey_app.instrument.problems import Finding
from survey_app.instrument.rules.places import places
from survey_app.instrument.rules.wordings import UNSAFE
from survey_app.instrument.snapshot import PLACEHOLDER
from survey_app.instrument.texts import STATES, Catalog, in_language, proper_names, strings

SCRIPTS = {
    **dict.fromkeys(("de", "en", "es", "fil", "fr", "pt", "so", "vi"), "LATIN"),
    **dict.fromkeys(("ar", "fa", "ps", "ur"), "ARABIC"),
    "he": "HEBREW",
    "hy": "ARMENIAN",
    "km": "KHMER",
    "ko": "HANGUL",
    "ru": "CYRILLIC",
    "zh": "CJK",
}
"""The script's name in Unicode; a language that is not here is not checked."""


def broken_catalog(instrument: Instrument, catalogs: Mapping[str, Catalog]) -> Iterator[Finding]:
    """A language without its compiled file shows the source language."""
    for language, catalog in catalogs.items():
        if catalog.fault:
            file = f"{language}/LC_MESSAGES/{instrument.id}.mo"
            yield Finding(f"The catalog {file} {catalog.fault}.", "Until then the source language is shown.")


def missing_translation(instrument: Instrument, catalogs: Mapping[str, Catalog]) -> Iterator[Finding]:
    """Every wording needs one in every language that is offered."""
    place, needed = places(instrument), strings(instrument).keys() - proper_names(instrument)
    for language, catalog in catalogs.items():
        inline = f'{{"{instrument.source_language}": "...", "{language}": "..."}}'
        remedy = f"Translate it in {language}/LC_MESSAGES/{instrument.id}.po, or write {inline}."
        for key in () if catalog.fault else strings(instrument):
            if key in needed and key not in catalog.texts:
                yield Finding(f'"{key}" has no wording in "{language}".', remedy, *place(key))


def placeholder_mismatch(instrument: Instrument, catalogs: Mapping[str, Catalog]) -> Iterator[Finding]:
    """A translation must use the placeholders of its source, no more and no fewer."""
    for language, key, source, target in _pairs(instrument, catalogs):
        wanted, found = sorted(PLACEHOLDER.findall(source)), sorted(PLACEHOLDER.findall(target))
        if wanted != found:
            message = f'"{key}" in "{language}" uses the placeholders {found}, its source {wanted}.'
            yield Finding(message, "Use the same ones.", item=key)


def unsafe_translation(instrument: Instrument, catalogs: Mapping[str, Catalog]) -> Iterator[Finding]:
    """What no text may contain, no translation may either."""
    for language, key, _, target in _pairs(instrument, catalogs):
        for pattern in UNSAFE:
            match = pattern.search(target)
            if match:
                message = f'"{key}" in "{language}" holds {match[0]!r}.'
                yield Finding(message, "Write plain words there.", item=key)


def wrong_script(instrument: Instrument, catalogs: Mapping[str, Catalog]) -> Iterator[Finding]:
    """A wording without one letter of its language's script is in another language."""
    for language, key, _, target in _pairs(instrument, catalogs):
        script = SCRIPTS.get(language.partition("_")[0], "")
        letters = [character for character in PLACEHOLDER.sub("", target) if character.isalpha()]
        if letters and not any(script in unicodedata.name(character, "") for character in letters):
            message = f'"{key}" in "{language}" has no letter of the {script.lower()} script.'
            yield Finding(message, "Check that it stands in the right column.", item=key)


def unreviewed_translation(instrument: Instrument, catalogs: Mapping[str, Catalog]) -> Iterator[Finding]:
    """What nobody reviewed is said so to the youth; a publisher should know first."""
    for language, catalog in catalogs.items():
        if STATES.index(catalog.status) < STATES.index("reviewed"):
            message = f'The weakest wording in "{language}" is {catalog.status}.'
            remedy = "Have a named native speaker review it, and note that in review.csv."
            yield Finding(message, remedy, item=language)


def _pairs(
    instrument: Instrument, catalogs: Mapping[str, Catalog]
) -> Iterator[tuple[str, str, str, str]]:
    """Language, key, source and target of every translated wording."""
    source_language = instrument.source_language
    for key, text in strings(instrument).items():
        source = in_language(text, source_language, source_language)
        for language, catalog in catalogs.items():
            if key in catalog.texts:
                yield language, key, source, catalog.texts[key]
