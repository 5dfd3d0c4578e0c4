"""The fields of the follow-up form, and what is said before somebody writes."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.instrument.model import TICKED_CONTACT, Contact, Instrument, Safeguarding
from survey_app.instrument.problems import Finding, did_you_mean
from survey_app.instrument.rules.places import placed_items, plain, title
from survey_app.instrument.texts import in_language

WAYS = ("text", "call", "voicemail", "email")
"""What a desk knows to do, and to leave undone."""

TICKS_MAX = 12


def contact_ticks(instrument: Instrument) -> Iterator[Finding]:
    """Ways, times and topics are ticked from a nominal response set; the other fields have none."""
    for section, item in _fields(instrument):
        known = instrument.response_sets.get(item.response_set)
        if item.field not in TICKED_CONTACT:
            if item.response_set:
                message = f'A contact field "{item.field}" has no response set.'
                yield Finding(message, "Take response_set out.", section, item.id)
        elif not item.response_set:
            message = f'The contact field "{item.field}" has nothing to tick.'
            yield Finding(message, "Name a nominal response set in response_set.", section, item.id)
        elif known and (known.kind != "nominal" or len(known.options) > TICKS_MAX):
            message = f'The response set "{item.response_set}" does not suit a contact field.'
            yield Finding(message, f"Use a nominal one of 2 to {TICKS_MAX} options.", section, item.id)


def contact_ways(instrument: Instrument) -> Iterator[Finding]:
    """The desk must know of each way whether it is safe, whatever its wording."""
    for section, item in _fields(instrument):
        known = instrument.response_sets.get(item.response_set)
        for option in known.options if known and item.field == "ways" else ():
            if option.value not in WAYS:
                message = f'The desk knows no way called "{option.value}".'
                advice = did_you_mean(option.value, WAYS, f"Use only: {', '.join(WAYS)}.")
                yield Finding(message, advice, section, item.id)


def repeated_contact(instrument: Instrument) -> Iterator[Finding]:
    """The desk could not tell which of two phone numbers to call."""
    seen: set[str] = set()
    for section, item in _fields(instrument):
        if item.field in seen:
            message = f'The follow-up form asks for "{item.field}" more than once.'
            yield Finding(message, "Keep one of them.", section, item.id)
        seen.add(item.field)


def unreachable_contact(instrument: Instrument) -> Iterator[Finding]:
    """Who asks to be contacted must be able to say how."""
    for section in instrument.sections:
        asked = {item.field for item in section.items if isinstance(item, Contact)}
        if section.storage == "separate" and section.items and not asked & {"phone", "email"}:
            message = "The follow-up form asks for neither a phone number nor an email address."
            yield Finding(message, "Add one of them.", title(instrument, section))


def safeguarding(instrument: Instrument) -> Iterator[Finding]:
    """What is said before somebody writes may be said otherwise, but not left out or in another language."""
    source = instrument.source_language
    for name in Safeguarding.__struct_fields__:
        text, place = getattr(instrument.safeguarding, name), f"safeguarding.{name}"
        if not in_language(text, source, source).strip():
            message = f"Nothing is said before a young person writes ({name})."
            yield Finding(message, "Write what your law and your department ask for.", item=place)
        elif source != "en" and plain(instrument, text) == getattr(Safeguarding(), name):
            message = f'The text is the English default, but the source language is "{source}".'
            yield Finding(message, "Write it in that language.", item=place)


def _fields(instrument: Instrument) -> Iterator[tuple[str, Contact]]:
    for section, _, item in placed_items(instrument):
        if isinstance(item, Contact):
            yield section, item
